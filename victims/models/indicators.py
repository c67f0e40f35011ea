"""Indicator sets: what returns count, how it is broken down, and how it adds up."""

from django.db import models
from django.db.models import F, Q

from commissioning.fields import LineField, ProseField
from programmes.models import Adding, Breakdown, Category, Measure


class IndicatorSet(models.Model):
    """What the ministry or the office asks providers to count, read together."""

    code = models.SlugField(max_length=40, unique=True)
    name = LineField(unique=True)
    description = ProseField(blank=True, help_text="Who asks for it, and since when.")
    categories = models.ManyToManyField(
        Category,
        blank=True,
        related_name="+",
        help_text="The crime types, needs and so on that it is counted by; “not known” is one too.",
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Counted(models.Model):
    """One thing that returns of an indicator set count, such as referrals."""

    class Kind(models.TextChoices):
        OUTPUT = Measure.Kind.OUTPUT.value, "output: what was done"
        OUTCOME = Measure.Kind.OUTCOME.value, "outcome: what changed"

    indicator_set = models.ForeignKey(
        IndicatorSet, on_delete=models.CASCADE, related_name="counted"
    )
    code = models.SlugField(
        max_length=40, help_text="The same in two sets where the same thing is counted."
    )
    name = LineField(max_length=120)
    definition = LineField(blank=True, max_length=300, help_text="What counts and what does not.")
    position = models.PositiveSmallIntegerField(default=0, help_text="Its place on the sheet.")
    kind = models.CharField(max_length=7, choices=Kind, default=Kind.OUTPUT)
    unit = LineField(max_length=60, default="people")
    breakdown = models.ForeignKey(
        Breakdown,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="By what it is broken down, for services that report by it.",
    )
    over_periods = models.CharField(max_length=6, choices=Adding, default=Adding.SUM)
    over_areas = models.CharField(max_length=6, choices=Adding, default=Adding.SUM)
    over_services = models.CharField(max_length=6, choices=Adding, default=Adding.SUM)
    over_categories = models.CharField(max_length=6, choices=Adding, default=Adding.SUM)
    no_more_than = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="What it is a part of: it cannot be more in any cell.",
    )
    share_name = LineField(
        "as a share",
        max_length=120,
        blank=True,
        help_text="What its percentage of that is called, where one is worked out.",
    )

    class Meta:
        ordering = ["indicator_set", "position", "pk"]
        verbose_name = "thing counted"
        verbose_name_plural = "what is counted"
        constraints = [
            models.UniqueConstraint(
                name="counted_is_listed_once",
                fields=["indicator_set", "code"],
                violation_error_message="This set already counts something with that code.",
            ),
            models.UniqueConstraint(
                name="counted_has_its_own_name",
                fields=["indicator_set", "name"],
                violation_error_message="This set already counts something of that name.",
            ),
            models.CheckConstraint(
                name="counted_is_not_a_part_of_itself",
                condition=Q(no_more_than__isnull=True) | ~Q(no_more_than=F("id")),
                violation_error_message="Nothing is a part of itself.",
            ),
            models.CheckConstraint(
                name="counted_share_is_of_something",
                condition=Q(share_name="") | Q(no_more_than__isnull=False),
                violation_error_message="For a share, say what it is a part of.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
