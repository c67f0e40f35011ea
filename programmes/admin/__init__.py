"""Programmes and figures in the staff site, one module per noun; importing registers them all."""

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

__all__ = [
    "breakdowns",
    "indicators",
    "measures",
    "observations",
    "programmes",
    "relations",
    "releases",
    "reports",
    "units",
]
