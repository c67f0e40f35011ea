"""Observations: the facts that every reported count is made of."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from commissioning.days import in_words
from commissioning.fields import DayField, LineField, ProseField
from commissioning.models import Area, Service
from commissioning.models.people import done_by
from commissioning.models.periods import ends_after_it_starts
from commissioning.models.publication import Qualifier
from commissioning.years import period_label
from programmes.models.measures import Category, Measure
from programmes.quantities import QuantityField


class PeriodKind(models.TextChoices):
    """What span of time a figure is for."""

    FINANCIAL_YEAR = "financial_year", "financial year"
    CALENDAR_YEAR = "calendar_year", "calendar year"
    QUARTER = "quarter", "quarter"
    MONTH = "month", "month"
    RANGE = "range", "other period"
    SNAPSHOT = "snapshot", "as it stood on a day"
    UNSPECIFIED = "unspecified", "period not stated"


class Missing(models.TextChoices):
    """Why there is no figure. It is never shown as 0."""

    NOT_DUE = "not_due", "not due yet"
    NOT_RECEIVED = "not_received", "not received"
    NOT_COLLECTED = "not_collected", "not collected"
    NOT_PUBLISHED = "not_published", "not published by its source"


class SeriesBreak(models.TextChoices):
    """Why a figure cannot be read in one line with those before it, or not yet."""

    DEFINITION = "definition", "counted differently from the period before"
    PART_PERIOD = "part_period", "counts a part of its period only"
    PROVISIONAL = "provisional", "provisional: it may still change"


class Place(models.Model):
    """Where a figure stands: of which part of its measure, and for when."""

    service = models.ForeignKey(
        Service, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    area = models.ForeignKey(
        Area,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Empty for the whole, or where the source does not say.",
    )
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    starts_on = DayField(null=True, blank=True)
    ends_on = DayField(null=True, blank=True)
    period_kind = models.CharField(max_length=14, choices=PeriodKind, default=PeriodKind.RANGE)
    period_note = LineField(
        "period in words", blank=True, help_text="Where dates do not say it. Published."
    )
    is_total = models.BooleanField(
        "a stated total",
        default=False,
        help_text="The source states it as the total of other figures; it is never added to them.",
    )

    class Meta:
        abstract = True

    @property
    def period(self) -> str:
        """The period as people say it."""
        if self.period_note:
            return self.period_note
        if self.period_kind == PeriodKind.CALENDAR_YEAR and self.starts_on:
            return str(self.starts_on.year)
        if self.period_kind == PeriodKind.SNAPSHOT and self.ends_on:
            return in_words(self.ends_on)
        return period_label(self.starts_on, self.ends_on)

    @property
    def part(self) -> str:
        """What part of its measure it is of, as people say it; empty for the whole."""
        parts = [self.service, self.area, self.category]
        told = [str(part) for part in parts if part is not None]
        return ", ".join([*told, "stated total"] if self.is_total else told)

    @property
    def place_key(self) -> str:
        """The same text for two figures that stand in the same place of their measure."""
        parts = [
            self.service_id,
            self.area_id,
            self.category_id,
            self.starts_on,
            self.ends_on,
            self.period_note if self.starts_on is None or self.ends_on is None else "",
            "total" if self.is_total else "",
        ]
        return "|".join("" if part is None else str(part) for part in parts)


class Figure(models.Model):
    """What is known of one place: a number and how exact it is, or why there is none."""

    value = QuantityField(null=True, blank=True)
    value_high = QuantityField(
        "upper end", null=True, blank=True, help_text="For a figure given as from … to …."
    )
    numerator = QuantityField(null=True, blank=True)
    denominator = QuantityField(null=True, blank=True)
    qualifier = models.CharField(max_length=10, choices=Qualifier, default=Qualifier.EXACT)
    missing = models.CharField("no figure because", max_length=13, choices=Missing, blank=True)
    series_break = models.CharField(
        "break in the series",
        max_length=11,
        choices=SeriesBreak,
        blank=True,
        default="",
        help_text="Charts draw it as a gap or a hollow point, with the note. Published.",
    )
    source_ref = LineField("where in the source", blank=True)
    note = ProseField(blank=True, help_text="What to know about the figure. Published.")

    class Meta:
        abstract = True


class ObservationQuerySet(models.QuerySet):
    def current(self):
        """Figures that no later correction has replaced."""
        later = self.model._base_manager.filter(
            measure=OuterRef("measure"), place=OuterRef("place"), version__gt=OuterRef("version")
        )
        return self.filter(~Exists(later))


class Observation(Place, Figure):
    """One figure of a measure, as recorded; a correction is a new version of it."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="observations")
    code = LineField(max_length=80, blank=True, help_text="In the source, where it has one.")
    document = LineField("source", blank=True, help_text="The document it is from. Published.")
    place = models.CharField(max_length=400, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    recorded_by = done_by()
    reason = LineField("reason for the correction", blank=True, editable=False)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        ordering = ["measure", "starts_on", "pk"]
        verbose_name = "figure"
        constraints = [
            models.UniqueConstraint(
                name="observation_has_one_current_version",
                fields=["measure", "place", "version"],
                violation_error_message="This figure is already recorded. Correct it instead.",
            ),
            models.CheckConstraint(
                name="observation_has_a_value_or_a_reason",
                condition=Q(value__isnull=False, missing="")
                | Q(value__isnull=True) & ~Q(missing=""),
                violation_error_message="Give a figure, or say why there is none.",
            ),
            models.CheckConstraint(
                name="observation_goes_from_low_to_high",
                condition=Q(value_high__isnull=True) | Q(value_high__gte=F("value")),
                violation_error_message="The upper end of a figure is not below its lower end.",
            ),
            ends_after_it_starts("observation", "period"),
            models.CheckConstraint(
                name="observation_is_a_share_of_something",
                condition=Q(denominator__isnull=True) | ~Q(denominator=0),
                violation_error_message="A ratio cannot have a denominator of 0.",
            ),
        ]

    class Publication:
        # The public reads released cells, never observations.
        public = set()
        private = {
            "id",
            "measure",
            "code",
            "document",
            "place",
            "version",
            "recorded_at",
            "recorded_by",
            "reason",
            "service",
            "area",
            "category",
            "starts_on",
            "ends_on",
            "period_kind",
            "period_note",
            "is_total",
            "value",
            "value_high",
            "numerator",
            "denominator",
            "qualifier",
            "missing",
            "series_break",
            "source_ref",
            "note",
        }

    def __str__(self) -> str:
        return ", ".join(told for told in (str(self.measure), self.part, self.period) if told)

    def later_versions(self) -> models.QuerySet:
        """Corrections that came after this version of the figure."""
        return type(self).objects.filter(
            measure=self.measure_id, place=self.place, version__gt=self.version
        )
