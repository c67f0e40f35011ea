"""Programmes and figures in the staff site, one module per noun; importing registers them all."""

from programmes import resources
from programmes.admin import (
    breakdowns,
    indicators,
    measures,
    observations,
    programmes,
    releases,
    reports,
    units,
)

__all__ = [
    "breakdowns",
    "indicators",
    "measures",
    "observations",
    "programmes",
    "releases",
    "reports",
    "resources",  # makes the lists offer their spreadsheets
    "units",
]
