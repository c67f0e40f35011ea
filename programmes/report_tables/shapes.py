"""A table as it is shown: text and plain values, which an edition keeps as JSON."""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Self

from programmes.figures.words import qualified

# In place of a figure that there is not; the cell's note says why.
NO_FIGURE = "–"


@dataclass(frozen=True)
class Cell:
    """One figure or some words.

    `text` is the figure without how exact it is: "11,445", "£385,500", "42.7%". `value` is the bare
    number as text, "" for words. `marker` stands in place of a figure that is hidden ([c]) or that
    there is not (–). `note` says why, or what to know. `href` leads to the records under it.
    `first_day`, `last_day` (as in 2021-03-31) and `series_break` are of the figure, for charts;
    editions made before these were kept have none.
    """

    text: str = ""
    value: str = ""
    qualifier: str = ""
    marker: str = ""
    note: str = ""
    href: str = ""
    value_high: str = ""
    first_day: str = ""
    last_day: str = ""
    series_break: str = ""

    @property
    def said(self) -> str:
        """As a reader sees it: "about £385,500", "[c]"."""
        if self.marker or not self.text:
            return self.marker
        return qualified(self.text, self.qualifier, self.series_break)

    @property
    def starts_on(self) -> date | None:
        return date.fromisoformat(self.first_day) if self.first_day else None

    @property
    def ends_on(self) -> date | None:
        return date.fromisoformat(self.last_day) if self.last_day else None

    @property
    def number(self) -> Decimal | None:
        return Decimal(self.value) if self.value else None


@dataclass(frozen=True)
class Column:
    """A column's heading, and of what its figures are: "people", "pounds"; "" for words."""

    heading: str
    unit: str = ""


@dataclass(frozen=True)
class Row:
    """A row's heading and its cells, one for each column."""

    heading: str
    cells: tuple[Cell, ...]
    is_total: bool = False


@dataclass(frozen=True)
class Table:
    """A whole table; `corner` is what stands above the row headings, `notes` below it."""

    code: str
    title: str
    corner: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    where: str = ""

    def numeric(self) -> tuple[bool, ...]:
        """For each column whether it holds figures rather than words."""
        by_column = zip(*(row.cells for row in self.rows), strict=True)
        found = [all(cell.value or cell.marker for cell in cells) for cells in by_column]
        return tuple(found) or (False,) * len(self.columns)

    @property
    def headings(self) -> list[tuple[Column, bool]]:
        """Each column, and whether it holds figures."""
        return list(zip(self.columns, self.numeric(), strict=True))

    def as_json(self) -> dict:
        """Plain lists, texts and yes-or-no, for an edition."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict) -> Self:
        """The table that `as_json` made this of."""
        rows = tuple(
            Row(row["heading"], tuple(Cell(**cell) for cell in row["cells"]), row["is_total"])
            for row in kept["rows"]
        )
        columns = tuple(Column(**column) for column in kept["columns"])
        parts = {"columns": columns, "rows": rows, "notes": tuple(kept["notes"])}
        return cls(**{**kept, **parts})
