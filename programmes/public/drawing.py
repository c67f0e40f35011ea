"""The chart that suits a table of figures."""

import re

from commissioning.models.publication import Qualifier
from programmes.charts import MOST_BARS, Bars, Lines, Point, Series
from programmes.figures import shown as number_in_words
from programmes.figures.results import follow_one_another
from programmes.models import Measure
from programmes.public.tables import FigureTable, Head, shown

MOST_PANELS = 12
YEAR = re.compile(r"\d{4}(/\d\d)?\b")


def chart_of(measure: Measure, table: FigureTable) -> Bars | Lines | None:
    """Lines over time where there are three periods or more, else bars; None where neither fits."""
    periods, places = table.periods, table.places
    if len(table.at) < 2:
        return None
    told = {"title": measure.name, "uid": f"chart-{measure.pk}", "unit": unit_of(measure)}
    if len(periods) > 2 and len(places) <= MOST_PANELS and _one_after_another(table):
        names = [head.label if len(places) > 1 else "" for head in places]
        series = [
            Series(name, tuple(_point(measure, table, place, period) for period in periods))
            for name, place in zip(names, places, strict=True)
        ]
        note = "Each line has a scale of its own, from 0." if len(places) > 1 else ""
        note = " ".join(filter(None, [note, _in_part(table)]))
        return Lines(series=tuple(series), note=note, **told)
    if len(places) > 1:
        period = periods[-1]
        points = [
            _point(measure, table, place, period, place.label)
            for place in places
            if (place, period) in table.at
        ]
        note = f"For {period.label}." if len(periods) > 1 else ""
        told["title"] = f"{measure.name}, {period.label}"
    else:
        points = [_point(measure, table, places[0], period) for period in periods]
        note = ""
    if not 1 < len(points) <= MOST_BARS or all(point.is_gap for point in points):
        return None
    return Bars(points=tuple(points), note=note, heading=table.corner, **told)


def _in_part(table: FigureTable) -> str:
    """Which periods are counted in part only: the drawing alone would show a fall."""
    counted = {
        period for (_, period), cell in table.at.items() if cell.qualifier == Qualifier.PART_YEAR
    }
    labels = [period.label for period in table.periods if period in counted]
    return f"Counted for a part of the period only: {', '.join(labels)}." if labels else ""


def unit_of(measure: Measure) -> str:
    """What the numbers of a chart are; nothing where each says so itself."""
    return measure.unit if measure.form == Measure.Form.NUMBER else ""


def point(measure: Measure, label: str, cell) -> Point:
    """A figure, released or added up, as a chart draws it."""
    short = "" if cell.value is None else number_in_words(measure, cell.value)
    year = YEAR.match(label)
    tick = year[0] if year else ""
    return Point(label, cell.value, shown(measure, cell).text, short, tick)


def _point(
    measure: Measure, table: FigureTable, place: Head, period: Head, label: str = ""
) -> Point:
    cell = table.at.get((place, period))
    if cell is None:
        return Point(label or period.label, None, "–")
    return point(measure, label or period.label, cell)


def _one_after_another(table: FigureTable) -> bool:
    """Whether a line may go from each period to the next."""
    last = {period: cell for (_, period), cell in table.at.items()}
    return follow_one_another(list(last.values()))
