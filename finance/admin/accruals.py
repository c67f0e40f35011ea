"""Accruals and prepayments as at a month's end: the list, and what is accepted of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.db.models import Sum
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from commissioning.admin.action_pages import sentences
from commissioning.admin.effects import place
from commissioning.admin.pages import staff_page
from commissioning.days import in_words
from commissioning.figures import Slice
from commissioning.models import Commitment, Entry
from commissioning.money import NOTHING, format_pounds
from commissioning.years import FinancialYear
from finance.actions import accruals as actions
from finance.figures.accruals import Item, items
from finance.models import Accrual
from finance.months import Month

Kind = Accrual.Kind
PER_PAGE = 50
MONTHS = 15
TO_DECIDE, ALL = "open", "all"
KINDS = {Kind.ACCRUAL: "Accrual", Kind.PREPAYMENT: "Prepayment"}

may_look = permission_required("finance.view_accrual", raise_exception=True)
may_decide = permission_required("finance.decide_accrual", raise_exception=True)


def month_ends(today: date) -> list[date]:
    """Last days of the months that lately ended and of the years before, the latest first."""
    ends, month = [], Month.containing(today)
    for _ in range(MONTHS):
        month = month.previous()
        ends.append(month.last_day)
    first = FinancialYear.containing(ends[-1]).start_year
    return [*ends, *(FinancialYear(first - back).last_day for back in range(1, 10))]


class AsAtForm(forms.Form):
    """As at which day, and which of the lines."""

    as_at = forms.TypedChoiceField(coerce=date.fromisoformat, label="As at")
    show = forms.ChoiceField(
        choices=[(TO_DECIDE, "Still to decide"), (ALL, "All")], required=False, label="Show"
    )
    award = forms.CharField(
        required=False, max_length=60, label="Award", help_text="Its reference, or empty for all."
    )

    def __init__(self, asked):
        today = timezone.localdate()
        given = asked.dict() if hasattr(asked, "dict") else dict(asked)
        ends = month_ends(today)
        # What is new is to be decided as at the month that ended last.
        usual = {"as_at": str(ends[0]), "show": TO_DECIDE}
        super().__init__({**usual, **given}, label_suffix="")
        self.fields["as_at"].choices = [(str(day), in_words(day)) for day in ends]
        for name in ("as_at", "show"):
            self.fields[name].error_messages["invalid_choice"] = "This is not one of the choices."

    @property
    def asked(self) -> dict[str, str]:
        """What was asked for, without what is empty or is no question of this form."""
        return {name: self.data[name] for name in self.base_fields if self.data.get(name)}

    def address(self, name: str = "admin:accruals") -> str:
        return f"{reverse(name)}?{urlencode(self.asked)}"


@dataclass(frozen=True)
class Shown:
    """A line of the list as the page and the file tell it."""

    item: Item
    line: Commitment
    paid_since: Decimal
    href: str

    @property
    def token(self) -> str:
        return token(self.item)

    @property
    def kind(self) -> str:
        return KINDS[self.item.kind]

    @property
    def to(self) -> str:
        award = self.line.award
        return str(award.recipient or award.recipient_note)

    @property
    def place(self) -> str:
        return place(self.line.allocation)

    @property
    def decision(self) -> str:
        decided = self.item.decided
        if decided is None:
            return "to decide"
        moved = ", but it has changed since" if self.item.has_moved else ""
        return f"{decided.get_choice_display()} by {decided.decided_by}{moved}"

    @property
    def reason(self) -> str:
        return self.item.decided.reason if self.item.decided else ""

    @property
    def worked_out(self) -> str:
        """As it is now; of what is no longer worked out, as it was decided."""
        return self.item.worked.why if self.item.worked else self.item.decided.worked_out

    @property
    def now(self) -> Decimal:
        return self.item.now


def shown(found: Iterable[Item], as_at: date) -> list[Shown]:
    """The items with their awards and what was paid on them since, in two queries."""
    found = list(found)
    keys = [item.commitment for item in found]
    lines = Commitment.objects.select_related(
        "award__recipient", "allocation__area", "allocation__budget__fund"
    ).in_bulk(keys)
    since = Entry.objects.filter(commitment__in=keys, kind="payment", effective_on__gt=as_at)
    paid = dict(since.order_by().values_list("commitment").annotate(total=Sum("amount")))
    return [
        Shown(
            item,
            lines[item.commitment],
            paid.get(item.commitment, NOTHING),
            line_url(item.commitment, as_at),
        )
        for item in found
    ]


def line_url(commitment: int, as_at: date) -> str:
    return f"{reverse('admin:accruals_line', args=[commitment])}?as_at={as_at}"


@dataclass(frozen=True)
class Total:
    """One kind in pounds: what counts as decided, and what is still to decide."""

    label: str
    decided: Decimal
    open: Decimal
    open_count: int

    @property
    def in_all(self) -> Decimal:
        return self.decided + self.open


def totals(found: Iterable[Item]) -> list[Total]:
    found = list(found)
    rows = []
    for kind, label in ((Kind.ACCRUAL, "Accruals"), (Kind.PREPAYMENT, "Prepayments")):
        of_kind = [item for item in found if item.kind == kind]
        still_open = [item.amount for item in of_kind if item.is_open]
        decided = [item.amount for item in of_kind if not item.is_open]
        rows.append(Total(label, sum(decided, NOTHING), sum(still_open, NOTHING), len(still_open)))
    return rows


def chosen(form: AsAtForm, found: list[Item]) -> list[Item]:
    """What of the list the form asks for."""
    asked = form.cleaned_data
    rows = [item for item in found if item.is_open or asked["show"] == ALL]
    return [item for item in rows if asked["award"].lower() in item.reference.lower()]


# --- The list -------------------------------------------------------------------------------------


@require_safe
@may_look
def listing(request):
    """Every line as at a day, with totals."""
    form = AsAtForm(request.GET)
    context = {"title": "Accruals and prepayments", "form": form}
    if not form.is_valid():
        return staff_page(request, "admin/finance/accruals.html", context, status=400)
    as_at = form.cleaned_data["as_at"]
    found = items(Slice(as_at=as_at))
    rows = chosen(form, found)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    still_open = [item for item in rows if item.is_open]
    context |= {
        "title": f"Accruals and prepayments as at {in_words(as_at)}",
        "as_at": as_at,
        "reverses_on": as_at + timedelta(days=1),
        "totals": totals(found),
        "rows": shown(page.object_list, as_at),
        "page_obj": page,
        "asked": form.asked.items(),
        "xlsx": form.address("admin:accruals_xlsx"),
        "may_decide": request.user.has_perm("finance.decide_accrual"),
        "open_count": len(still_open),
        "open_total": sum((item.now for item in still_open), NOTHING),
        "others": _lines_of(form.cleaned_data["award"], as_at),
        "year": FinancialYear.containing(as_at),
    }
    return staff_page(request, "admin/finance/accruals.html", context)


def _lines_of(reference: str, as_at: date) -> list[tuple[str, str]]:
    """Every line of the award that was asked for, on the list or not, with its page."""
    if not reference:
        return []
    lines = Commitment.objects.filter(award__reference__iexact=reference)
    lines = lines.select_related("allocation__area", "allocation__budget__fund")
    return [(place(line.allocation), line_url(line.pk, as_at)) for line in lines]


@require_POST
@may_decide
def accept(request):
    """Accept the ticked lines as they are worked out, or all that are to decide."""
    form = AsAtForm(request.POST)
    if not form.is_valid():
        return redirect("admin:accruals")
    as_at = form.cleaned_data["as_at"]
    keys, problem = _asked_to_accept(request, form)
    if problem:
        messages.error(request, problem)
        return redirect(form.address())
    try:
        made = actions.accept(keys, as_at, by=request.user)
    except (ValidationError, IntegrityError) as refusal:
        messages.error(request, " ".join(sentences(refusal)))
    else:
        total = format_pounds(sum((row.amount for row in made), NOTHING))
        messages.success(request, f"Accepted: {len(made):,}, together {total}.")
    return redirect(form.address())


def _asked_to_accept(request, form: AsAtForm) -> tuple[list[int], str]:
    """The lines to accept, or in a sentence why none: only what they came to when looked at."""
    found = items(Slice(as_at=form.cleaned_data["as_at"]))
    rows = [item for item in chosen(form, found) if item.is_open]
    moved = "The list has changed while you looked. Read it again. Nothing has been decided."
    if "all" in request.POST:
        in_all = str(sum((item.now for item in rows), NOTHING))
        return [item.commitment for item in rows], "" if request.POST["all"] == in_all else moved
    by_token = {token(item): item.commitment for item in rows}
    ticked = list(dict.fromkeys(request.POST.getlist("rows")))
    if not ticked:
        return [], "Tick the lines first. Nothing has been decided."
    if not by_token.keys() >= set(ticked):
        return [], moved
    return [by_token[each] for each in ticked], ""


def token(item: Item) -> str:
    """A line as it was looked at."""
    return f"{item.commitment}:{item.kind}:{item.now}"
