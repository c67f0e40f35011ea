"""Holding money to the period of its budget, or using the override that lets it pass."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone

from commissioning import rules
from commissioning.actions import overrides
from commissioning.figures.days import first_day_with
from commissioning.figures.incurred import still_to_pay
from commissioning.models import (
    Allocation,
    Award,
    Budget,
    Commitment,
    Entry,
    Override,
    Payment,
    User,
)
from commissioning.money import NOTHING

PERIOD = Override.Rule.PERIOD


# --- Commitments ----------------------------------------------------------------------------------


def hold_commitments(
    lines: Sequence[tuple[Commitment, Decimal]], effective_on: date, *, by: User
) -> None:
    """Commit pounds only within the period of their budgets, and for days that these cover.

    What is taken back is free to go on any day.
    """
    more: dict[Award, Decimal] = defaultdict(lambda: NOTHING)
    for line, amount in lines:
        if amount > 0:
            more[line.award] += amount
    if not more:
        return
    standing = _standing(more)
    changes = {line.pk: amount for line, amount in lines}
    grows = {line.pk for line, amount in lines if amount > 0}
    for award, amount in more.items():
        of_award = standing[award.pk]
        late = rules.committed_too_late(
            [line.allocation.budget for line in of_award if line.pk in grows], effective_on
        )
        outside = late or _days_outside(award, of_award, changes)
        if outside:
            _pass(outside, award, amount, by)


def counted_later(
    lines: Sequence[tuple[Commitment, Decimal]], effective_on: date
) -> dict[int, date]:
    """The later day from which pounds of a later period count, by the id of their allocation.

    An award over several years is promised whole when it is approved, and the money of later years
    may be there only from the first day of their budgets.
    """
    asked: dict[Allocation, Decimal] = defaultdict(lambda: NOTHING)
    for line, amount in lines:
        begins_on = line.allocation.budget.starts_on
        if amount > 0 and begins_on and begins_on > effective_on:
            asked[line.allocation] += amount
    found = {}
    for allocation, amount in asked.items():
        day = first_day_with(allocation, amount, effective_on)
        if day is not None and effective_on < day <= allocation.budget.starts_on:
            found[allocation.pk] = day
    return found


def hold_days(award: Award, lines: Sequence[tuple[Commitment, Decimal]] = (), *, by: User) -> None:
    """Let an award end on another day only if its money is for the days up to it."""
    changes = {line.pk: amount for line, amount in lines}
    outside = _days_outside(award, _standing([award])[award.pk], changes)
    if outside:
        _pass(outside, award, award.amount or NOTHING, by)


def outside_if_varied(
    award: Award, changes: Iterable[tuple[Allocation, Decimal]], ends_on: date | None
) -> str:
    """Why an award's money could not pay for its days after a change; empty if it could.

    For proposals and recommendations, which ask before anything is committed.
    """
    worths: dict[Allocation, Decimal] = defaultdict(lambda: NOTHING)
    for line in _standing([award])[award.pk]:
        worths[line.allocation] += line.amount
    for allocation, amount in changes:
        worths[allocation] += amount
    budgets = {allocation.budget for allocation, worth in worths.items() if worth > 0}
    return rules.days_not_covered(award, ends_on or award.ends_on, list(budgets))


def hold_days_ahead(
    award: Award,
    changes: Iterable[tuple[Allocation, Decimal]],
    ends_on: date | None = None,
) -> None:
    """Refuse to put forward what could not be approved, unless an override stands for it."""
    changes = list(changes)
    outside = outside_if_varied(award, changes, ends_on)
    asked = sum((amount for _, amount in changes if amount > 0), NOTHING)
    if outside and not _may_be_overridden(award.pk, asked):
        rules.refused_without_override(outside)


def _days_outside(award: Award, lines: Iterable[Commitment], changes: dict[int, Decimal]) -> str:
    worth = {
        line.allocation.budget for line in lines if line.amount + changes.get(line.pk, NOTHING) > 0
    }
    return rules.days_not_covered(award, award.ends_on, list(worth))


def _standing(awards: Iterable[Award]) -> dict[int, list[Commitment]]:
    """The commitments of each award as they are now, by its id."""
    lines = Commitment.objects.filter(award__in=[award.pk for award in awards]).select_related(
        "allocation__budget__fund", "allocation__budget__source", "allocation__area"
    )
    found: dict[int, list[Commitment]] = defaultdict(list)
    for line in lines.order_by("allocation__budget__starts_on", "pk"):
        found[line.award_id].append(line)
    return found


def _pass(outside: str, award: Award, amount: Decimal, by: User) -> None:
    """Use up the override for pounds outside their period, or refuse with the reason."""
    override = overrides.find(PERIOD, award, by, amount, timezone.localdate())
    if override is None:
        rules.refused_without_override(outside)
    overrides.use(override, by=by)


# --- Payments -------------------------------------------------------------------------------------


def outside_the_period(payments: Sequence[Payment], day: date) -> list[tuple[Payment, str]]:
    """Each payment that would leave the period of its budget on a day, and why.

    After the budget's last day what was delivered by then may still be paid, a late invoice for
    instance. What an override let past before is not asked about again, up to its pounds.
    """
    going = [payment for payment in payments if payment.kind == Payment.Kind.PAYMENT]
    lines = {payment.commitment_id: payment.commitment for payment in going}
    allowed = _allowed({line.award_id for line in lines.values()}) if lines else {}
    late = [line for line in lines.values() if _is_over(line.allocation.budget, day)]
    to_pay, since = _to_pay(late), _paid_since(late)
    found = []
    for payment in going:
        line = payment.commitment
        more = allowed.get(line.award_id, NOTHING)
        why = _why(payment, day, more)
        if not why and line in late:
            so_far = since[line.pk]
            left = to_pay.get(line.pk, _unknown(line)) + more
            why = rules.paid_beyond_delivery(payment, payment.amount, so_far, left)
            since[line.pk] += payment.amount
        if why:
            found.append((payment, why))
    return found


def was_allowed(award: Award) -> bool:
    """Whether an override let some of the award's money pass its period."""
    return bool(_allowed({award.pk}))


