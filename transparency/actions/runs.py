"""Publishing what the law asks for, period by period, and taking back what must not be shown."""

import hashlib
from collections.abc import Callable
from datetime import date

from django.db import transaction
from django.db.models import Max

from commissioning import rules
from commissioning.actions import history, records
from commissioning.days import in_words
from commissioning.models import User
from commissioning.rules import RuleBroken
from transparency.content import as_csv, assemble
from transparency.duties import Duty, Period
from transparency.models import Run, RunWithdrawal


@transaction.atomic
def publish(
    duty: Duty,
    period: Period,
    *,
    absolute: Callable[[str], str],
    on: date,
    by: User,
    change_note: str = "",
) -> Run:
    """Publish what is published of the period today as a run that is never changed.

    A later version of the same period says what is new. `absolute` makes whole addresses.
    """
    if duty.begins_on(period) > on:
        raise RuleBroken(
            f"{period} is not over yet. Its run can be published from "
            f"{in_words(duty.begins_on(period))}.",
            "too_early",
        )
    versions = Run.objects.filter(
        kind=duty.kind, starts_on=period.first_day, ends_on=period.last_day
    )
    content = assemble(duty, period, absolute)
    sha256 = checksum(content)
    latest = versions.published().order_by("-number").first()
    if latest and not latest.is_withdrawn and latest.sha256 == sha256:
        raise RuleBroken("Nothing has changed since the version before.", "nothing_changes")
    run = Run(
        kind=duty.kind,
        starts_on=period.first_day,
        ends_on=period.last_day,
        number=last_number(duty, period) + 1,
        change_note=change_note,
        content=content,
        sha256=sha256,
        made_by=by,
    )
    run.full_clean(validate_constraints=False)
    records.save_checked(run)
    run.refresh_from_db()
    after = {"lines": len(content["rows"]), "sha256": sha256}
    history.record("published", run, by, after=after, reason=change_note)
    return run


def checksum(content: dict) -> str:
    """Of what a run holds."""
    return hashlib.sha256(as_csv(content).encode()).hexdigest()


def last_number(duty: Duty, period: Period) -> int:
    """Of the versions of a period, withdrawn ones included; 0 if there is none."""
    versions = Run.objects.filter(
        kind=duty.kind, starts_on=period.first_day, ends_on=period.last_day
    )
    return versions.aggregate(last=Max("number"))["last"] or 0


@transaction.atomic
def withdraw(run: Run, *, reason: str, by: User) -> RunWithdrawal:
    """No longer show what a run holds; that it was published stays known."""
    rules.reason_is_given(reason)
    if RunWithdrawal.objects.filter(run=run).exists():
        raise RuleBroken("This run is withdrawn already.", "wrong_state")
    withdrawal = RunWithdrawal(run=run, reason=reason, by=by)
    withdrawal.full_clean(validate_constraints=False)
    records.save_checked(withdrawal)
    history.record("withdrew", run, by, reason=reason)
    return withdrawal
