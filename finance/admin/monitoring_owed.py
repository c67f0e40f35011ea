"""What is owed back to sources, beneath the budget monitoring report: the figure of Sources."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from commissioning import workbooks
from commissioning.admin.owed_back import address_of
from commissioning.days import in_words
from commissioning.figures import Slice
from commissioning.figures.receipts import Owed, owed_back
from commissioning.models import User
from commissioning.money import NOTHING

TITLE = "Owed back to sources"
COLUMNS = ("Received and moved, less returned", "Incurred by the last day", "Owed back")


@dataclass(frozen=True)
class OwedLine:
    """One budget past its last day to be spent, in pounds."""

    label: str
    source: str
    use_by: str
    came: Decimal
    incurred: Decimal
    amount: Decimal
    href: str = ""

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        """In the order of COLUMNS."""
        return (self.came, self.incurred, self.amount)


@dataclass(frozen=True)
class OwedTable:
    """Budgets past their last day, by source, and their sum."""

    lines: tuple[OwedLine, ...]

    columns = COLUMNS

    @property
    def total(self) -> list[Decimal]:
        sums = zip(*(line.amounts for line in self.lines), strict=True)
        return [sum(column, NOTHING) for column in sums]


def owed_table(slice_: Slice, user: User, known_on: date | None = None) -> OwedTable | None:
    """What is owed back of the budgets of the report; None for an area, or where no day is over."""
    if slice_.area is not None:
        return None
    found = owed_back(slice_, timezone.localdate()).values()
    may_follow = user.has_perm("commissioning.view_receipt")
    lines = [
        _line(owed, address_of(owed.budget, slice_.as_at, known_on) if may_follow else "")
        for owed in found
    ]
    lines.sort(key=lambda line: (line.source, line.label))
    return OwedTable(tuple(lines)) if lines else None


def _line(owed: Owed, href: str) -> OwedLine:
    budget = owed.budget
    return OwedLine(
        label=f"{budget.period}, {budget.fund}",
        source=str(budget.source),
        use_by=in_words(budget.use_by),
        came=owed.amount + owed.incurred,
        incurred=owed.incurred,
        amount=owed.amount,
        href=href,
    )


def owed_sheet(table: OwedTable, scope: list[str]) -> workbooks.Sheet:
    """The same lines as a sheet of the workbook."""
    return workbooks.Sheet(
        name="Owed back",
        title=TITLE,
        notes=["Pounds and pence.", *scope],
        columns=["Source", "Budget", "To be spent by", *workbooks.in_pounds(*COLUMNS)],
        rows=[[line.source, line.label, line.use_by, *line.amounts] for line in table.lines],
        total=["Total", "", "", *table.total],
        widths=[36, 48, 18, 24, 24, 20],
    )
