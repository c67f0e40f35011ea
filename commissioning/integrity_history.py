"""Proof that history is whole, and that each record is what history last recorded of it.

The database guards the money. Who approved, when, and who is paid is written by the actions only:
whoever writes it past them is found here, because no event of history says so.
"""

from collections.abc import Iterator
from itertools import groupby, islice
from operator import attrgetter

from django.db import connection, models

from commissioning import record_states
from commissioning.days import in_words
from commissioning.integrity_tools import name_of, named
from commissioning.models import HistoryEvent, RecordState
from commissioning.record_states import BEGIN_WITH_EVENT
from commissioning.triggers import clock, history_chain


def history_is_whole() -> Iterator[str]:
    """No event of history was removed or rewritten: each fits its link, and every link is there."""
    yield from named(
        history_chain.broken(connection),
        lambda number: (
            f"History is broken at link {number}: its event, or the link before it, was removed or "
            "rewritten."
        ),
    )
    yield from named(
        history_chain.unlinked(connection),
        lambda key: f"Event {key} of history stands outside its chain.",
    )


def states_are_whole() -> Iterator[str]:
    """What an event says of its records was not rewritten: its fingerprint fits."""
    yield from named(
        _unfit_states(),
        lambda key: f"What event {key} of history says of its records was removed or rewritten.",
    )


def _unfit_states() -> Iterator[int]:
    events = (
        HistoryEvent.objects.exclude(states_sha256="")
        .order_by("pk")
        .values_list("pk", "states_sha256")
        .iterator()
    )
    stated = groupby(
        RecordState.objects.order_by("event_id", "pk").iterator(), key=attrgetter("event_id")
    )
    key, states = next(stated, (None, []))
    for event, expected in events:
        while key is not None and key < event:
            yield key
            key, states = next(stated, (None, []))
        fits = key == event and record_states.fingerprint(states) == expected
        if key == event:
            key, states = next(stated, (None, []))
        if not fits:
            yield event
    while key is not None:
        yield key
        key, states = next(stated, (None, []))


# --- Records and their states ---------------------------------------------------------------------


def records_are_as_history_says() -> Iterator[str]:
    """Each record is what its last event recorded; none is gone, or there, without an event."""
    for model in record_states.models_with_states():
        yield from named(differences(model), str)


def differences(model: type[models.Model]) -> Iterator["Difference"]:
    """Every record of the model that is not what history last recorded of it."""
    for found in _compared(model, record_states.read(model), record_states.latest(model)):
        # Somebody may have changed it between the two readings; look again, at this one alone.
        keys = [found.key]
        again = _compared(model, record_states.read(model, keys), record_states.latest(model, keys))
        yield from islice(again, 1)


def _compared(model, rows, states) -> Iterator["Difference"]:
    state = next(states, None)
    for key, fields in rows:
        while state is not None and state.subject_id < key:
            if state.fields is not None:
                yield Difference(model, state.subject_id, state, None)
            state = next(states, None)
        if state is None or state.subject_id > key or state.fields is None:
            if model._meta.label_lower in BEGIN_WITH_EVENT:
                yield Difference(model, key, None, fields)
        elif wrong := _wrong(fields, state.fields):
            yield Difference(model, key, state, fields, wrong)
        if state is not None and state.subject_id == key:
            state = next(states, None)
    while state is not None:
        if state.fields is not None:
            yield Difference(model, state.subject_id, state, None)
        state = next(states, None)


def _wrong(fields: dict, stated: dict) -> list[str]:
    """Names that differ; a field that came or went with a later version of the system does not."""
    return [name for name, digest in fields.items() if stated.get(name, digest) != digest]


class Difference:
    """A record that is not what history last recorded of it, which prints as a sentence."""

    def __init__(self, model, key: int, state: RecordState | None, fields, wrong=()):
        self.model, self.key, self.state = model, key, state
        self.is_gone, self.wrong = fields is None, list(wrong)

    def __str__(self) -> str:
        if self.is_gone:
            noun = str(self.model._meta.verbose_name)
            return (
                f"{noun[:1].upper()}{noun[1:]} {self.key} is gone, but history does not say that "
                f"it was removed. {self._last()}"
            )
        row = name_of(self.model._base_manager.get(pk=self.key))
        if self.state is None:
            return f"{row} is there, but no event of history says that it was recorded."
        fields = ", ".join(_field_name(self.model, name) for name in self.wrong)
        return (
            f"{row} was changed outside the actions of the system. Not as history last recorded "
            f"it: {fields}. {self._last()}"
        )

    def _last(self) -> str:
        event = HistoryEvent.objects.filter(pk=self.state.event_id).first()
        if event is None:
            return "The event itself is missing."
        return f"Last event: “{event.verb}” by {event.by_name} on {in_words(event.at)}."


def _field_name(model: type[models.Model], name: str) -> str:
    parts = {part._meta.model_name: part for part in record_states.parts_of(model)}
    if name in parts:
        return str(parts[name]._meta.verbose_name_plural)
    return str(model._meta.get_field(name).verbose_name)


def clock_went_forward() -> Iterator[str]:
    """Each event was recorded after the one before it, as far as a clock can tell."""
    yield from named(
        clock.out_of_order(connection),
        lambda found: (
            f"The clock was wrong: event {found[0]} of history is dated more than a minute before "
            f"event {found[1]}, or more than {clock.DAYS_AHEAD} days after it."
        ),
    )


RULES = [clock_went_forward, history_is_whole, states_are_whole, records_are_as_history_says]
