"""History as staff read it: each event with what changed, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from commissioning.days import in_words
from commissioning.models import Entry, HistoryEvent
from commissioning.money import MoneyField, format_pounds

# Columns that say nothing to a reader: the key, and totals that the journal tells better.
SILENT = {"id", "slug"}
# What an event tells of without a column of its own, by the column that it is like.
LIKE = {"change": Entry._meta.get_field("amount")}
# The event itself says when.
SILENT_KINDS = (models.DateTimeField,)


@dataclass(frozen=True)
class Change:
    """One column of a record, before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One event with its changes."""

    event: HistoryEvent
    noun: str
    changes: Sequence[Change]


def lines_of(events: Iterable[HistoryEvent]) -> list[Line]:
    """Each event with its changes; names of other records are looked up once per kind."""
    events = list(events)
    names = _Names(events)
    return [Line(event, noun_of(event.subject_type), _changes(event, names)) for event in events]


def in_a_sentence(line: Line) -> str:
    """“Ann Other changed organisation Boxing Club: name: Walsall Boxing Club.”"""
    event = line.event
    changes = "; ".join(f"{each.label}: {each.after or 'nothing'}" for each in line.changes)
    what = f"{event.by_name} {event.verb} {line.noun} {event.subject_label}"
    return f"{what}: {changes}." if changes else f"{what}."


def noun_of(subject_type: str) -> str:
    model = model_of(subject_type)
    return str(model._meta.verbose_name) if model else subject_type


def model_of(subject_type: str) -> type[models.Model] | None:
    for app in settings.OUR_APPS:
        model = apps.all_models[app].get(subject_type)
        if model is not None:
            return model
    return None


def _differences(event: HistoryEvent) -> list[tuple[str, object, object]]:
    before, after = event.before or {}, event.after or {}
    return [
        (name, before.get(name), after.get(name))
        for name in dict.fromkeys([*before, *after])
        if before.get(name) != after.get(name) and name not in SILENT
    ]


def _field(subject_type: str, name: str) -> models.Field | None:
    model = model_of(subject_type)
    if model is None:
        return None
    for field in model._meta.concrete_fields:
        if name in (field.attname, field.name):
            return field
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return LIKE.get(name)


class _Names:
    """Names of the records that events point to, by model and key."""

    def __init__(self, events: Iterable[HistoryEvent]):
        keys: dict[type[models.Model], set] = {}
        for event in events:
            for name, before, after in _differences(event):
                field = _field(event.subject_type, name)
                if isinstance(field, models.ForeignKey):
                    wanted = keys.setdefault(field.remote_field.model, set())
                    wanted.update(str(key) for key in (before, after) if str(key).isdecimal())
        self.known = {
            model: {str(row.pk): str(row) for row in model._base_manager.filter(pk__in=wanted)}
            for model, wanted in keys.items()
        }

    def of(self, model: type[models.Model], key: object) -> str:
        return self.known.get(model, {}).get(str(key), str(key))


def _changes(event: HistoryEvent, names: _Names) -> list[Change]:
    changes = []
    for name, before, after in _differences(event):
        field = _field(event.subject_type, name)
        if isinstance(field, SILENT_KINDS) or (before is None and after in ("False", False)):
            continue
        label = str(field.verbose_name) if hasattr(field, "verbose_name") else name
        changes.append(
            Change(
                label.replace("_", " "),
                _words(field, before, names),
                _words(field, after, names),
            )
        )
    return changes


def _words(field: models.Field | None, value: object, names: _Names) -> str:
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if isinstance(field, models.ForeignKey):
        return names.of(field.remote_field.model, value)
    if isinstance(field, MoneyField):
        try:
            return format_pounds(Decimal(str(value)))
        except InvalidOperation:
            return str(value)
    if isinstance(field, models.DateField):
        return _day(str(value))
    if isinstance(field, models.BooleanField):
        return "yes" if str(value) == "True" else "no"
    choices = dict(getattr(field, "flatchoices", None) or {})
    return str(choices.get(value, value))


def _day(text: str) -> str:
    try:
        return in_words(date.fromisoformat(text))
    except ValueError:
        return text
