"""The budget monitoring report as a page: choices, columns and links down to what is under them."""

from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import permission_required
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from commissioning.admin.money_forms import ROWS, MoneyForm, titled
from commissioning.admin.money_tables import Column, Layout, MoneyTable, Words
from commissioning.admin.pages import staff_page
from commissioning.admin.position import address_as_at
from commissioning.days import end_of_day, in_words
from commissioning.figures import Slice
from finance.admin.monitoring_owed import owed_table
from finance.figures.monitoring import Line, late_entries, monitoring

may_look = permission_required("finance.view_monitoring", raise_exception=True)

BY = {name: label for name, label in ROWS.items() if name != "allocation"}
MONTHS = 12

COLUMNS = (
    Column(
        "original",
        "Original budget",
        "What was first put into the budgets.",
    ),
    Column(
        "virements",
        "Virements (net)",
        "Money vired in from other budgets, less money vired out.",
        only_if_any=True,
    ),
    Column(
        "carried_forward",
        "Carry-forward",
        "Unspent money of earlier periods, less money carried into later ones.",
        only_if_any=True,
    ),
    Column(
        "other_revisions",
        "Other revisions",
        "Every other change of a budget, corrections included.",
        only_if_any=True,
    ),
    Column(
        "budget",
        "Revised budget",
        "Original budget, virements, carry-forward and other revisions together.",
    ),
    Column(
        "margin",
        "Over-programming",
        "How much more than the budget may be allocated, by the authority in force on the day. It "
        "is no money.",
        only_if_any=True,
    ),
    Column(
        "allocated",
        "Allocated",
        "Set aside for areas and purposes.",
    ),
    Column(
        "committed",
        "Committed",
        "Promised in approved awards.",
    ),
    Column("paid", "Paid", "Payments released, less recoveries and what the bank returned unpaid."),
    Column(
        "accrued",
        "Accrued",
        "Delivered by the day and not paid: what finance decided for that day, else as it is "
        "worked out. Prepayments are not taken off.",
        "accrued",
    ),
    Column(
        "pipeline",
        "Pipeline",
        "Recommended, and waiting for approval on the day.",
        only_if_any=True,
    ),
    Column(
        "profiled",
        "Profiled to date",
        "Instalments due by the day. A commitment without a schedule is spread evenly over the "
        "days of its award, or of its budget where the award has no dates.",
        "profiled",
    ),
    Column(
        "forecast",
        "Forecast outturn",
        "What finance stated last for each budget by the day; where nothing is stated, committed "
        "and pipeline. By area it is always committed and pipeline.",
        "forecast",
    ),
    Column(
        "variance",
        "Variance",
        "Forecast outturn less revised budget: above £0.00 is an overspend.",
        "variance",
    ),
)


def monitoring_rows(by: str, slice_: Slice) -> tuple[tuple[Line, ...], Line]:
    """The rows of a slice and their total."""
    report = monitoring(by, slice_)
    return report.rows, report.total


def beside(line: Line) -> tuple[Words, ...]:
    """The variance in per cent, and why it is so."""
    share = line.variance_share
    return (Words(share, is_share=True), Words(" ".join(line.reasons)))


def to_state(line: Line) -> tuple[Words, ...]:
    """The same, and the way to state the forecast of a budget."""
    if line.key is None:
        return (*beside(line), Words(""))
    verb = reverse("admin:commissioning_budget_forecast", args=[line.key.pk])
    return (*beside(line), Words("State the forecast", verb))


MONITORING = Layout(
    "Budget monitoring",
    COLUMNS,
    monitoring_rows,
    "admin:monitoring_entries",
    ("Variance, % of revised budget", "Reason"),
    beside,
)
WITH_FORECASTS = replace(MONITORING, beside=(*MONITORING.beside, "Forecast"), says=to_state)


def month_ends(today: date) -> list[date]:
    """The last days of the twelve months that ended before today, the latest first."""
    ends, day = [], today
    for _ in range(MONTHS):
        day = day.replace(day=1) - timedelta(days=1)
        ends.append(day)
    return ends


class MonitoringForm(MoneyForm):
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
        help_text="Takes the place of “As at”.",
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


def layout(by: str, user) -> Layout:
    """What the rows lead to: those of budgets to their forecasts, for who may state them."""
    may_state = by == "budget" and user.has_perm("commissioning.fund_budget")
    return WITH_FORECASTS if may_state else MONITORING


def as_known_then(form: MonitoringForm, slice_: Slice) -> tuple[int, MoneyTable | None]:
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
    return late, MONITORING.table(form.cleaned_data["by"], then, address)


def address_of(name: str, form: MonitoringForm) -> str:
    """An address with what the form asks for."""
    return f"{reverse(name)}?{urlencode(form.address())}"


def _position(request, form: MonitoringForm) -> list[tuple[str, str]]:
    """The position as at the same day, where the revised budget is the same."""
    if not request.user.has_perm("commissioning.view_budget"):
        return []
    return [("Budget position as at this day", address_as_at(form, form.cleaned_data["as_at"]))]


def from_position(request, form: MoneyForm) -> list[tuple[str, str]]:
    """Monitoring with what the position is asked for; its rows are not always the same."""
    if not request.user.has_perm("finance.view_monitoring"):
        return []
    asked = form.address()
    if asked.get("by") not in BY:
        asked.pop("by", None)
    day = form.cleaned_data["as_at"] or timezone.localdate()
    today = "today" if day == timezone.localdate() else "this day"
    address = urlencode({**asked, "as_at": str(day)})
    return [(f"Budget monitoring as at {today}", f"{reverse('admin:monitoring')}?{address}")]


@require_safe
@may_look
def report(request):
    """The budget monitoring report as a page."""
    form = MonitoringForm(request.GET)
    context = {"title": MONITORING.title, "form": form, "clear": reverse("admin:monitoring")}
    if not form.is_valid():
        return staff_page(request, "admin/finance/monitoring.html", context, status=400)
    slice_, by = form.slice(), form.cleaned_data["by"]
    late, then = as_known_then(form, slice_)
    context |= {
        "name": MONITORING.title,
        "title": titled(MONITORING.title, slice_.as_at),
        "scope": form.scope(),
        "report": layout(by, request.user).table(by, slice_, form.address()),
        "beyond": layout("budget", request.user).beyond(slice_, form.address()),
        "owed": owed_table(slice_, request.user, form.cleaned_data["known_at"]),
        "late": late,
        "then": then,
        "links": [
            ("Download this as XLSX", address_of("admin:monitoring_xlsx", form)),
            ("as CSV", address_of("admin:monitoring_csv", form)),
            ("Compare with an earlier day", address_of("admin:monitoring_compare", form)),
            *_position(request, form),
        ],
    }
    return staff_page(request, "admin/finance/monitoring.html", context)
