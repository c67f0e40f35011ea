"""What is not shown of a published figure: unpublished neighbours, and places that are withheld.

A figure of a service whose place is withheld names no area smaller than a local authority area.
"""

from django.db.models import Exists, OuterRef, QuerySet

from commissioning.figures.withheld import HIDES_PLACE, is_small
from commissioning.models import Area, Service
from commissioning.public.withholding import service_hides_place, shown, wide_enough
from programmes.models import ReleasedCell, Target

# What a cell needs for the questions below.
WITH_PLACES = ("measure__service__providers", "service__providers")


def figure_service(cell: ReleasedCell) -> Service | None:
    """The service that a figure is of, if it may be shown."""
    return shown(cell.service or cell.measure.service)


def figure_area(cell: ReleasedCell) -> Area | None:
    """The area of a figure, wide enough for the place of its service."""
    return _area_shown(cell.area, cell.service or cell.measure.service)


def target_area(target: Target) -> Area | None:
    """The area that a target is for, wide enough for the place of its measure’s service."""
    return _area_shown(target.area, target.measure.service)


def _area_shown(area: Area | None, service: Service | None) -> Area | None:
    if area is None or service is None or not is_small(area):
        return area
    return wide_enough(area) if service_hides_place(service) else area


def figures_for(cells: QuerySet[ReleasedCell], area: Area) -> QuerySet[ReleasedCell]:
    """Figures of the area and of the places in it; none that would give away a withheld place."""
    cells = cells.filter(area__in=Area.objects.within(area))
    if not is_small(area):
        return cells
    return cells.exclude(_of_withheld("service")).exclude(_of_withheld("measure__service"))


def _of_withheld(path: str) -> Exists:
    providers = Service.providers.through.objects
    return Exists(providers.filter(service=OuterRef(path), organisation__withhold__in=HIDES_PLACE))
