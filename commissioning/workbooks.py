"""Tables as Excel workbooks: the one place that writes .xlsx."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
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


class Plain(Decimal):
    """A number that is no amount of pounds."""


@dataclass(frozen=True)
class Sheet:
    """One table with what a reader needs to know of it.

    `notes` stand under the title: units, "as at", filters. Cells are text, Decimal pounds, whole
    and Plain numbers, dates or None (an empty cell); `total` is the last line.
    """

    name: str
    title: str
    columns: Sequence[str]
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
    columns: Sequence[str]
    rows: Iterable[Sequence]


def bare_table(name: str, columns: Sequence[str], rows: Iterable[Sequence]) -> bytes:
    """An .xlsx file whose first row names the columns, to be worked on and read in again."""
    return bare_tables([BareTable(name, columns, rows)])


def bare_tables(tables: Sequence[BareTable]) -> bytes:
    """The same with a sheet for each table."""
    book = Workbook(write_only=True)
    for table in tables:
        page = book.create_sheet(table.name.translate(NOT_IN_SHEET_NAMES)[:31])
        for number, column in enumerate(table.columns, start=1):
            page.column_dimensions[get_column_letter(number)].width = max(12, len(column) + 3)
        page.freeze_panes = "A2"
        page.append([_cell(page, column, font=Font(bold=True)) for column in table.columns])
        for row in table.rows:
            page.append([_cell(page, value) for value in row])
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
    page.append(
        [_cell(page, column, font=Font(bold=True), alignment=heads) for column in sheet.columns]
    )
    for row in sheet.rows:
        page.append([_cell(page, value) for value in row])
    if sheet.total is not None:
        page.append([_cell(page, value, font=Font(bold=True)) for value in sheet.total])


def _cell(page, value: object, **style) -> WriteOnlyCell:
    if isinstance(value, datetime):
        # A spreadsheet has no time zones: the time on the office's clock.
        value = timezone.localtime(value).replace(tzinfo=None)
    elif value is not None and not isinstance(value, Decimal | int | date):
        value = ILLEGAL_CHARACTERS_RE.sub("", str(value))
    cell = WriteOnlyCell(page, value)
    for name, wanted in style.items():
        setattr(cell, name, wanted)
    if isinstance(value, Decimal) and not isinstance(value, Plain):
        cell.number_format = POUNDS
    elif isinstance(value, datetime):
        cell.number_format = "d mmm yyyy hh:mm"
    elif isinstance(value, date):
        cell.number_format = "d mmm yyyy"
    elif isinstance(value, str):
        # Text stays text, whatever it begins with: never a formula, and not when edited either.
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(FORMULA_STARTS)
    return cell
