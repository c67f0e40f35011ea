"""A sheet as a whole, before its rows are read: its column names, blank rows and order."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from tablib import Dataset

from commissioning.resources import cells
from commissioning.resources.cells import quoted
from commissioning.resources.columns import Column


def check_headers(sheet: Dataset, columns: Sequence[Column]) -> list[str]:
    """Put the column names in order; the names of columns that are there for reading only.

    Raises ValidationError for unknown, repeated and missing columns, all of them at once.
    """
    names = [_tidy(header).lower().replace(" ", "_") for header in sheet.headers or []]
    known = {column.column_name: column for column in columns}
    sentences = []
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    if repeated:
        sentences.append(f"There is more than one column called {_list(repeated)}.")
    unknown = [name for name in names if name not in known]
    if "" in unknown:
        sentences.append("A column has no name in the first row. Name it or remove it.")
    unknown = [name for name in unknown if name]
    if unknown:
        sentences.append(
            f"There is no column called {_list(unknown)}. The columns are {', '.join(known)}."
        )
    missing = [c.column_name for c in columns if c.required and c.column_name not in names]
    if missing:
        columns = "column" if len(missing) == 1 else "columns"
        sentences.append(f"The file lacks the {columns} {_list(missing)}.")
    if sentences:
        raise ValidationError(sentences)
    sheet.headers = names
    return [name for name in names if known[name].readonly]


def blank_rows_dropped(sheet: Dataset) -> list[int]:
    """Take blank rows out; the numbers that the rest have in the file, whose first row is named."""
    numbers = []
    rows = list(sheet)
    del sheet[:]
    for number, row in enumerate(rows, start=2):
        if not all(cells.is_blank(cell) for cell in row):
            sheet.append(row)
            numbers.append(number)
    return numbers


def parents_first(
    sheet: Dataset, numbers: list[int], key: str | None, columns: Sequence[str]
) -> list[int]:
    """Move rows behind the rows that they name in these columns; the numbers in the new order."""
    parents = [sheet.headers.index(name) for name in columns if name in sheet.headers]
    if key not in sheet.headers or not parents:
        return numbers
    own = sheet.headers.index(key)
    waiting = list(zip(numbers, sheet, strict=True))
    in_file = {_tidy(row[own]) for _, row in waiting}
    ordered, placed = [], {""}
    while waiting:
        ready = [
            item
            for item in waiting
            if all(
                name in placed or name not in in_file
                for name in (_tidy(item[1][parent]) for parent in parents)
            )
        ]
        # A circle of parents is left as it is: its rows are refused with a sentence of their own.
        ready = ready or waiting
        ordered += ready
        placed |= {_tidy(row[own]) for _, row in ready}
        done = {number for number, _ in ready}
        waiting = [item for item in waiting if item[0] not in done]
    del sheet[:]
    for _, row in ordered:
        sheet.append(row)
    return [number for number, _ in ordered]


def _tidy(cell: object) -> str:
    return "" if cells.is_blank(cell) else str(cell).strip()


def _list(names: Sequence[str]) -> str:
    return ", ".join(quoted(name) for name in names)
