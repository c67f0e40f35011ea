"""Published totals for which no itemised records exist."""

from django.db import models
from django.db.models import Q

from commissioning.fields import DayField, LineField, ProseField
from commissioning.models.areas import Area
from commissioning.models.awards import Award
from commissioning.models.funds import Fund, FundingSource
from commissioning.models.organisations import Organisation
from commissioning.models.periods import ends_after_it_starts
from commissioning.models.publication import Publishable, PublishedQuerySet, Qualifier
from commissioning.models.services import Service
from commissioning.money import MoneyField
from commissioning.years import period_label


class ReportedTotal(Publishable):
    """A total that a document states, kept as it states it, beside what is itemised here."""

    class Kind(models.TextChoices):
        BUDGET = "budget", "budget"
        ALLOCATION = "allocation", "allocation"
        AWARDS = "awards", "value of awards"
        SPENDING = "spending", "spending"
        COST = "cost", "cost"
        INCOME = "income", "income"
        REQUESTED = "requested", "asked for, not granted"
        NATIONAL = "national", "national pot, not the office's money"
        PARTNER = "partner", "partner's money, not the office's"

    class Per(models.TextChoices):
        PERIOD = "period", "for the period"
        YEAR = "year", "a year"

    code = LineField(max_length=60, unique=True)
    label = LineField(help_text="What the total is of, with its scope. Published.")
    kind = models.CharField(max_length=12, choices=Kind)
    amount = MoneyField(null=True, blank=True)
    per = models.CharField(max_length=6, choices=Per, default=Per.PERIOD)
    count = models.PositiveIntegerField(null=True, blank=True, help_text="How many, if stated.")
    count_of = LineField(max_length=60, blank=True, help_text="Of what, such as “projects”.")
    qualifier = models.CharField(max_length=10, choices=Qualifier, default=Qualifier.EXACT)
    fund = models.ForeignKey(
        Fund, null=True, blank=True, on_delete=models.PROTECT, related_name="reported_totals"
    )
    source = models.ForeignKey(
        FundingSource,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reported_totals",
    )
    award = models.ForeignKey(
        Award, null=True, blank=True, on_delete=models.PROTECT, related_name="reported_totals"
    )
    service = models.ForeignKey(
        Service, null=True, blank=True, on_delete=models.PROTECT, related_name="reported_totals"
    )
    area = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="reported_totals"
    )
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reported_totals",
    )
    starts_on = DayField(null=True, blank=True)
    ends_on = DayField(null=True, blank=True)
    period_note = LineField("period in words", blank=True)
    document = LineField(help_text="The document that states it. Published.")
    source_ref = LineField("where in the document", blank=True)
    note = ProseField(blank=True, help_text="What to know about the figure. Published.")

    objects = PublishedQuerySet.as_manager()

    class Meta:
        ordering = ["fund__name", "starts_on", "code"]
        constraints = [
            models.CheckConstraint(
                name="reported_total_states_an_amount_or_a_count",
                condition=Q(amount__isnull=False) | Q(count__isnull=False),
                violation_error_message="Give an amount, a number, or both.",
            ),
            models.CheckConstraint(
                name="reported_total_names_what_it_counts",
                condition=Q(count__isnull=True) | ~Q(count_of=""),
                violation_error_message="Say what the number counts.",
            ),
            ends_after_it_starts("reported_total", "period"),
        ]
        permissions = [("publish_reportedtotal", "Can publish and withdraw reported totals")]

    class Publication:
        public = {
            "id",
            "code",
            "label",
            "kind",
            "amount",
            "per",
            "count",
            "count_of",
            "qualifier",
            "fund",
            "source",
            "award",
            "service",
            "area",
            "organisation",
            "starts_on",
            "ends_on",
            "period_note",
            "document",
            "source_ref",
            "note",
            "published_at",
        }
        private = {"is_published", "published_by"}

    def __str__(self) -> str:
        return self.label

    @property
    def period(self) -> str:
        return self.period_note or period_label(self.starts_on, self.ends_on)
