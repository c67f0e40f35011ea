"""Money by source: what is expected, what came, what was done with it, and what is owed back."""

from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from django.db.models import (
    Case,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from commissioning.figures.position import Position
from commissioning.figures.positions import positions
from commissioning.figures.slices import Slice
from commissioning.models import Allocation, Budget, Entry, FundingSource, Receipt
from commissioning.money import NOTHING, MoneyField

Status = Budget.SourceStatus

# How long before the last day on which a source lets its money be spent staff are warned.
WARNED_FOR = timedelta(days=90)

RECEIVED = Q(kind=Receipt.Kind.RECEIVED) | Q(corrects__kind=Receipt.Kind.RECEIVED)
RETURNED = Q(kind=Receipt.Kind.RETURNED) | Q(corrects__kind=Receipt.Kind.RETURNED)
# Money that a budget had from, or gave to, another one: its source pays it to nobody twice.
MOVED = Q(kind=Entry.Kind.FUNDING, reason__in=[Entry.Reason.VIREMENT, Entry.Reason.CARRY_FORWARD])


def received(budget: Budget) -> Decimal:
    """Pounds that came from the source, corrected."""
    return _sum(budget.receipts.filter(RECEIVED))


def returned(budget: Budget) -> Decimal:
    """Pounds that went back to the source, corrected."""
    return -_sum(budget.receipts.filter(RETURNED))


def corrected(receipt: Receipt) -> Decimal:
    """Signed pounds of a receipt and all its corrections."""
    return receipt.amount + _sum(receipt.corrections.all())


def due(budget: Budget) -> Decimal:
    """Pounds that the source is to pay for a budget: without what other budgets gave or took."""
    return _sum(budget.entries.filter(Q(kind=Entry.Kind.FUNDING) & ~MOVED))


def _sum(rows: QuerySet) -> Decimal:
    return rows.aggregate(total=Sum("amount"))["total"] or NOTHING


@dataclass(frozen=True)
class Funding:
    """What became of money from a source, in pounds.

    `expected` and `confirmed` are what sources are to pay for budgets whose money is only expected,
    or is confirmed (received included); `moved` is what came from other budgets, less what went to
    them.
    """

    expected: Decimal = NOTHING
    confirmed: Decimal = NOTHING
    received: Decimal = NOTHING
    returned: Decimal = NOTHING
    moved: Decimal = NOTHING
    allocated: Decimal = NOTHING
    committed: Decimal = NOTHING
    paid: Decimal = NOTHING
    to_come: Decimal = NOTHING
    owed_back: Decimal = NOTHING

    def __add__(self, other: "Funding") -> "Funding":
        return Funding(
            *(getattr(self, each.name) + getattr(other, each.name) for each in fields(self))
        )


@dataclass(frozen=True)
class FundingLine:
    """One budget, and what became of its money."""

    budget: Budget
    funding: Funding


@dataclass(frozen=True)
class SourceFunding:
    """One source and its budgets; `total` is the sum of the lines."""

    source: FundingSource
    lines: tuple[FundingLine, ...]

    @property
    def total(self) -> Funding:
        return sum((line.funding for line in self.lines), Funding())


def funding_by_source(slice_: Slice, today: date) -> list[SourceFunding]:
    """Every source with the budgets of the slice, as at its day or else today.

    How sure the money is, and until when it may be spent, is what the budgets say now.
    """
    came, day = _receipts(slice_), slice_.as_at or today
    lines = [
        FundingLine(row.key, _funding(row.key, row.position, came.get(row.key.pk), day))
        for row in positions("budget", slice_)
    ]
    lines.sort(key=_place)
    return [
        SourceFunding(source, tuple(of_source))
        for source, of_source in groupby(lines, key=attrgetter("budget.source"))
    ]


def _place(line: FundingLine) -> tuple:
    budget = line.budget
    first = budget.starts_on or date.max
    return (budget.source.name, budget.source_id, first, budget.fund.name, budget.pk)


def _receipts(slice_: Slice) -> dict[int, tuple[Decimal, Decimal]]:
    """Pounds received and returned, by budget."""
    rows = Receipt.objects.filter(slice_.of_budgets("budget__"))
    if slice_.as_at:
        rows = rows.filter(received_on__lte=slice_.as_at)
    if slice_.known_at:
        rows = rows.filter(recorded_at__lte=slice_.known_at)
    sums = (
        rows.order_by()
        .values_list("budget")
        .annotate(came=_pounds(RECEIVED), went=_pounds(RETURNED))
    )
    return {key: (came, -went) for key, came, went in sums}


def _pounds(condition: Q) -> Coalesce:
    return Coalesce(Sum("amount", filter=condition), Value(NOTHING, MoneyField()))


def _funding(
    budget: Budget, position: Position, came: tuple[Decimal, Decimal] | None, day: date
) -> Funding:
    moved = position.virements + position.carried_forward
    due = position.budget - moved
    status = budget.source_status
    # Of old money staff may know that it came and not when.
    received, returned = came or (due if status == Status.RECEIVED else NOTHING, NOTHING)
    is_over = budget.use_by is not None and budget.use_by < day
    left = received - returned + moved - position.paid
    return Funding(
        expected=due if status == Status.EXPECTED else NOTHING,
        confirmed=NOTHING if status == Status.EXPECTED else due,
        received=received,
        returned=returned,
        moved=moved,
        allocated=position.allocated,
        committed=position.committed,
        paid=position.paid,
        to_come=max(due - received, NOTHING),
        owed_back=max(left, NOTHING) if is_over else NOTHING,
    )


# --- What somebody should look at -----------------------------------------------------------------


def to_be_used_soon(today: date) -> QuerySet[Budget]:
    """Budgets that must be spent within WARNED_FOR, with pounds `uncommitted` of each."""
    soon = Budget.objects.filter(use_by__gte=today, use_by__lte=today + WARNED_FOR)
    left = ExpressionWrapper(F("amount") - _of_allocations("committed"), MoneyField())
    return soon.annotate(uncommitted=left).filter(uncommitted__gt=NOTHING)


def owed_back(today: date) -> QuerySet[Budget]:
    """Budgets past their last day to be spent, with pounds `owed` to the source of each."""
    came = _of(Receipt.objects.all())
    moved = Coalesce(_of(Entry.objects.filter(MOVED)), Value(NOTHING, MoneyField()))
    said = Case(
        When(source_status=Status.RECEIVED, then=F("amount") - moved),
        default=Value(NOTHING),
        output_field=MoneyField(),
    )
    owed = Coalesce(came, said) + moved - _of_allocations("paid")
    over = Budget.objects.filter(use_by__lt=today)
    return over.annotate(owed=ExpressionWrapper(owed, MoneyField())).filter(owed__gt=NOTHING)


def _of(rows: QuerySet, column: str = "amount") -> Subquery:
    """The sum of a column over the rows of a budget; NULL for none."""
    of_budget = rows.filter(budget=OuterRef("pk")).order_by().values("budget")
    return Subquery(of_budget.annotate(total=Sum(column)).values("total"), MoneyField())


def _of_allocations(column: str) -> Coalesce:
    return Coalesce(_of(Allocation.objects.all(), column), Value(NOTHING, MoneyField()))
