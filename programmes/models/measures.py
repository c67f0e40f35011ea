"""What is measured: measures, how they add up, their targets and the indicators that group them."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from commissioning.fields import DayField, LineField, ProseField
from commissioning.models import Area, Service, Theme
from commissioning.models.periods import ends_after_it_starts
from commissioning.models.publication import Publishable, PublishedQuerySet, Qualifier
from programmes.models.programmes import Programme
from programmes.quantities import QuantityField


class Direction(models.TextChoices):
    """Which way is better."""

    HIGHER = "higher", "higher is better"
    LOWER = "lower", "lower is better"
    NEITHER = "neither", "neither is better"
    NOT_CHOSEN = "unset", "not chosen yet"


class Adding(models.TextChoices):
    """What becomes of a measure’s figures for parts when the whole is asked for."""

    SUM = "sum", "they add up"
    LATEST = "latest", "the latest stands for all"
    UNIQUE = "unique", "different people: a sum would count some twice"
    RATIO = "ratio", "worked out anew from numerator and denominator"
    NONE = "none", "they do not add up"


class Breakdown(models.Model):
    """A way to split a measure, such as by crime type or by kind of need."""

    code = models.SlugField(max_length=60, unique=True)
    name = LineField(unique=True)

    class Meta:
        ordering = ["name"]

    class Publication:
        public = {"id", "code", "name"}
        private = set()

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """One value of a breakdown, such as one crime type."""

    breakdown = models.ForeignKey(Breakdown, on_delete=models.PROTECT, related_name="categories")
    code = LineField(max_length=120, unique=True)
    name = LineField()
    position = models.PositiveSmallIntegerField(default=0, help_text="Its place in lists.")
    small_up_to = models.PositiveSmallIntegerField(
        "hidden when from 1 up to",
        null=True,
        blank=True,
        help_text="Where it is to be higher than the measure’s own, such as for sexual offences.",
    )

    class Meta:
        ordering = ["breakdown", "position", "name"]
        verbose_name_plural = "categories"
        constraints = [
            models.UniqueConstraint(
                name="category_is_listed_once",
                fields=["breakdown", "name"],
                violation_error_message="This breakdown already has a category of that name.",
            )
        ]

    class Publication:
        public = {"id", "breakdown", "code", "name", "position", "small_up_to"}
        private = set()

    def __str__(self) -> str:
        return self.name


class MeasureQuerySet(PublishedQuerySet):
    def of_results(self):
        """What was done, changed or gained; not how it is meant to work, nor what it took."""
        return self.filter(Measure.of_achievement())


class Measure(Publishable):
    """Something counted or measured, and how its figures add up."""

    class Kind(models.TextChoices):
        OUTPUT = "output", "output: what was done"
        OUTCOME = "outcome", "outcome: what changed"
        INPUT = "input", "input: what was put in"
        BENEFIT = "benefit", "benefit: what it is worth"
        COST = "cost", "cost"
        DESIGN = "design", "design: how it is meant to work"
        CONTEXT = "context", "context"
        INDICATOR = "indicator", "force-wide indicator"

    class Form(models.TextChoices):
        NUMBER = "number", "a number"
        POUNDS = "pounds", "pounds"
        PERCENT = "percent", "a percentage"

    # What may stand as achieved.
    ACHIEVED = [Kind.OUTPUT, Kind.OUTCOME, Kind.BENEFIT, Kind.INDICATOR]
    # Of these kinds pounds were saved, seized or earned; of the others they were put in.
    GAINED = [Kind.OUTCOME, Kind.BENEFIT, Kind.INDICATOR]

    code = LineField(max_length=60, unique=True)
    name = LineField()
    slug = models.SlugField(max_length=120, unique=True)
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.OUTPUT)
    unit = LineField(max_length=60, help_text="Of what, such as “people” or “days”. Published.")
    form = models.CharField("shown as", max_length=7, choices=Form, default=Form.NUMBER)
    decimals = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="As many as each figure has when empty."
    )
    per = models.PositiveIntegerField(
        "per how many",
        null=True,
        blank=True,
        help_text="Of a rate: 1000 for crimes per 1,000 people. Published.",
    )
    direction = models.CharField(
        "which way is better",
        max_length=7,
        choices=Direction,
        default=Direction.NOT_CHOSEN,
        help_text="No result is judged against a target until this is chosen. Published.",
    )
    description = ProseField(blank=True, help_text="What is counted and what is not. Published.")
    programme = models.ForeignKey(
        Programme, null=True, blank=True, on_delete=models.PROTECT, related_name="measures"
    )
    service = models.ForeignKey(
        Service, null=True, blank=True, on_delete=models.PROTECT, related_name="measures"
    )
    theme = models.ForeignKey(
        Theme, null=True, blank=True, on_delete=models.PROTECT, related_name="measures"
    )
    breakdown = models.ForeignKey(
        Breakdown, null=True, blank=True, on_delete=models.PROTECT, related_name="measures"
    )
    over_periods = models.CharField(max_length=6, choices=Adding, default=Adding.NONE)
    over_areas = models.CharField(max_length=6, choices=Adding, default=Adding.NONE)
    over_services = models.CharField(max_length=6, choices=Adding, default=Adding.NONE)
    over_categories = models.CharField(max_length=6, choices=Adding, default=Adding.NONE)
    numerator = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="For a ratio of two measures: its upper part.",
    )
    denominator = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    counts_people = models.BooleanField(
        default=True, help_text="Small numbers of people are hidden from the public."
    )
    small_up_to = models.PositiveSmallIntegerField(
        "hidden when from 1 up to",
        default=4,
        help_text="Higher where people could be recognised more easily, such as by an offence.",
    )
    source_ref = LineField("source of this record", blank=True)
    note = ProseField(blank=True, help_text="What to know about the figures. Published.")

    objects = MeasureQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="measure_is_a_ratio_of_two",
                condition=Q(numerator__isnull=True, denominator__isnull=True)
                | Q(numerator__isnull=False, denominator__isnull=False),
                violation_error_message="A ratio needs a numerator and a denominator.",
            ),
            models.CheckConstraint(
                name="measure_hides_fewer_than_a_hundred",
                condition=Q(small_up_to__gte=1, small_up_to__lt=100),
                violation_error_message="Numbers are hidden up to 1 at least and 99 at most.",
            ),
            models.CheckConstraint(
                name="measure_is_per_one_or_more",
                condition=Q(per__isnull=True) | Q(per__gte=1),
                violation_error_message="A rate is per 1 or more.",
            ),
            models.CheckConstraint(
                name="measure_of_percentages_is_per_hundred",
                condition=~Q(form="percent") | Q(per__isnull=True) | Q(per=100),
                violation_error_message="A percentage is per 100.",
            ),
        ]
        permissions = [
            ("publish_measure", "Can publish and withdraw measures"),
            ("release_measure", "Can release figures to the public"),
        ]

    class Publication:
        public = {
            "id",
            "code",
            "name",
            "slug",
            "kind",
            "unit",
            "form",
            "decimals",
            "per",
            "direction",
            "description",
            "programme",
            "service",
            "theme",
            "breakdown",
            "over_periods",
            "over_areas",
            "over_services",
            "over_categories",
            "numerator",
            "denominator",
            "counts_people",
            "small_up_to",
            "source_ref",
            "note",
            "published_at",
        }
        private = {"is_published", "published_by"}

    def __str__(self) -> str:
        return f"{self.name} ({self.subject})" if self.subject else self.name

    @classmethod
    def of_money(cls, path: str = "") -> Q:
        """Measures, reached by `path`, of pounds that were budgeted, given or spent: no results."""
        pounds = Q(**{f"{path}form": cls.Form.POUNDS})
        return pounds & ~Q(**{f"{path}kind__in": cls.GAINED})

    @classmethod
    def of_achievement(cls, path: str = "") -> Q:
        """Measures, reached by `path`, of what was done, changed or gained."""
        return Q(**{f"{path}kind__in": cls.ACHIEVED}) & ~cls.of_money(path)

    @property
    def is_of_achievement(self) -> bool:
        """As `of_achievement`."""
        is_gained = self.form != self.Form.POUNDS or self.kind in self.GAINED
        return self.kind in self.ACHIEVED and is_gained

    @property
    def subject(self) -> Programme | Service | None:
        """Whose measure it is; nothing for one of the whole force."""
        return self.service or self.programme

    def get_absolute_url(self) -> str:
        return reverse("programmes:measure", args=[self.slug])


class Indicator(Publishable):
    """One of the plan’s indicators of success, or another set of measures read together."""

    class Kind(models.TextChoices):
        PLAN = "plan", "indicator of the plan"
        SUPPLEMENTARY = "supplementary", "other set of figures"

    code = LineField(max_length=60, unique=True)
    number = models.PositiveSmallIntegerField(null=True, blank=True, help_text="In the plan.")
    name = LineField()
    slug = models.SlugField(max_length=120, unique=True)
    kind = models.CharField(max_length=13, choices=Kind, default=Kind.PLAN)
    theme = models.ForeignKey(
        Theme, null=True, blank=True, on_delete=models.PROTECT, related_name="indicators"
    )
    direction = models.CharField(max_length=7, choices=Direction, default=Direction.NOT_CHOSEN)
    measures = models.ManyToManyField(Measure, blank=True, related_name="indicators")
    no_figures_because = LineField(
        blank=True, help_text="Why no figures are held, where there are none. Published."
    )
    source_ref = LineField("source of this record", blank=True)
    note = ProseField(blank=True, help_text="What to know about it. Published.")

    objects = PublishedQuerySet.as_manager()

    class Meta:
        ordering = [F("number").asc(nulls_last=True), "name"]
        permissions = [("publish_indicator", "Can publish and withdraw indicators")]

    class Publication:
        public = {
            "id",
            "code",
            "number",
            "name",
            "slug",
            "kind",
            "theme",
            "direction",
            "measures",
            "no_figures_because",
            "source_ref",
            "note",
            "published_at",
        }
        private = {"is_published", "published_by"}

    def __str__(self) -> str:
        return f"{self.number}. {self.name}" if self.number else self.name

    def get_absolute_url(self) -> str:
        return reverse("programmes:indicator", args=[self.slug])


class Target(models.Model):
    """What a measure is to reach in a period."""

    code = LineField(max_length=80, unique=True)
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="targets")
    area = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="targets"
    )
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.PROTECT, related_name="targets"
    )
    starts_on = DayField(null=True, blank=True)
    ends_on = DayField(null=True, blank=True, help_text="The day by which it is to be reached.")
    period_note = LineField("period in words", blank=True)
    value = QuantityField()
    value_high = QuantityField(
        "upper end", null=True, blank=True, help_text="For a target from … to …."
    )
    qualifier = models.CharField(max_length=10, choices=Qualifier, default=Qualifier.EXACT)
    source_ref = LineField("source", blank=True)
    note = ProseField(blank=True, help_text="What to know about the target. Published.")

    class Meta:
        ordering = ["measure", "starts_on", "pk"]
        constraints = [
            ends_after_it_starts("target", "target’s period"),
            models.CheckConstraint(
                name="target_goes_from_low_to_high",
                condition=Q(value_high__isnull=True) | Q(value_high__gte=F("value")),
                violation_error_message="The upper end of a target is not below its lower end.",
            ),
        ]

    class Publication:
        public = {
            "id",
            "code",
            "measure",
            "area",
            "category",
            "starts_on",
            "ends_on",
            "period_note",
            "value",
            "value_high",
            "qualifier",
            "source_ref",
            "note",
        }
        private = set()

    def __str__(self) -> str:
        return f"Target of {self.measure}"
