"""A workbook that a provider filled in, read cell by cell, with all that is wrong told at once."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from commissioning.days import in_words
from commissioning.fields import validate_no_control_characters
from commissioning.resources import cells
from commissioning.resources.cells import quoted
from commissioning.resources.files import read_workbook
from victims import rules
from victims.grids import Grid, Known, Spot
from victims.models import Counted, MonitoringReturn
from victims.resources import sheets
from victims.resources.sheets import Layout

# A filled template is a tenth of this; openpyxl needs fifty times as much memory.
MOST_UNPACKED = 8 * 1024 * 1024
LONGEST_COMMENT = MonitoringReturn._meta.get_field("comments").max_length
# Cells beyond the table are told one by one up to here.
MARGIN = 50

WRITE = "Write a whole number from 0 up, or “not collected” or “not received”."


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell, for whoever puts it right."""

    sheet: str
    cell: str
    sentence: str

    def __str__(self) -> str:
        where = f"Sheet “{self.sheet}”" + (f", cell {self.cell}" if self.cell else "")
        return f"{where}: {self.sentence}"


@dataclass
class Reading:
    """What a workbook says, and what is wrong with it. With faults nothing of it is used."""

    values: dict[tuple[Counted, Spot], Known] = field(default_factory=dict)
    comments: str = ""
    faults: list[Fault] = field(default_factory=list)


def read(data: bytes, monitoring_return: MonitoringReturn) -> Reading:
    """The numbers of a filled template; ValidationError where it is no template of this return."""
    layout = sheets.layout_of(monitoring_return)
    book = read_workbook(data, MOST_UNPACKED)
    pages = {page.title: page for page in book.worksheets}
    _is_of(pages, monitoring_return, layout)
    reading = Reading()
    expected = [sheets.INSTRUCTIONS, *map(layout.name, layout.grids), sheets.COMMENTS]
    for name in book.sheetnames:
        if name not in expected:
            reading.faults.append(Fault(name, "", "it is no sheet of this form. Remove it."))
    for grid in layout.grids:
        _read_grid(pages[layout.name(grid)], grid, layout, reading)
    _read_comments(pages[sheets.COMMENTS], reading)
    for each in rules.disagreements(layout.grids, reading.values):
        where = layout.cell(each.grid, each.counted, each.spot)
        sentence = f"{str(each.counted)[:80]}: {each.sentence}"
        reading.faults.append(Fault(layout.name(each.grid), where, sentence))
    return reading


def _is_of(
    pages: dict[str, Worksheet], monitoring_return: MonitoringReturn, layout: Layout
) -> None:
    """Refuse the form of another service or period, an old form, and what is no form at all."""
    needed = {sheets.INSTRUCTIONS, sheets.COMMENTS}
    if not needed <= set(pages):
        raise ValidationError(
            "This is not the form of a return: it lacks the sheets “Instructions” or “Comments”. "
            "Download the form from the page of the return."
        )
    page = pages[sheets.INSTRUCTIONS]
    service = cells.read_text(page[sheets.SERVICE_CELL].value)
    if service != str(monitoring_return.service):
        raise ValidationError(
            f"This is the form of {quoted(service)}. The return is of "
            f"{quoted(monitoring_return.service)}."
        )
    days = [cells.read_day(page[at].value) for at in (sheets.FIRST_DAY_CELL, sheets.LAST_DAY_CELL)]
    if days != [monitoring_return.starts_on, monitoring_return.ends_on]:
        said = " to ".join(in_words(day) if day else "no day" for day in days)
        raise ValidationError(
            f"This is the form for {said}. The return is for "
            f"{in_words(monitoring_return.starts_on)} to {in_words(monitoring_return.ends_on)}."
        )
    missing = {layout.name(grid) for grid in layout.grids} - set(pages)
    if cells.read_text(page[sheets.STAMP_CELL].value) != layout.stamp:
        raise ValidationError(
            "This form is an old one: what is counted has changed since it was made. Download the "
            "form again and copy the numbers into it."
        )
    if missing:
        raise ValidationError(f"The sheet {quoted(sorted(missing)[0])} of the form is missing.")


