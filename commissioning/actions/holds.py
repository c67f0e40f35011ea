"""Holds: a stop on all payments under an award, until somebody lifts it."""

from django.db import transaction
from django.utils import timezone

from commissioning import rules
from commissioning.actions import history, records
from commissioning.models import Award, Hold, User
from commissioning.rules import RuleBroken


@transaction.atomic
def place(award: Award, *, reason: str, by: User) -> Hold:
    """Stop all payments under the award: none is requested or released."""
    rules.reason_is_given(reason)
    records.lock(award)
    rules.award_is_open(award)
    if rules.held(award):
        raise RuleBroken(f"Payments under award {award.reference} are already held.", "held")
    hold = Hold(award=award, reason=reason, placed_by=by)
    records.save(hold, by=by, reason=reason)
    return hold


@transaction.atomic
def lift(hold: Hold, *, reason: str, by: User) -> None:
    """Let payments go on. Whoever placed the hold may, but releases nothing that waited under it.

    A hold that was a mistake is thus ended by whoever made it, and still nobody sets held money
    free alone.
    """
    rules.reason_is_given(reason)
    records.lock(hold.award)
    records.lock(hold)
    if hold.lifted_at is not None:
        raise RuleBroken("This hold was lifted already.", "wrong_state")
    rules.award_is_free_of_interest(hold.award, by)
    before = history.state(hold)
    hold.lifted_by, hold.lifted_at, hold.lifted_reason = by, timezone.now(), reason
    records.save_checked(hold)
    history.record("lifted", hold, by, before=before, after=history.state(hold), reason=reason)
