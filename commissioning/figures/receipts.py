"""Money by source: what is expected, what came, what was done with it, and what is owed back."""

from collections.abc import Iterable
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

from commissioning.figures.incurred import Accrued, accruals_at_use_by
from commissioning.figures.position import Position
from commissioning.figures.positions import positions
from commissioning.figures.slices import Slice
from commissioning.figures.sums import sum_where
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
    came, owed = _receipts(slice_), owed_back(slice_, today)
    lines = [
        FundingLine(
            row.key,
            _funding(row.key, row.position, came.get(row.key.pk), owed.get(row.key.pk)),
        )
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
    budget: Budget,
    position: Position,
    came: tuple[Decimal, Decimal] | None,
    owed: "Owed | None",
) -> Funding:
    moved = position.virements + position.carried_forward
    due = position.budget - moved
    status = budget.source_status
    received, returned = _came(budget, came, due)
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
        owed_back=owed.amount if owed else NOTHING,
    )


def _came(
    budget: Budget, came: tuple[Decimal, Decimal] | None, due: Decimal
) -> tuple[Decimal, Decimal]:
    """Pounds received and returned. Of old money staff may know that it came and not when."""
    return came or (due if budget.source_status == Status.RECEIVED else NOTHING, NOTHING)


# --- Owed back ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Owed:
    """How what is owed back of one budget is worked out, in pounds.

    `received`, `returned` and `moved` are as at the day of reading; `paid` and `accruals` as at the
    budget's last day to be spent, so that what is paid later changes nothing.
    """

    budget: Budget
    received: Decimal
    returned: Decimal
    moved: Decimal
    paid: Decimal
    accruals: tuple[Accrued, ...]

    @property
    def incurred(self) -> Decimal:
        """Paid by the last day, plus accruals and less prepayments at that day."""
        return self.paid + sum((each.amount for each in self.accruals), NOTHING)

    @property
    def amount(self) -> Decimal:
        """Received and moved, less returned and incurred; below nothing, more was spent."""
        return self.received - self.returned + self.moved - self.incurred


def owed_back(slice_: Slice, today: date) -> dict[int, Owed]:
    """What is owed back of each budget whose last day is over, by its id.

    As at the slice's day, or else today. The one place where this is worked out: the page of
    sources, budget monitoring and the work list all read it here.
    """
    day = slice_.as_at or today
    over = Budget.objects.filter(slice_.of_budgets(), use_by__lt=day).select_related(
        "fund", "source"
    )
    budgets = {budget.pk: budget for budget in over.order_by("use_by", "pk")}
    if not budgets:
        return {}
    came, sums = _receipts(slice_), _sums(slice_, list(budgets))
    accrued = accruals_at_use_by(slice_, (budget.use_by for budget in budgets.values()))
    return {
        key: _owed(budget, sums[key], came.get(key), accrued.get(key, []))
        for key, budget in budgets.items()
        if key in sums
    }


def _sums(slice_: Slice, keys: list[int]) -> dict[int, dict[str, Decimal]]:
    """What was put into each budget and moved, and what was paid of it by its last day."""
    rows = slice_.entries().filter(budget__in=keys).order_by().values("budget")
    by_then = Q(kind=Entry.Kind.PAYMENT, effective_on__lte=F("budget__use_by"))
    sums = rows.annotate(
        funded=sum_where(kind=Entry.Kind.FUNDING),
        moved=sum_where(MOVED),
        paid=sum_where(by_then),
    )
    return {row["budget"]: row for row in sums}


def _owed(
    budget: Budget,
    sums: dict[str, Decimal],
    came: tuple[Decimal, Decimal] | None,
    accrued: Iterable[Accrued],
) -> Owed:
    received, returned = _came(budget, came, sums["funded"] - sums["moved"])
    return Owed(budget, received, returned, sums["moved"], sums["paid"], tuple(accrued))


# --- What somebody should look at -----------------------------------------------------------------


def to_be_used_soon(today: date) -> QuerySet[Budget]:
    """Budgets that must be spent within WARNED_FOR, with pounds `uncommitted` of each."""
    soon = Budget.objects.filter(use_by__gte=today, use_by__lte=today + WARNED_FOR)
    left = ExpressionWrapper(F("amount") - _of_allocations("committed"), MoneyField())
    return soon.annotate(uncommitted=left).filter(uncommitted__gt=NOTHING)


def to_be_returned(today: date) -> QuerySet[Budget]:
    """Budgets past their last day to be spent, with pounds `owed` to the source of each."""
    found = {key: owed.amount for key, owed in owed_back(Slice(), today).items()}
    whens = [
        When(pk=key, then=Value(amount, MoneyField()))
        for key, amount in found.items()
        if amount > 0
    ]
    if not whens:
        return Budget.objects.none()
    owed = Case(*whens, default=Value(NOTHING, MoneyField()), output_field=MoneyField())
    return Budget.objects.annotate(owed=owed).filter(pk__in=found, owed__gt=NOTHING)


def _of(rows: QuerySet, column: str = "amount") -> Subquery:
    """The sum of a column over the rows of a budget; NULL for none."""
    of_budget = rows.filter(budget=OuterRef("pk")).order_by().values("budget")
    return Subquery(of_budget.annotate(total=Sum(column)).values("total"), MoneyField())


def _of_allocations(column: str) -> Coalesce:
    return Coalesce(_of(Allocation.objects.all(), column), Value(NOTHING, MoneyField()))
