"""A month of the ledger beside its payments: figures, lists, suggestions, sign-off."""

from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from commissioning.admin import seen
from commissioning.admin.action_pages import sentences
from commissioning.admin.columns import list_address
from commissioning.admin.forms import KEY, VerbForm, prose
from commissioning.admin.pages import staff_page
from commissioning.models import Payment
from commissioning.money import format_pounds
from finance.actions import reconciliation as actions
from finance.actions.ledger import lock_ledger
from finance.admin.reconciliation_lists import TITLES, as_left, item_url, listing, recipient
from finance.figures import candidates
from finance.figures.reconciliation import (
    Reconciliation,
    ledger_lines,
    months_reached,
    reconcile,
    released_payments,
    signed_months,
)
from finance.matching import SURE, Suggestion
from finance.models import LedgerExplanation, LedgerLine, LedgerSource
from finance.months import Month

PER_PAGE = 50
# Scores from which all suggestions can be accepted in one go.
SCORES = (SURE, 70, 60)
SUGGESTIONS = "suggestions"

may_look = permission_required("finance.view_ledgerline", raise_exception=True)
may_match = permission_required("finance.match_ledger", raise_exception=True)


class MonthForm(forms.Form):
    """Which month, of which source, and which of its lists."""

    month = forms.TypedChoiceField(coerce=Month.parse, label="Month")
    source = forms.ModelChoiceField(
        LedgerSource.objects.all(), required=False, empty_label="All sources", label="Ledger"
    )

    def __init__(self, asked):
        months = months_reached()
        signed = signed_months()
        this_month = Month.containing(timezone.localdate())
        begun = [month for month in months if month <= this_month]
        over = [month for month in begun if month < this_month]
        first_open = next((month for month in reversed(over) if month not in signed), None)
        usual = first_open or next(iter(begun), this_month)
        given = asked.dict() if hasattr(asked, "dict") else dict(asked)
        super().__init__({**given, "month": given.get("month") or usual.slug}, label_suffix="")
        offered = dict.fromkeys([*months, usual])
        self.fields["month"].choices = [
            (month.slug, f"{month}, signed off" if month in signed else str(month))
            for month in offered
        ]
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = "This is not one of the choices."

    def address(self, **more) -> str:
        """The page of this month, with more in its query."""
        asked = {"month": self.cleaned_data["month"].slug, **more}
        if self.cleaned_data["source"]:
            asked["source"] = self.cleaned_data["source"].pk
        return f"{reverse('admin:reconciliation')}?{urlencode(asked)}"


@dataclass(frozen=True)
class Figure:
    """A figure of the month, and where its records are."""

    amount: Decimal
    count: int | None
    href: str


@dataclass(frozen=True)
class Told:
    """A suggestion as its row says it."""

    one: Suggestion
    lines: list[tuple[str, Decimal, str]]
    payments: list[tuple[str, Decimal, str]]


class ExplainForm(VerbForm):
    """Why rows of one side stay without the other."""

    cause = forms.ChoiceField(
        label="Why", choices=[("", "Choose one"), *LedgerExplanation.Cause.choices]
    )
    reason = prose("In words", max_length=1000)


def month_form(request: HttpRequest) -> MonthForm:
    """The month that a POST is about; PermissionDenied if it names none that is there."""
    form = MonthForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        raise PermissionDenied
    return form


# --- The page -------------------------------------------------------------------------------------


@require_safe
@may_look
def month_page(request):
    """Totals of both sides, and one list of what is under them."""
    form = MonthForm(request.GET)
    context = {"title": "Reconciliation", "form": form}
    if not form.is_valid():
        return staff_page(request, "admin/reconciliation.html", context, status=400)
    both = reconcile(form.cleaned_data["month"], form.cleaned_data["source"])
    shown = request.GET.get("list") or ("lines" if both.signed else SUGGESTIONS)
    context |= {
        "title": f"Reconciliation: {both.month}",
        "both": both,
        "table": table(both, form),
        "tabs": _tabs(both, form, shown),
        "shown": shown,
        "address": form.address(list=shown),
        "downloads": {kind: _file_address(form, kind) for kind in ("xlsx", "csv")},
        "may_match": request.user.has_perm("finance.match_ledger") and not both.signed,
        "may_sign": request.user.has_perm("finance.sign_off_month") and not both.signed,
        "may_import": request.user.has_perm("finance.import_ledger"),
        "sign_off": f"{reverse('admin:reconciliation_sign_off')}?month={both.month.slug}",
        "has_sources": LedgerSource.objects.exists(),
    }
    if shown == SUGGESTIONS:
        context |= _suggestions(both, request)
    else:
        context |= _list(shown if shown in TITLES else "lines", both, request)
    return staff_page(request, "admin/reconciliation.html", context)


