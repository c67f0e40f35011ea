"""What is left to do before a financial year is closed, point by point, and how it stands."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from hashlib import sha256

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from commissioning.figures import Position, Slice, position, years_reached
from commissioning.models import Basis, Budget, ClosedYear, Condition, Payment
from commissioning.triggers import history_chain
from commissioning.years import FinancialYear
from finance import hooks
from finance.figures.accruals import accrued, left_to_decide
from finance.figures.reconciliation import OPEN, ledger_lines, months_not_signed_off
from finance.models import Accrual, CarryForward, ClosingStatement, LedgerLine, PaymentBatch


@dataclass(frozen=True)
class Check:
    """One point of the checklist; `count` says how many records leave it open.

    What can only be settled once the year is over, `afterwards`, is not counted before.
    """

    key: str
    title: str
    count: Callable[[FinancialYear], int]
    afterwards: bool = False
    # Why nothing is open, where that is not because it was done.
    untouched: Callable[[FinancialYear], str] = lambda year: ""


@dataclass(frozen=True)
class Point:
    """A check as it stands for a year."""

    key: str
    title: str
    count: int
    # The first day on which it can be settled, where that is still to come.
    not_before: date | None = None
    # Said in the place of “Done”.
    untouched: str = ""

    @property
    def is_open(self) -> bool:
        return self.count > 0


# --- What each check counts -----------------------------------------------------------------------


def unmatched_lines(year: FinancialYear) -> QuerySet[LedgerLine]:
    """Lines of the ledger dated in the year that are neither matched nor explained."""
    return ledger_lines().filter(OPEN, day__range=(year.first_day, year.last_day))


def no_ledger_of(year: FinancialYear) -> str:
    """That no line of any ledger is dated in the year; empty if there is one."""
    if LedgerLine.objects.filter(day__range=(year.first_day, year.last_day)).exists():
        return ""
    return "No ledger of this year was taken in"


def unreleased_payments(year: FinancialYear) -> QuerySet[Payment]:
    """Requests for payment that wait, and were due, or without a day made, by the year's end."""
    made = Q(due_on__isnull=True, requested_at__date__lte=year.last_day)
    return Payment.objects.filter(
        made | Q(due_on__lte=year.last_day), status=Payment.Status.REQUESTED
    )


def unfinished_batches(year: FinancialYear) -> QuerySet[PaymentBatch]:
    """Batches that would be paid by the year's end and are not released."""
    return PaymentBatch.objects.drafted().filter(pay_on__lte=year.last_day)


def overdue_conditions(year: FinancialYear) -> QuerySet[Condition]:
    """Conditions of awards that were due by the year's end and are to be met."""
    return Condition.objects.filter(
        state=Condition.State.OPEN, award__isnull=False, due_on__lte=year.last_day
    )


def waiting_carry_forwards(year: FinancialYear) -> QuerySet[CarryForward]:
    """Carry-forwards out of the year that nobody has decided on."""
    return CarryForward.objects.waiting().filter(
        giver__ends_on__range=(year.first_day, year.last_day)
    )


def budgets_with_money_left(year: FinancialYear) -> QuerySet[Budget]:
    """Budgets that end in the year, with money that is neither allocated nor carried forward."""
    return Budget.objects.filter(
        basis=Basis.DECIDED,
        allocated__lt=F("amount"),
        ends_on__range=(year.first_day, year.last_day),
    )


def breaks_of_history(year: FinancialYear) -> int:
    """Links of the chain over history that are broken, and events outside it."""
    broken = sum(1 for _ in history_chain.broken(connection))
    return broken + sum(1 for _ in history_chain.unlinked(connection))


def _rows(found: Callable[[FinancialYear], QuerySet]) -> Callable[[FinancialYear], int]:
    return lambda year: found(year).count()


# In the order of the work.
CHECKS = [
    Check(
        "lines",
        "Ledger lines neither matched nor explained",
        _rows(unmatched_lines),
        untouched=no_ledger_of,
    ),
    Check("months", "Months not signed off", lambda year: len(months_not_signed_off(year))),
    Check("batches", "Payment batches not released", _rows(unfinished_batches)),
    Check("payments", "Payment requests not released", _rows(unreleased_payments)),
    Check("conditions", "Conditions overdue", _rows(overdue_conditions)),
    Check(
        "accruals",
        "Accruals and prepayments to decide",
        lambda year: left_to_decide(year.last_day),
        afterwards=True,
    ),
    Check("carry-forwards", "Carry-forwards that wait", _rows(waiting_carry_forwards)),
    Check("budgets", "Budgets with money left", _rows(budgets_with_money_left)),
    Check("history", "Breaks in the chain over history", breaks_of_history),
]