def _read_grid(page: Worksheet, grid: Grid, layout: Layout, reading: Reading) -> None:
    name = layout.name(grid)
    expected = layout.labels(grid)
    for merged in page.merged_cells.ranges:
        sentence = f"{merged.coord} are merged cells. Unmerge them: each needs its own number."
        reading.faults.append(Fault(name, merged.coord.partition(":")[0], sentence))
    for address, text in expected.items():
        if _text(page[address]) != text:
            sentence = f"here stood {quoted(text)}. Do not move or rename rows or columns."
            reading.faults.append(Fault(name, address, sentence))
    for counted in grid.columns:
        _read_column(page, grid, counted, layout, reading)
    reading.faults += _outside(page, grid, name)


def _read_column(
    page: Worksheet, grid: Grid, counted: Counted, layout: Layout, reading: Reading
) -> None:
    name = layout.name(grid)
    column = {spot: page[layout.cell(grid, counted, spot)] for spot in grid.spots}
    if len(column) > 1 and all(cells.is_blank(cell.value) for cell in column.values()):
        addresses = [cell.coordinate for cell in column.values()]
        where = f"{addresses[0]} to {addresses[-1]}"
        sentence = f"nothing stands under “{counted}”. {WRITE} Nothing is taken as 0."
        reading.faults.append(Fault(name, where, sentence))
        return
    for spot, cell in column.items():
        try:
            reading.values[counted, spot] = read_count(cell)
        except ValidationError as refusal:
            sentence = " ".join(refusal.messages)
            reading.faults.append(Fault(name, cell.coordinate, sentence))


def read_count(cell: Cell) -> Known:
    """A cell as a whole number from 0 up, or as the reason why there is none."""
    value = cell.value
    if cell.data_type == "f":
        raise ValidationError("it holds a formula. Write the number itself.")
    if cells.is_blank(value):
        raise ValidationError(f"it is empty. {WRITE} Nothing is taken as 0.")
    if isinstance(value, str):
        for reason in sheets.REASONS:
            if value.strip().lower() == reason.label:
                return reason
    try:
        number = cells.read_whole_number(value)
    except ValidationError as refusal:
        raise ValidationError(f"{' '.join(refusal.messages)} {WRITE}") from refusal
    if number < 0:
        raise ValidationError(f"{number:,} is below 0. {WRITE}")
    if number > rules.MOST:
        raise ValidationError(f"{number:,} is more than any service counts. Is it a slip?")
    return number


def _outside(page: Worksheet, grid: Grid, name: str) -> Iterator[Fault]:
    """Faults for what was written where the form has nothing."""
    last_row = sheets.HEADINGS + len(grid.spots)
    last_column = sheets.FIRST_COLUMN + len(grid.columns) - 1
    if page.max_row > last_row + MARGIN or page.max_column > last_column + MARGIN:
        yield Fault(name, "", "something stands far outside the table. Remove it.")
        return
    for row in page.iter_rows(min_row=sheets.HEADINGS):
        for cell in row:
            is_inside = cell.row <= last_row and cell.column <= last_column
            if not is_inside and not cells.is_blank(cell.value):
                yield Fault(name, cell.coordinate, "it is outside the table. Empty it.")


def _read_comments(page: Worksheet, reading: Reading) -> None:
    cell = page[sheets.COMMENT_CELL]
    try:
        if cell.data_type == "f":
            raise ValidationError("it holds a formula. Write text.")
        reading.comments = cells.read_text(cell.value)
        validate_no_control_characters(reading.comments)
        if len(reading.comments) > LONGEST_COMMENT:
            raise ValidationError(f"it is longer than {LONGEST_COMMENT:,} characters. Shorten it.")
    except ValidationError as refusal:
        fault = Fault(sheets.COMMENTS, sheets.COMMENT_CELL, " ".join(refusal.messages))
        reading.faults.append(fault)


def _text(cell: Cell) -> str:
    return "" if cell.value is None else str(cell.value).strip()