def table(both: Reconciliation, form: MonthForm) -> list[tuple[str, Figure, Figure]]:
    """The figures of both sides, row by row."""
    first, last = both.month.days
    of_source = {"source__id__exact": both.source.pk} if both.source else {}
    lines = list_address(LedgerLine, day__gte=first, day__lte=last, **of_source)
    paid = {"paid_on__gte": first, "paid_on__lte": last, "status__exact": "released"}
    ledger, payments = both.ledger, both.payments

    def under(key: str) -> str:
        return form.address(list=key)

    rows = [
        (
            "In the month",
            Figure(ledger.total, ledger.count, lines),
            Figure(payments.total, payments.count, list_address(Payment, **paid)),
        ),
        (
            "Matched",
            Figure(ledger.matched, None, under("matched")),
            Figure(payments.matched, None, under("matched-payments")),
        ),
        (
            "Explained",
            Figure(ledger.explained, ledger.explained_count, under("explained")),
            Figure(payments.explained, payments.explained_count, under("explained-payments")),
        ),
        (
            "Left to match or explain",
            Figure(ledger.open, ledger.open_count, under("lines")),
            Figure(payments.open, payments.open_count, under("payments")),
        ),
    ]
    if ledger.elsewhere or payments.elsewhere:
        rows.insert(
            2,
            (
                "of which with another month",
                Figure(ledger.elsewhere, None, under("matched")),
                Figure(payments.elsewhere, None, under("matched-payments")),
            ),
        )
    return rows


def _tabs(both: Reconciliation, form: MonthForm, shown: str) -> list[tuple[str, str, bool]]:
    counts = {"lines": both.ledger.open_count, "payments": both.payments.open_count}
    titles = TITLES if both.signed else {SUGGESTIONS: "Suggestions", **TITLES}
    return [
        (
            f"{title} ({counts[key]:,})" if key in counts else title,
            form.address(list=key),
            key == shown,
        )
        for key, title in titles.items()
    ]


def _list(key: str, both: Reconciliation, request) -> dict:
    chosen = listing(key, both)
    page = Paginator(chosen.rows, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "listing": chosen,
        "page_obj": page,
        "rows": chosen.lines(page.object_list),
        "total": chosen.total(),
        "explain_form": ExplainForm(rows=[None]) if chosen.ticks else None,
    }


def _suggestions(both: Reconciliation, request) -> dict:
    found = [] if both.signed else candidates.suggestions(both.month, both.source)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    from_score = [(score, [one for one in found if one.score >= score]) for score in SCORES]
    return {
        "page_obj": page,
        "suggestions": told(page.object_list),
        "scores": [
            (score, len(those), seen.fingerprint(*sorted(one.token for one in those)))
            for score, those in from_score
            if those
        ],
        "beyond": both.ledger.open_count > candidates.MOST_LINES,
    }


def told(found: list[Suggestion]) -> list[Told]:
    """Suggestions with their lines and payments in words."""
    lines = {
        row.pk: row for row in ledger_lines().filter(pk__in={k for one in found for k in one.lines})
    }
    payments = released_payments().filter(pk__in={k for one in found for k in one.payments})
    by_key = {row.pk: row for row in payments.select_related("commitment__award__recipient")}
    return [
        Told(
            one,
            [_line_told(lines[key]) for key in sorted(one.lines)],
            [_payment_told(by_key[key]) for key in sorted(one.payments)],
        )
        for one in found
    ]


def _line_told(line: LedgerLine) -> tuple[str, Decimal, str]:
    words = " · ".join(text for text in (line.supplier, line.reference, line.description) if text)
    return f"{line.day:%-d %b}: {words}", line.left, item_url(line)


def _payment_told(payment: Payment) -> tuple[str, Decimal, str]:
    award = payment.commitment.award.reference
    reference = f" · {payment.reference}" if payment.reference else ""
    words = f"{payment.paid_on:%-d %b}: {recipient(payment)} · {award}{reference}"
    return words, payment.left, item_url(payment)


# --- What is done on it ---------------------------------------------------------------------------


