"""Monitoring returns: what a provider counted in a period, and who stood for it."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from commissioning.fields import DayField, ProseField
from commissioning.models import Area
from commissioning.models.people import done_by
from commissioning.years import period_label
from programmes.models import Category, Missing
from victims.models.indicators import Counted
from victims.models.services import VictimsService


class MonitoringReturnQuerySet(models.QuerySet):
    def owed(self):
        """Returns that the provider has still to send."""
        return self.filter(status__in=MonitoringReturn.OWED)

    def owed_since(self, day: date):
        """Owed returns that should have been there by the day before."""
        return self.owed().alias(wanted=_WANTED_ON).filter(wanted__lt=day)

    def accepted(self):
        return self.filter(status=MonitoringReturn.Status.ACCEPTED)

    def within(self, first_day: date, last_day: date):
        """Returns whose whole period lies in these days."""
        return self.filter(starts_on__gte=first_day, ends_on__lte=last_day)


_WANTED_ON = Coalesce("extended_to", "due_on")


def _person() -> models.ForeignKey:
    return done_by(optional=True)


class MonitoringReturn(models.Model):
    """A provider's counts for one service and period; numbers of people, never anybody."""

    class Status(models.TextChoices):
        DUE = "due", "due"
        SUBMITTED = "submitted", "submitted"
        SENT_BACK = "sent_back", "sent back"
        CERTIFIED = "certified", "certified"
        ACCEPTED = "accepted", "accepted"
        SUPERSEDED = "superseded", "superseded"

    # States in which the provider owes it.
    OWED = [Status.DUE, Status.SENT_BACK]
    # States that a new schedule leaves alone.
    HELD = [Status.SUBMITTED, Status.SENT_BACK, Status.CERTIFIED, Status.ACCEPTED]

    # What may follow what; actions ask here. A reopened return is a new version, sent back.
    TRANSITIONS = {
        Status.DUE: {Status.SUBMITTED, Status.SUPERSEDED},
        Status.SUBMITTED: {Status.SENT_BACK, Status.CERTIFIED},
        Status.SENT_BACK: {Status.SUBMITTED},
        Status.CERTIFIED: {Status.SENT_BACK, Status.ACCEPTED},
        Status.ACCEPTED: {Status.SUPERSEDED},
        Status.SUPERSEDED: {Status.DUE},
    }

    service = models.ForeignKey(VictimsService, on_delete=models.PROTECT, related_name="returns")
    starts_on = DayField()
    ends_on = DayField()
    version = models.PositiveSmallIntegerField(default=1, editable=False)
    due_on = DayField()
    extended_to = DayField(
        null=True, blank=True, help_text="The later day that the provider was given."
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.DUE, editable=False)
    submitted_by, submitted_at = _person(), models.DateTimeField(null=True, editable=False)
    certified_by, certified_at = _person(), models.DateTimeField(null=True, editable=False)
    accepted_by, accepted_at = _person(), models.DateTimeField(null=True, editable=False)
    to_put_right = ProseField(blank=True, editable=False, max_length=2000)
    comments = ProseField(
        blank=True, editable=False, help_text="The provider’s. For staff only: never published."
    )
    reminded_on = DayField(null=True, blank=True, editable=False)

    objects = MonitoringReturnQuerySet.as_manager()

    class Meta:
        ordering = ["-ends_on", "service", "-version"]
        indexes = [models.Index(fields=["status", "due_on"], name="return_by_status")]
        constraints = [
            models.CheckConstraint(
                name="return_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message="The period cannot end before it starts.",
            ),
            models.CheckConstraint(
                name="return_status_is_known",
                condition=Q(
                    status__in=[
                        "due",
                        "submitted",
                        "sent_back",
                        "certified",
                        "accepted",
                        "superseded",
                    ]
                ),
                violation_error_message="A return must be in one of its states.",
            ),
            models.CheckConstraint(
                name="return_is_extended_to_a_later_day",
                condition=Q(extended_to__isnull=True) | Q(extended_to__gt=F("due_on")),
                violation_error_message="An extension gives a later day than the return was due.",
            ),
            models.UniqueConstraint(
                name="return_version_stands_once",
                fields=["service", "starts_on", "ends_on", "version"],
                violation_error_message="This version of the return is there already.",
            ),
            models.UniqueConstraint(
                name="return_is_accepted_once",
                fields=["service", "starts_on", "ends_on"],
                condition=Q(status="accepted"),
                violation_error_message="A return of this period is accepted already.",
            ),
            models.UniqueConstraint(
                name="return_is_open_once",
                fields=["service", "starts_on", "ends_on"],
                condition=Q(status__in=["due", "submitted", "sent_back", "certified"]),
                violation_error_message="A return of this period is open already.",
            ),
            models.CheckConstraint(
                name="return_certifier_is_not_its_submitter",
                condition=Q(certified_by__isnull=True)
                | Q(submitted_by__isnull=True)
                | ~Q(certified_by=F("submitted_by")),
                violation_error_message=(
                    "Whoever took a return in cannot certify it. Ask a colleague in finance."
                ),
            ),
            models.CheckConstraint(
                name="return_acceptor_is_not_its_certifier",
                condition=Q(accepted_by__isnull=True)
                | Q(certified_by__isnull=True)
                | ~Q(accepted_by=F("certified_by")),
                violation_error_message=(
                    "Whoever certified a return cannot accept it. Ask a colleague."
                ),
            ),
            models.CheckConstraint(
                name="return_certified_names_who_stands_for_it",
                condition=~Q(status__in=["certified", "accepted"])
                | Q(submitted_by__isnull=False, certified_by__isnull=False),
                violation_error_message="A certified return says who certified it.",
            ),
            models.CheckConstraint(
                name="return_accepted_names_its_acceptor",
                condition=~Q(status="accepted") | Q(accepted_by__isnull=False),
                violation_error_message="An accepted return says who accepted it.",
            ),
        ]
        permissions = [
            ("schedule_monitoringreturn", "Can schedule returns and give more time"),
            ("submit_monitoringreturn", "Can take in what a provider sent, and send it back"),
            ("certify_monitoringreturn", "Can certify returns"),
            ("accept_monitoringreturn", "Can accept returns"),
            ("reopen_monitoringreturn", "Can reopen accepted returns"),
        ]

    class Publication:
        # The public sees released figures of measures, never a return.
        public = set()
        private = {
            "id",
            "service",
            "starts_on",
            "ends_on",
            "version",
            "due_on",
            "extended_to",
            "status",
            "submitted_by",
            "submitted_at",
            "certified_by",
            "certified_at",
            "accepted_by",
            "accepted_at",
            "to_put_right",
            "comments",
            "reminded_on",
        }

    def __str__(self) -> str:
        version = f", version {self.version}" if self.version > 1 else ""
        return f"{self.service}, {self.period}{version}"

    @property
    def period(self) -> str:
        return period_label(self.starts_on, self.ends_on)

    @property
    def wanted_on(self) -> date:
        """The last day on which it is in time."""
        return self.extended_to or self.due_on

    @property
    def is_open(self) -> bool:
        """Whether its counts can still change."""
        return self.status not in (self.Status.ACCEPTED, self.Status.SUPERSEDED)


