"""Delegated limits: recorded and ended, never edited."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from commissioning.actions import history, records
from commissioning.models import DelegatedLimit, User
from commissioning.rules import RuleBroken


@transaction.atomic
def end(limit: DelegatedLimit, *, last_day: date, by: User) -> None:
    """Name the last day on which a limit stands; yesterday, to end it at once."""
    records.lock(limit)
    yesterday = timezone.localdate() - timedelta(days=1)
    if last_day < yesterday:
        raise RuleBroken(
            "Others may have decided under this limit since. Its last day can be yesterday, "
            f"{yesterday:%-d %B %Y}, at the earliest.",
            "too_early",
        )
    if limit.ends_on is not None and limit.ends_on < yesterday:
        raise RuleBroken(
            f"This limit ended on {limit.ends_on:%-d %B %Y}. Record a new one.", "wrong_state"
        )
    before = history.state(limit)
    limit.ends_on = last_day
    records.save_checked(limit)
    history.record("ended", limit, by, before=before, after=history.state(limit))
