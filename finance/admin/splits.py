"""Decisions that may have been split to stay under a limit, and payments that may be made twice."""

from dataclasses import astuple, dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from commissioning import workbooks
from commissioning.actions import history
from commissioning.admin.links import record_url
from commissioning.admin.pages import staff_page
from commissioning.days import in_words
from commissioning.models import Award, Entry, Payment
from commissioning.money import format_pounds
from commissioning.years import FinancialYear
from finance.figures import splits
from finance.figures.splits import Group

PER_PAGE = 50
COLUMNS = [
    "Group", "What belongs together", "Limit", *workbooks.in_pounds("Together"), "Record", "To",
    "Day", *workbooks.in_pounds("Amount"), "Decided or requested by",
]  # fmt: skip

may_look = permission_required("finance.view_accrual", raise_exception=True)


class SinceForm(forms.Form):
    """From which day on; the first day of the financial year unless asked otherwise."""

    since = forms.DateField(label="From", widget=forms.DateInput(attrs={"class": "vDateField"}))

    def __init__(self, asked):
        first = FinancialYear.containing(timezone.localdate()).first_day
        super().__init__({"since": asked.get("since") or f"{first:%d/%m/%Y}"}, label_suffix="")


@dataclass(frozen=True)
class Line:
    """One part of a group, as the page and the file show it."""

    record: str
    to: str
    day: date
    amount: Decimal
    by: str


def lines_of(group: Group) -> list[Line]:
    """The parts of a group, each with who decided it."""
    return [
        Line(
            _name(part.row),
            _to(part.row),
            part.day,
            part.amount,
            _by(part.row),
        )
        for part in group.parts
    ]


def _name(row: models.Model) -> str:
    return f"{row}, {row.get_status_display()}" if isinstance(row, Payment) else str(row)


def _to(row: models.Model) -> str:
    award = row.commitment.award if isinstance(row, Payment) else row
    return str(award.recipient or award.recipient_note) if isinstance(award, Award) else ""


def _by(row: models.Model) -> str:
    if isinstance(row, Payment):
        return str(row.released_by or row.requested_by)
    return str(row.approved_by or "") if isinstance(row, Award) else "see the journal"


def limit_of(group: Group) -> str:
    """The limit that each part is within and the sum is beyond."""
    limit = group.limit
    return "" if limit is None else f"{limit.role}, up to {format_pounds(limit.most)}"


@dataclass(frozen=True)
class Report:
    """One of the two lists."""

    key: str
    title: str
    explains: str
    groups: list[Group]


def reports(since: date) -> list[Report]:
    """Both lists, from a day on."""
    days = settings.SPLIT_DAYS
    return [
        Report(
            "splits",
            "Possible splits",
            "Decisions that belong together, each within a limit that their sum is beyond: to one "
            f"recipient under one notice or fewer than {days} days apart, parts of one instalment, "
            "moves of one budget. Each may have been right: a limit may have been recorded since, "
            "or somebody with a greater limit decided.",
            splits.possible_splits(since),
        ),
        Report(
            "duplicates",
            "Same payee and amount twice",
            "Payments of the same amount to the same payee, requested or released fewer than "
            f"{days} days apart. An instalment counts on the day on which it falls due.",
            splits.possible_duplicates(since),
        ),
    ]


@require_safe
@may_look
def listing(request):
    """Both lists."""
    form = SinceForm(request.GET)
    context = {"title": "Possible splits and duplicates", "form": form}
    if form.is_valid():
        since = form.cleaned_data["since"]
        found = [(report, _page(request, report)) for report in reports(since)]
        context |= {
            "since": since,
            "found": found,
            "xlsx": f"{reverse('admin:splits_xlsx')}?{urlencode({'since': since.isoformat()})}",
        }
    return staff_page(request, "admin/finance/splits.html", context)


def _linked(group: Group) -> list[tuple[str, Line]]:
    """The parts of a group, each with the address of its record."""
    addresses = [record_url(part.row) for part in group.parts]
    return list(zip(addresses, lines_of(group), strict=True))


def _page(request, report: Report):
    page = Paginator(report.groups, PER_PAGE).get_page(request.GET.get(report.key))
    page.shown = [(group, limit_of(group), _linked(group)) for group in page.object_list]
    return page


@require_safe
@may_look
def workbook(request):
    """A sheet for each list, with a row for each part."""
    form = SinceForm(request.GET)
    if not form.is_valid():
        return listing(request)
    since = form.cleaned_data["since"]
    sheets = [
        workbooks.Sheet(
            name=report.title,
            title=f"{report.title} from {in_words(since)}",
            notes=["Pounds and pence.", report.explains],
            columns=COLUMNS,
            rows=[
                [number, group.what, limit_of(group), group.total, *astuple(line)]
                for number, group in enumerate(report.groups, start=1)
                for line in lines_of(group)
            ],
            widths=[8, 40, 40, 16, 40, 36, 14, 16, 30],
        )
        for report in reports(since)
    ]
    history.record_export("Possible splits and duplicates", Entry, request.user, since=str(since))
    return workbooks.download(sheets, f"possible-splits-{since}.xlsx")
