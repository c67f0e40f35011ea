"""The staff site's first page: what waits for the one who signed in, and where the money stands."""

from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.core.paginator import Paginator
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from commissioning import figures, hooks
from commissioning.admin.attention import BulkLink, WorkList, lists_for, notices_for
from commissioning.admin.money_tables import Figure
from commissioning.admin.pages import staff_page
from commissioning.admin.position import POSITION, position_rows
from commissioning.figures import Slice
from commissioning.models import User
from commissioning.templatetags.figures import Segment, position_segments
from commissioning.years import FinancialYear

MOST_ROWS = 5
PER_PAGE = 50
ALL_PERIODS = "all"

# What people come to do: permission, words, and the page's name.
QUICK_LINKS = [
    ("commissioning.add_award", "New award", "admin:commissioning_award_add"),
    ("commissioning.add_award", "Import awards", "admin:commissioning_award_import"),
    ("commissioning.add_organisation", "New organisation", "admin:commissioning_organisation_add"),
    ("commissioning.request_payment", "Request a payment", "admin:commissioning_payment_add"),
    (
        "commissioning.add_decisionnotice",
        "Record a decision",
        "admin:commissioning_decisionnotice_add",
    ),
    ("commissioning.add_fund", "New fund", "admin:commissioning_fund_add"),
    ("commissioning.fund_budget", "Open a budget", "admin:commissioning_budget_add"),
    ("commissioning.allocate_budget", "Allocate money", "admin:commissioning_allocation_add"),
    ("commissioning.add_interest", "Declare an interest", "admin:commissioning_interest_add"),
    (
        "commissioning.add_override",
        "Authorise an emergency override",
        "admin:commissioning_override_add",
    ),
    ("commissioning.add_user", "New account", "admin:commissioning_user_add"),
    ("commissioning.view_budget", "Budget position", "admin:position"),
    (
        "commissioning.view_historyevent",
        "Who did what",
        "admin:commissioning_historyevent_changelist",
    ),
]


@dataclass(frozen=True)
class Item:
    """One record that waits, and why."""

    label: str
    href: str
    says: str


@dataclass(frozen=True)
class Waiting:
    """One list of the first page: its first rows and the count of all."""

    key: str
    title: str
    count: int
    items: list[Item]
    href: str
    in_one_go: BulkLink | None

    @property
    def has_more(self) -> bool:
        return self.count > len(self.items)


@dataclass(frozen=True)
class FundLine:
    """A fund's position as a bar and its figures."""

    label: str
    href: str
    cells: dict[str, Figure]
    segments: list[Segment]
    budget_ends: Decimal | None


class PeriodForm(forms.Form):
    """The financial year that the funds are shown for."""

    period = forms.ChoiceField(label="Show")

    def __init__(self, asked: str | None):
        years = figures.years_with_money()
        this_year = FinancialYear.containing(timezone.localdate())
        usual = this_year.slug if this_year in years else ALL_PERIODS
        super().__init__({"period": asked or usual})
        self.fields["period"].choices = [
            (ALL_PERIODS, "All periods"),
            *((year.slug, year.label) for year in years),
        ]

    def year(self) -> FinancialYear | None:
        """None for all periods."""
        period = self.cleaned_data["period"]
        return None if period == ALL_PERIODS else FinancialYear.parse(period)


@require_safe
def your_work(request):
    """What needs attention, and each fund's position."""
    waiting = [_waiting(work, request.user) for work in lists_for(request.user)]
    context = {
        "title": "Your work",
        "actions": _actions(request.user),
        "notices": notices_for(request.user),
        "waiting": [each for each in waiting if each.count],
        "in_order": [each.title for each in waiting if not each.count],
    }
    if request.user.has_perm("commissioning.view_budget"):
        context |= _funds(request.GET.get("period"))
    return staff_page(request, "admin/index.html", context)


def _actions(user: User) -> list[tuple[str, str]]:
    return [
        (label, reverse(name))
        for permission, label, name in (*QUICK_LINKS, *hooks.quick_links)
        if user.has_perm(permission)
    ]


def _waiting(work: WorkList, user: User) -> Waiting:
    rows = work.first(user, MOST_ROWS)
    return Waiting(
        work.key,
        work.title,
        rows[0].found if rows else 0,
        [_item(work, row) for row in rows],
        reverse("admin:attention", args=[work.key]),
        work.bulk_link,
    )


def _item(work: WorkList, row) -> Item:
    return Item(work.name(row), work.leads_to(row), work.says(row))


def _funds(period: str | None) -> dict:
    """The funds' positions in a period; with an unknown period only the form that says so."""
    form = PeriodForm(period)
    if not form.is_valid():
        return {"period_form": form}
    year = form.year()
    slice_, address = Slice(year=year), {"year": year.slug} if year else {}
    rows, total = position_rows("fund", slice_)
    lines = POSITION.set_out("fund", slice_, rows, total, address)
    funds = []
    for row, line in zip(rows, lines.lines, strict=True):
        segments, budget_ends = position_segments(
            row.position.budget, row.position.allocated, row.position.committed, row.position.paid
        )
        funds.append(FundLine(line.label, line.href, line.cells, segments, budget_ends))
    return {
        "period_form": form,
        "year": year,
        "funds": funds,
        "total": lines.total,
        "margin": total.position.margin,
    }


@require_safe
def attention(request, key):
    """All of one list of what needs attention."""
    lists = {work.key: work for work in lists_for(request.user)}
    if key not in lists:
        raise Http404("There is no such list for you.")
    work = lists[key]
    page = Paginator(work.rows(request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": work.title,
        "page_obj": page,
        "items": [_item(work, row) for row in page.object_list],
        "in_one_go": work.bulk_link,
    }
    return staff_page(request, "admin/attention.html", context)
