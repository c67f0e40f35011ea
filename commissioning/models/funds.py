"""Where money comes from, and the funds that the public knows it by."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from commissioning.fields import DayField, LineField, ProseField
from commissioning.models.organisations import Organisation
from commissioning.models.periods import ends_after_it_starts
from commissioning.models.plan import Theme
from commissioning.models.publication import (
    DatePrecision,
    Publishable,
    PublishedQuerySet,
    day_of_a_status,
)


class FundingSource(Publishable):
    """Where money comes from, and what it may be spent on."""

    class Kind(models.TextChoices):
        CENTRAL_GRANT = "central_grant", "central government grant"
        LOCAL_TAX = "local_tax", "council tax precept"
        SEIZED_ASSETS = "seized_assets", "seized assets"
        RESERVES = "reserves", "reserves"
        OWN_BUDGET = "own_budget", "the office's own budget"
        PARTNER_CONTRIBUTION = "partner_contribution", "partner's contribution"
        BUSINESS_CONTRIBUTION = "business_contribution", "business contribution"
        IN_KIND = "in_kind", "in kind"
        EUROPEAN = "european", "European funding"
        CHARITY = "charity", "charity"
        JOINT = "joint", "several sources together, shares not known"

    code = LineField(max_length=60, unique=True)
    name = LineField()
    slug = models.SlugField(max_length=120, unique=True)
    kind = models.CharField(max_length=30, choices=Kind)
    provider = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sources_provided",
        help_text="The body that gives the money, where known.",
    )
    ring_fence = ProseField(
        blank=True,
        max_length=2000,
        help_text="What the money may be spent on, if not on everything. Published.",
    )
    source_ref = LineField("source of this record", blank=True)
    note = ProseField(blank=True, help_text="For staff; not published, but open to FOI requests.")

    objects = PublishedQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = "source of funding"
        verbose_name_plural = "sources of funding"

    class Publication:
        public = {
            "id",
            "code",
            "name",
            "slug",
            "kind",
            "provider",
            "ring_fence",
            "source_ref",
            "published_at",
        }
        private = {"note", "is_published", "published_by"}

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("public:source", args=[self.slug])


class Fund(Publishable):
    """Money that the public knows by one name, such as the Active Citizens Fund."""

    class Status(models.TextChoices):
        PLANNED = "planned", "planned"
        APPLIED = "applied", "applied for"
        LIVE = "live", "live"
        CLOSED = "closed", "closed"
        REPLACED = "replaced", "replaced"
        HANDED_OVER = "handed_over", "handed over"
        UNKNOWN = "unknown", "not stated"

    code = LineField(max_length=60, unique=True)
    name = LineField(unique=True)
    slug = models.SlugField(max_length=120, unique=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.LIVE)
    status_as_at = day_of_a_status()
    purpose = ProseField(blank=True, max_length=2000, help_text="What the fund is for. Published.")
    lead = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="funds_led",
        help_text="Who runs the fund.",
    )
    theme = models.ForeignKey(
        Theme, null=True, blank=True, on_delete=models.PROTECT, related_name="funds"
    )
    sources = models.ManyToManyField(
        FundingSource,
        blank=True,
        related_name="funds",
        help_text="Where its money comes from. The exact money from each stands in its budgets.",
    )
    starts_on = DayField(null=True, blank=True)
    ends_on = DayField(null=True, blank=True)
    date_precision = models.CharField(max_length=5, choices=DatePrecision, blank=True)
    successor = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="predecessors",
        help_text="The fund that took this one's place.",
    )
    source_ref = LineField("source of this record", blank=True)
    note = ProseField(blank=True, help_text="For staff; not published, but open to FOI requests.")

    objects = PublishedQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            ends_after_it_starts("fund"),
            models.CheckConstraint(
                name="fund_is_not_its_own_successor",
                condition=Q(successor__isnull=True) | ~Q(successor=F("id")),
                violation_error_message="A fund cannot take its own place.",
            ),
        ]
        permissions = [("publish_fund", "Can publish and withdraw funds")]

    class Publication:
        public = {
            "id",
            "code",
            "name",
            "slug",
            "status",
            "status_as_at",
            "purpose",
            "lead",
            "theme",
            "sources",
            "starts_on",
            "ends_on",
            "date_precision",
            "successor",
            "source_ref",
            "published_at",
        }
        private = {"note", "is_published", "published_by"}

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("public:fund", args=[self.slug])


class FundName(models.Model):
    """Another name of a fund: a former one, a short one, or one that people also write."""

    fund = models.ForeignKey(Fund, on_delete=models.CASCADE, related_name="names")
    name = LineField()
    used_until = DayField(null=True, blank=True, help_text="Leave empty if it is still used.")

    class Meta:
        ordering = ["name"]
        verbose_name = "other name"
        constraints = [
            models.UniqueConstraint(
                name="fund_other_name_is_listed_once",
                fields=["fund", "name"],
                violation_error_message="This name is already listed.",
            )
        ]

    class Publication:
        public = {"id", "fund", "name", "used_until"}
        private = set()

    def __str__(self) -> str:
        return self.name
