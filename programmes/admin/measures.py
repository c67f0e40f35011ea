"""Measures and their targets in the staff site."""

from django.contrib import admin

from commissioning.admin.base import (
    AFTER,
    PUBLICATION,
    PublishableAdmin,
    StaffInline,
    StaffModelAdmin,
)
from commissioning.admin.columns import list_address
from commissioning.admin.forms import StaffForm
from commissioning.admin.publishing import publication_verbs
from commissioning.slugs import free_slug
from programmes.admin.release_verb import RELEASE
from programmes.admin.tables import SHOWN, figures_table
from programmes.models import Measure, Observation, ReleasedCell, Target


class TargetForm(StaffForm):
    spoken = {**StaffForm.spoken, "qualifier": "How exact the target is"}

    def clean(self):
        cleaned = super().clean()
        measure = cleaned.get("measure")
        if "code" in self.makes and not self.data.get(self.add_prefix("code")) and measure:
            cleaned["code"] = free_slug(Target, "code", f"{measure.code} target")
        return cleaned


class TargetInline(StaffInline):
    model = Target
    form = TargetForm
    extra = 0
    fields = [
        "value",
        "value_high",
        "qualifier",
        "starts_on",
        "ends_on",
        "area",
        "category",
        "code",
    ]
    autocomplete_fields = ["area", "category"]
    verbose_name_plural = "targets (published with the measure)"


@admin.register(Measure)
class MeasureAdmin(PublishableAdmin):
    verbs = [RELEASE, *publication_verbs("publish_measure", ["breakdown__categories", "targets"])]
    list_display = ["name", "unit", "service", "programme", "kind", "is_published"]
    list_filter = [
        "is_published",
        "kind",
        ("programme", admin.RelatedOnlyFieldListFilter),
        ("theme", admin.RelatedOnlyFieldListFilter),
        ("breakdown", admin.RelatedOnlyFieldListFilter),
        "counts_people",
    ]
    list_select_related = ["service", "programme"]
    reached_by = frozenset(["service__id__exact"])
    search_fields = ["name", "code", "service__name", "programme__name"]
    autocomplete_fields = [
        "programme",
        "service",
        "theme",
        "breakdown",
        "numerator",
        "denominator",
    ]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [TargetInline]
    readonly_fields = ["current_figures"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "name",
                    "kind",
                    ("unit", "form", "decimals", "per"),
                    "direction",
                    "description",
                ],
                "description": "Published with the measure.",
            },
        ),
        (
            "Whose it is",
            {"fields": ["programme", "service", "theme", "breakdown"], "description": "Published."},
        ),
        (
            "How its figures add up",
            {
                "fields": [
                    ("over_periods", "over_areas"),
                    ("over_services", "over_categories"),
                    ("numerator", "denominator"),
                ],
                "description": (
                    "Published. Pages, downloads and reports add figures up as it says here and in "
                    "no other way."
                ),
            },
        ),
        (
            "What the public may see",
            {
                "fields": ["counts_people", "small_up_to"],
                "description": (
                    "Figures are shown when the measure is released, small numbers of people "
                    "hidden. Recording a figure publishes nothing."
                ),
            },
        ),
        ("Its figures", {"fields": ["current_figures"]}),
        (
            "Reference",
            {"fields": ["code", "slug", "source_ref", "note"], "description": "Published."},
        ),
        PUBLICATION,
    ]

    def get_fieldsets(self, request, obj=None):
        """A measure that is only being added has no figures to show."""
        shown = super().get_fieldsets(request, obj)
        return [one for one in shown if obj or one[1]["fields"] != ["current_figures"]]

    @admin.display(description="current figures, as recorded")
    def current_figures(self, measure: Measure) -> str:
        figures = Observation.objects.filter(measure=measure).current()
        figures = figures.select_related("measure", "service", "area", "category")
        return figures_table(figures[:SHOWN])

    def additions(self, request, obj):
        return self.addition(
            request,
            "Record a figure",
            "For staff at first; the public sees it once it is released.",
            Observation,
            measure=obj.pk,
        )

    def next_steps(self, request, obj):
        return [
            ("Figures", list_address(Observation, measure__id__exact=obj.pk)),
            ("Released figures", list_address(ReleasedCell, measure__id__exact=obj.pk)),
        ]

    def described(self, row):
        return f"{row} ({row.unit})"


@admin.register(Target)
class TargetAdmin(StaffModelAdmin):
    form = TargetForm
    list_display = ["measure", "value", "qualifier", "starts_on", "ends_on", "area", "category"]
    list_filter = ["qualifier", ("area", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["measure__service", "measure__programme", "area", "category"]
    search_fields = ["code", "measure__name", "measure__code"]
    autocomplete_fields = ["measure", "area", "category"]
    fieldsets = [
        (
            None,
            {
                "fields": ["measure", ("value", "value_high"), "qualifier", "area", "category"],
                "description": "Published with the measure.",
            },
        ),
        (
            "When",
            {"fields": [("starts_on", "ends_on"), "period_note"], "description": "Published."},
        ),
        (
            "Reference",
            {
                "fields": ["code", "source_ref", "note"],
                "classes": AFTER,
                "description": "Published.",
            },
        ),
    ]
