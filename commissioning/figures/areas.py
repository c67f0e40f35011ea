"""Which area a neighbourhood unit's money is counted with, and what lies in each area in all."""

from collections.abc import Mapping

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, Value

from commissioning.figures.position import SUMS, Position
from commissioning.figures.slices import Slice
from commissioning.figures.withheld import is_small, standing_openly
from commissioning.models import Area

UNIT = Area.Kind.NEIGHBOURHOOD_UNIT


def all_areas() -> dict[int, Area]:
    """Every area by its id."""
    return {area.pk: area for area in Area.objects.order_by()}


def counting_area(area: Area, areas: Mapping[int, Area], asked_for: Area | None) -> Area:
    """The area whose row an area's money is added to: a unit's own only if it was asked for."""
    while area.kind == UNIT and area.parent_id and area != asked_for:
        area = areas[area.parent_id]
    return area


def counted_with(area: Area) -> QuerySet[Area]:
    """The area and the neighbourhood units whose rows are added to its own."""
    return Area.objects.filter(
        Q(pk=area.pk)
        | Q(kind=UNIT, parent=area)
        | Q(kind=UNIT, parent__kind=UNIT, parent__parent=area)
    )


def totals_within(**slice_options) -> dict[int, Position]:
    """The position of every area together with all that lies in it, by the area's id.

    Areas without money are left out. An area's figure is in that of each area around it, so these
    are not to be added up.
    """
    slice_ = Slice(**slice_options)
    areas = all_areas()
    openly = standing_openly("commitment__award__") if slice_.published else Value(True)
    rows = slice_.entries().filter(allocation__isnull=False)
    rows = rows.annotate(is_open=ExpressionWrapper(openly, BooleanField()))
    totals: dict[int, Position] = {}
    for row in rows.order_by().values("allocation__area", "is_open").annotate(**SUMS):
        own = Position.of(row, pipeline=None, has_budget=False)
        area = areas[row["allocation__area"]]
        while area is not None:
            if row["is_open"] or not is_small(area):
                totals[area.pk] = totals[area.pk] + own if area.pk in totals else own
            area = areas.get(area.parent_id)
    return totals
