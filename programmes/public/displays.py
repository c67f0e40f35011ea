"""Measures with all their released figures: the table, the chart and where the records are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from programmes.charts import Bars, Lines
from programmes.figures import by_measure
from programmes.models import Measure, ReleasedCell
from programmes.public import listings
from programmes.public.drawing import chart_of
from programmes.public.tables import FigureTable, table_of
from programmes.public.withholding import WITH_PLACES

RELATED = ("measure__service", "service", "area__parent__parent", "category", "release")


@dataclass(frozen=True)
class Display:
    """A measure as templates/programmes/figures.html shows it; no table without figures."""

    measure: Measure
    cells: list[ReleasedCell]
    table: FigureTable | None
    chart: Bars | Lines | None

    @property
    def records(self) -> str:
        """The list of the same figures, each with its source."""
        return f"{listings.FIGURES.address}?measure={self.measure.slug}"


def displays(measures: Sequence[Measure]) -> list[Display]:
    """Each measure with its released figures, in two queries for all of them."""
    cells = ReleasedCell.objects.published().filter(measure__in=[row.pk for row in measures])
    of = by_measure(cells.select_related(*RELATED).prefetch_related(*WITH_PLACES))
    return [_display(measure, of.get(measure.pk, [])) for measure in measures]


def _display(measure: Measure, cells: Iterable[ReleasedCell]) -> Display:
    cells = list(cells)
    if not cells:
        return Display(measure, cells, None, None)
    table = table_of(measure, cells)
    return Display(measure, cells, table, chart_of(measure, table))
