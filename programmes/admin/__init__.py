"""Programmes and figures in the staff site, one module per noun; importing registers them all."""

from commissioning.admin.attention import WORK_LISTS
from programmes import resources
from programmes.admin import (
    breakdowns,
    indicators,
    measures,
    observations,
    programmes,
    relations,
    releases,
    reports,
    units,
)
from programmes.admin.waiting import FIGURE_LISTS

WORK_LISTS += [each for each in FIGURE_LISTS if each not in WORK_LISTS]

__all__ = [
    "breakdowns",
    "indicators",
    "measures",
    "observations",
    "programmes",
    "relations",
    "releases",
    "reports",
    "resources",  # makes the lists offer their spreadsheets
    "units",
]
