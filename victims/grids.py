"""The cells of a return: which numbers a service gives, as sheets of rows and columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from commissioning.models import Area
from programmes.models import Breakdown, Category, Missing
from victims.models import Counted, MonitoringReturn, ReturnCount, VictimsService

ALL_AREAS, TOTAL, ALL = "All areas", "Total", "All"


@dataclass(frozen=True)
class Spot:
    """One row of a sheet: an area, or all of them; a category, or all of them."""

    area: Area | None = None
    category: Category | None = None


WHOLE = Spot()

# A number, or why there is none.
Known = int | Missing
Values = Mapping[tuple[Counted, Spot], Known]


@dataclass(frozen=True)
class Grid:
    """A sheet of a return: what is counted by one breakdown (or by none), for each spot."""

    name: str
    breakdown: Breakdown | None
    columns: tuple[Counted, ...]
    areas: tuple[Area, ...]
    categories: tuple[Category, ...]

    @cached_property
    def spots(self) -> list[Spot]:
        """The rows: each area’s categories and their total, then those of all areas."""
        return [
            Spot(area, category)
            for area in (*self.areas, None)
            for category in (*self.categories, None)
        ]

    def categories_of(self, total: Spot) -> list[Spot]:
        """The rows that this one is the total of, in the same area."""
        return [] if total.category else [Spot(total.area, one) for one in self.categories]

    def areas_of(self, total: Spot) -> list[Spot]:
        """The rows of the areas that this one is of all of."""
        return [] if total.area else [Spot(one, total.category) for one in self.areas]

    def is_total(self, spot: Spot) -> bool:
        return spot.category is None and bool(self.categories)

    def label(self, spot: Spot) -> tuple[str, str]:
        """The row's area and category, as the sheet names them."""
        area = spot.area.name if spot.area else ALL_AREAS
        if spot.category is not None:
            return area, spot.category.name
        return area, TOTAL if self.categories else ALL

    def said(self, spot: Spot) -> str:
        """The row in a sentence."""
        area, category = self.label(spot)
        return f"{area}, {category[:1].lower()}{category[1:]}"


def grids_of(service: VictimsService) -> list[Grid]:
    """The sheets of the service's returns, in order; without breakdown first."""
    breakdowns = set(service.breakdowns.all())
    areas = tuple(areas_of(service)) if service.by_area else ()
    categories = service.indicator_set.categories.select_related("breakdown")

    def broken_down_by(counted: Counted) -> Breakdown | None:
        return counted.breakdown if counted.breakdown in breakdowns else None

    def place(counted: Counted) -> tuple[str, int]:
        breakdown = broken_down_by(counted)
        return (breakdown.name if breakdown else "", counted.position)

    columns = sorted(
        service.indicator_set.counted.select_related("breakdown", "no_more_than"), key=place
    )
    return [
        Grid(
            name=breakdown.name if breakdown else "Counts",
            breakdown=breakdown,
            columns=tuple(group),
            areas=areas,
            categories=tuple(each for each in categories if each.breakdown == breakdown),
        )
        for breakdown, group in groupby(columns, key=broken_down_by)
    ]


def areas_of(service: VictimsService) -> list[Area]:
    """The local authority areas that a service reports by: those it serves, else all."""
    served = list(service.service.areas.all())
    local = [area for area in served if area.kind == Area.Kind.LOCAL_AUTHORITY]
    return local or list(Area.objects.local_authorities())


def spot_of(count: ReturnCount) -> Spot:
    return Spot(count.area, count.category)


def values_of(monitoring_return: MonitoringReturn) -> dict[tuple[Counted, Spot], Known]:
    """What the return gives."""
    counts = monitoring_return.counts.select_related("counted", "area", "category")
    return {
        (count.counted, spot_of(count)): (
            Missing(count.missing) if count.value is None else count.value
        )
        for count in counts
    }


def count_at(
    monitoring_return: MonitoringReturn, counted: Counted, spot: Spot, known: Known
) -> ReturnCount:
    """The unsaved row of one number of a return."""
    keys = (spot.area.pk if spot.area else "", spot.category.pk if spot.category else "")
    return ReturnCount(
        monitoring_return=monitoring_return,
        counted=counted,
        area=spot.area,
        category=spot.category,
        place=f"{counted.pk}|{keys[0]}|{keys[1]}",
        value=None if isinstance(known, Missing) else known,
        missing=known if isinstance(known, Missing) else "",
    )
