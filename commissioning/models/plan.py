"""The police and crime plan and its themes."""

from django.db import models
from django.urls import reverse

from commissioning.fields import DayField, LineField, ProseField
from commissioning.models.periods import ends_after_it_starts


class Plan(models.Model):
    """A police and crime plan, or another plan with themes of its own."""

    name = LineField(unique=True)
    starts_on = DayField(null=True, blank=True)
    ends_on = DayField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [ends_after_it_starts("plan")]

    class Publication:
        public = {"id", "name", "starts_on", "ends_on"}
        private = set()

    def __str__(self) -> str:
        return self.name


class Theme(models.Model):
    """One of a plan's objectives, which awards and services serve."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="themes")
    code = LineField(max_length=20, unique=True)
    name = LineField()
    slug = models.SlugField(max_length=120, unique=True)
    sequence = models.PositiveSmallIntegerField(help_text="Its place in the plan's list.")
    description = ProseField(blank=True, max_length=2000)
    source_ref = LineField("source", blank=True)

    class Meta:
        ordering = ["plan", "sequence", "code"]

    class Publication:
        public = {"id", "plan", "code", "name", "slug", "sequence", "description", "source_ref"}
        private = set()

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("public:theme", args=[self.slug])
