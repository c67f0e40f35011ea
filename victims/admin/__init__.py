"""Victims' services in the staff site, one module per noun; importing it registers them all."""

from victims.admin import indicators, posts, returns, services

__all__ = ["indicators", "posts", "returns", "services"]
