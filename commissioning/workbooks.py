"""Tables as Excel workbooks: the one place that writes .xlsx."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from io import BytesIO

from django.http import HttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
POUNDS = '"£"#,##0.00;-"£"#,##0.00'
# What a spreadsheet would take for the beginning of a formula.
# The last four are the wide forms that East Asian versions of Excel take for the first four.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
NOT_IN_SHEET_NAMES = str.maketrans("[]:*?/\\", "       ")


class Unit(Enum):
    """What the numbers of a column or of a cell are in. No Python type says it."""

    POUNDS = "pounds"
    PERCENT = "percent"
    NUMBER = "number"  # people, days, orders: the words beside it say which

    def number_format(self, number: Decimal | int) -> str:
        """The format of a spreadsheet, with as many decimals as the number has."""
        if self is Unit.POUNDS:
            return POUNDS
        places = max(0, -Decimal(number).normalize().as_tuple().exponent)
        digits = "#,##0" + (f".{'0' * places}" if places else "")
        return f'{digits}"%"' if self is Unit.PERCENT else digits


@dataclass(frozen=True)
class Heading:
    """A column's heading and the unit of the numbers under it."""

    text: str
    unit: Unit | None = None


@dataclass(frozen=True)
class Measured:
    """A number with a unit of its own, in a column that holds several."""

    number: Decimal | int
    unit: Unit


def in_pounds(*texts: str) -> list[Heading]:
    """Headings of columns that hold pounds."""
    return [Heading(text, Unit.POUNDS) for text in texts]


@dataclass(frozen=True)
class Sheet:
    """One table with what a reader needs to know of it.

    `notes` stand under the title: units, "as at", filters. A heading without a unit is of text,
    dates or record numbers; a Decimal under it is refused, unless it is Measured. Cells may be
    None (empty); `total` is the last line.
    """

    name: str
    title: str
    columns: Sequence[str | Heading]
    rows: Iterable[Sequence]
    notes: Sequence[str] = ()
    total: Sequence | None = None
    widths: Sequence[int] = ()


def download(sheets: Sequence[Sheet], filename: str) -> HttpResponse:
    """The sheets as one .xlsx file to save under `filename`."""
    return HttpResponse(
        workbook(sheets),
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """The bytes of an .xlsx file with these sheets. Rows are written as they come."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        _write(book, sheet)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


@dataclass(frozen=True)
class BareTable:
    """A sheet whose first row names the columns, and nothing above it: for programs."""

    name: str
    columns: Sequence[str | Heading]
    rows: Iterable[Sequence]


def bare_table(name: str, columns: Sequence[str | Heading], rows: Iterable[Sequence]) -> bytes:
    """An .xlsx file whose first row names the columns, to be worked on and read in again."""
    return bare_tables([BareTable(name, columns, rows)])


def bare_tables(tables: Sequence[BareTable]) -> bytes:
    """The same with a sheet for each table."""
    book = Workbook(write_only=True)
    for table in tables:
        page = book.create_sheet(table.name.translate(NOT_IN_SHEET_NAMES)[:31])
        headings = _headings(table.columns)
        for number, heading in enumerate(headings, start=1):
            page.column_dimensions[get_column_letter(number)].width = max(12, len(heading.text) + 3)
        page.freeze_panes = "A2"
        page.append([_cell(page, heading.text, font=Font(bold=True)) for heading in headings])
        for row in table.rows:
            page.append(_line(page, row, headings))
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _write(book: Workbook, sheet: Sheet) -> None:
    page = book.create_sheet(sheet.name.translate(NOT_IN_SHEET_NAMES)[:31])
    above = [sheet.title, *sheet.notes]
    for number, width in enumerate(sheet.widths, start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    # The empty line parts the notes from the table, so that a filter or pivot finds the table.
    page.freeze_panes = f"B{len(above) + 3}"
    page.append([_cell(page, sheet.title, font=Font(bold=True, size=14))])
    for note in sheet.notes:
        page.append([_cell(page, note)])
    page.append([])
    heads = Alignment(wrap_text=True, vertical="top")
    headings = _headings(sheet.columns)
    page.append(
        [_cell(page, each.text, font=Font(bold=True), alignment=heads) for each in headings]
    )
    for row in sheet.rows:
        page.append(_line(page, row, headings))
    if sheet.total is not None:
        page.append(_line(page, sheet.total, headings, font=Font(bold=True)))


def _headings(columns: Sequence[str | Heading]) -> list[Heading]:
    return [column if isinstance(column, Heading) else Heading(column) for column in columns]


def _line(page, row: Sequence, headings: Sequence[Heading], **style) -> list[WriteOnlyCell]:
    """A row, which may end before its last column."""
    return [
        _cell(page, value, heading.unit, **style)
        for value, heading in zip(row, headings, strict=False)
    ]


def _cell(page, value: object, unit: Unit | None = None, **style) -> WriteOnlyCell:
    if isinstance(value, Measured):
        value, unit = value.number, value.unit
    if isinstance(value, Decimal) and unit is None:
        raise ValueError(f"{value} is of no unit: say in which it is counted or measured.")
    if isinstance(value, datetime):
        # A spreadsheet has no time zones: the time on the office's clock.
        value = timezone.localtime(value).replace(tzinfo=None)
    elif value is not None and not isinstance(value, Decimal | int | date):
        value = ILLEGAL_CHARACTERS_RE.sub("", str(value))
    cell = WriteOnlyCell(page, value)
    for name, wanted in style.items():
        setattr(cell, name, wanted)
    if unit is not None and isinstance(value, Decimal | int) and not isinstance(value, bool):
        cell.number_format = unit.number_format(value)
    elif isinstance(value, datetime):
        cell.number_format = "d mmm yyyy hh:mm"
    elif isinstance(value, date):
        cell.number_format = "d mmm yyyy"
    elif isinstance(value, str):
        # Text stays text, whatever it begins with: never a formula, and not when edited either.
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(FORMULA_STARTS)
    return cell
