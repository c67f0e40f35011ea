"""Variations by two people: one puts a variation forward, another approves it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from commissioning import rules
from commissioning.actions import awards, history, periods, records, variations
from commissioning.models import (
    Allocation,
    Award,
    DecisionNotice,
    ProposedChange,
    ProposedVariation,
    User,
    Variation,
)
from commissioning.money import NOTHING, format_pounds
from commissioning.rules import RuleBroken

Status = ProposedVariation.Status


@transaction.atomic
def propose(
    proposal: ProposedVariation, changes: Sequence[tuple[Allocation, Decimal]], *, by: User
) -> ProposedVariation:
    """Put a variation of an award by signed pounds per allocation forward; nothing changes yet."""
    award = proposal.award
    records.lock(award)
    rules.award_is_open(award)
    rules.award_is_free_of_interest(award, by)
    rules.nothing_is_put_forward(award, by)
    rules.reason_is_given(proposal.reason)
    if not changes and proposal.ends_on is None:
        raise RuleBroken("Say what changes: an amount, or the last day.", "nothing_changes")
    rules.award_ends_after_it_starts(award, proposal.ends_on)
    changes = variations.exact(changes)
    for allocation, amount in changes:
        _can_be_taken(award, allocation, amount)
    periods.hold_days_ahead(award, changes, proposal.ends_on)
    proposal.status, proposal.proposed_by = Status.PROPOSED, by
    records.check(proposal)
    records.save_checked(proposal)
    for allocation, amount in changes:
        change = ProposedChange(proposal=proposal, allocation=allocation, amount=amount)
        records.check(change)
        records.save_checked(change)
    total = sum((amount for _, amount in changes), NOTHING)
    after = {**history.state(proposal), "change": str(total)}
    history.record("put forward", proposal, by, after=after, reason=proposal.reason)
    return proposal


@transaction.atomic
def approve(
    proposal: ProposedVariation, *, decision: DecisionNotice, effective_on: date, by: User
) -> Variation:
    """Make the variation that somebody else put forward, under a decision notice."""
    _lock(proposal)
    rules.proposal_stands(proposal)
    rules.approver_is_not_proposer(proposal, by)
    proposal.variation = awards.vary(
        proposal.award,
        [
            (change.allocation, change.amount)
            for change in proposal.changes.select_related("allocation__budget")
        ],
        kind=proposal.kind,
        reason=proposal.reason,
        decision=decision,
        effective_on=effective_on,
        ends_on=proposal.ends_on,
        proposal=proposal,
        by=by,
    )
    _decide(proposal, Status.APPROVED, by)
    return proposal.variation


@transaction.atomic
def refuse(proposal: ProposedVariation, *, reason: str, by: User) -> None:
    """Turn down what somebody else put forward."""
    rules.reason_is_given(reason)
    _lock(proposal)
    rules.proposal_stands(proposal)
    rules.approver_is_not_proposer(proposal, by)
    rules.award_is_free_of_interest(proposal.award, by)
    _decide(proposal, Status.REFUSED, by, reason)


@transaction.atomic
def withdraw(proposal: ProposedVariation, *, reason: str, by: User) -> None:
    """Take back what was put forward."""
    rules.reason_is_given(reason)
    _lock(proposal)
    rules.proposal_stands(proposal)
    _decide(proposal, Status.WITHDRAWN, by, reason)


def _lock(proposal: ProposedVariation) -> None:
    """The award first, as everything locks that changes one."""
    records.lock(proposal.award)
    records.lock(proposal)


def _decide(proposal: ProposedVariation, status: str, by: User, reason: str = "") -> None:
    proposal.decided_by, proposal.decided_at = by, timezone.now()
    proposal.decided_reason = reason
    records.move(proposal, status, by=by, reason=reason)


def _can_be_taken(award: Award, allocation: Allocation, amount: Decimal) -> None:
    """Say before anybody else is asked what can never be taken back."""
    line = award.commitments.filter(allocation=allocation).first()
    unpaid = line.unpaid if line else NOTHING
    if unpaid + amount < 0:
        raise RuleBroken(
            f"{format_pounds(-amount)} cannot be taken from award {award.reference} on "
            f"{allocation}: {format_pounds(unpaid)} is left to pay there.",
            "commitment_pays_no_more_than_it_holds",
        )
