"""Tables of money for staff: columns, rows, and a link from each figure to what is under it."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from operator import attrgetter
from typing import Self
from urllib.parse import urlencode

from django.urls import reverse

from commissioning import workbooks
from commissioning.admin.links import record_url
from commissioning.admin.money_forms import ROWS, row_token
from commissioning.figures import Slice

BEYOND = (
    "These budgets reach beyond {year}, or do not state their period. No yearly split of them is "
    "recorded, so they are not in the table above and are shown whole."
)


@dataclass(frozen=True)
class Column:
    """A figure, how it is read from a row, and what it means.

    `path` leads from the row to the figure; without one, from its position. `only_if_any`: a page
    has no room for it while nothing stands in it.
    """

    figure: str
    label: str
    meaning: str
    path: str = ""
    when_none: str = "no budget"
    only_if_any: bool = False

    def of(self, row: object) -> Decimal | None:
        """Pounds, or None where there is no such figure."""
        return attrgetter(self.path or f"position.{self.figure}")(row)

    def shown(self, row: object) -> Decimal | str:
        """The figure, or in words why there is none."""
        amount = self.of(row)
        return self.when_none if amount is None else amount


@dataclass(frozen=True)
class Figure:
    """A cell: an amount or words in its place, and where it is followed."""

    shown: Decimal | str
    href: str

    @property
    def is_amount(self) -> bool:
        return isinstance(self.shown, Decimal)


@dataclass(frozen=True)
class Words:
    """A cell beside the figures: words, or a share in per cent."""

    text: object
    href: str = ""
    is_share: bool = False

    @property
    def is_number(self) -> bool:
        return self.is_share and self.text is not None

    @property
    def in_file(self) -> object:
        """The share with its unit; the words as they are."""
        return (
            workbooks.Measured(self.text, workbooks.Unit.PERCENT) if self.is_number else self.text
        )

    @property
    def shown(self) -> str:
        if not self.is_number:
            return self.text or ""
        return f"{self.text}%".replace("-", "\N{MINUS SIGN}")


@dataclass(frozen=True)
class Line:
    """One row: its record, its figures by name, and what is said beside them."""

    label: str
    href: str
    cells: dict[str, Figure]
    beside: tuple[Words, ...] = ()

    def holds(self, figure: str) -> bool:
        cell = self.cells[figure]
        return not cell.is_amount or bool(cell.shown)

    def only(self, figures: Collection[str]) -> Self:
        """The same row with these figures only."""
        return replace(
            self, cells={name: self.cells[name] for name in self.cells if name in figures}
        )


@dataclass(frozen=True)
class MoneyTable:
    """One table, ready for a page or a sheet."""

    by: str
    slice: Slice
    columns: Sequence[Column]
    lines: list[Line]
    total: Line
    beside: Sequence[str] = ()

    @property
    def heading(self) -> str:
        return ROWS[self.by]

    @property
    def left_out(self) -> list[Column]:
        """The columns in which nothing stands, of those that a page shows only if anything does."""
        return [
            column
            for column in self.columns
            if column.only_if_any
            and not any(line.holds(column.figure) for line in (*self.lines, self.total))
        ]

    @property
    def on_page(self) -> Self:
        """The table without these; files have every column, so that months can be put together."""
        kept = [column for column in self.columns if column not in self.left_out]
        names = {column.figure for column in kept}
        lines = [line.only(names) for line in self.lines]
        return replace(self, columns=kept, lines=lines, total=self.total.only(names))

    @property
    def note(self) -> str:
        """Why the table stands apart, if it does."""
        return BEYOND.format(year=self.slice.year) if self.slice.beyond_year else ""


@dataclass(frozen=True)
class Layout:
    """What the tables of one report have in common.

    `rows` gives the rows of a slice, each with `key` and `label`, and their total. `under` names
    the address that a figure is followed to, `beside` the columns that `says` fills.
    """

    title: str
    columns: Sequence[Column]
    rows: Callable[[str, Slice], tuple[Iterable, object]]
    under: str
    beside: Sequence[str] = ()
    says: Callable[[object], tuple[Words, ...]] = lambda row: ()

    def table(self, by: str, slice_: Slice, address: dict[str, str]) -> MoneyTable:
        """The table of a slice; its links keep the page's `address`."""
        return self.set_out(by, slice_, *self.rows(by, slice_), address)

    def set_out(
        self, by: str, slice_: Slice, rows: Iterable, total: object, address: dict[str, str]
    ) -> MoneyTable:
        """The same of rows that are already worked out."""
        kept = {**address, "by": by}
        lines = [
            Line(
                row.label,
                # A period has no page of its own.
                "" if by == "period" else record_url(row.key),
                self.figures(row, {**kept, "row": row_token(by, row.key)}),
                self.says(row),
            )
            for row in rows
        ]
        foot = Line("Total", "", self.figures(total, kept), self.says(total))
        return MoneyTable(by, slice_, self.columns, lines, foot, self.beside)

    def beyond(self, slice_: Slice, address: dict[str, str]) -> MoneyTable | None:
        """The budgets that have no share in the chosen year; None if there are none."""
        if slice_.year is None:
            return None
        table = self.table("budget", replace(slice_, beyond_year=True), {**address, "beyond": "1"})
        return table if table.lines else None

    def figures(self, row: object, address: dict[str, str]) -> dict[str, Figure]:
        """The figures of a row by their names, each with its link."""
        under = reverse(self.under)
        return {
            column.figure: Figure(
                column.shown(row), f"{under}?{urlencode({**address, 'figure': column.figure})}"
            )
            for column in self.columns
        }

    def sheet(self, name: str, table: MoneyTable, notes: Iterable[str]) -> workbooks.Sheet:
        """The table as a sheet, with the same figures."""
        return workbooks.Sheet(
            name=name,
            title=f"{self.title} by {table.heading.lower()}",
            notes=["Pounds and pence.", *notes],
            columns=[
                table.heading,
                *workbooks.in_pounds(*(column.label for column in table.columns)),
                *table.beside,
            ],
            rows=map(_sheet_cells, table.lines),
            total=_sheet_cells(table.total),
            widths=[48, *[17] * len(table.columns), *[20] * len(table.beside)],
        )

    def labels(self) -> dict[str, str]:
        """What each figure is called."""
        return {column.figure: column.label for column in self.columns}


def heads(table: MoneyTable) -> list[str]:
    """The heads of the columns in a file."""
    return [table.heading, *(column.label for column in table.columns), *table.beside]


def _sheet_cells(line: Line) -> list:
    figures = [cell.shown for cell in line.cells.values()]
    return [line.label, *figures, *(words.in_file for words in line.beside)]


def cells(line: Line) -> list:
    """The cells of a row in a file."""
    figures = [cell.shown for cell in line.cells.values()]
    return [line.label, *figures, *(words.text for words in line.beside)]