@require_POST
@may_match
def match_exact(request):
    """Match everything of the month that has exactly one candidate."""
    form = month_form(request)
    count = actions.match_exact(*form.cleaned_data["month"].days, by=request.user)
    lines = "1 line" if count == 1 else f"{count:,} lines"
    messages.success(request, f"Matched: {lines}." if count else "Nothing more is exact.")
    return redirect(form.address())


@require_POST
@may_match
def accept(request):
    """Accept one suggestion, or all from a score on."""
    form = month_form(request)
    month, source = form.cleaned_data["month"], form.cleaned_data["source"]
    token = request.POST.get("token", "")
    least, _, shown = request.POST.get("least", "").partition(seen.SEPARATOR)
    known = {str(score): score for score in SCORES}
    found: list[str] = []

    def wanted(one: Suggestion) -> bool:
        is_wanted = one.score >= known[least] if least in known else one.token == token
        found.extend([one.token] if is_wanted else [])
        return is_wanted

    def do():
        made = actions.accept(month, source, wanted, by=request.user)
        # What they were asked for under the lock.
        seen.still_so(shown, *sorted(found))
        return made

    return _answer(request, form.address(list=SUGGESTIONS), do, "Matched")


@require_POST
@may_match
def explain(request):
    """Explain the ticked rows of a list."""
    form = month_form(request)
    of_lines = request.POST.get("side") != "payment"
    back = form.address(list="lines" if of_lines else "payments")
    answer = ExplainForm(request.POST, rows=[None])
    if not request.POST.getlist("rows") or not answer.is_valid():
        what = "Say why, and in words" if request.POST.getlist("rows") else "Tick the rows first"
        messages.error(request, f"{what}. Nothing has been changed.")
        return redirect(back)

    def do():
        rows = ticked(LedgerLine if of_lines else Payment, request)
        sides = {"lines": rows} if of_lines else {"payments": rows}
        return actions.explain(**sides, **answer.cleaned_data, by=request.user)

    return _answer(request, back, do, "Explained")


def ticked(model: type[Payment] | type[LedgerLine], request: HttpRequest) -> list:
    """The ticked rows, if of each is left what the page showed; they stay locked."""
    lock_ledger()
    ticks = [each.partition(seen.SEPARATOR) for each in request.POST.getlist("rows")]
    shown = {key: left for key, _, left in ticks if KEY.fullmatch(key)}
    now = ledger_lines() if model is LedgerLine else released_payments()
    for row in now.filter(pk__in=shown):
        seen.still_so(shown[str(row.pk)], as_left(row))
    return list(model.objects.filter(pk__in=shown))


def _answer(request, back: str, do, done: str) -> HttpResponseRedirect:
    try:
        with transaction.atomic():
            made = do()
    except (ValidationError, IntegrityError) as refusal:
        messages.error(request, " ".join(sentences(refusal)))
    else:
        total = format_pounds(sum(row.amount for row in made))
        messages.success(request, f"{done}: {len(made):,}, together {total}.")
    return redirect(back)


# --- Sign-off -------------------------------------------------------------------------------------


@permission_required("finance.sign_off_month", raise_exception=True)
def sign_off(request):
    """What would be signed, or what stands in the way; and the deed."""
    form = month_form(request)
    month = form.cleaned_data["month"]
    shown = request.POST.get("seen")
    refusals: list[str] = []
    try:
        with transaction.atomic():
            row = actions.sign_off(month, by=request.user)
            figures = _fingerprint(row)
            if shown != figures:
                transaction.set_rollback(True)
    except (ValidationError, IntegrityError) as refusal:
        refusals, figures = sentences(refusal), ""
    if not refusals and shown == figures:
        messages.success(request, f"{month} is signed off.")
        return redirect(form.address())
    both = reconcile(month)
    context = {
        "title": f"Sign off {month}",
        "both": both,
        "table": table(both, form),
        "refusals": refusals,
        "seen": figures,
        "has_moved": shown is not None and not refusals,
        "back": form.address(),
    }
    return staff_page(request, "admin/reconciliation_sign_off.html", context)


def _fingerprint(row) -> str:
    names = ("lines", "payments", "ledger", "ledger_matched", "paid", "paid_matched")
    return "_".join(str(getattr(row, name)) for name in names)


def _file_address(form: MonthForm, kind: str) -> str:
    query = form.address().partition("?")[2]
    return f"{reverse(f'admin:reconciliation_{kind}')}?{query}"
