"""The budget position for finance: one table over the journal, as a page and as a workbook."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from commissioning import figures, workbooks
from commissioning.actions import history
from commissioning.admin.links import record_url
from commissioning.fields import DayField
from commissioning.figures import Position, Slice
from commissioning.models import Area, Entry, Fund, FundingSource
from commissioning.years import FinancialYear

may_see_money = permission_required("commissioning.view_budget", raise_exception=True)

ROWS = {
    "fund": "Fund",
    "source": "Source of funding",
    "period": "Financial year or period",
    "budget": "Budget",
    "area": "Area",
    "allocation": "Allocation",
}
PERIOD_NOT_STATED = "not-stated"


@dataclass(frozen=True)
class Column:
    """A figure of the position; `figure` is the attribute of Position that holds it."""

    figure: str
    label: str
    meaning: str
    when_none: str = "no budget"

    def shown(self, position: Position) -> Decimal | str:
        """The figure, or in words why there is none."""
        amount = getattr(position, self.figure)
        return self.when_none if amount is None else amount


COLUMNS = (
    Column("original", "Original budget", "What was first put into the budgets."),
    Column("revisions", "Revisions", "Every later change of a budget, virement and carry-forward."),
    Column("budget", "Revised budget", "Original budget and revisions together."),
    Column(
        "margin",
        "Margin",
        "How much more than the budget may be allocated, by the authority in force on the day.",
    ),
    Column("allocated", "Allocated", "Set aside for areas and purposes."),
    Column("committed", "Committed", "Promised in approved awards."),
    Column("paid", "Paid", "Payments released, less recoveries."),
    Column(
        "pipeline",
        "Pipeline",
        "Recommended, and waiting for approval on the day.",
    ),
    Column("unallocated", "Unallocated", "Revised budget and margin, less what is allocated."),
    Column(
        "available",
        "Available",
        "What may still be committed: revised budget and margin, less what is committed. Of an "
        "area or allocation: what is allocated, less what is committed.",
    ),
)


class PositionForm(forms.Form):
    """Which part of the money, set out by what, and as of when."""

    of_everything = "All funds, sources, areas and years."

    by = forms.TypedChoiceField(
        label="One row for each", choices=list(ROWS.items()), required=False, empty_value="fund"
    )
    fund = forms.ModelChoiceField(Fund.objects.all(), required=False, empty_label="All funds")
    source = forms.ModelChoiceField(
        FundingSource.objects.all(),
        label="Source of funding",
        required=False,
        empty_label="All sources",
    )
    area = forms.ModelChoiceField(Area.objects.all(), required=False, empty_label="All areas")
    year = forms.TypedChoiceField(
        label="Financial year",
        choices=lambda: [
            ("", "All years"),
            *((year.slug, year.label) for year in figures.years_reached()),
        ],
        coerce=FinancialYear.parse,
        required=False,
        empty_value=None,
    )
    as_at = forms.DateField(
        label="As at",
        required=False,
        validators=DayField.default_validators,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=(
            "Counts what takes effect on or before this day. Leave empty to count everything, "
            "money dated ahead included."
        ),
    )
    known_at = forms.DateField(
        label="As known on",
        required=False,
        validators=DayField.default_validators,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=(
            "Counts only what had been recorded by the end of this day, so that a position "
            "reported then can be shown again. Leave empty for all that is recorded now."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if "invalid_choice" in field.error_messages:
                field.error_messages["invalid_choice"] = "This is not one of the choices."
            if isinstance(field, forms.DateField):
                field.error_messages["invalid"] = "This is not a date. Write it like 31/03/2027."

    def slice(self) -> Slice:
        """The part of the chain that a valid form asks for."""
        asked = {name: self.cleaned_data[name] for name in FILTERS}
        known_on = self.cleaned_data["known_at"]
        return Slice(**asked, known_at=known_on and end_of_day(known_on))

    def address(self) -> dict[str, str]:
        """The query of the page, without what is empty: for links that keep it."""
        names = PositionForm.base_fields
        return {name: self.data[name] for name in names if self.data.get(name)}

    def scope(self) -> list[str]:
        """In words, line by line, what the figures are of and as of when."""
        asked = self.cleaned_data
        chosen = [str(asked[name]) for name in ("fund", "source", "area", "year") if asked[name]]
        as_at = asked["as_at"]
        return [
            f"Only {', '.join(chosen)}." if chosen else self.of_everything,
            f"As at {in_words(as_at)}." if as_at else "As at any day: money dated ahead included.",
            f"As known on {in_words(asked['known_at'] or timezone.localdate())}.",
        ]


FILTERS = ("fund", "source", "area", "year", "as_at")


def end_of_day(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.max))


def in_words(day: date) -> str:
    return f"{day:%-d %B %Y}"


def row_token(by: str, key: object) -> str:
    """The key of a row as it stands in an address."""
    if by != "period":
        return str(key.pk)
    return PERIOD_NOT_STATED if key[0] is None else f"{key[0]}_{key[1]}"


# --- The table ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figure:
    """A cell of the table: an amount or words in its place, and where its entries are."""

    shown: Decimal | str
    href: str

    @property
    def is_amount(self) -> bool:
        return isinstance(self.shown, Decimal)


@dataclass(frozen=True)
class Line:
    """One row: its record and its figures, in the order of COLUMNS."""

    label: str
    href: str
    cells: dict[str, Figure]


@dataclass(frozen=True)
class Report:
    """One table of positions, ready for a page or a sheet."""

    by: str
    lines: list[Line]
    total: Line

    @property
    def heading(self) -> str:
        return ROWS[self.by]


def report(by: str, table: figures.Table, address: dict[str, str]) -> Report:
    """The table with links from its figures to their entries, which keep the page's `address`."""
    kept = {**address, "by": by}
    lines = [
        Line(
            row.label,
            # A period has no page of its own.
            "" if by == "period" else record_url(row.key),
            _figures(row.position, {**kept, "row": row_token(by, row.key)}),
        )
        for row in table
    ]
    return Report(by, lines, Line("Total", "", _figures(table.total, kept)))


