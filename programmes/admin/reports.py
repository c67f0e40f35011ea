"""Annual reports in the staff site: their tables, sections, drafts and editions."""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from commissioning.admin.base import (
    ReadOnlyAdmin,
    SearchesMixin,
    StaffInline,
    StaffModelAdmin,
)
from commissioning.admin.columns import list_address, moment, person
from commissioning.admin.forms import StaffForm, VerbForm, day, prose
from commissioning.admin.links import record_url
from commissioning.admin.verbs import Verb
from commissioning.fields import ProseField
from commissioning.years import FinancialYear, period_label
from programmes import rules
from programmes.actions import reports
from programmes.annual_report import AnnualReport, Section, assemble
from programmes.documents.page import shown
from programmes.models import Edition, Report, ReportLine, ReportSection, ReportTable
from programmes.report_tables import Draft, Published, work_out
from programmes.report_tables.shapes import NO_FIGURE

LARGEST_KEY = 2**63 - 1


class AsAtForm(forms.Form):
    """The day whose records a draft shows."""

    as_at = day("As at")


class DraftMixin:
    """Gives an admin a page with a draft of a record: `drafted(row, as_at)` as a report."""

    draft_name = ""

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_draft"
        view = self.admin_site.admin_view(self.draft_view)
        return [path("<int:pk>/draft/", view, name=name), *super().get_urls()]

    def draft_address(self, row) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_draft"
        return reverse(name, args=[row.pk])

    @method_decorator(require_safe)
    def draft_view(self, request, pk: int):
        row = self.get_queryset(request).filter(pk=min(pk, LARGEST_KEY)).first()
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        form = AsAtForm(request.GET or {"as_at": timezone.localdate()}, label_suffix="")
        report = self.drafted(row, form.cleaned_data["as_at"]) if form.is_valid() else None
        context = {
            "form": form,
            "row": row,
            "back": record_url(row),
            "report": report,
            **(shown(report) if report else {}),
        }
        return TemplateResponse(request, "programmes/report_draft.html", context)

    def next_steps(self, request, obj):
        return [(self.draft_name, self.draft_address(obj)), *super().next_steps(request, obj)]


# --- Tables ---------------------------------------------------------------------------------------


class LineInline(StaffInline):
    model = ReportLine
    fields = [
        "axis",
        "position",
        "heading",
        "shows",
        "measure",
        "area",
        "category",
        "starts_on",
        "ends_on",
        "note",
    ]
    autocomplete_fields = ["measure", "area", "category"]
    verbose_name_plural = "rows and columns: what a row says counts before what its column says"


@admin.register(ReportTable)
class ReportTableAdmin(DraftMixin, StaffModelAdmin):
    draft_name = "Preview"
    list_display = ["title", "where", "counts", "measure", "fund", "service"]
    list_filter = ["counts"]
    list_select_related = ["measure", "fund", "service"]
    search_fields = ["title", "code", "where"]
    autocomplete_fields = ["measure", "fund", "service", "area", "category"]
    inlines = [LineInline]
    fieldsets = [
        (None, {"fields": ["title", "corner", "counts", "note", "where", "code"]}),
        (
            "What all of its cells have in common",
            {
                "fields": [
                    "measure",
                    "fund",
                    "service",
                    "area",
                    "category",
                    ("starts_on", "ends_on"),
                ],
                "description": "A row or a column says otherwise where it differs.",
            },
        ),
    ]

    def get_prepopulated_fields(self, request, obj=None):
        return {"code": ["title"]} if obj is None else {}

    def drafted(self, table: ReportTable, as_at) -> AnnualReport:
        section = Section(1, table.title, 1, table=work_out(table, Draft(as_at)))
        return AnnualReport(table.title, "", "", (section,))


# --- Reports --------------------------------------------------------------------------------------


