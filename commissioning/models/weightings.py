"""What shares of money can be worked out from: population, crime, need."""

from django.db import models

from commissioning.fields import DayField, LineField, ProseField
from commissioning.models.areas import Area


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
    released_on = DayField(null=True, blank=True, help_text="The day these numbers were released.")
    source_ref = LineField("source of this record")
    note = ProseField(blank=True, help_text="For staff; not published, but open to FOI requests.")

    class Meta:
        ordering = ["-released_on", "name"]

    class Publication:
        public = {"id", "code", "name", "kind", "released_on", "source_ref"}
        private = {"note"}

    def __str__(self) -> str:
        return self.name


class Weight(models.Model):
    """One area's number in a weighting; only its proportion to the others counts."""

    weighting = models.ForeignKey(Weighting, on_delete=models.CASCADE, related_name="weights")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="weights")
    value = models.PositiveBigIntegerField("number", help_text="A whole number.")

    class Meta:
        ordering = ["weighting", "area__name"]
        constraints = [
            models.UniqueConstraint(
                name="weight_is_one_per_area",
                fields=["weighting", "area"],
                violation_error_message="This area already has a number in this weighting.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.area}: {self.value:,}"
