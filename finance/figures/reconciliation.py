"""The ledger against payments, month by month: every figure of the page, the file and year end."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import (
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncMonth
from django.utils import timezone

from commissioning.figures.sums import sum_where
from commissioning.models import Payment
from commissioning.money import NOTHING, MoneyField
from commissioning.years import FinancialYear
from finance.models import LedgerExplanation, LedgerLine, LedgerMatch, LedgerSource, MonthSignOff
from finance.months import Month

ZERO = Value(NOTHING, MoneyField())
# Pounds as the ledger counts them: minus for money that came back.
SIGNED = Case(
    When(kind=Payment.Kind.PAYMENT, then=F("amount")),
    default=ZERO - F("amount"),
    output_field=MoneyField(),
)


# --- Rows, each with how much of it is matched ----------------------------------------------------


def ledger_lines(known_at: datetime | None = None) -> QuerySet[LedgerLine]:
    """Lines with `matched`, `left` and `is_explained`, now or as known at a moment."""
    return _standing(LedgerLine.objects.annotate(signed=F("amount")), "line", known_at)


def released_payments(known_at: datetime | None = None) -> QuerySet[Payment]:
    """Released payments with `signed`, `matched`, `left` and `is_explained`."""
    released = Payment.objects.filter(status=Payment.Status.RELEASED).annotate(signed=SIGNED)
    return _standing(released, "payment", known_at)


def _standing(rows: QuerySet, side: str, known_at: datetime | None) -> QuerySet:
    matches = LedgerMatch.objects.standing(known_at).filter(**{side: OuterRef("pk")})
    sums = matches.order_by().values(side).annotate(total=Sum("amount")).values("total")
    explanations = LedgerExplanation.objects.standing(known_at).filter(**{side: OuterRef("pk")})
    matched = Coalesce(Subquery(sums, output_field=MoneyField()), ZERO)
    return rows.annotate(
        matched=matched,
        left=ExpressionWrapper(F("signed") - matched, MoneyField()),
        is_explained=Exists(explanations),
        is_awaited=Exists(explanations.filter(cause=LedgerExplanation.Cause.OTHER_MONTH)),
    )


MATCHED = Q(left=NOTHING)
EXPLAINED = ~MATCHED & Q(is_explained=True)
OPEN = ~MATCHED & Q(is_explained=False)


def lines_of(
    month: Month, source: LedgerSource | None = None, known_at: datetime | None = None
) -> QuerySet[LedgerLine]:
    """The ledger's lines dated in the month."""
    lines = ledger_lines(known_at).filter(day__range=month.days)
    return lines.filter(source=source) if source else lines


def payments_of(month: Month, known_at: datetime | None = None) -> QuerySet[Payment]:
    """Payments, recoveries and returns of the month."""
    return released_payments(known_at).filter(paid_on__range=month.days)


# --- Totals ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Side:
    """One side of a month: how many, and signed pounds."""

    count: int
    total: Decimal
    matched: Decimal
    explained_count: int
    explained: Decimal
    open_count: int
    open: Decimal
    # Of what is matched: with the other record's rows of other months.
    elsewhere: Decimal

    @property
    def matched_within(self) -> Decimal:
        """Matched with the other record's rows of the same month."""
        return self.matched - self.elsewhere


@dataclass(frozen=True)
class Reconciliation:
    """A month of the ledger beside its payments; `signed` is the sign-off that stands.

    A month that is signed off is told as it was known then.
    """

    month: Month
    source: LedgerSource | None
    ledger: Side
    payments: Side
    signed: MonthSignOff | None

    @property
    def difference(self) -> Decimal:
        """The ledger less the payments."""
        return self.ledger.total - self.payments.total

    @property
    def is_settled(self) -> bool:
        """Everything is matched or explained."""
        return not (self.ledger.open_count or self.payments.open_count)

    @property
    def known_at(self) -> datetime | None:
        return self.signed and self.signed.made_at


