"""Monitoring returns in the staff site: what providers counted, and who stood for it."""

from dataclasses import dataclass

from django.contrib import admin
from django.utils import timezone

from commissioning.admin.base import ReadOnlyAdmin
from commissioning.admin.columns import list_address, moment, person
from commissioning.admin.left_at import left_at
from commissioning.admin.links import record_url
from programmes.models import Missing
from victims.admin.return_verbs import RETURN_VERBS
from victims.admin.services import OF_SERVICE
from victims.admin.uploads import UploadsMixin
from victims.figures import owed_within
from victims.grids import Grid, Spot, grids_of, values_of
from victims.models import MonitoringReturn


@dataclass(frozen=True)
class Table:
    """A sheet of a return as its page shows it: rows of labels and cells."""

    name: str
    headings: list[str]
    rows: list[tuple[tuple[str, str], list[str], bool]]


def tables_of(monitoring_return: MonitoringReturn) -> tuple[list[Table], int]:
    """What the return holds, sheet by sheet; and how many numbers no sheet has any more."""
    values = values_of(monitoring_return)
    if not values:
        return [], 0
    grids = grids_of(monitoring_return.service)
    placed = {(counted, spot) for g in grids for counted in g.columns for spot in g.spots}
    return [_table(grid, values) for grid in grids], len(set(values) - placed)


def _table(grid: Grid, values) -> Table:
    headings = ["Area", str(grid.breakdown or "Of these"), *map(str, grid.columns)]
    return Table(grid.name, headings, [_row(grid, spot, values) for spot in grid.spots])


def _row(grid: Grid, spot: Spot, values) -> tuple[tuple[str, str], list[str], bool]:
    known = [values.get((counted, spot)) for counted in grid.columns]
    return grid.label(spot), [_shown(each) for each in known], grid.is_total(spot)


def _shown(known) -> str:
    if known is None:
        return ""
    return str(known.label) if isinstance(known, Missing) else f"{known:,}"


class OverdueFilter(admin.SimpleListFilter):
    title = "whether in time"
    parameter_name = "overdue"

    def lookups(self, request, model_admin):
        return [("yes", "Overdue")]

    def queryset(self, request, queryset):
        if self.value() == "yes":
            return queryset.owed_since(timezone.localdate())
        return queryset


@admin.register(MonitoringReturn)
class MonitoringReturnAdmin(UploadsMixin, ReadOnlyAdmin):
    verbs = RETURN_VERBS
    change_form_template = "admin/victims/return.html"
    list_display = ["service", "period", "status", "in_time_until"]
    list_filter = [
        "status",
        OverdueFilter,
        OF_SERVICE,
        "service__period",
        left_at(owed_within),
    ]
    list_select_related = ["service__service", "submitted_by", "certified_by", "accepted_by"]
    search_fields = ["service__service__name"]
    date_hierarchy = "ends_on"
    fieldsets = [
        (
            "Where it stands",
            {
                "fields": [
                    "status",
                    ("due_on", "extended_to", "reminded_on"),
                    "to_put_right",
                    (person("submitted_by", "taken in by"), moment("submitted_at", "at")),
                    (person("certified_by"), moment("certified_at", "at")),
                    (person("accepted_by"), moment("accepted_at", "at")),
                ],
                "description": "Changed by the buttons above. Never on the public site.",
            },
        ),
        ("The provider’s comments", {"fields": ["comments"]}),
    ]

    def get_readonly_fields(self, request, obj=None):
        shown = [name for _, options in self.fieldsets for name in options["fields"]]
        return [name for each in shown for name in (each if isinstance(each, tuple) else [each])]

    @admin.display(description="period", ordering="ends_on")
    def period(self, monitoring_return: MonitoringReturn) -> str:
        version = monitoring_return.version
        return f"{monitoring_return.period}{f', version {version}' if version > 1 else ''}"

    @admin.display(description="in time until", ordering="due_on")
    def in_time_until(self, monitoring_return: MonitoringReturn) -> str:
        day = f"{monitoring_return.wanted_on:%-d %b %Y}"
        return f"{day} (extended)" if monitoring_return.extended_to else day

    def additions(self, request, obj):
        return self.form_buttons(request, obj)

    def next_steps(self, request, obj):
        others = list_address(
            MonitoringReturn,
            service__id__exact=obj.service_id,
        )
        versions = MonitoringReturn.objects.filter(
            service=obj.service_id, starts_on=obj.starts_on, ends_on=obj.ends_on
        )
        return [
            *(
                (f"Version {each.version}", record_url(each))
                for each in versions.exclude(pk=obj.pk)
            ),
            ("Victims’ service", record_url(obj.service)),
            ("All its returns", others),
        ]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            context["tables"], context["elsewhere"] = tables_of(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)
