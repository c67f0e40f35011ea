"""The budget monitoring report as a page: choices, columns and links down to what is under them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import permission_required
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from commissioning.admin.links import record_url
from commissioning.admin.position import (
    ROWS,
    PositionForm,
    end_of_day,
    in_words,
    row_token,
    staff_page,
)
from commissioning.figures import Slice
from finance.figures.monitoring import Line, Monitoring, late_entries, monitoring

may_look = permission_required("finance.view_monitoring", raise_exception=True)

BY = {name: label for name, label in ROWS.items() if name != "allocation"}
MONTHS = 12


@dataclass(frozen=True)
class Column:
    """A figure of the report, how it is read from a line, and what it means."""

    figure: str
    label: str
    meaning: str
    of: Callable[[Line], Decimal | None]
    when_none: str = "no budget"
    # How its entries are called in figures.FIGURES, where they are entries of the journal.
    is_entries: bool = True

    def shown(self, line: Line) -> Decimal | str:
        """The figure, or in words why there is none."""
        amount = self.of(line)
        return self.when_none if amount is None else amount


def _of_position(name: str) -> Callable[[Line], Decimal | None]:
    return lambda line: getattr(line.position, name)


COLUMNS = (
    Column(
        "original",
        "Original budget",
        "What was first put into the budgets.",
        _of_position("original"),
    ),
    Column(
        "virements",
        "Virements (net)",
        "Money vired in from other budgets, less money vired out.",
        _of_position("virements"),
    ),
    Column(
        "carried_forward",
        "Carry-forward",
        "Unspent money of earlier periods, less money carried into later ones.",
        _of_position("carried_forward"),
    ),
    Column(
        "other_revisions",
        "Other revisions",
        "Every other change of a budget, corrections included.",
        _of_position("other_revisions"),
    ),
    Column(
        "budget",
        "Revised budget",
        "Original budget, virements, carry-forward and other revisions together.",
        _of_position("budget"),
    ),
    Column(
        "margin",
        "Over-programming",
        "How much more than the budget may be allocated, by the authority in force on the day. It "
        "is no money.",
        _of_position("margin"),
        is_entries=False,
    ),
    Column(
        "allocated",
        "Allocated",
        "Set aside for areas and purposes.",
        _of_position("allocated"),
    ),
    Column(
        "committed",
        "Committed",
        "Promised in approved awards.",
        _of_position("committed"),
    ),
    Column("paid", "Paid", "Payments released, less recoveries.", _of_position("paid")),
    Column(
        "accrued",
        "Accrued",
        "Delivered and not paid by the day. Not counted yet.",
        lambda line: line.accrued,
        when_none="not counted",
        is_entries=False,
    ),
    Column(
        "pipeline",
        "Pipeline",
        "Recommended, and waiting for approval on the day.",
        _of_position("pipeline"),
        is_entries=False,
    ),
    Column(
        "profiled",
        "Profiled to date",
        "Instalments due by the day. A commitment without a schedule is spread evenly over the "
        "days of its award, or of its budget where the award has no dates.",
        lambda line: line.profiled,
        is_entries=False,
    ),
    Column(
        "forecast",
        "Forecast outturn",
        "What finance stated last for each budget by the day; where nothing is stated, committed "
        "and pipeline. By area it is always committed and pipeline.",
        lambda line: line.forecast,
        is_entries=False,
    ),
    Column(
        "variance",
        "Variance",
        "Forecast outturn less revised budget: above £0.00 is an overspend.",
        lambda line: line.variance,
        is_entries=False,
    ),
)
LABELS = {column.figure: column.label for column in COLUMNS}


def month_ends(today: date) -> list[date]:
    """The last days of the twelve months that ended before today, the latest first."""
    ends, day = [], today
    for _ in range(MONTHS):
        day = day.replace(day=1) - timedelta(days=1)
        ends.append(day)
    return ends


class MonitoringForm(PositionForm):
    """Which part of the money, set out by what, as at which day."""

    by = forms.TypedChoiceField(
        label="One row for each", choices=list(BY.items()), required=False, empty_value="fund"
    )
    month_end = forms.TypedChoiceField(
        label="Month end",
        choices=lambda: [
            ("", "Another day"),
            *((f"{day}", in_words(day)) for day in month_ends(timezone.localdate())),
        ],
        coerce=date.fromisoformat,
        required=False,
        empty_value=None,
        help_text="Goes before “As at”.",
    )
    field_order = ["by", "fund", "source", "area", "year", "month_end", "as_at", "known_at"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[
            "as_at"
        ].help_text = "Counts what takes effect on or before this day. Leave empty for today."

    def clean(self):
        asked = super().clean()
        asked["as_at"] = asked.get("month_end") or asked.get("as_at") or timezone.localdate()
        return asked

    def slice(self) -> Slice:
        """The part of the chain that a valid form asks for."""
        return replace(super().slice(), as_at=self.cleaned_data["as_at"])

    def address(self) -> dict[str, str]:
        """The query of the page, without what is empty: for links that keep it."""
        names = MonitoringForm.base_fields
        return {name: self.data[name] for name in names if self.data.get(name)}


# --- The table ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figure:
    """A cell: an amount or words in its place, and where it is followed."""

    shown: Decimal | str
    href: str

    @property
    def is_amount(self) -> bool:
        return isinstance(self.shown, Decimal)


@dataclass(frozen=True)
class ShownLine:
    """One row of the page."""

    label: str
    href: str
    cells: dict[str, Figure]
    share: Decimal | None
    reasons: tuple[str, ...]
    state_forecast: str = ""


@dataclass(frozen=True)
class ShownReport:
    """The report, ready for a page or a sheet."""

    by: str
    slice: Slice
    lines: list[ShownLine]
    total: ShownLine

    @property
    def heading(self) -> str:
        return BY[self.by]


def shown(by: str, slice_: Slice, address: dict[str, str], may_state: bool) -> ShownReport:
    """The report with links from its figures to what is under them."""
    report: Monitoring = monitoring(by, slice_)
    kept = {**address, "by": by}
    lines = [
        ShownLine(
            row.label,
            "" if by == "period" else record_url(row.key),
            _figures(row, {**kept, "row": row_token(by, row.key)}),
            row.variance_share,
            row.reasons,
            reverse("admin:commissioning_budget_forecast", args=[row.key.pk])
            if by == "budget" and may_state
            else "",
        )
        for row in report.rows
    ]
    total = ShownLine("Total", "", _figures(report.total, kept), report.total.variance_share, ())
    return ShownReport(by, slice_, lines, total)


def _figures(line: Line, address: dict[str, str]) -> dict[str, Figure]:
    under = reverse("admin:monitoring_entries")
    return {
        column.figure: Figure(
            column.shown(line), f"{under}?{urlencode({**address, 'figure': column.figure})}"
        )
        for column in COLUMNS
    }


def beyond_of(form: MonitoringForm, slice_: Slice, may_state: bool) -> ShownReport | None:
    """The budgets that have no share in the chosen year."""
    if slice_.year is None:
        return None
    address = {**form.address(), "beyond": "1"}
    report = shown("budget", replace(slice_, beyond_year=True), address, may_state)
    return report if report.lines else None


def as_known_then(form: MonitoringForm, slice_: Slice) -> tuple[int, ShownReport | None]:
    """How many entries were recorded after the day, and the report without them if there are any.

    Only where the form leaves open what was known.
    """
    if slice_.known_at or slice_.as_at >= timezone.localdate():
        return 0, None
    late = late_entries(slice_).count()
    if not late:
        return 0, None
    address = {**form.address(), "known_at": str(slice_.as_at)}
    then = replace(slice_, known_at=end_of_day(slice_.as_at))
    return late, shown(form.cleaned_data["by"], then, address, may_state=False)


@require_safe
@may_look
def report(request):
    """The budget monitoring report as a page."""
    form = MonitoringForm(request.GET)
    context = {"title": "Budget monitoring", "form": form, "columns": COLUMNS}
    if not form.is_valid():
        return staff_page(request, "admin/finance/monitoring.html", context, status=400)
    may_state = request.user.has_perm("commissioning.fund_budget")
    slice_, by = form.slice(), form.cleaned_data["by"]
    late, then = as_known_then(form, slice_)
    query = urlencode(form.address())
    context |= {
        "scope": form.scope(),
        "report": shown(by, slice_, form.address(), may_state),
        "beyond": beyond_of(form, slice_, may_state),
        "late": late,
        "then": then,
        "xlsx": f"{reverse('admin:monitoring_xlsx')}?{query}",
        "csv": f"{reverse('admin:monitoring_csv')}?{query}",
    }
    return staff_page(request, "admin/finance/monitoring.html", context)
