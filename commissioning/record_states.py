"""What each record was when history last recorded it: one short digest for each of its fields.

A digest shows that a field differs without keeping its value a second time, so that what few may
see, or what is erased later, is not kept in history. Records that belong to another one
(`part_of`), and lists of other records, are one digest of the record that they belong to.

Everything is read as two or more streams in the order of the key, so that a table of any length
takes a fixed number of statements and little memory.
"""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby
from operator import itemgetter

from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections, models
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max

from commissioning.fields import RunningTotal
from commissioning.models import HistoryEvent, RecordState

ROWS_AT_ONCE = 500

# Models without states, and what guards them instead.
WITHOUT_STATES = {
    "commissioning.entry": "append-only; the totals are proved from it",
    "commissioning.pipelineentry": "append-only; proved against what the awards ask for",
    "commissioning.historyevent": "append-only; a link of the chain for each",
    "commissioning.historylink": "append-only; each holds the fingerprint of the one before",
    "commissioning.recordstate": "append-only; each event holds the fingerprint of its states",
    "commissioning.importrun": "a log of imports; each row that came in has its own events",
    "commissioning.submission": "keys of forms that were sent; forgotten after a time",
    "commissioning.givenreference": "append-only; written by triggers beside the records",
    "commissioning.journalguard": "no record; proved by itself",
    "search.document": "made from the records, and made again at will",
    "search.word": "made from the records, and made again at will",
    "search.waiting": "made from the records, and made again at will",
}

# Fields that change without an event, by design.
FIELDS_WITHOUT_STATES = {
    # Written by Django at each sign-in; a new password is an event.
    "commissioning.user": {"last_login", "password"},
    # Not even a digest is kept of who wrote to us.
    "transparency.problem": {"reach"},
}

# Models of which each record must have begun with an event: money, and who may do what with it.
# Of the others a record is compared from its first event on.
BEGIN_WITH_EVENT = {
    f"{app}.{name}"
    for app, names in {
        "commissioning": (
            "award budget allocation commitment payment receipt closedyear delegatedlimit interest "
            "override hold proposedvariation"
        ),
        "finance": (
            "bankaccount paymentbatch ledgerfile ledgermatch ledgerexplanation monthsignoff "
            "carryforward accrual"
        ),
        "victims": "monitoringreturn",
        "programmes": "observation release",
    }.items()
    for name in names.split()
}

Fields = dict[str, str]


@cache
def models_with_states() -> list[type[models.Model]]:
    """Every model whose records history speaks of: neither exempt nor part of another one."""
    return [
        model
        for app in settings.OUR_APPS
        for model in apps.get_app_config(app).get_models()
        if model._meta.label_lower not in WITHOUT_STATES and not hasattr(model, "part_of")
    ]


@cache
def parts_of(model: type[models.Model]) -> list[type[models.Model]]:
    """Models whose records are stated with the record of `model` that they belong to."""
    return [
        part
        for app in settings.OUR_APPS
        for part in apps.get_app_config(app).get_models()
        if hasattr(part, "part_of") and part._meta.get_field(part.part_of).related_model is model
    ]


@cache
def _fields(model: type[models.Model]) -> list[models.Field]:
    without = FIELDS_WITHOUT_STATES.get(model._meta.label_lower, set())
    return [
        field
        for field in model._meta.concrete_fields
        if not isinstance(field, RunningTotal) and field.name not in without
    ]


def read(model: type[models.Model], keys: Iterable[int] | None = None) -> Iterator[tuple]:
    """(key, digests by name of field) of each record as the database has it, by key."""
    rows = model._base_manager.order_by("pk")
    if keys is not None:
        keys = list(keys)
        rows = rows.filter(pk__in=keys)
    lists = [
        *(_list(model, field, keys) for field in model._meta.many_to_many),
        *(_parts(part, keys) for part in parts_of(model)),
    ]
    for row in _streamed(rows, keys):
        yield (
            row.pk,
            {
                **{field.name: _digest([row.pk, _value(field, row)]) for field in _fields(model)},
                **{name: _digest([row.pk, items_of(row.pk)]) for name, items_of in lists},
            },
        )


def _list(model, field, keys):
    """(name, items by key) of a list of other records."""
    through = field.remote_field.through._base_manager
    source, target = field.m2m_column_name(), field.m2m_reverse_name()
    pairs = through.order_by(source, target).values_list(source, target)
    if keys is not None:
        pairs = pairs.filter(**{f"{source}__in": keys})
    return field.name, _in_step(_streamed(pairs, keys))


def _parts(part, keys):
    """(name, items by key) of the records that belong to one."""
    column = part._meta.get_field(part.part_of).attname
    rows = part._base_manager.order_by(column, "pk")
    if keys is not None:
        rows = rows.filter(**{f"{column}__in": keys})
    return part._meta.model_name, _in_step(
        (getattr(row, column), _digest([_value(field, row) for field in _fields(part)]))
        for row in _streamed(rows, keys)
    )


def _streamed(rows: models.QuerySet, keys: Sequence[int] | None) -> Iterator:
    """A whole table in little memory; of a few records at once, which is a single statement."""
    if keys is None:
        yield from rows.iterator(chunk_size=ROWS_AT_ONCE)
    else:
        yield from rows