def hold_payments(payments: Sequence[Payment], paid_on: date, *, by: User) -> None:
    """Release payments only within the period of their budgets, or under an override."""
    for payment, why in outside_the_period(payments, paid_on):
        _pass(why, payment.commitment.award, payment.amount, by)


def refused_requests(payments: Sequence[Payment], day: date) -> list[tuple[Payment, str]]:
    """Each payment that could not be released on a day, and why.

    What somebody may use an emergency override for is not among them.
    """
    return [
        (payment, why)
        for payment, why in outside_the_period(payments, day)
        if not _may_be_overridden(payment.commitment.award_id, payment.amount)
    ]


def hold_request(payment: Payment) -> None:
    """Refuse to ask for what could not be released on the day it is due, or else today.

    What falls due before its budget begins may be paid once that has begun.
    """
    day = payment.due_on or timezone.localdate()
    begins_on = payment.commitment.allocation.budget.starts_on or day
    for _, why in refused_requests([payment], max(day, begins_on)):
        rules.refused_without_override(why)


def hold_instalments(asked: Sequence[Payment]) -> None:
    """The same for many instalments at once; only those outside their period cost a query."""
    for payment in asked:
        if rules.instalment_outside(payment.instalment, payment.commitment.allocation.budget):
            hold_request(payment)


def _may_be_overridden(award: int, amount: Decimal) -> bool:
    """Whether somebody may use an override for these pounds of an award."""
    standing = Override.objects.filter(
        rule=PERIOD,
        award=award,
        used_at=None,
        valid_until__gte=timezone.localdate(),
        most__gte=amount,
    )
    return standing.exists()


def _unknown(line: Commitment) -> Decimal:
    """What may still be paid where nothing is accrued: of a migrated award nobody knows."""
    return line.amount if line.award.taken_on_from else NOTHING


def _why(payment: Payment, day: date, allowed: Decimal) -> str:
    if payment.amount <= allowed:
        return ""
    budget = payment.commitment.allocation.budget
    early = rules.paid_before_its_period(payment, day)
    if early or payment.instalment is None:
        return early
    return rules.instalment_outside(payment.instalment, budget)


def _is_over(budget: Budget, day: date) -> bool:
    return budget.last_day is not None and day > budget.last_day


def _to_pay(late: Iterable[Commitment]) -> dict[int, Decimal]:
    found: dict[int, Decimal] = {}
    for budget in {line.allocation.budget for line in late}:
        found |= still_to_pay(budget, budget.last_day)
    return found


def _paid_since(late: Iterable[Commitment]) -> dict[int, Decimal]:
    """What was paid of each commitment after the last day of its budget, less what came back."""
    found = {}
    for budget in {line.allocation.budget for line in late}:
        of_budget = [line.pk for line in late if line.allocation.budget_id == budget.pk]
        rows = Entry.objects.filter(
            commitment__in=of_budget, kind=Entry.Kind.PAYMENT, effective_on__gt=budget.last_day
        )
        found |= dict.fromkeys(of_budget, NOTHING)
        found |= dict(rows.order_by().values_list("commitment").annotate(Sum("amount")))
    return found


def _allowed(awards: set[int]) -> dict[int, Decimal]:
    """Pounds of each award that used overrides let past its period."""
    used = Override.objects.filter(used_at__isnull=False, rule=PERIOD, award__in=awards)
    return dict(used.order_by().values_list("award").annotate(Sum("most")))
