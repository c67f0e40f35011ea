"""Showing records to the public, and taking them back."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from commissioning import rules
from commissioning.actions import history
from commissioning.models import Award, User
from commissioning.models.publication import Publishable

_RULES = {Award: rules.award_can_be_published}


@transaction.atomic
def publish(rows: Sequence[Publishable], *, by: User) -> int:
    """Publish records, all or none of them; the number that were not published before."""
    fresh = [row for row in rows if not row.is_published]
    for row in fresh:
        _RULES.get(type(row), lambda row: None)(row)
        row.is_published, row.published_at, row.published_by = True, timezone.now(), by
    _store(fresh, "published", by)
    return len(fresh)


@transaction.atomic
def withdraw(rows: Sequence[Publishable], *, reason: str, by: User) -> int:
    """Take records off the public site; they stay here."""
    rules.reason_is_given(reason)
    shown = [row for row in rows if row.is_published]
    for row in shown:
        row.is_published = False
    _store(shown, "withdrew from the public", by, reason)
    return len(shown)


def _store(rows: Sequence[Publishable], verb: str, by: User, reason: str = "") -> None:
    if not rows:
        return
    model = type(rows[0])
    # In order of id, as every action locks that takes several.
    keys = [row.pk for row in rows]
    list(model.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
    model.objects.bulk_update(
        rows, ["is_published", "published_at", "published_by"], batch_size=500
    )
    history.record_all(history.event(verb, row, by, reason=reason) for row in rows)
