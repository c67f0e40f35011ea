"""Spreadsheets of programmes, measures and figures, in and out."""

from programmes.models import (
    Breakdown,
    Category,
    Indicator,
    LocalUnit,
    Measure,
    Observation,
    Programme,
    Target,
)
from programmes.resources import numbers
from programmes.resources.measures import (
    CategoryResource,
    IndicatorResource,
    MeasureResource,
    TargetResource,
)
from programmes.resources.observations import ObservationResource
from programmes.resources.programmes import LocalUnitResource, ProgrammeResource

__all__ = ["RESOURCES", "numbers"]

RESOURCES = {
    Programme: ProgrammeResource,
    LocalUnit: LocalUnitResource,
    Breakdown: CategoryResource,
    Category: CategoryResource,
    Measure: MeasureResource,
    Indicator: IndicatorResource,
    Target: TargetResource,
    Observation: ObservationResource,
}
