"""A table as a chart."""

from itertools import pairwise

from programmes.charts import Bars, Lines, Point, Series
from programmes.models import ReportSection
from programmes.report_tables.shapes import Cell, Row, Table
from programmes.reporting_rules import series
from programmes.reporting_rules.periods import when
from programmes.reporting_rules.timeline import middle

Chart = ReportSection.Chart


def drawn(table: Table, kind: str, uid: str) -> Bars | Lines | None:
    """The table's figures as bars or lines, totals left out; None where there is none to draw.

    Bars are one for each row, of its first column of figures; lines are one for each such column.
    """
    rows = [row for row in table.rows if not row.is_total]
    columns = [number for number, is_numeric in enumerate(table.numeric()) if is_numeric]
    drawable = columns[:1] if kind == Chart.BARS else columns
    numbers = (row.cells[column].number for row in rows for column in drawable)
    if kind == Chart.NONE or all(number is None for number in numbers):
        return None
    first = table.columns[columns[0]]
    told = {"title": table.title, "uid": uid, "unit": first.unit, "heading": table.corner}
    if kind == Chart.BARS:
        if len(columns) > 1:
            told["title"] = f"{table.title}: {first.heading}"
        return Bars(points=_points(rows, columns[0]), **told)
    # Each line has a scale and, in the words of its heading, a unit of its own.
    units = {table.columns[number].unit for number in columns}
    told["unit"] = first.unit if len(units) == 1 else ""
    in_time = sorted(rows, key=lambda row: when(row.cells[columns[0]]))
    lines = [Series(table.columns[number].heading, _points(in_time, number)) for number in columns]
    return Lines(series=tuple(lines), **told)


def _points(rows: list[Row], column: int) -> tuple[Point, ...]:
    cells = [row.cells[column] for row in rows]
    joined = [False, *(_is_joined(before, after) for before, after in pairwise(cells))]
    return tuple(
        Point(
            row.heading,
            cell.number,
            cell.said,
            day=middle(cell.starts_on, cell.ends_on),
            is_joined=is_joined,
            is_hollow=bool(cell.text and series.mark(cell)),
        )
        for row, cell, is_joined in zip(rows, cells, joined, strict=True)
    )


def _is_joined(before: Cell, after: Cell) -> bool:
    """Whether a line may go from one cell to the next; days that were not kept are no reason."""
    has_days = before.last_day and after.last_day
    return series.is_joined(before, after) if has_days else before.last_day == after.last_day
