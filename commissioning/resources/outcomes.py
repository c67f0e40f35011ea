"""What came of an import: of each row, and of all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from import_export.results import RowResult

from commissioning.money import NOTHING
from commissioning.resources import cells
from commissioning.resources.columns import Column


@dataclass(frozen=True)
class ImportCounts:
    """What came of an import: rows read, and records added, changed and found as they were."""

    rows: int
    created: int
    updated: int
    unchanged: int

    def __str__(self) -> str:
        return f"{self.created} added, {self.updated} changed, {self.unchanged} unchanged"


@dataclass(frozen=True)
class Refusal:
    """Why a row cannot be taken in; the row is numbered as in the spreadsheet."""

    row: int
    column: str
    sentence: str

    def __str__(self) -> str:
        where = f"Row {self.row}, {self.column}" if self.column else f"Row {self.row}"
        return f"{where}: {self.sentence}"


@dataclass(frozen=True)
class Change:
    """A cell that says something new, in words before and after."""

    column: str
    before: str
    after: str


class Outcome(RowResult):
    """What came of one row."""

    def __init__(self, row: int = 0):
        super().__init__()
        self.row = row
        self.label = ""
        self.pounds = NOTHING
        # Rows that only add to a record of an earlier row are not counted as records.
        self.is_counted = True
        self.changes: list[Change] = []
        self.refusals: list[Refusal] = []

    def take(self, import_type: str, record: models.Model) -> None:
        self.import_type, self.label, self.object_id = import_type, str(record), record.pk

    def refuse(self, error: ValidationError, row: dict, columns: Sequence[Column]) -> None:
        self.import_type, self.validation_error = RowResult.IMPORT_TYPE_INVALID, error
        self.refusals = _told(error, row, self.row, columns)


def _told(
    error: ValidationError, row: dict, number: int, columns: Sequence[Column]
) -> list[Refusal]:
    """The refusal of a row as sentences that name the column and its value."""
    if not hasattr(error, "error_dict"):
        return [Refusal(number, "", text) for text in error.messages]
    by_attribute = {column.attribute: column.column_name for column in columns}
    told = []
    for name, errors in error.error_dict.items():
        column = name if name in row else by_attribute.get(name, "")
        for text in ValidationError(errors).messages:
            if name == NON_FIELD_ERRORS:
                told.append(Refusal(number, "", text))
            else:
                told.append(Refusal(number, column, _with_value(text, row.get(column))))
    return told


def _with_value(sentence: str, cell: object) -> str:
    """A sentence that does not name the cell's value, with it."""
    if cells.is_blank(cell) or str(cell).strip()[:30] in sentence:
        return sentence
    return f"{cells.quoted(cell)}: {sentence}"
