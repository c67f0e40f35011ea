"""Delegated limits: recorded and ended, never edited."""

from datetime import date, timedelta

from django.db import connection, transaction
from django.utils import timezone

from commissioning import rules
from commissioning.actions import history, records
from commissioning.days import in_words
from commissioning.models import DelegatedLimit, User
from commissioning.rules import RuleBroken


@transaction.atomic
def record(limit: DelegatedLimit, *, by: User) -> DelegatedLimit:
    """Record what a role, never one's own, may decide; it does not count for oneself later."""
    if limit.role_id is not None:
        rules.limit_is_of_another_s_role(limit, by)
    limit.recorded_by = by
    records.save(limit, by=by)
    return limit


def lock(act: str) -> None:
    """Let decisions under limits to an act wait for one another, so that none misses a part."""
    if connection.in_atomic_block:
        _lock_all_of(act)


@transaction.atomic
def end(limit: DelegatedLimit, *, last_day: date, by: User) -> None:
    """Name the last day on which a limit stands; yesterday, to end it at once."""
    _lock_all_of(limit.act)
    records.lock(limit)
    rules.limit_is_of_another_s_role(limit, by)
    yesterday = timezone.localdate() - timedelta(days=1)
    if last_day < yesterday:
        raise RuleBroken(
            "Others may have decided under this limit since. Its last day can be yesterday, "
            f"{in_words(yesterday)}, at the earliest.",
            "too_early",
        )
    if limit.ends_on is not None and limit.ends_on < yesterday:
        raise RuleBroken(
            f"This limit ended on {in_words(limit.ends_on)}. Record a new one.", "wrong_state"
        )
    rules.limit_leaves_another(limit, last_day)
    before = history.state(limit)
    limit.ends_on = last_day
    records.save_checked(limit)
    history.record("ended", limit, by, before=before, after=history.state(limit))


def _lock_all_of(act: str) -> None:
    """Two people who end the last two limits go one by one, and the second is refused."""
    list(DelegatedLimit.objects.select_for_update(no_key=True).filter(act=act).order_by("pk"))
