"""The chart that suits a table of figures."""

import re

from programmes.charts import MOST_BARS, Bars, Lines, Point, Series
from programmes.figures import shown as number_in_words
from programmes.models import Measure, SeriesBreak
from programmes.public.tables import FigureTable, Head, shown
from programmes.reporting_rules import series as rules
from programmes.reporting_rules.timeline import gaps, is_timeline, middle

MOST_PANELS = 12
YEAR = re.compile(r"\d{4}(/\d\d)?\b")


def chart_of(measure: Measure, table: FigureTable) -> Bars | Lines | None:
    """Lines over time where there are three periods or more, else bars; None where neither fits."""
    periods, places = table.periods, table.places
    if len(table.at) < 2:
        return None
    told = {"title": measure.name, "uid": f"chart-{measure.pk}", "unit": unit_of(measure)}
    if len(periods) > 2 and len(places) <= MOST_PANELS and _is_timeline(table):
        names = [head.label if len(places) > 1 else "" for head in places]
        series = [
            Series(name, tuple(_over_time(measure, table, place)))
            for name, place in zip(names, places, strict=True)
        ]
        note = "Each line has a scale of its own, from 0." if len(places) > 1 else ""
        return Lines(series=tuple(series), note=f"{note} {_remarks(table)}".strip(), **told)
    if len(places) > 1:
        period = periods[-1]
        points = [
            _point(measure, table, place, period, place.label)
            for place in places
            if (place, period) in table.at
        ]
        note = f"For {period.label}." if len(periods) > 1 else ""
        note = f"{note} {_marked(table, [period])}".strip()
        told["title"] = f"{measure.name}, {period.label}"
    else:
        points = [_point(measure, table, places[0], period) for period in periods]
        note = _remarks(table)
    if not 1 < len(points) <= MOST_BARS or all(point.is_gap for point in points):
        return None
    return Bars(points=tuple(points), note=note, heading=table.corner, **told)


def _remarks(table: FigureTable) -> str:
    """What a drawing alone would not show: parts of periods, other ways of counting, gaps."""
    missing = gaps(_one_each(table)) if _is_timeline(table) else []
    apart = [
        f"{period.label}: {SeriesBreak.DEFINITION.label}."
        for period in table.periods
        if any(rules.begins_anew(cell) for cell in _of_period(table, period))
    ]
    none = [f"There is no figure for {', '.join(span.label for span in missing)}."]
    return " ".join([_marked(table, table.periods), *apart, *(none if missing else [])]).strip()


def _marked(table: FigureTable, periods: list[Head]) -> str:
    """Which periods are hollow, and why: "Hollow: 2020/21 (counted for a part of …)."."""
    found = {}
    for period in periods:
        marks = {rules.mark(cell) for cell in _of_period(table, period)} - {""}
        if marks:
            found[period.label] = " and ".join(rules.MARKS[mark] for mark in sorted(marks))
    told = "; ".join(f"{label} ({why})" for label, why in found.items())
    return f"Hollow: {told}." if told else ""


def _of_period(table: FigureTable, period: Head) -> list:
    return [cell for (_, at), cell in table.at.items() if at == period]


def _one_each(table: FigureTable) -> list:
    """One figure of each period, for its days."""
    return [_of_period(table, period)[0] for period in table.periods]


def unit_of(measure: Measure) -> str:
    """What the numbers of a chart are; nothing where each says so itself."""
    return measure.unit if measure.form == Measure.Form.NUMBER else ""


def point(measure: Measure, label: str, cell, is_joined: bool = False) -> Point:
    """A figure, released or added up, as a chart draws it."""
    short = "" if cell.value is None else number_in_words(measure, cell.value)
    year = YEAR.match(label)
    return Point(
        label,
        cell.value,
        shown(measure, cell).text,
        short,
        tick=year[0] if year else "",
        day=middle(cell.starts_on, cell.ends_on),
        is_joined=is_joined,
        is_hollow=bool(rules.mark(cell)),
    )


def _point(
    measure: Measure, table: FigureTable, place: Head, period: Head, label: str = ""
) -> Point:
    cell = table.at.get((place, period))
    if cell is None:
        starts_on, ends_on, _ = period.key
        return Point(label or period.label, None, "–", day=middle(starts_on, ends_on))
    return point(measure, label or period.label, cell)


def _over_time(measure: Measure, table: FigureTable, place: Head) -> list[Point]:
    """The figures of a place, each with a line to it where there may be one."""
    points, before = [], None
    for period in table.periods:
        cell = table.at.get((place, period))
        if cell is None:
            points.append(_point(measure, table, place, period))
        else:
            is_joined = before is not None and rules.is_joined(before, cell)
            points.append(point(measure, period.label, cell, is_joined))
        before = cell
    return points


def _is_timeline(table: FigureTable) -> bool:
    """Whether the periods can be set out by their days."""
    return is_timeline(_one_each(table))
