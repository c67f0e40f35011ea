"""Transparency in the staff site."""

from transparency.admin import problems, runs

__all__ = ["problems", "runs"]