def _figures(position: Position, address: dict[str, str]) -> dict[str, Figure]:
    entries = reverse("admin:position_entries")
    cells = {}
    for column in COLUMNS:
        shown = column.shown(position)
        query = urlencode({**address, "figure": column.figure})
        cells[column.figure] = Figure(shown, f"{entries}?{query}")
    return cells


def reports(form: PositionForm) -> tuple[Report, Report | None]:
    """The table asked for, and beneath it the budgets that have no share in the chosen year."""
    by, slice_, address = form.cleaned_data["by"], form.slice(), form.address()
    main = report(by, figures.positions(by, slice_), address)
    if slice_.year is None:
        return main, None
    beyond = figures.positions("budget", replace(slice_, beyond_year=True))
    return main, report("budget", beyond, {**address, "beyond": "1"}) if beyond.rows else None


BEYOND = (
    "These budgets reach beyond {year}, or do not state their period. No yearly split of them is "
    "recorded, so they are not in the table above and are shown whole."
)


@require_safe
@may_see_money
def position(request):
    """The budget position as a page."""
    form = PositionForm(request.GET)
    context = {"title": "Budget position", "form": form, "columns": COLUMNS}
    if not form.is_valid():
        return staff_page(request, "admin/position.html", context, status=400)
    main, beyond = reports(form)
    year = form.cleaned_data["year"]
    context |= {
        "scope": form.scope(),
        "report": main,
        "beyond": beyond,
        "beyond_note": BEYOND.format(year=year),
        "download": f"{reverse('admin:position_download')}?{urlencode(form.address())}",
    }
    return staff_page(request, "admin/position.html", context)


@require_safe
@may_see_money
def download(request):
    """The budget position as a workbook: the same figures as the page."""
    form = PositionForm(request.GET)
    if not form.is_valid():
        return position(request)
    main, beyond = reports(form)
    sheets = [_sheet("Budget position", main, form.scope())]
    if beyond:
        note = BEYOND.format(year=form.cleaned_data["year"])
        sheets.append(_sheet("Not of one year", beyond, [*form.scope(), note]))
    history.record_export("Budget position", Entry, request.user, scope="; ".join(form.scope()))
    return workbooks.download(sheets, f"budget-position-{timezone.localdate()}.xlsx")


def _sheet(name: str, report: Report, notes: Iterable[str]) -> workbooks.Sheet:
    def cells(line: Line) -> list:
        return [line.label, *(cell.shown for cell in line.cells.values())]

    return workbooks.Sheet(
        name=name,
        title=f"Budget position by {report.heading.lower()}",
        notes=["Pounds and pence.", *notes],
        columns=[report.heading, *(column.label for column in COLUMNS)],
        rows=map(cells, report.lines),
        total=cells(report.total),
        widths=[48, *[17] * len(COLUMNS)],
    )


def staff_page(request, template: str, context: dict, status: int = 200) -> TemplateResponse:
    context = {**admin.site.each_context(request), **context}
    return TemplateResponse(request, template, context, status=status)
