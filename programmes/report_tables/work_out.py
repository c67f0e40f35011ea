"""A ReportTable worked out, cell by cell."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

from commissioning.models import Area
from programmes.figures import Total, said
from programmes.models import HIDDEN_MARK, Adding, ReportLine, ReportTable
from programmes.quantities import format_quantity
from programmes.report_tables.places import Place, Shows, shows
from programmes.report_tables.readers import READERS, MeasureReader
from programmes.report_tables.shapes import NO_FIGURE, Cell, Column, Row, Table
from programmes.report_tables.sources import Source

LINE_RECORDS = ("measure__numerator", "measure__denominator", "area", "category")
OF_CATEGORIES = {Shows.CATEGORIES, Shows.CATEGORY_NAMES, Shows.CATEGORY_FIGURES}
TOTALS = {Shows.SUM, Shows.STATED_TOTAL}


def work_out(table: ReportTable, source: Source) -> Table:
    """The table with every figure that the source may show."""
    lines = list(table.lines.select_related(*LINE_RECORDS))
    columns = [line for line in lines if line.axis == ReportLine.Axis.COLUMN]
    rows = [line for line in lines if line.axis == ReportLine.Axis.ROW]
    if table.counts == ReportTable.Counts.LOCAL_UNITS:
        return _of_local_units(table, columns, source)
    return _Working(table, columns, rows, READERS[table.counts](table, lines, source)).table()


def _of_local_units(table: ReportTable, columns: Sequence[ReportLine], source: Source) -> Table:
    units = source.local_units().filter(service=table.service).select_related("area")
    rows = [
        Row(
            unit.name,
            tuple(Cell(_short(unit.area), href=unit.area.get_absolute_url()) for _ in columns),
        )
        for unit in units
    ]
    headings = [Column(column.heading) for column in columns]
    return _table(table, headings, rows, _remarks(table, columns))


def _short(area: Area) -> str:
    """An area's name without its kind, which the column's heading says."""
    return area.name.removesuffix(f" {area.get_kind_display()}")


def _table(table, columns: Iterable[Column], rows: Iterable[Row], notes: Iterable[str]) -> Table:
    return Table(
        code=table.code,
        title=table.title,
        corner=table.corner,
        columns=tuple(columns),
        rows=tuple(rows),
        notes=tuple(dict.fromkeys(filter(None, notes))),
        where=table.where,
    )


def _remarks(table: ReportTable, lines: Iterable[ReportLine]) -> Iterator[str]:
    """What staff wrote to stand below the table."""
    yield from table.note.splitlines()
    for line in lines:
        if line.note:
            yield f"{line.heading}: {line.note}" if line.heading else line.note


class _Working:
    """The cells of one table while they are worked out, row by row from the top."""

    def __init__(self, table, columns, rows, reader):
        self.source_table, self.columns, self.rows, self.reader = table, columns, rows, reader
        # For each column the cells since the last total.
        self.above: list[list[tuple[Place, Total]]] = [[] for _ in columns]
        self.places: list[list[Place]] = [[] for _ in columns]
        self.notes: list[str] = []

    def table(self) -> Table:
        rows = [self._row(line) for line in self.rows]
        headings = [
            Column(column.heading, "" if _holds_words(column) else self.reader.unit(places))
            for column, places in zip(self.columns, self.places, strict=True)
        ]
        remarks = _remarks(self.source_table, [*self.columns, *self.rows])
        return _table(self.source_table, headings, rows, [*remarks, *self.notes])

    def _row(self, line: ReportLine) -> Row:
        is_total = line.shows in TOTALS
        cells = tuple(self._cell(number, line) for number in range(len(self.columns)))
        if is_total:
            self.above = [[] for _ in self.columns]
        return Row(line.heading, cells, is_total)

    def _cell(self, number: int, row: ReportLine) -> Cell:
        column = self.columns[number]
        place, kind = Place.of(self.source_table, column, row), shows(column, row)
        self.places[number].append(place)
        if kind in OF_CATEGORIES:
            return self._words(place, kind)
        total = self._total(number, place, kind, column)
        if kind == Shows.STATED_TOTAL:
            self._compare_with_sum(number, place, total)
        elif kind != Shows.SUM:
            self.above[number].append((place, total))
        if kind in (Shows.FIGURE, Shows.STATED_TOTAL):
            self._compare_with_share(column, row, place, total)
        return self._shown(place, total, kind, column)

    def _total(self, number: int, place: Place, kind: str, column: ReportLine) -> Total:
        if kind == Shows.SUM:
            return self.reader.sum(self.above[number])
        if kind == Shows.STATED_TOTAL:
            return self.reader.stated(place)
        return self.reader.share(place) if kind == Shows.SHARE else self.reader.at(place)

    def _shown(self, place: Place, total: Total, kind: str, column: ReportLine) -> Cell:
        href = self.reader.address(place)
        if total.by_period:
            return Cell(total.by_period, note=total.why_not, href=href)
        if total.value is None:
            why = total.why_not or self.reader.nothing.why_not
            marker = HIDDEN_MARK if total.is_hidden else NO_FIGURE
            return Cell(
                marker=marker, note=why, href=href if total.is_hidden else "", **_days(place)
            )
        text = self.reader.shown(place, total)
        if kind == Shows.SHARE or column.shows == Shows.SHARE:
            text = _percent(place, total.value)
        if total.value_high is not None:
            text = f"{text} to {self.reader.shown(place, Total(value=total.value_high))}"
        return Cell(
            text,
            _bare(total.value),
            total.qualifier,
            note=total.why_not,
            href=href,
            value_high=_bare(total.value_high),
            series_break=total.series_break,
            **_days(place),
        )

    def _words(self, place: Place, kind: str) -> Cell:
        found = self.reader.categories(place)
        if not found:
            return Cell(marker=NO_FIGURE, note=self.reader.nothing.why_not)
        told = [(category.name, said(place.measure, one) or NO_FIGURE) for category, one in found]
        href = self.reader.address(place)
        if kind == Shows.CATEGORY_NAMES:
            return Cell("; ".join(name for name, _ in told), href=href)
        if kind == Shows.CATEGORY_FIGURES:
            return Cell("; ".join(figure for _, figure in told), href=href)
        # The largest first; a figure that is hidden must not be told by where it stands.
        largest = sorted(found, key=lambda pair: -(pair[1].value or 0))
        return Cell(
            ", ".join(
                f"{said(place.measure, one) or NO_FIGURE} {category.name}"
                for category, one in largest
            ),
            href=href,
        )

    # --- What does not agree is said, never changed -----------------------------------------------

    def _compare_with_sum(self, number: int, place: Place, stated: Total) -> None:
        """A stated total that its rows do not add up to."""
        rows = self.above[number]
        if not rows or stated.value is None or not self._adds_up(place):
            return
        total = self.reader.sum(rows)
        if total.value is None or total.value == stated.value:
            return
        more = "more" if stated.value > total.value else "less"
        gap = Total(value=abs(stated.value - total.value))
        self.notes.append(
            f"The total is shown as its source states it: {self.reader.shown(place, stated)}. That "
            f"is {self.reader.shown(place, gap)} {more} than the {len(rows)} rows above add up to, "
            f"{self.reader.shown(place, total)}."
        )

    def _adds_up(self, place: Place) -> bool:
        if not isinstance(self.reader, MeasureReader):
            return True
        measure = place.measure
        ways = (measure.over_periods, measure.over_areas, measure.over_categories)
        return measure.numerator_id is None and Adding.SUM in ways

    def _compare_with_share(self, column, row, place: Place, total: Total) -> None:
        """A stated percentage that its numerator and denominator do not give."""
        if total.value is None or place.measure is None or place.measure.numerator_id is None:
            return
        worked = self.reader.share(place, is_total=row.shows == Shows.STATED_TOTAL)
        if worked.value is None or worked.value == total.value:
            return
        shown = self.reader.shown(place, total)
        step = Decimal(1).scaleb(-len(shown.rstrip("%").partition(".")[2]))
        if worked.value.quantize(step, ROUND_HALF_UP) == total.value:
            return
        finer = format_quantity(worked.value.quantize(step / 10, ROUND_HALF_UP))
        self.notes.append(
            f"{row.heading}, {column.heading}: {shown} as its source states it; worked out from "
            f"{format_quantity(worked.numerator)} of {format_quantity(worked.denominator)} it is "
            f"{finer}%."
        )


def _days(place: Place) -> dict[str, str]:
    """The days of a cell, as an edition keeps them."""
    days = {"first_day": place.starts_on, "last_day": place.ends_on}
    return {name: day.isoformat() for name, day in days.items() if day is not None}


def _bare(number: Decimal | None) -> str:
    return "" if number is None else format(number.normalize(), "f")


def _holds_words(column: ReportLine) -> bool:
    return column.shows in OF_CATEGORIES


def _percent(place: Place, value: Decimal) -> str:
    decimals = 1 if place.measure.decimals is None else place.measure.decimals
    step = Decimal(1).scaleb(-decimals)
    return f"{format_quantity(value.quantize(step, ROUND_HALF_UP), decimals)}%"
