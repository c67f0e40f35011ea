"""Recording who did what: one append-only event per action."""

from collections.abc import Iterable
from functools import partial

from django.db import IntegrityError, models, transaction

from commissioning import hooks, record_states
from commissioning.actions.event_log import log_recorded
from commissioning.actions.refusals import broken_constraint
from commissioning.fields import RunningTotal
from commissioning.models import HistoryEvent, RecordState, User
from commissioning.rules import RuleBroken, rows_are_free_of_interest
from commissioning.triggers import clock

# The verb of every event that says what left the system.
EXPORTED = "exported"
# How the verb begins of every event that says who looked at what few may see.
VIEWED = "viewed"


def state(row: models.Model) -> dict:
    """The row's own columns as plain values, money as text so that no penny is lost.

    Without the totals: the journal keeps them, and a row in memory may hold old ones.
    """
    return {
        field.attname: field.value_to_string(row)
        for field in row._meta.concrete_fields
        if getattr(row, field.attname) not in (None, "") and not isinstance(field, RunningTotal)
    }


def event(
    verb: str,
    row: models.Model,
    by: User,
    before: dict | None = None,
    after: dict | None = None,
    reason: str = "",
    is_first: bool = False,
) -> HistoryEvent:
    """An unsaved event, for recording many at once with `record_all`.

    The record is as it shall stay: what it is now is kept with the event (RecordState), so save
    before you record. `is_first`: it was not there before, so nothing is stated of it yet.
    """
    made = HistoryEvent(
        by_id=by.pk,
        by_name=str(by)[:200],
        verb=verb,
        subject_type=row._meta.model_name,
        subject_id=str(row.pk),
        subject_label=str(row)[:300],
        before=before,
        after=after,
        reason=reason,
    )
    made.row, made.is_first = row, is_first
    made.is_of_change = not verb.startswith((EXPORTED, VIEWED))
    return made


def record(verb: str, row: models.Model, by: User, **details) -> None:
    record_all([event(verb, row, by, **details)])


def record_all(events: Iterable[HistoryEvent]) -> None:
    """Record the events, and with them what their records are now.

    Refused when somebody did something that they must stand aside from.
    """
    events = list(events)
    rows: dict[int, list[models.Model]] = {}
    for each in events:
        if each.row is not None:
            rows.setdefault(each.by_id, []).append(each.row)
    for by, done_to in rows.items():
        rows_are_free_of_interest(done_to, by)
    states = record_states.with_events(events)
    try:
        with transaction.atomic():
            events = HistoryEvent.objects.bulk_create(events, batch_size=1000)
    except IntegrityError as error:
        name, sentence = broken_constraint(error)
        if name != clock.RULE:
            raise
        raise RuleBroken(sentence, name) from error
    for told, state in states:
        state.event_id = told.pk
    RecordState.objects.bulk_create((state for _, state in states), batch_size=1000)
    for tell in hooks.history_recorded:
        tell(events)
    # After the commit: a page that shows what would happen records it, and takes it back.
    transaction.on_commit(partial(log_recorded, events))


def record_export(what: str, model: type[models.Model], by: User, **details) -> None:
    """Somebody took records out of the system: what, and `details` such as how many."""
    HistoryEvent(
        by_id=by.pk,
        by_name=str(by)[:200],
        verb=EXPORTED,
        subject_type=model._meta.model_name,
        subject_label=what[:300],
        after=details,
    ).save(force_insert=True)
