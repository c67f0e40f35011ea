"""What shares of money can be worked out from: population, crime, need."""

from collections.abc import Iterable

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from commissioning.fields import DayField, LineField, ProseField
from commissioning.models.areas import Area

# Far above any count of people or crimes, and exact in every spreadsheet and every sum.
LARGEST = 10**12


class WeightingQuerySet(models.QuerySet):
    def published(self):
        """What was released by today is public knowledge."""
        return self.filter(released_on__lte=timezone.localdate())


class Weighting(models.Model):
    """A published set of numbers by area that money can be shared in proportion to."""

    class Kind(models.TextChoices):
        POPULATION = "population", "population"
        CRIME = "crime", "recorded crime"
        NEED = "need", "need"
        OTHER = "other", "other"

    code = LineField(max_length=60, unique=True)
    name = LineField(help_text="Such as “Mid-2020 population estimates”.")
    kind = models.CharField(max_length=10, choices=Kind)
    released_on = DayField(
        "released on",
        help_text="The day these numbers were released. Money is not shared by them before it.",
    )
    source_ref = LineField(
        "where the numbers come from", help_text="Who published them, and where. Published."
    )
    note = ProseField(blank=True, help_text="For staff; not published, but open to FOI requests.")

    objects = WeightingQuerySet.as_manager()

    class Meta:
        ordering = ["-released_on", "name"]

    class Publication:
        public = {"id", "code", "name", "kind", "released_on", "source_ref"}
        private = {"note"}

    def __str__(self) -> str:
        return self.name

    @property
    def is_used(self) -> bool:
        """Whether an allocation stands on it, so that it stays as it is."""
        return self.pk is not None and self.allocations.exists()

    def numbers_of(self, areas: Iterable[Area]) -> dict[int, int]:
        """The numbers of those of the areas that have one, by the key of the area."""
        weights = self.weights.filter(area__in=[area.pk for area in areas])
        return dict(weights.values_list("area_id", "value"))


class Weight(models.Model):
    """One area's number in a weighting; only its proportion to the others counts."""

    weighting = models.ForeignKey(Weighting, on_delete=models.CASCADE, related_name="weights")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="weights")
    value = models.BigIntegerField(
        "number",
        validators=[MinValueValidator(0), MaxValueValidator(LARGEST)],
        help_text="A whole number.",
    )

    class Meta:
        ordering = ["weighting", "area__name"]
        constraints = [
            models.UniqueConstraint(
                name="weight_is_one_per_area",
                fields=["weighting", "area"],
                violation_error_message="This area already has a number in this weighting.",
            ),
            models.CheckConstraint(
                name="weight_is_from_nothing_to_a_million_million",
                condition=Q(value__gte=0) & Q(value__lte=LARGEST),
                violation_error_message=(
                    "The number is more than 1,000,000,000,000 or less than 0. Only its proportion "
                    "to the others counts."
                ),
            ),
        ]

    class Publication:
        public = {"id", "weighting", "area", "value"}
        private = set()

    def __str__(self) -> str:
        return f"{self.area}: {self.value:,}"
