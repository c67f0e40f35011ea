"""A return as a workbook: where each of its numbers stands, and the empty one for the provider."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from commissioning.days import in_words
from commissioning.workbooks import NOT_IN_SHEET_NAMES
from programmes.models import Missing
from victims.grids import Grid, Known, Spot, Values, grids_of
from victims.models import Counted, MonitoringReturn

INSTRUCTIONS, COMMENTS = "Instructions", "Comments"
COMMENT_CELL = "A3"
# On the sheet of instructions, by which the workbook is known again.
SERVICE_CELL, FIRST_DAY_CELL, LAST_DAY_CELL, STAMP_CELL = "B3", "B4", "B5", "B6"
# On a sheet of numbers: the row of headings, and the row and column of the first number.
HEADINGS, FIRST_ROW, FIRST_COLUMN = 4, 5, 3

# Why there is no number, as a provider may write it in its place.
REASONS = [Missing.NOT_COLLECTED, Missing.NOT_RECEIVED]

HEAD = PatternFill("solid", start_color="FFE8E8E8")
TOTALS = PatternFill("solid", start_color="FFF5F5F5")
ENTRY = Border(*[Side(style="thin", color="FF808080")] * 4)
WRAPPED = Alignment(wrap_text=True, vertical="top")

HOW = [
    "Write a whole number into every white cell: how many, and 0 where there were none.",
    "Where a number is not known, write why instead: “not collected” or “not received”.",
    "Count what you cannot place as not known. The rows of one area add up to their total; where "
    "people may be counted in several rows, the total is the number of different people.",
    "“All areas” is everybody, those whose area is not known included.",
    "Write numbers only, no formulas; add, move or rename no sheet, row or column.",
    "Numbers only: never a name, a date of birth, an address or anything else about one person, "
    "on the sheet of comments neither.",
]


@dataclass(frozen=True)
class Layout:
    """Where each number of a service's returns stands."""

    grids: list[Grid]

    def name(self, grid: Grid) -> str:
        return grid.name.translate(NOT_IN_SHEET_NAMES)[:31]

    def cell(self, grid: Grid, counted: Counted, spot: Spot) -> str:
        column = get_column_letter(FIRST_COLUMN + grid.columns.index(counted))
        return f"{column}{FIRST_ROW + grid.spots.index(spot)}"

    def labels(self, grid: Grid) -> dict[str, str]:
        """The text of every cell that is not for a number."""
        headings = ["Area", str(grid.breakdown or "Of these"), *map(str, grid.columns)]
        texts = {
            f"{get_column_letter(place)}{HEADINGS}": text
            for place, text in enumerate(headings, start=1)
        }
        for row, spot in enumerate(grid.spots, start=FIRST_ROW):
            texts[f"A{row}"], texts[f"B{row}"] = grid.label(spot)
        return texts

    @property
    def stamp(self) -> str:
        """Changes when the sheets do: a workbook made before is then an old one."""
        told = [(self.name(grid), self.labels(grid)) for grid in self.grids]
        return sha256(repr(told).encode()).hexdigest()[:12]


def layout_of(monitoring_return: MonitoringReturn) -> Layout:
    return Layout(grids_of(monitoring_return.service))


def template(monitoring_return: MonitoringReturn, values: Values) -> bytes:
    """The workbook for the provider to fill in; one sent back holds what was counted before."""
    layout = layout_of(monitoring_return)
    book = Workbook()
    _instruct(book.active, monitoring_return, layout)
    for grid in layout.grids:
        _lay_out(book.create_sheet(layout.name(grid)), grid, layout, values)
    _ask_for_comments(book.create_sheet(COMMENTS), monitoring_return.comments)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _instruct(page: Worksheet, monitoring_return: MonitoringReturn, layout: Layout) -> None:
    page.title = INSTRUCTIONS
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 24, 70
    _write(page, "A1", "Monitoring return", Font(bold=True, size=14))
    _write(page, "A2", f"Send it by {in_words(monitoring_return.wanted_on)}.")
    for cell, label, value in [
        (SERVICE_CELL, "Service", str(monitoring_return.service)),
        (FIRST_DAY_CELL, "First day", monitoring_return.starts_on),
        (LAST_DAY_CELL, "Last day", monitoring_return.ends_on),
        (STAMP_CELL, "Version of this form", layout.stamp),
    ]:
        _write(page, f"A{cell[1:]}", label, Font(bold=True))
        _write(page, cell, value)
    row = 8
    if monitoring_return.to_put_right:
        _write(page, f"A{row}", "To put right", Font(bold=True))
        _write(page, f"B{row}", monitoring_return.to_put_right)
        row += 2
    _write(page, f"A{row}", "How to fill it in", Font(bold=True))
    for row, sentence in enumerate(HOW, start=row):  # noqa: B020 - goes on from where it was
        _write(page, f"B{row}", sentence)
    row += 2
    _write(page, f"A{row}", "What is counted", Font(bold=True))
    for grid in layout.grids:
        for counted in grid.columns:
            _write(page, f"A{row + 1}", str(counted))
            _write(page, f"B{row + 1}", counted.definition)
            row += 1
    page.protection.enable()


def _lay_out(page: Worksheet, grid: Grid, layout: Layout, values: Values) -> None:
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 26, 34
    _write(page, "A1", grid.name, Font(bold=True, size=14))
    _write(page, "A2", "A whole number in every white cell; 0 where there were none.", wraps=False)
    for cell, text in layout.labels(grid).items():
        is_heading = page[cell].row == HEADINGS
        _write(page, cell, text, Font(bold=True) if is_heading else None)
        if is_heading:
            page[cell].fill = HEAD
    for column, counted in enumerate(grid.columns, start=FIRST_COLUMN):
        page.column_dimensions[get_column_letter(column)].width = 16
        for row, spot in enumerate(grid.spots, start=FIRST_ROW):
            cell = page.cell(row, column)
            cell.protection, cell.border = Protection(locked=False), ENTRY
            if grid.is_total(spot):
                cell.fill = TOTALS
            known = values.get((counted, spot))
            if known is not None:
                cell.value = _told(known)
    page.freeze_panes = page.cell(FIRST_ROW, FIRST_COLUMN)
    page.protection.enable()


def _ask_for_comments(page: Worksheet, comments: str) -> None:
    page.column_dimensions["A"].width = 100
    page.row_dimensions[3].height = 200
    _write(page, "A1", "Comments", Font(bold=True, size=14))
    _write(page, "A2", "What helps to read the numbers. Nothing about one person.")
    _write(page, COMMENT_CELL, comments)
    page[COMMENT_CELL].protection, page[COMMENT_CELL].border = Protection(locked=False), ENTRY
    page.protection.enable()


def _told(known: Known) -> int | str:
    return known.label if isinstance(known, Missing) else known


def _write(
    page: Worksheet, address: str, value: str | date, font: Font | None = None, wraps: bool = True
) -> None:
    cell = page[address]
    cell.value = value or None
    if isinstance(value, str) and value:
        # Text stays text, whatever it begins with.
        cell.data_type = "s"
        cell.alignment = WRAPPED if wraps else Alignment(vertical="top")
    elif value:
        cell.number_format = "d mmmm yyyy"
        cell.alignment = Alignment(horizontal="left", vertical="top")
    if font:
        cell.font = font
