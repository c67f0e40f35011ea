"""Programmes: services and grants that serve one end together."""

from django.db import models
from django.urls import reverse

from commissioning.fields import DayField, LineField, ProseField
from commissioning.models import Area, Fund, Organisation, Service, Theme
from commissioning.models.periods import ends_after_it_starts
from commissioning.models.publication import Publishable, PublishedQuerySet
from commissioning.rules import RuleBroken


class Programme(Publishable):
    """Services, funds and what they achieve, under one name that the public knows."""

    code = LineField(max_length=60, unique=True)
    name = LineField(unique=True)
    slug = models.SlugField(max_length=120, unique=True)
    description = ProseField(blank=True, help_text="What it is to change and for whom. Published.")
    theme = models.ForeignKey(
        Theme, null=True, blank=True, on_delete=models.PROTECT, related_name="programmes"
    )
    lead = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="programmes"
    )
    services = models.ManyToManyField(
        Service,
        blank=True,
        related_name="programmes",
        help_text="Their awards and figures count as the programme’s.",
    )
    funds = models.ManyToManyField(
        Fund, blank=True, related_name="programmes", help_text="Funds that are for it alone."
    )
    headline_measure = models.ForeignKey(
        "Measure",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="headline_of",
        help_text="The measure whose result stands for the programme. None is shown without it.",
    )
    starts_on = DayField(null=True, blank=True)
    ends_on = DayField(null=True, blank=True)
    source_ref = LineField("source of this record", blank=True)
    note = ProseField(blank=True, help_text="For staff; not published, but open to FOI requests.")

    objects = PublishedQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [ends_after_it_starts("programme")]
        permissions = [("publish_programme", "Can publish and withdraw programmes")]

    class Publication:
        public = {
            "id",
            "code",
            "name",
            "slug",
            "description",
            "theme",
            "lead",
            "services",
            "funds",
            "headline_measure",
            "starts_on",
            "ends_on",
            "source_ref",
            "published_at",
        }
        private = {"note", "is_published", "published_by"}

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("programmes:programme", args=[self.slug])

    def clean(self):
        """The headline measure is one of the programme or of its services."""
        super().clean()
        chosen = self.headline_measure
        if chosen is not None and not self.owns(chosen):
            raise RuleBroken(
                f"“{chosen}” is not a measure of this programme or of its services. Choose one "
                "that is, or save the services of the programme first.",
                "headline_of_another_programme",
                "headline_measure",
            )

    def owns(self, measure) -> bool:
        """Whether a measure is of the programme itself or of one of its services."""
        if self.pk is None:
            return False
        of_service = self.services.filter(pk=measure.service_id).exists()
        return measure.programme_id == self.pk or of_service


class LocalUnit(models.Model):
    """A local unit of a service, such as a cadet unit, and the area that it works in."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="local_units")
    name = LineField()
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="local_units")
    position = models.PositiveSmallIntegerField(default=0, help_text="Its place in lists.")
    source_ref = LineField("source", blank=True)

    class Meta:
        ordering = ["service", "position", "name"]
        constraints = [
            models.UniqueConstraint(
                name="local_unit_is_listed_once",
                fields=["service", "name"],
                violation_error_message="This service already has a unit of that name.",
            )
        ]

    class Publication:
        public = {"id", "service", "name", "area", "position", "source_ref"}
        private = set()

    def __str__(self) -> str:
        return f"{self.name} ({self.area})"
