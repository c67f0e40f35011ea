"""Spreadsheet files: CSV and Excel, read with care and written so that no cell is a formula."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from import_export.formats import base_formats
from openpyxl import Workbook, load_workbook
from tablib import Dataset

from commissioning.resources import cells
from commissioning.workbooks import Heading, Unit, bare_table

LARGEST_FILE = 10 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 200
# A workbook is a zip file: what it unpacks to, and how many files it holds.
LARGEST_UNPACKED = 150 * 1024 * 1024
# Styles, themes and pictures: openpyxl keeps all of a file's styles in memory.
LARGEST_BESIDE_CELLS = 5 * 1024 * 1024
MOST_PARTS = 1_000

ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_file(data: bytes) -> Dataset:
    """The first sheet of a CSV or Excel file; ValidationError with a sentence for anything else.

    The first row names the columns. Blank rows stay, so that rows keep their numbers.
    """
    _refuse_unread(data)
    rows = _excel_rows(data) if data.startswith(ZIP) else _csv_rows(data)
    return _sheet(rows)


def read_workbook(data: bytes, most_unpacked: int) -> Workbook:
    """A whole Excel file as it is, formulas and all; ValidationError with a sentence otherwise.

    `most_unpacked` is in bytes: all of it is held in memory.
    """
    _refuse_unread(data)
    if not data.startswith(ZIP):
        raise ValidationError("This is not an Excel file. Choose a file that ends in .xlsx.")
    with _told_if_damaged():
        _check_parts(data, most_unpacked)
        return load_workbook(io.BytesIO(data))


def _refuse_unread(data: bytes) -> None:
    """What is refused before anything is read."""
    if len(data) > LARGEST_FILE:
        raise too_large()
    if not data.strip():
        raise ValidationError("The file is empty.")
    if data.startswith(OLD_EXCEL):
        raise ValidationError(
            "This is an old Excel file, or one with a password. Save it as .xlsx without a "
            "password, or as .csv."
        )


def too_large() -> ValidationError:
    return ValidationError(
        f"The file is larger than {LARGEST_FILE // 1024 // 1024} MB. Split it in two."
    )


def _sheet(rows: Iterator[Iterable]) -> Dataset:
    headers = _trimmed(next(rows, []))
    if not headers:
        raise ValidationError("The first row of the file is empty. It must name the columns.")
    if len(headers) > MOST_COLUMNS:
        raise ValidationError(f"The file has more than {MOST_COLUMNS} columns.")
    sheet, filled = Dataset(headers=headers), 0
    for number, row in enumerate(rows, start=2):
        row = _trimmed(row)
        filled += bool(row)
        if filled > MOST_ROWS or number > 10 * MOST_ROWS:
            raise ValidationError(f"The file has more than {MOST_ROWS:,} rows. Split it in two.")
        if len(row) > len(headers):
            raise ValidationError(
                f"Row {number} has more cells than the first row has names of columns."
            )
        row = [cells.restored(cell) if isinstance(cell, str) else cell for cell in row]
        sheet.append([*row, *[None] * (len(headers) - len(row))])
    if not filled:
        raise ValidationError("The file has names of columns and no rows under them.")
    return sheet


def _trimmed(row: Iterable) -> list:
    row = list(row)
    if row.count(None) == len(row):
        return []  # a workbook may hold a million of these
    while row and cells.is_blank(row[-1]):
        row.pop()
    return row


# --- CSV ------------------------------------------------------------------------------------------


def _csv_rows(data: bytes) -> Iterator[list]:
    text = _decoded(data)
    first_line = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    try:
        # As in Excel, a blank line is a row.
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise ValidationError(
            "The file cannot be read as CSV: a quotation mark is not closed, or a cell is longer "
            "than any text this system holds."
        ) from error


def _decoded(data: bytes) -> str:
    if data.startswith(UTF_16):
        encodings = ["utf-16"]
    elif b"\x00" in data:
        encodings = []
    else:
        # Excel writes CSV in the Windows character set unless asked for UTF-8.
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValidationError("This is not a spreadsheet. Choose a file that ends in .csv or .xlsx.")


# --- Excel ----------------------------------------------------------------------------------------


def _excel_rows(data: bytes) -> Iterator[tuple]:
    with _told_if_damaged():
        _check_parts(data, LARGEST_UNPACKED)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # The size that the file states may be wrong, by mistake or on purpose; and rows that end
        # in the last column that Excel has, 16,384, would take minutes.
        sheet.reset_dimensions()
        yield from sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True)


@contextmanager
def _told_if_damaged() -> Iterator[None]:
    try:
        yield
    except ValidationError:
        raise
    except Exception as error:
        # openpyxl raises what it meets on the way: KeyError, TypeError, BadZipFile, ParseError …
        raise ValidationError(
            "The file is damaged, or is not a spreadsheet. Open it in Excel and save it again."
        ) from error


def _check_parts(data: bytes, most_unpacked: int) -> None:
    """Refuse a small file that unpacks to a very large one, or that defines XML entities."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        beside = max((part.file_size for part in parts if not _holds_cells(part)), default=0)
        if unpacked > most_unpacked or beside > LARGEST_BESIDE_CELLS or len(parts) > MOST_PARTS:
            raise ValidationError("The file unpacks to more than this system takes. Split it.")
        # Whatever its parts are called: each can be named as a sheet.
        if any(_defines_entities(archive.read(part)) for part in parts):
            raise ValidationError(
                "The file defines XML entities, which no spreadsheet program does."
            )


def _holds_cells(part: zipfile.ZipInfo) -> bool:
    return part.filename.startswith(("xl/worksheets/", "xl/sharedStrings"))


def _defines_entities(part: bytes) -> bool:
    """Whether XML defines entities, anywhere and in UTF-16 as well; pictures do not."""
    is_wide = part.startswith(UTF_16) or b"\0" in part[:4]
    return b"<!DOCTYPE" in (part.replace(b"\0", b"") if is_wide else part)


# --- Writing --------------------------------------------------------------------------------------


class CSV(base_formats.CSV):
    """CSV in UTF-8 with a byte order mark, by which Excel knows it."""

    def export_data(self, dataset, **kwargs):
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(dataset.headers)
        for row in dataset:
            writer.writerow([_in_csv(cell) for cell in row])
        return text.getvalue().encode("utf-8-sig")


class Excel(base_formats.XLSX):
    """One sheet of true dates and numbers, these in the `units` of their columns."""

    def export_data(self, dataset, *, units: Mapping[str, Unit], **kwargs):
        rows = ([_in_excel(cell) for cell in row] for row in dataset)
        columns = [Heading(name, units.get(name)) for name in dataset.headers]
        return bare_table(dataset.title or "Data", columns, rows)


FORMATS = {"xlsx": Excel, "csv": CSV}


def _in_csv(cell: object) -> object:
    if isinstance(cell, str):
        return cells.neutral(cell)
    if isinstance(cell, datetime):
        return f"{timezone.localtime(cell):%Y-%m-%d %H:%M:%S}"
    return cell


def _in_excel(cell: object) -> object:
    # Excel keeps text as text by the cell's own type; only an apostrophe that is part of the text
    # needs one before it, so that reading the file again does not take it away.
    if isinstance(cell, str) and cell.startswith("'"):
        return cells.neutral(cell)
    return cell