class ReturnCount(models.Model):
    """One number of a return, or why there is none; never about one person."""

    # History states it with its monitoring return.
    part_of = "monitoring_return"

    monitoring_return = models.ForeignKey(
        MonitoringReturn, on_delete=models.CASCADE, related_name="counts"
    )
    counted = models.ForeignKey(Counted, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(
        Area,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Empty for all areas.",
    )
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The same text for two numbers in the same place of a return: empty columns are never equal.
    place = models.CharField(max_length=80, editable=False)
    value = models.PositiveIntegerField(null=True, blank=True)
    missing = models.CharField("no number because", max_length=13, choices=Missing, blank=True)

    class Meta:
        ordering = ["monitoring_return", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="return_counts_each_thing_once",
                fields=["monitoring_return", "place"],
                violation_error_message="A return gives each number once.",
            ),
            models.CheckConstraint(
                name="return_count_has_a_value_or_a_reason",
                condition=Q(value__isnull=False, missing="")
                | Q(value__isnull=True) & ~Q(missing=""),
                violation_error_message="Give a number, or say why there is none.",
            ),
        ]

    class Publication:
        public = set()
        private = {
            "id",
            "monitoring_return",
            "counted",
            "area",
            "category",
            "place",
            "value",
            "missing",
        }

    def __str__(self) -> str:
        return f"{self.counted} of {self.monitoring_return}"
