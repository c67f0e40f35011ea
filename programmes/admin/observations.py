"""Figures in the staff site: recorded and corrected, never edited or removed."""

from django import forms
from django.contrib import admin

from commissioning.admin.base import AFTER, StaffModelAdmin
from commissioning.admin.columns import UNKNOWN, list_address, moment, person
from commissioning.admin.filters import year_of
from commissioning.admin.forms import StaffForm, VerbForm, line, prose
from commissioning.admin.verbs import Verb
from commissioning.models.publication import Qualifier
from programmes.actions import observations
from programmes.admin.tables import figures_table, place, value
from programmes.models import Missing, Observation, SeriesBreak
from programmes.quantities import NumberField, format_quantity

CORRECTED = ["value", "value_high", "numerator", "denominator", "qualifier", "missing"]
CORRECTED += ["series_break", "note"]


class CorrectForm(VerbForm):
    value = NumberField(label="Figure", required=False)
    value_high = NumberField(
        label="Upper end", required=False, help_text="For a figure given as from … to …."
    )
    numerator = NumberField(label="Numerator", required=False)
    denominator = NumberField(label="Denominator", required=False)
    qualifier = forms.ChoiceField(label="How exact it is", choices=Qualifier.choices)
    missing = forms.ChoiceField(
        label="No figure because", required=False, choices=[("", "There is a figure")]
    )
    series_break = forms.ChoiceField(
        label="Break in the series", required=False, choices=[("", "None"), *SeriesBreak.choices]
    )
    note = prose("Note", required=False, help_text="Published with the figure once it is released.")
    reason = line("Reason for the correction", help_text="For staff; kept with the figure.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["missing"].choices = [("", "There is a figure"), *Missing.choices]
        for name in CORRECTED:
            self.fields[name].initial = getattr(self.row, name)

    def clean(self):
        cleaned = super().clean()
        # Whoever writes the figure that was missing need not take the old reason away as well.
        if cleaned.get("value") is not None and cleaned.get("missing") == self.row.missing:
            cleaned["missing"] = ""
        _refuse_both(self)
        return cleaned


CORRECT = Verb(
    name="correct",
    label="Correct",
    permissions=["add_observation"],
    relies_on=["measure", "service", "area", "category"],
    explains="Record the right figure in place of this one, which stays on record.",
    form=CorrectForm,
    is_possible=lambda figure: not figure.later_versions().exists(),
    says=lambda figure, given: [
        f"{figure}: {_told(figure, given)} takes the place of {value(figure)}.",
        "The earlier figure stays on record. The public sees the correction once the measure is "
        "released again.",
    ],
    do=lambda figure, given, by: observations.correct(figure, by=by, **given),
    done="Corrected",
)


def _told(figure: Observation, given: dict) -> str:
    """The figure as it will be said."""
    said = Observation(measure=figure.measure, **{name: given[name] for name in CORRECTED})
    return value(said)


def _refuse_both(form: forms.BaseForm) -> None:
    """Tell beside the reason that there is a figure as well."""
    if form.cleaned_data.get("value") is not None and form.cleaned_data.get("missing"):
        form.add_error(
            "missing", "There is a figure as well. Leave this empty, or take the figure out."
        )


class ObservationForm(StaffForm):
    made_when_empty = ()
    spoken = {"qualifier": "How exact the figure is"}

    def clean(self):
        cleaned = super().clean()
        _refuse_both(self)
        return cleaned


# On the page of a figure on record, numbers are said as they are shown.
AS_RECORDED = {
    ("value", "value_high"): ["figure"],
    ("numerator", "denominator"): ["behind"],
    "qualifier": [],
    "missing": [],
}


def _as_recorded(fieldsets: list) -> list:
    return [
        (
            name,
            {
                **options,
                "fields": [
                    shown for one in options["fields"] for shown in AS_RECORDED.get(one, [one])
                ],
            },
        )
        for name, options in fieldsets
    ]


class VersionFilter(admin.SimpleListFilter):
    """Current figures, unless the earlier versions of corrected ones are asked for."""

    title = "versions"
    parameter_name = "versions"

    def lookups(self, request, model_admin):
        return [("all", "with those that were corrected")]

    def choices(self, changelist):
        everything, *others = super().choices(changelist)
        return [{**everything, "display": "current figures"}, *others]

    def queryset(self, request, queryset):
        return queryset if self.value() == "all" else queryset.current()


@admin.register(Observation)
class ObservationAdmin(StaffModelAdmin):
    verbs = [CORRECT]
    form = ObservationForm
    list_display = ["measure", "figure", "period_shown", "of", moment("recorded_at", "recorded")]
    list_filter = [
        VersionFilter,
        year_of("ends_on"),
        "period_kind",
        ("area", admin.RelatedOnlyFieldListFilter),
        ("measure__programme", admin.RelatedOnlyFieldListFilter),
        "qualifier",
        "missing",
        "series_break",
        "is_total",
    ]
    list_select_related = [
        "measure__service",
        "measure__programme",
        "service",
        "area",
        "category",
    ]
    reached_by = frozenset(["measure__id__exact"])
    search_fields = ["measure__name", "measure__code", "code", "document"]
    autocomplete_fields = ["measure", "service", "area", "category"]
    recorded = [person("recorded_by"), moment("recorded_at", "recorded at")]
    readonly_fields = [*recorded, "figure", "behind", "versions", "version", "reason"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "measure",
                    ("value", "value_high"),
                    "qualifier",
                    "missing",
                    "series_break",
                ],
                "description": (
                    "For staff until the measure is released. Then it is published, unless it is a "
                    "small number of people."
                ),
            },
        ),
        (
            "What it is of",
            {"fields": ["service", "area", "category", "is_total"]},
        ),
        (
            "When",
            {"fields": ["period_kind", ("starts_on", "ends_on"), "period_note"]},
        ),
        (
            "The two numbers of a ratio",
            {"fields": [("numerator", "denominator")], "description": "Where both are known."},
        ),
        ("Where it is from", {"fields": ["document", "source_ref", "code", "note"]}),
        (
            "On record",
            {"fields": ["versions", "version", "reason", *recorded], "classes": AFTER},
        ),
    ]

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return self.fieldsets[:-1]
        return _as_recorded(self.fieldsets)

    def has_change_permission(self, request, obj=None):
        return False

    def add(self, obj, form, by):
        observations.record(obj, by=by)

    def next_steps(self, request, obj):
        others = list_address(Observation, measure__id__exact=obj.measure_id)
        return [("All figures of the measure", others)]

    @admin.display(description="period", ordering="starts_on")
    def period_shown(self, figure: Observation) -> str:
        return figure.period

    @admin.display(description="of")
    def of(self, figure: Observation) -> str:
        return place(figure)

    @admin.display(description="figure", ordering="value")
    def figure(self, figure: Observation) -> str:
        return value(figure)

    @admin.display(description="numerator and denominator")
    def behind(self, figure: Observation) -> str:
        sides = (figure.numerator, figure.denominator)
        return " of ".join(format_quantity(side) for side in sides if side is not None) or UNKNOWN

    @admin.display(description="every version")
    def versions(self, figure: Observation) -> str:
        versions = Observation.objects.filter(measure=figure.measure_id, place=figure.place)
        related = versions.select_related("measure", "service", "area", "category")
        return figures_table(related.order_by("-version"))
