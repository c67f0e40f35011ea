"""The year end: the checklist of a year, how the year stands, and closing it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from commissioning.admin.action_pages import sentences
from commissioning.admin.columns import list_address
from commissioning.admin.forms import ReasonForm, prose
from commissioning.admin.left_at import left_address
from commissioning.admin.links import record_url
from commissioning.admin.pages import staff_page
from commissioning.days import in_words
from commissioning.models import Budget, ClosedYear, Condition, HistoryEvent, Payment, User
from commissioning.money import format_pounds
from commissioning.rules import RuleBroken
from commissioning.years import FinancialYear
from finance import hooks
from finance.actions import year_end as actions
from finance.admin.reconciliation_lists import month_url
from finance.figures.reconciliation import months_not_signed_off
from finance.figures.year_end import (
    Point,
    Standing,
    closing_of,
    closings_of,
    figures_when_closed,
    points,
    standing,
    stated,
    waiting_carry_forwards,
    years_with_books,
)
from finance.models import CarryForward, LedgerLine, PaymentBatch
from finance.rules import year_end as rules

may_look = permission_required("finance.view_accrual", raise_exception=True)
may_close = permission_required("commissioning.close_year", raise_exception=True)


# Where each point is settled, by its key.
SETTLED_AT: dict[str, Callable[[FinancialYear], str]] = {
    "lines": left_address(LedgerLine),
    "months": lambda year: reverse("admin:reconciliation"),
    "batches": left_address(PaymentBatch),
    "payments": left_address(Payment),
    "conditions": left_address(Condition),
    "accruals": lambda year: f"{reverse('admin:accruals')}?as_at={year.last_day}",
    "carry-forwards": left_address(CarryForward),
    "budgets": left_address(Budget),
    "history": lambda year: list_address(HistoryEvent),
}


@dataclass(frozen=True)
class ShownPoint:
    """A point of the checklist with its page, or with the page of each that is open."""

    point: Point
    href: str
    each: list[tuple[str, str]]


def settled_at() -> dict[str, Callable[[FinancialYear], str]]:
    """Where each point is settled, those of other apps included, by its key."""
    return SETTLED_AT | {check.key: address for check, address in hooks.year_end_checks}


def _shown(found: list[Point], year: FinancialYear) -> list[ShownPoint]:
    return [
        ShownPoint(
            point,
            "" if point.not_before else settled_at()[point.key](year),
            _months(year) if point.key == "months" else [],
        )
        for point in found
    ]


def _months(year: FinancialYear) -> list[tuple[str, str]]:
    """Each month that is to be signed off: no list has them all."""
    return [(month.label, month_url(month)) for month in months_not_signed_off(year)]


def _table(stands: Standing) -> list[tuple[str, list[Decimal | None]]]:
    """The figures of the year: label, as recorded now, and as stated at each closing."""
    labels = {
        "original": "Original budget",
        "revisions": "Revisions, virements and carry-forward",
        "budget": "Revised budget",
        "allocated": "Allocated",
        "committed": "Committed",
        "paid": "Paid",
        "unpaid": "Committed and not paid",
        "accrued": "Accrued",
        "prepaid": "Prepaid",
    }
    sides = [stated(stands.now)]
    sides += [figures_when_closed(closing, stands.year) for closing in closings_of(stands.year)]
    return [
        (label, [None if side[name] is None else Decimal(side[name]) for side in sides])
        for name, label in labels.items()
    ]


def _year(slug: str) -> FinancialYear:
    try:
        year = FinancialYear.parse(slug)
    except ValidationError as wrong:
        raise Http404 from wrong
    if slug != year.slug:
        raise Http404
    return year


def monitoring_url(stands: Standing, closed: ClosedYear | None) -> str:
    """Budget monitoring of the year as at its day; of a closed one as known when closed."""
    asked = {"year": stands.year.slug, "as_at": stands.as_at}
    if closed:
        asked["known_at"] = timezone.localdate(closed.closed_at)
    return f"{reverse('admin:monitoring')}?{urlencode(asked)}"


# --- Pages ----------------------------------------------------------------------------------------


@require_safe
@may_look
def years(request):
    """Every year with money, and whether it is closed."""
    closed = {row.start_year: row for row in ClosedYear.objects.filter(reopened_at__isnull=True)}
    rows = [(year, closed.get(year.start_year)) for year in years_with_books()]
    return staff_page(request, "admin/finance/years.html", {"title": "Year end", "years": rows})


@require_safe
@may_look
def checklist(request, slug: str):
    """The points of a year, done and open, and its position at its end to the penny."""
    year = _year(slug)
    stands = standing(year)
    found = points(year)
    context = {
        "title": f"Year end {year}",
        "year": year,
        "stands": stands,
        "points": _shown(found, year),
        "open_count": sum(point.is_open for point in found),
        "table": _table(stands),
        "closings": closings_of(year),
        "steps": _steps(year),
        "obstacle": _obstacle(year),
        "reopen": stands.closed
        and reverse("admin:commissioning_closedyear_reopen", args=[stands.closed.pk]),
        "may_close": request.user.has_perm("commissioning.close_year"),
        "monitoring": monitoring_url(stands, stands.closed),
        "now": monitoring_url(stands, None),
    }
    return staff_page(request, "admin/finance/year_end.html", context)


@dataclass(frozen=True)
class Step:
    """A closing or reopening of a year."""

    what: str
    at: datetime
    by: User
    why: str
    href: str


def _steps(year: FinancialYear) -> list[Step]:
    """Every closing and reopening, the latest first."""
    rows = ClosedYear.objects.filter(start_year=year.start_year).order_by("pk")
    told = HistoryEvent.objects.filter(
        verb=actions.WITH_OPEN_POINTS, subject_type=ClosedYear._meta.model_name
    )
    why = dict(told.values_list("subject_id", "reason"))
    steps = []
    for row in rows.select_related("closed_by", "reopened_by"):
        href = record_url(row)
        reason = why.get(str(row.pk), "")
        steps.append(Step("Closed", row.closed_at, row.closed_by, reason, href))
        if row.reopened_at:
            reason = row.reopened_reason
            steps.append(Step("Reopened", row.reopened_at, row.reopened_by, reason, href))
    return steps[::-1]


def _obstacle(year: FinancialYear) -> str:
    """Why nobody can close the year yet."""
    try:
        rules.year_has_ended(year)
    except RuleBroken as refusal:
        return refusal.message
    return ""


class CloseForm(ReasonForm):
    """Why a year is closed while points are open."""

    reason = prose(
        "Why it is closed with points open", help_text="Kept in the record's history. For staff."
    )


@may_close
def close(request: HttpRequest, slug: str):
    """What closing does, or what stands in the way; and the deed."""
    year = _year(slug)
    found, stands = points(year), standing(year)
    still_open = [point for point in found if point.is_open]
    seen = _fingerprint(found, stands)
    posted = request.POST if request.method == "POST" else None
    form = CloseForm(posted, rows=[year]) if still_open else None
    obstacle = _obstacle(year)
    refusals = [obstacle] if obstacle else []
    as_seen = posted is not None and posted.get("seen") == seen
    if as_seen and not obstacle and (form is None or form.is_valid()):
        try:
            closed = actions.close(
                year, reason=form.cleaned_data["reason"] if form else "", by=request.user
            )
        except (ValidationError, IntegrityError) as refusal:
            refusals = sentences(refusal)
        else:
            messages.success(request, f"{year} is closed.")
            return redirect("admin:year_end", slug=FinancialYear(closed.start_year).slug)
    context = {
        "title": f"Close {year}",
        "year": year,
        "refusals": refusals,
        "has_ended": not obstacle,
        "has_moved": posted is not None and not as_seen,
        "points": _shown(still_open, year),
        "lapsing": [
            f"{format_pounds(row.amount)} from {row.giver} to {row.taker.period}"
            for row in waiting_carry_forwards(year).select_related("giver__fund", "taker")
        ],
        "stands": stands,
        "closings": closings_of(year),
        "table": _table(stands),
        "form": form,
        "seen": seen,
        "closed": closing_of(year),
        "last_day": in_words(year.last_day),
    }
    return staff_page(request, "admin/finance/year_close.html", context)


def _fingerprint(found: list[Point], stands: Standing) -> str:
    """Changes when what was looked at does."""
    told = [f"{point.key}={point.count}" for point in found]
    return sha256(f"{told} {stands.now}".encode()).hexdigest()
