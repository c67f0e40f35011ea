"""When what the public reads of a record last changed, known from history.

A change of what is private does not count: it would say that something is going on.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Model

from commissioning.models import HistoryEvent


def last_changes(
    model: type[Model], keys: Iterable[int], fields: Collection[str] | None = None
) -> dict[int, datetime]:
    """The moment of the last change of these fields, by record; all public ones unless given."""
    names = model.Publication.public if fields is None else fields
    columns = {field.attname for field in model._meta.concrete_fields if field.name in names}
    events = HistoryEvent.objects.filter(
        subject_type=model._meta.model_name, subject_id__in=[str(key) for key in keys]
    )
    found: dict[int, datetime] = {}
    for key, at, before, after in events.order_by("-pk").values_list(
        "subject_id", "at", "before", "after"
    ):
        if int(key) not in found and columns & _changed(before or {}, after or {}):
            found[int(key)] = at
    return found


def lately_changed(model: type[Model], most: int) -> list[int]:
    """The keys of the records that history names last, whatever was changed of them."""
    events = HistoryEvent.objects.filter(subject_type=model._meta.model_name)
    keys = events.order_by("-pk").values_list("subject_id", flat=True)[: most * 10]
    return [int(key) for key in dict.fromkeys(keys)][:most]


def _changed(before: dict, after: dict) -> set[str]:
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}
