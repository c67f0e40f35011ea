"""Releases: what the public was shown of the figures, frozen."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from commissioning.fields import LineField, ProseField
from commissioning.models.people import done_by
from programmes.models.measures import Measure
from programmes.models.observations import Figure, Observation, Place

HIDDEN_MARK = "[c]"


class Release(models.Model):
    """Figures of some measures, shown to the public together; never changed afterwards."""

    class Basis(models.TextChoices):
        CHECKED = "checked", "small numbers hidden"
        PUBLIC = "public", "already public"

    title = LineField()
    basis = models.CharField(max_length=7, choices=Basis, default=Basis.CHECKED)
    document = LineField(
        blank=True, help_text="Where the figures are already public, if they are. Published."
    )
    change_note = ProseField(
        blank=True, help_text="What is new since the release before. Published."
    )
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    made_by = done_by()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="release_of_public_figures_names_the_document",
                condition=Q(basis="checked") | ~Q(document=""),
                violation_error_message="Name the document in which the figures are public.",
            )
        ]

    class Publication:
        public = {"id", "title", "basis", "document", "change_note", "made_at"}
        private = {"made_by"}

    def __str__(self) -> str:
        return self.title


class ReleasedMeasure(models.Model):
    """A measure in a release; its latest release is what the public sees."""

    # History states it with its release.
    part_of = "release"

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="released")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="released")
    small_up_to = models.PositiveSmallIntegerField(null=True, help_text="Hidden from 1 up to.")

    class Meta:
        ordering = ["release", "measure"]
        constraints = [
            models.UniqueConstraint(
                name="measure_is_in_a_release_once",
                fields=["release", "measure"],
                violation_error_message="This measure is in the release already.",
            )
        ]

    class Publication:
        public = {"id", "release", "measure", "small_up_to"}
        private = set()

    def __str__(self) -> str:
        return f"{self.measure} in {self.release}"


class ReleasedCellQuerySet(models.QuerySet):
    def current(self):
        """Cells of each measure’s latest release."""
        later = ReleasedMeasure.objects.filter(
            measure=OuterRef("measure"), release__gt=OuterRef("release")
        )
        return self.filter(~Exists(later))

    def published(self):
        """What the public sees: current cells of published measures."""
        return self.filter(measure__is_published=True).current()


class ReleasedCell(Place, Figure):
    """One figure as the public sees it: its value, or the mark that it is hidden or missing."""

    # History states it with its release.
    part_of = "release"

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="cells")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="cells")
    observation = models.ForeignKey(
        Observation, on_delete=models.PROTECT, related_name="cells", editable=False
    )
    place = models.CharField(max_length=400, editable=False)
    is_hidden = models.BooleanField(
        default=False, help_text="So that nobody can be recognised from a small number."
    )
    document = LineField("source", blank=True)

    objects = ReleasedCellQuerySet.as_manager()

    class Meta:
        ordering = ["measure", "starts_on", "pk"]
        indexes = [models.Index(fields=["measure", "release"], name="released_cells_of_measure")]
        constraints = [
            models.UniqueConstraint(
                name="released_cell_stands_once",
                fields=["release", "measure", "place"],
                violation_error_message="A release holds each figure once.",
            ),
            models.CheckConstraint(
                name="hidden_cell_holds_no_number",
                condition=Q(is_hidden=False)
                | Q(
                    value__isnull=True,
                    value_high__isnull=True,
                    numerator__isnull=True,
                    denominator__isnull=True,
                ),
                violation_error_message="A hidden figure is not kept with its number.",
            ),
        ]

    class Publication:
        public = {
            "id",
            "release",
            "measure",
            "is_hidden",
            "document",
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
        private = {"place", "observation"}

    def __str__(self) -> str:
        return f"{self.measure}, {self.period}"
