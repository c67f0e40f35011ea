"""Commissioned services: what is bought or granted."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from commissioning.fields import DayField, LineField, ProseField
from commissioning.models.areas import Area
from commissioning.models.funds import Fund, FundingSource
from commissioning.models.organisations import Organisation
from commissioning.models.periods import ends_after_it_starts
from commissioning.models.plan import Theme
from commissioning.models.publication import (
    DatePrecision,
    Publishable,
    PublishedQuerySet,
    Scope,
    ScopeBasis,
    day_of_a_status,
)


class Service(Publishable):
    """Something that the office buys, grants money for or runs, for the public to benefit from."""

    class Kind(models.TextChoices):
        SERVICE = "service", "service"
        PROGRAMME = "programme", "programme"
        PROJECT = "project", "project"
        SCHEME = "scheme", "scheme"
        GRANT_PROGRAMME = "grant_programme", "grant programme"
        VOLUNTEER_SCHEME = "volunteer_scheme", "volunteer scheme"
        PARTNERSHIP_SCHEME = "partnership_scheme", "partnership scheme"
        CHARITY_SCHEME = "charity_scheme", "charity scheme"
        DIVERSION_COURSE = "diversion_course", "diversion course"
        TRAINING = "training", "training"
        RESEARCH = "research", "research"
        POSTS = "posts", "funded posts"
        EVENT = "event", "event"
        CAMPAIGN = "campaign", "campaign"
        LOAN_FUND = "loan_fund", "loan fund"
        SERVICE_CHANGE = "service_change", "change to services"
        GOVERNANCE = "governance", "board or oversight"
        STATUTORY_DUTY = "statutory_duty", "statutory duty"
        SYSTEM = "system", "system"
        POLICE_OPERATION = "police_operation", "police operation"
        FORCE_UNIT = "force_unit", "police force unit"
        WORKFORCE = "workforce", "workforce"

    class Status(models.TextChoices):
        PLANNED = "planned", "planned"
        TENDERING = "tendering", "out to tender"
        OFFERED = "offered", "offered"
        PILOT = "pilot", "pilot"
        LIVE = "live", "live"
        ENDED = "ended", "ended"
        REPLACED = "replaced", "replaced"
        MERGED = "merged", "merged"
        HANDED_OVER = "handed_over", "handed over"

    code = LineField(max_length=60, unique=True)
    name = LineField()
    slug = models.SlugField(max_length=120, unique=True)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.SERVICE)
    status = models.CharField(max_length=12, choices=Status, default=Status.LIVE)
    status_as_at = day_of_a_status()
    description = ProseField(blank=True, help_text="What it does and for whom. Published.")
    providers = models.ManyToManyField(
        Organisation, blank=True, related_name="services", help_text="Who delivers it."
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts"
    )
    theme = models.ForeignKey(
        Theme, null=True, blank=True, on_delete=models.PROTECT, related_name="services"
    )
    areas = models.ManyToManyField(Area, blank=True, related_name="services")
    scope = models.CharField(
        "area of benefit", max_length=12, choices=Scope, default=Scope.NOT_STATED
    )
    scope_basis = models.CharField(max_length=10, choices=ScopeBasis, blank=True)
    place_note = LineField(
        blank=True,
        max_length=300,
        help_text="A place in words. Published unless place is withheld.",
    )
    starts_on = DayField(null=True, blank=True)
    ends_on = DayField(null=True, blank=True)
    date_precision = models.CharField(max_length=5, choices=DatePrecision, blank=True)
    funds = models.ManyToManyField(Fund, blank=True, related_name="services")
    sources = models.ManyToManyField(FundingSource, blank=True, related_name="services")
    evaluation = ProseField(
        blank=True, help_text="How it is, or was, evaluated, and what was found. Published."
    )
    source_ref = LineField("source of this record", blank=True)
    note = ProseField(blank=True, help_text="For staff; not published, but open to FOI requests.")

    objects = PublishedQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = "commissioned service"
        constraints = [
            ends_after_it_starts("service"),
            models.CheckConstraint(
                name="service_is_not_its_own_part",
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                violation_error_message="A service cannot be a part of itself.",
            ),
        ]
        permissions = [("publish_service", "Can publish and withdraw services")]

    class Publication:
        public = {
            "id",
            "code",
            "name",
            "slug",
            "kind",
            "status",
            "status_as_at",
            "description",
            "providers",
            "parent",
            "theme",
            "areas",
            "scope",
            "scope_basis",
            "place_note",
            "starts_on",
            "ends_on",
            "date_precision",
            "funds",
            "sources",
            "evaluation",
            "source_ref",
            "published_at",
        }
        private = {"note", "is_published", "published_by"}

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("public:service", args=[self.slug])


class ServiceName(models.Model):
    """Another name of a service."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="names")
    name = LineField()

    class Meta:
        ordering = ["name"]
        verbose_name = "other name"
        constraints = [
            models.UniqueConstraint(
                name="service_other_name_is_listed_once",
                fields=["service", "name"],
                violation_error_message="This name is already listed.",
            )
        ]

    class Publication:
        public = {"id", "service", "name"}
        private = set()

    def __str__(self) -> str:
        return self.name
