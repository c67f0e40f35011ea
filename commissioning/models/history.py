"""History: who did what to which record, when, and what it was before and after."""

from collections.abc import Sequence

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now

from commissioning.fields import LineField, ProseField


class HistoryEvent(models.Model):
    """One thing that somebody did; append-only, held by database triggers.

    Without foreign keys: it outlives what it tells of.
    """

    at = models.DateTimeField(db_default=Now())
    by_id = models.BigIntegerField(null=True)
    by_name = LineField(max_length=200)
    verb = LineField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    subject_label = LineField(max_length=300)
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    reason = ProseField(blank=True, max_length=2000)
    # Of the states that it brought (RecordState); empty when it brought none.
    states_sha256 = models.CharField(
        max_length=64, blank=True, default="", db_default="", editable=False
    )

    # For actions only, while the event is unsaved: the record that it is about, whether the record
    # is new, whether it may have changed, and what was removed with it.
    row: models.Model | None = None
    is_first = False
    is_of_change = True
    removes: Sequence[tuple[type[models.Model], int]] = ()

    class Meta:
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "at"], name="history_of_a_record")
        ]

    def __str__(self) -> str:
        return f"{self.by_name} {self.verb} {self.subject_label}"


class HistoryLink(models.Model):
    """One link of the chain over history: a fingerprint of an event and of the link before it.

    Written by the database when the event's transaction ends; append-only. An event that is
    removed or rewritten no longer fits its link, and a link that is removed leaves a gap.
    """

    number = models.BigIntegerField(primary_key=True)
    event_id = models.BigIntegerField(unique=True)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"Link {self.number}"


class RecordState(models.Model):
    """What a record was when an event spoke of it, as one digest for each field; append-only.

    Without fields when the event removed the record.
    """

    event_id = models.BigIntegerField(db_index=True)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    fields = models.JSONField(null=True)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="states_of_a_record")
        ]

    def __str__(self) -> str:
        return f"State of {self.subject_type} {self.subject_id}"
