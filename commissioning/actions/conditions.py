"""Conditions of funding: recorded, then met or waived, and opened again."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from commissioning import rules
from commissioning.actions import history, records
from commissioning.models import Condition, User
from commissioning.rules import RuleBroken

State = Condition.State


@transaction.atomic
def save(condition: Condition, *, by: User) -> bool:
    """Save a new or changed condition; True if anything changed."""
    if condition.pk is None:
        rules.condition_comes_open(condition)
    return records.save(condition, by=by)


@transaction.atomic
def meet(condition: Condition, *, on: date, evidence: str, by: User) -> None:
    """Say that a condition was met on a day, and what shows it."""
    if not evidence.strip():
        raise RuleBroken("Say what shows that the condition is met.", "no_reason")
    if on > timezone.localdate():
        raise RuleBroken("A condition is met once it is: choose today or an earlier day.", "later")
    records.lock(condition)
    rules.condition_is_open(condition)
    rules.condition_is_judged_without_interest(condition, by)
    _settle(condition, State.MET, on, evidence, by)


@transaction.atomic
def waive(condition: Condition, *, reason: str, by: User) -> None:
    """Let a condition go. Whoever recommended the award cannot."""
    rules.reason_is_given(reason)
    records.lock(condition)
    rules.condition_is_open(condition)
    rules.condition_is_let_go_by_another(condition, by)
    _settle(condition, State.WAIVED, timezone.localdate(), reason, by)


@transaction.atomic
def reopen(condition: Condition, *, reason: str, by: User) -> None:
    """Take back that a condition was met or waived."""
    rules.reason_is_given(reason)
    records.lock(condition)
    rules.condition_is_settled(condition)
    before = history.state(condition)
    condition.settled_on = condition.settled_by = None
    condition.settled_reason, condition.state = "", State.OPEN
    _save(condition, "opened again", before, reason, by)


@transaction.atomic
def give_more_time(condition: Condition, *, due_on: date, reason: str, by: User) -> None:
    """Move the day by which a condition is to be met. Whoever recommended the award cannot."""
    rules.reason_is_given(reason)
    records.lock(condition)
    rules.condition_is_open(condition)
    rules.condition_is_let_go_by_another(condition, by)
    before = history.state(condition)
    condition.due_on = due_on
    records.check(condition)
    _save(condition, "gave more time to", before, reason, by)


def _settle(condition: Condition, state: str, on: date, reason: str, by: User) -> None:
    before = history.state(condition)
    condition.state, condition.settled_on = state, on
    condition.settled_by, condition.settled_reason = by, reason
    records.check(condition)
    _save(condition, str(State(state).label), before, reason, by)


def _save(condition: Condition, verb: str, before: dict, reason: str, by: User) -> None:
    records.save_checked(condition)
    after = history.state(condition)
    history.record(verb, condition, by, before=before, after=after, reason=reason)
