"""A table as a chart."""

from programmes.charts import Bars, Lines, Point, Series
from programmes.models import ReportSection
from programmes.report_tables.shapes import Cell, Row, Table

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
    series = [Series(table.columns[number].heading, _points(rows, number)) for number in columns]
    return Lines(series=tuple(series), **told)


def _points(rows: list[Row], column: int) -> tuple[Point, ...]:
    return tuple(_point(row.heading, row.cells[column]) for row in rows)


def _point(label: str, cell: Cell) -> Point:
    return Point(label, cell.number, cell.said)