def checks() -> list[Check]:
    """Every check, those of other apps last."""
    return [*CHECKS, *(check for check, _ in hooks.year_end_checks)]


def points(year: FinancialYear) -> list[Point]:
    """Every point of the checklist as it stands now."""
    return [_point(check, year) for check in checks()]


def _point(check: Check, year: FinancialYear) -> Point:
    if check.afterwards and timezone.localdate() <= year.last_day:
        return Point(check.key, check.title, 0, not_before=year.next().first_day)
    count = check.count(year)
    return Point(check.key, check.title, count, untouched="" if count else check.untouched(year))


# --- How a year stands ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Figures:
    """What a year comes to at its end, in pounds."""

    position: Position
    accrued: Decimal
    prepaid: Decimal


def stated(found: Figures) -> dict[str, str | None]:
    """The figures by name, in pounds as text, to be frozen."""
    pounds = {name: getattr(found.position, name) for name in POSITION}
    pounds |= {"accrued": found.accrued, "prepaid": found.prepaid}
    return {name: None if each is None else str(each) for name, each in pounds.items()}


# What of a position a statement holds, in the order of the page.
POSITION = ("original", "revisions", "budget", "allocated", "committed", "paid", "unpaid")


def fingerprint_of(statement: ClosingStatement) -> str:
    """SHA-256 over what a statement says of which closing."""
    told = [statement.closing_id, str(statement.as_at), sorted(statement.figures.items())]
    return sha256(json.dumps(told).encode()).hexdigest()


def closings_of(year: FinancialYear) -> QuerySet[ClosedYear]:
    """Every closing of the year, the first one first, with its statement."""
    closings = ClosedYear.objects.filter(start_year=year.start_year).order_by("pk")
    return closings.select_related("statement", "closed_by")


def figures_when_closed(closing: ClosedYear, year: FinancialYear) -> dict[str, str | None]:
    """As they were frozen; of a closing before statements were kept, as they were known then."""
    if hasattr(closing, "statement"):
        return closing.statement.figures
    return known_when(closing, year)


def known_when(closing: ClosedYear, year: FinancialYear) -> dict[str, str | None]:
    """The figures as known at the moment of a closing, worked out again."""
    return stated(_figures(Slice(year=year, as_at=year.last_day, known_at=closing.closed_at)))


@dataclass(frozen=True)
class Standing:
    """A year at its end, or today: as recorded now, and as it was known when it was closed."""

    year: FinancialYear
    as_at: date
    closed: ClosedYear | None
    now: Figures
    then: Figures | None

    @property
    def has_ended(self) -> bool:
        return self.as_at == self.year.last_day

    @property
    def has_moved(self) -> bool:
        """Something was recorded since that takes effect in the closed year."""
        return self.then is not None and self.then != self.now


def standing(year: FinancialYear) -> Standing:
    """The figures of the year's budgets as at its last day; of a year that runs as at today."""
    closed = closing_of(year)
    slice_ = Slice(year=year, as_at=min(year.last_day, timezone.localdate()))
    then = _figures(replace(slice_, known_at=closed.closed_at)) if closed else None
    return Standing(year, slice_.as_at, closed, _figures(slice_), then)


def _figures(slice_: Slice) -> Figures:
    return Figures(
        position(slice_),
        accrued(slice_)[()],
        accrued(slice_, kind=Accrual.Kind.PREPAYMENT)[()],
    )


def closing_of(year: FinancialYear) -> ClosedYear | None:
    """The closing that stands; None while the year is open."""
    standing = ClosedYear.objects.filter(start_year=year.start_year, reopened_at__isnull=True)
    return standing.select_related("closed_by").first()


def years_with_books() -> list[FinancialYear]:
    """Every year that a budget reaches into and that has begun, the latest first."""
    this_year = FinancialYear.containing(timezone.localdate())
    return [year for year in years_reached() if year <= this_year]
