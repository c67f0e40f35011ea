"""Declared interests: each declares their own, somebody else says that one has ended."""

from django.db import transaction
from django.utils import timezone

from commissioning import rules
from commissioning.actions import history, records
from commissioning.models import Interest, User
from commissioning.rules import RuleBroken


@transaction.atomic
def declare(interest: Interest, *, by: User) -> Interest:
    """Record the interest that this person themselves has in an organisation."""
    rules.interest_day_is_near(interest.declared_on)
    interest.person = by
    records.save(interest, by=by)
    return interest


@transaction.atomic
def end(interest: Interest, *, reason: str, by: User) -> None:
    """Say that somebody else's interest has ended: from now on they may decide again."""
    rules.reason_is_given(reason)
    records.lock(interest)
    rules.interest_is_of_another(interest, by)
    rules.has_no_interest(by, interest.organisation)
    if interest.ended_at is not None:
        raise RuleBroken("This interest has ended already.", "wrong_state")
    interest.ended_by, interest.ended_at, interest.ended_reason = by, timezone.now(), reason
    records.save_checked(interest)
    history.record("ended", interest, by, after={"ended_by": str(by)}, reason=reason)