def reconcile(month: Month, source: LedgerSource | None = None) -> Reconciliation:
    """Both sides of a month; of one source, its lines beside the payments of all."""
    signed = MonthSignOff.objects.standing_in(month)
    known_at = signed and signed.made_at
    matches = LedgerMatch.objects.standing(known_at)
    in_line, in_payment = (
        Q(line__day__range=month.days),
        Q(payment__paid_on__range=month.days),
    )
    of_source = Q(line__source=source) if source else Q()
    elsewhere = matches.aggregate(
        lines=sum_where(in_line, of_source, ~in_payment),
        payments=sum_where(in_payment, ~in_line),
    )
    return Reconciliation(
        month,
        source,
        _side(lines_of(month, source, known_at), elsewhere["lines"]),
        _side(payments_of(month, known_at), elsewhere["payments"]),
        signed,
    )


def _side(rows: QuerySet, elsewhere: Decimal) -> Side:
    found = rows.order_by().aggregate(
        count=Count("pk"),
        total=Coalesce(Sum("signed"), ZERO),
        all_matched=Coalesce(Sum("matched"), ZERO),
        explained_count=Count("pk", filter=EXPLAINED),
        explained=Coalesce(Sum("left", filter=EXPLAINED), ZERO),
        open_count=Count("pk", filter=OPEN),
        open=Coalesce(Sum("left", filter=OPEN), ZERO),
    )
    return Side(matched=found.pop("all_matched"), elsewhere=elsewhere, **found)


# --- What is left to do ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Unmatched:
    """What of a month is neither matched nor explained; false if nothing is."""

    lines: int
    ledger: Decimal
    payments: int
    paid: Decimal

    def __bool__(self) -> bool:
        return bool(self.lines or self.payments)


def unmatched(month: Month) -> Unmatched:
    """What stands in the way of signing the month off."""
    both = reconcile(month)
    return Unmatched(
        both.ledger.open_count, both.ledger.open, both.payments.open_count, both.payments.open
    )


def months_reached() -> list[Month]:
    """Every month from the first with ledger lines or payments to this one, the latest first.

    Of months to come only those that have some, such as a batch set for the next one.
    """
    lines = LedgerLine.objects.aggregate(first=Min("day"), last=Max("day"))
    payments = Payment.objects.filter(status=Payment.Status.RELEASED).aggregate(
        first=Min("paid_on"), last=Max("paid_on")
    )
    days = [day for span in (lines, payments) for day in span.values() if day]
    if not days:
        return []
    this_month = Month.containing(timezone.localdate())
    months = [Month.containing(min(max(days), this_month.last_day))]
    while months[-1] > Month.containing(min(days)):
        months.append(months[-1].previous())
    if max(days) <= this_month.last_day:
        return months
    to_come = months_with_records(this_month.next().first_day, max(days))
    return [*sorted(to_come, reverse=True), *months]


def months_with_records(first: date, last: date) -> set[Month]:
    """Months with ledger lines or released payments on these days."""
    lines = LedgerLine.objects.filter(day__range=(first, last))
    payments = Payment.objects.filter(status=Payment.Status.RELEASED, paid_on__range=(first, last))
    found = [
        *lines.order_by().values_list(TruncMonth("day")).distinct(),
        *payments.order_by().values_list(TruncMonth("paid_on")).distinct(),
    ]
    return {Month(day) for (day,) in found}


def signed_months() -> dict[Month, MonthSignOff]:
    """Month → the sign-off that stands for it."""
    rows = MonthSignOff.objects.order_by("month", "number").select_related("made_by")
    last = {Month(row.month): row for row in rows}
    return {month: row for month, row in last.items() if not row.is_withdrawal}


def months_not_signed_off(year: FinancialYear) -> list[Month]:
    """Months of the year that are over, with ledger lines or payments, and not signed off."""
    with_records, signed = months_with_records(year.first_day, year.last_day), signed_months()
    today = timezone.localdate()
    return [
        month
        for month in Month.of_year(year)
        if month.last_day < today and month in with_records and month not in signed
    ]