def _in_step(pairs: Iterator[tuple]):
    """A function of a key that gives its items; the keys must be asked for in rising order."""
    groups = groupby(pairs, key=itemgetter(0))
    state: dict = {}

    def items_of(key: int) -> list:
        if not state:
            # Not before the first record: without one, nothing is asked.
            state["group"] = next(groups, None)
        while state["group"] and state["group"][0] < key:
            state["group"] = next(groups, None)
        if not state["group"] or state["group"][0] != key:
            return []
        items = [item for _, item in state["group"][1]]
        state["group"] = next(groups, None)
        return items

    return items_of


def _value(field: models.Field, row: models.Model):
    if getattr(row, field.attname) is None:
        return None
    return field.value_to_string(row)


def _digest(value) -> str:
    text = json.dumps(value, sort_keys=True, cls=DjangoJSONEncoder)
    return urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:12]).decode()


# --- With events ----------------------------------------------------------------------------------


def with_events(events: Iterable[HistoryEvent]) -> list[tuple[HistoryEvent, RecordState]]:
    """What the records are now of which these unsaved events speak, where it is not stated yet.

    Earlier states are read before the records: whoever changes a record meanwhile states it too.
    """
    events = list(events)
    by_model: dict[type[models.Model], dict[int, HistoryEvent]] = {}
    removed = []
    for event in events:
        removed += [(event, _gone(model, key)) for model, key in event.removes]
        if event.row is not None and event.is_of_change and not event.removes:
            model = event.row._meta.concrete_model
            by_model.setdefault(model, {})[event.row.pk] = event
    found = [
        pair
        for model, subjects in by_model.items()
        if model in models_with_states()
        for pair in _changed(model, subjects)
    ]
    found += [(event, state) for event, state in removed if state is not None]
    order = {id(event): place for place, event in enumerate(events)}
    found.sort(key=lambda pair: order[id(pair[0])])
    for event, pairs in groupby(found, key=itemgetter(0)):
        event.states_sha256 = fingerprint(state for _, state in pairs)
    return found


def _changed(model, subjects: dict[int, HistoryEvent]) -> Iterator[tuple]:
    keys = sorted(subjects)
    for start in range(0, len(keys), ROWS_AT_ONCE):
        some = keys[start : start + ROWS_AT_ONCE]
        known = [key for key in some if not subjects[key].is_first]
        last = {state.subject_id: state.fields for state in latest(model, known)} if known else {}
        for key, fields in read(model, some):
            if last.get(key) != fields:
                yield (
                    subjects[key],
                    RecordState(
                        subject_type=model._meta.label_lower, subject_id=key, fields=fields
                    ),
                )


def _gone(model: type[models.Model], key: int) -> RecordState | None:
    if model not in models_with_states():
        return None
    return RecordState(subject_type=model._meta.label_lower, subject_id=key, fields=None)


def latest(model: type[models.Model], keys: Iterable[int] | None = None) -> Iterator[RecordState]:
    """The last state of each record of the model, by key."""
    stated = RecordState.objects.filter(subject_type=model._meta.label_lower)
    if keys is not None:
        keys = list(keys)
        stated = stated.filter(subject_id__in=keys)
    newest = stated.order_by().values("subject_id").annotate(newest=Max("pk")).values("newest")
    return _streamed(RecordState.objects.filter(pk__in=newest).order_by("subject_id"), keys)


def fingerprint(states: Iterable[RecordState]) -> str:
    """SHA-256 over the states of one event, which the event holds and so the chain of history."""
    said = hashlib.sha256()
    for state in states:
        line = json.dumps([state.subject_type, state.subject_id, state.fields], sort_keys=True)
        said.update(line.encode() + b"\n")
    return said.hexdigest()


# --- Where history begins -------------------------------------------------------------------------

FOUND_VERB = "stated as found"


def begin_after_migrate(sender, using: str, **kwargs) -> None:
    """Receiver of post_migrate; waits until the tables of every app are as its models are."""
    connection = connections[using]
    if RecordState._meta.db_table not in connection.introspection.table_names():
        return
    if RecordState.objects.exists() or not HistoryEvent.objects.exists():
        return
    executor = MigrationExecutor(connection)
    ours = [key for key in executor.loader.graph.leaf_nodes() if key[0] in settings.OUR_APPS]
    if not executor.migration_plan(ours):
        begin()


def begin() -> None:
    """State every record of a database whose history has no states yet, as it is found.

    What was changed before cannot be told: the events say only what the records were then.
    """
    for model in models_with_states():
        some: list[RecordState] = []
        for key, fields in read(model):
            some.append(
                RecordState(subject_type=model._meta.label_lower, subject_id=key, fields=fields)
            )
            if len(some) == ROWS_AT_ONCE:
                _found(model, some)
                some = []
        if some:
            _found(model, some)


def _found(model: type[models.Model], states: list[RecordState]) -> None:
    event = HistoryEvent.objects.create(
        by_name="manage.py migrate",
        verb=FOUND_VERB,
        subject_type=model._meta.model_name,
        subject_label=f"{len(states):,} {model._meta.verbose_name_plural}"[:300],
        reason="From here on, check_records compares each record with what history says.",
        states_sha256=fingerprint(states),
    )
    for state in states:
        state.event_id = event.pk
    RecordState.objects.bulk_create(states)
