"""What is counted, what was shown of it, and the reports made from it; see docs/glossary.md."""

from programmes.models.measures import (
    Adding,
    Breakdown,
    Category,
    Direction,
    Indicator,
    Measure,
    Target,
)
from programmes.models.observations import (
    Figure,
    Missing,
    Observation,
    PeriodKind,
    Place,
    SeriesBreak,
)
from programmes.models.programmes import LocalUnit, Programme
from programmes.models.relations import MeasureRelation
from programmes.models.releases import HIDDEN_MARK, Release, ReleasedCell, ReleasedMeasure
from programmes.models.reports import Edition, Report, ReportLine, ReportSection, ReportTable

__all__ = [
    "HIDDEN_MARK",
    "Adding",
    "Breakdown",
    "Category",
    "Direction",
    "Edition",
    "Figure",
    "Indicator",
    "LocalUnit",
    "Measure",
    "MeasureRelation",
    "Missing",
    "Observation",
    "PeriodKind",
    "Place",
    "Programme",
    "Release",
    "ReleasedCell",
    "ReleasedMeasure",
    "Report",
    "ReportLine",
    "ReportSection",
    "ReportTable",
    "SeriesBreak",
    "Target",
]
