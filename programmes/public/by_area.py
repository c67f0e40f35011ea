"""What a programme’s measures come to in each area, as bars that are all of the same time."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby

from commissioning.models import Area
from programmes.charts import Bars
from programmes.figures import Over, Total, add_up, is_trend
from programmes.models import Measure, ReleasedCell
from programmes.public.drawing import point, unit_of
from programmes.public.withholding import WITH_PLACES, figure_area
from programmes.reporting_rules import series
from programmes.reporting_rules.periods import Coverage, when

MOST_CHARTS = 6


def outcomes_by_area(measures: Sequence[Measure]) -> list[Bars]:
    """A chart for each measure with figures of areas: all periods, or the latest of two areas."""
    cells = ReleasedCell.objects.published().filter(
        measure__in=measures, area__isnull=False, category__isnull=True, is_total=False
    )
    related = ("measure__service", "service", "area__parent__parent")
    rows = cells.select_related(*related).prefetch_related(*WITH_PLACES).order_by("measure")
    shown = [cell for cell in rows if figure_area(cell) == cell.area and series.is_result(cell)]
    by_measure = {key: list(of) for key, of in groupby(shown, key=lambda cell: cell.measure_id)}
    charts = (_of_areas(measure, by_measure.get(measure.pk, [])) for measure in measures)
    return [chart for chart in charts if chart is not None][:MOST_CHARTS]


def _of_areas(measure: Measure, cells: Sequence[ReleasedCell]) -> Bars | None:
    period, totals = _all_periods(measure, cells) or _latest(measure, cells)
    if len(totals) < 2:
        return None
    return Bars(
        title=measure.name,
        points=tuple(
            point(measure, area.name, totals[area])
            for area in sorted(totals, key=lambda area: area.name)
        ),
        uid=f"areas-{measure.pk}",
        unit=unit_of(measure),
        heading="Area",
        note=f"{period[:1].upper()}{period[1:]}.",
    )


def _all_periods(
    measure: Measure, cells: Sequence[ReleasedCell]
) -> tuple[str, dict[Area, Total]] | None:
    """Each area’s sum of the same days; None where they are not of the same days, or no sum."""
    areas = _by_area(cells)
    spans = {Coverage.of(of_area).whole for of_area in areas.values()}
    if is_trend(measure) or len(spans) != 1 or None in spans:
        return None
    totals = {area: add_up(measure, of_area, Over.PERIODS) for area, of_area in areas.items()}
    if any(total.value is None and not total.is_hidden for total in totals.values()):
        return None
    return spans.pop().label, totals


def _latest(measure: Measure, cells: Sequence[ReleasedCell]) -> tuple[str, dict[Area, Total]]:
    """The figures of the last period for which there are two areas or more."""
    by_time = defaultdict(list)
    for cell in cells:
        by_time[when(cell), cell.period].append(cell)
    shared = [key for key, of_time in by_time.items() if len(_by_area(of_time)) > 1]
    if not shared:
        return "", {}
    last = max(shared)
    return last[1], {
        area: add_up(measure, of_area, Over.SERVICES)
        for area, of_area in _by_area(by_time[last]).items()
    }


def _by_area(cells: Iterable[ReleasedCell]) -> dict[Area, list[ReleasedCell]]:
    areas = defaultdict(list)
    for cell in cells:
        areas[cell.area].append(cell)
    return areas
