"""Victims' services in the staff site, one module per noun; importing it registers them all."""

from commissioning.admin.attention import WORK_LISTS
from finance.admin.year_end import SETTLED_AT
from victims.admin import indicators, posts, returns, services
from victims.admin.waiting import RETURN_LISTS, owed_in

SETTLED_AT["returns"] = owed_in
WORK_LISTS += [each for each in RETURN_LISTS if each not in WORK_LISTS]

__all__ = ["indicators", "posts", "returns", "services"]
