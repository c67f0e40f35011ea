"""Carrying money into the next year by two people, and closing the year."""

from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from commissioning.actions import funds, history, limits, records
from commissioning.models import (
    Budget,
    ClosedYear,
    DecisionNotice,
    DelegatedLimit,
    User,
)
from commissioning.money import NOTHING, exact_pounds
from commissioning.rules import RuleBroken, reason_is_given
from commissioning.years import FinancialYear
from finance.figures import year_end as figures
from finance.models import CarryForward, ClosingStatement
from finance.rules import year_end as rules

Act = DelegatedLimit.Act
Status = CarryForward.Status

# What history says of a year that was closed for a reason.
WITH_OPEN_POINTS = "closed with points open"


# --- Carry-forward --------------------------------------------------------------------------------


@transaction.atomic
def propose_carry_forward(
    giver: Budget, taker: Budget, amount: Decimal, *, reason: str, by: User
) -> CarryForward:
    """Put forward that pounds be carried into a later budget; nothing moves yet.

    Raises RuleBroken when the money is not there, or waits in another proposal already.
    """
    reason_is_given(reason)
    amount = exact_pounds(amount)
    giver = _budget(giver)
    rules.can_be_carried(giver, taker, amount)
    rules.money_is_there(giver, amount, asked_already=waiting_of(giver))
    proposal = CarryForward(giver=giver, taker=taker, amount=amount, reason=reason, proposed_by=by)
    proposal.full_clean(validate_constraints=False)
    records.save_checked(proposal)
    history.record("proposed", proposal, by, after=history.state(proposal), reason=reason)
    return proposal


@transaction.atomic
def approve_carry_forward(
    proposal: CarryForward, *, decision: DecisionNotice | None = None, by: User
) -> None:
    """Carry the money forward that somebody else proposed, within one's limit.

    Refused when the money is no longer there. Other proposals that it leaves without money lapse.
    """
    giver = _lock(proposal)
    rules.carry_forward_waits(proposal)
    rules.decider_is_not_proposer(proposal, by)
    limits.lock(Act.CARRY_FORWARD)
    rules.carry_forward_is_within_limit(proposal, by)
    rules.can_be_carried(giver, proposal.taker, proposal.amount)
    rules.money_is_there(giver, proposal.amount)
    funds.carry_forward(
        giver, proposal.taker, proposal.amount, note=proposal.reason, decision=decision, by=by
    )
    proposal.decision = decision
    _decide(proposal, Status.APPROVED, by)
    _lapse_without_money(giver, by)


@transaction.atomic
def reject_carry_forward(proposal: CarryForward, *, reason: str, by: User) -> None:
    """Turn down what somebody else proposed; the money stays where it is."""
    reason_is_given(reason)
    _lock(proposal)
    rules.carry_forward_waits(proposal)
    rules.decider_is_not_proposer(proposal, by)
    _decide(proposal, Status.REJECTED, by, reason)


@transaction.atomic
def withdraw_carry_forward(proposal: CarryForward, *, reason: str, by: User) -> None:
    """Take back what was proposed; the money stays where it is."""
    reason_is_given(reason)
    _lock(proposal)
    rules.carry_forward_waits(proposal)
    _decide(proposal, Status.WITHDRAWN, by, reason)


def waiting_of(giver: Budget) -> Decimal:
    """Pounds of a budget that carry-forwards not yet decided ask for."""
    waiting = CarryForward.objects.waiting().filter(giver=giver)
    return waiting.aggregate(total=Sum("amount"))["total"] or NOTHING


def _lock(proposal: CarryForward) -> Budget:
    """The budget first, whose other proposals wait as well; returns it as it is now."""
    giver = _budget(proposal.giver)
    records.lock(proposal)
    return giver


def _budget(budget: Budget) -> Budget:
    return Budget.objects.select_for_update(no_key=True).get(pk=budget.pk)


def _decide(proposal: CarryForward, status: str, by: User, reason: str = "") -> None:
    proposal.decided_by, proposal.decided_at = by, timezone.now()
    proposal.decided_reason = reason
    records.move(proposal, status, by=by, reason=reason)


def _lapse_without_money(giver: Budget, by: User) -> None:
    giver.refresh_from_db()
    for other in CarryForward.objects.waiting().filter(giver=giver).order_by("pk"):
        try:
            rules.money_is_there(giver, other.amount)
        except RuleBroken as gone:
            _decide(other, Status.LAPSED, by, gone.message)


# --- Closing the year -----------------------------------------------------------------------------


@transaction.atomic
def close(year: FinancialYear, *, by: User, reason: str = "") -> ClosedYear:
    """Close a year; while points of its checklist are open only for a reason, kept in history.

    Carry-forwards out of it that still wait lapse: nothing can be dated in it any more.
    """
    rules.year_has_ended(year)
    still_open = [point for point in figures.points(year) if point.is_open]
    if still_open and not reason.strip():
        raise RuleBroken(
            f"The checklist of {year} has open points: {_named(still_open)}. Settle them, or say "
            "why the year is closed all the same.",
            "no_reason",
        )
    for proposal in figures.waiting_carry_forwards(year).order_by("pk"):
        _lock(proposal)
        if proposal.status == Status.PROPOSED:
            _decide(proposal, Status.LAPSED, by, f"The financial year {year} was closed.")
    closed = funds.close_year(year, by=by)
    _state(closed, year, by)
    if still_open:
        after = {point.key: point.count for point in still_open}
        history.record(WITH_OPEN_POINTS, closed, by, after=after, reason=reason)
    return closed


def _state(closed: ClosedYear, year: FinancialYear, by: User) -> None:
    """Freeze what the year comes to, beside the statements of earlier closings."""
    found = figures.standing(year)
    statement = ClosingStatement(
        closing=closed, as_at=found.as_at, figures=figures.stated(found.now)
    )
    statement.sha256 = figures.fingerprint_of(statement)
    records.save_checked(statement)
    told = {**statement.figures, "sha256": statement.sha256}
    history.record("stated", statement, by, after=told, is_first=True)


def _named(points: Iterable[figures.Point]) -> str:
    return "; ".join(f"{point.title.lower()} ({point.count:,})" for point in points)
