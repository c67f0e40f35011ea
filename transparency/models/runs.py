"""Runs: what was published for a period, as it was published."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse

from commissioning.fields import DayField, ProseField
from commissioning.models.people import done_by
from transparency.duties import DUTIES, Duty, Kind, Period

APPEND_ONLY = {
    "transparency_run": "run_is_never_changed: A run is never changed or removed. Publish a later "
    "version, or withdraw it.",
    "transparency_runwithdrawal": "run_is_never_changed: A withdrawal stays. Publish a later "
    "version.",
}


class RunQuerySet(models.QuerySet):
    def published(self):
        """Every run is public as a fact; what a withdrawn one held is not shown."""
        return self.select_related("withdrawal")


class Run(models.Model):
    """One version of what was published for a period; append-only."""

    kind = models.CharField(max_length=10, choices=Kind)
    starts_on = DayField()
    ends_on = DayField()
    number = models.PositiveSmallIntegerField("version")
    change_note = ProseField(
        blank=True, max_length=1000, help_text="What is new since the version before. Published."
    )
    content = models.JSONField(editable=False)
    sha256 = models.CharField("SHA-256 of the CSV", max_length=64, editable=False)
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    made_by = done_by()

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "kind", "-number"]
        verbose_name = "transparency run"
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                name="run_has_its_version",
                fields=["kind", "starts_on", "ends_on", "number"],
                violation_error_message=(
                    "Somebody else published this run just now. Look at it again."
                ),
            ),
            models.CheckConstraint(
                name="later_run_says_what_is_new",
                condition=Q(number=1) | ~Q(change_note=""),
                violation_error_message="Say what is new since the version before.",
            ),
            models.CheckConstraint(
                name="run_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message="The run cannot end before it starts.",
            ),
        ]
        permissions = [("publish_run", "Can publish and withdraw transparency runs")]

    class Publication:
        public = {
            "id",
            "kind",
            "starts_on",
            "ends_on",
            "number",
            "change_note",
            "content",
            "sha256",
            "made_at",
        }
        private = {"made_by"}

    def __str__(self) -> str:
        return f"{self.duty.title}, {self.period}, version {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("transparency:run", args=[self.kind, self.period.slug, self.number])

    @property
    def duty(self) -> Duty:
        return DUTIES[Kind(self.kind)]

    @property
    def period(self) -> Period:
        return Period(self.starts_on, self.ends_on)

    @property
    def is_withdrawn(self) -> bool:
        return hasattr(self, "withdrawal")


class RunWithdrawal(models.Model):
    """What a run held is no longer shown; append-only."""

    # History states it with its run.
    part_of = "run"

    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="withdrawal")
    reason = ProseField(max_length=1000, help_text="Published: it must not tell what it hides.")
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = done_by()

    class Meta:
        ordering = ["-at"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                name="run_withdrawal_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message="Say why the run is withdrawn.",
            )
        ]

    class Publication:
        public = {"id", "run", "reason", "at"}
        private = {"by"}

    def __str__(self) -> str:
        return f"Withdrawal of {self.run}"
