"""Which figure a cell asks for: what its table, column and row say together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from commissioning.models import Area
from programmes.models import Category, Measure, ReportLine, ReportTable

Shows = ReportLine.Shows


@dataclass(frozen=True)
class Place:
    """Of what, where and for when a cell's figure is; None where nothing says."""

    measure: Measure | None = None
    area: Area | None = None
    category: Category | None = None
    service_id: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None

    @classmethod
    def of(cls, table: ReportTable, column: ReportLine, row: ReportLine) -> Self:
        """The row wins over the column, and the column over the table."""
        said = (row, column, table)
        # A first day of one and a last day of another would be a period that nobody meant.
        dated = next((line for line in said if line.starts_on or line.ends_on), table)
        return cls(
            measure=_first(said, "measure"),
            area=_first(said, "area"),
            category=_first(said, "category"),
            service_id=table.service_id,
            starts_on=dated.starts_on,
            ends_on=dated.ends_on,
        )

    @property
    def has_period(self) -> bool:
        return self.starts_on is not None or self.ends_on is not None

    @property
    def period(self) -> tuple[date | None, date | None]:
        return (self.starts_on, self.ends_on)

    def of_measure(self, measure: Measure) -> Self:
        return replace(self, measure=measure)

    def holds_period(self, starts_on: date | None, ends_on: date | None) -> bool:
        """Whether a period lies within the place's; every period does where none is said."""
        if not self.has_period:
            return True
        if None in (self.starts_on, self.ends_on, starts_on, ends_on):
            return (self.starts_on, self.ends_on) == (starts_on, ends_on)
        return self.starts_on <= starts_on and ends_on <= self.ends_on


def shows(column: ReportLine, row: ReportLine) -> str:
    """What stands where a row and a column meet: the row says, unless it shows plain figures."""
    return row.shows if row.shows != Shows.FIGURE else column.shows


def _first(lines: Sequence, name: str):
    return next((value for line in lines if (value := getattr(line, name, None)) is not None), None)
