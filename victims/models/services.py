"""Services for victims: how often they report, by what, and who works in them."""

from django.db import models
from django.db.models import F, Q

from commissioning.fields import DayField, LineField
from commissioning.models import Service
from programmes.models import Breakdown
from programmes.quantities import QuantityField
from victims.models.indicators import IndicatorSet


class Period(models.TextChoices):
    """How often a service reports."""

    MONTH = "month", "every month"
    QUARTER = "quarter", "every quarter"
    HALF_YEAR = "half_year", "every half year"


class VictimsService(models.Model):
    """A commissioned service for victims, and how its provider reports on it."""

    service = models.OneToOneField(Service, on_delete=models.PROTECT, related_name="victims")
    indicator_set = models.ForeignKey(
        IndicatorSet, on_delete=models.PROTECT, related_name="services"
    )
    period = models.CharField("reports", max_length=9, choices=Period, default=Period.QUARTER)
    days_until_due = models.PositiveSmallIntegerField(
        default=20, help_text="How many days after the period ends a return is due."
    )
    reports_from = DayField(
        null=True,
        blank=True,
        help_text=(
            "The day from which its returns are kept here; from the first day of its awards when "
            "empty."
        ),
    )
    by_area = models.BooleanField(
        "reports by area", default=True, help_text="By the local authority areas that it serves."
    )
    breakdowns = models.ManyToManyField(
        Breakdown,
        blank=True,
        related_name="+",
        verbose_name="reports by",
        help_text="What is left out is counted in total only.",
    )
    small_up_to = models.PositiveSmallIntegerField(
        "numbers hidden when from 1 up to",
        default=4,
        help_text=(
            "In whatever is released of this service. Higher for a small or specialist service, "
            "whose clients could be recognised more easily."
        ),
    )
    contact_email = models.EmailField(
        "provider’s e-mail address",
        blank=True,
        help_text="Reminders of returns go there. Never published.",
    )

    class Meta:
        ordering = ["service__name"]
        verbose_name = "victims’ service"
        constraints = [
            models.CheckConstraint(
                name="return_is_due_within_half_a_year",
                condition=Q(days_until_due__lte=184),
                violation_error_message="A return is due within half a year after its period.",
            ),
            models.CheckConstraint(
                name="victims_service_hides_fewer_than_a_hundred",
                condition=Q(small_up_to__gte=1, small_up_to__lt=100),
                violation_error_message="Numbers are hidden up to 1 at least and 99 at most.",
            ),
        ]

    class Publication:
        # The public sees the commissioned service, never how it reports.
        public = set()
        private = {
            "id",
            "service",
            "indicator_set",
            "period",
            "days_until_due",
            "reports_from",
            "by_area",
            "breakdowns",
            "small_up_to",
            "contact_email",
        }

    def __str__(self) -> str:
        return self.service.name


class Post(models.Model):
    """A post in a victims' service; whoever holds it is not recorded."""

    class Kind(models.TextChoices):
        ISVA = "isva", "ISVA: independent sexual violence adviser"
        IDVA = "idva", "IDVA: independent domestic violence adviser"
        OTHER = "other", "other post"

    service = models.ForeignKey(VictimsService, on_delete=models.PROTECT, related_name="posts")
    kind = models.CharField(max_length=5, choices=Kind)
    title = LineField(help_text="The post, such as “Children’s ISVA”; never a person’s name.")
    fte = QuantityField("full-time equivalent", help_text="1 for full time, 0.5 for half of it.")
    starts_on = DayField("filled from")
    ends_on = DayField("filled until", null=True, blank=True, help_text="Empty while it goes on.")

    class Meta:
        ordering = ["service", "kind", "title", "starts_on"]
        constraints = [
            models.CheckConstraint(
                name="post_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="The post cannot end before it starts.",
            ),
            models.CheckConstraint(
                name="post_is_one_person_at_most",
                condition=Q(fte__gt=0, fte__lte=1),
                violation_error_message=(
                    "A post is more than 0 and at most 1. Record two posts where there are two."
                ),
            ),
        ]

    class Publication:
        public = set()
        private = {"id", "service", "kind", "title", "fte", "starts_on", "ends_on"}

    def __str__(self) -> str:
        return f"{self.title}, {self.service}"