class ChangeNoteForm(VerbForm):
    """What is new in an edition, but for the first."""

    change_note = prose("What is new since the edition before", help_text="Published.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.row.editions.exists():
            del self.fields["change_note"]


def _will_be_published(report: Report, given: dict) -> list[str]:
    count = report.editions.count()
    sections = report.sections.count()
    sentences = [
        f"Edition {count + 1} will be published at {report.get_absolute_url()} with {sections} "
        "sections, in files to download as well.",
        "It shows released figures and published records as they are now, and is never changed.",
    ]
    if count:
        sentences.append("The earlier editions stay to be read, each with its number.")
    return sentences


def _figures_are_missing(report: Report, given: dict) -> list[str]:
    """Tables with cells in which the public will find no figure."""
    for table in assemble(report, Published()).tables:
        cells = [cell for row in table.rows for cell in row.cells]
        without = sum(cell.marker == NO_FIGURE for cell in cells)
        if without:
            verb = "is" if without == 1 else "are"
            yield f"{table.title}: {without} of its {len(cells)} figures {verb} not published."


def _there_is_none(report: Report, user) -> None:
    rules.next_report_is_new(report)


REPORT = ["sections__table__lines"]
# What is released anew changes the figures of an edition.
FIGURES = ["sections__table__measure__released", "sections__table__lines__measure__released"]

VERBS = [
    Verb(
        name="publish_edition",
        label="Publish an edition",
        permissions=["freeze_report"],
        relies_on=[*REPORT, *FIGURES],
        explains="Freeze the report as it stands and show it to everybody.",
        form=ChangeNoteForm,
        rules=[lambda report, user: rules.report_has_sections(report)],
        says=_will_be_published,
        warns=lambda report, given: list(_figures_are_missing(report, given)),
        do=lambda report, given, by: reports.freeze(
            report, change_note=given.get("change_note", ""), by=by
        ),
        done="An edition is published of",
    ),
    Verb(
        name="prepare_next",
        label="Prepare next year’s report",
        permissions=["add_report"],
        relies_on=REPORT,
        explains="Copy sections and tables, with periods a year later, ready to be edited.",
        rules=[_there_is_none],
        says=lambda report, given: [
            f"A report for {FinancialYear.containing(report.ends_on).next()} will be added, with "
            "copies of this one’s sections and tables.",
            "Texts are copied as they are, so read them through. Nothing of it is public until an "
            "edition is published.",
        ],
        do=lambda report, given, by: reports.prepare_next(report, by=by),
        done="Next year’s report is prepared from",
    ),
]


class ReportForm(StaffForm):
    """A report’s address is its year, unless staff choose another."""

    def clean(self):
        starts_on = self.cleaned_data.get("starts_on")
        if "slug" in self.makes and starts_on and not self.cleaned_data.get("slug"):
            self.cleaned_data["slug"] = FinancialYear.containing(starts_on).slug
        return super().clean()


class SectionInline(SearchesMixin, admin.StackedInline):
    """Sections one below the other: their text needs the width of the page."""

    model = ReportSection
    form = StaffForm
    extra = 1
    formfield_overrides = {ProseField: {"widget": AdminTextareaWidget(attrs={"rows": 8})}}
    fields = ["heading", ("level", "position"), "text", "table", "chart"]
    autocomplete_fields = ["table"]
    verbose_name = "section"
    verbose_name_plural = "sections, in their order (published with the next edition)"


@admin.register(Report)
class ReportAdmin(DraftMixin, StaffModelAdmin):
    draft_name = "Draft"
    form = ReportForm
    verbs = VERBS
    list_display = ["title", "period_shown", "editions_shown"]
    search_fields = ["title", "slug"]
    inlines = [SectionInline]
    fieldsets = [
        (None, {"fields": ["title", ("starts_on", "ends_on"), "summary", "slug"]}),
    ]

    def get_readonly_fields(self, request, obj=None):
        fixed = list(super().get_readonly_fields(request, obj))
        return [*fixed, "slug"] if obj is not None and obj.editions.exists() else fixed

    @admin.display(description="period", ordering="starts_on")
    def period_shown(self, report: Report) -> str:
        return period_label(report.starts_on, report.ends_on)

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(edition_count=Count("editions"))

    @admin.display(description="editions", ordering="edition_count")
    def editions_shown(self, report: Report) -> int:
        return report.edition_count

    def drafted(self, report: Report, as_at) -> AnnualReport:
        return reports.draft(report, as_at=as_at)

    def next_steps(self, request, obj):
        editions = ("Editions", list_address(Edition, report__id__exact=obj.pk))
        return [*super().next_steps(request, obj), editions]


@admin.register(Edition)
class EditionAdmin(ReadOnlyAdmin):
    list_display = ["report", "number", moment("made_at", "published at"), "change_note"]
    list_filter = ["report"]
    list_select_related = ["report"]
    search_fields = ["report__title", "change_note"]
    fields = [
        "report",
        "number",
        "change_note",
        moment("made_at", "published at"),
        person("made_by"),
    ]
    readonly_fields = [moment("made_at", "published at"), person("made_by")]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("content")

    def next_steps(self, request, obj):
        return [("Read it", obj.get_absolute_url())]
