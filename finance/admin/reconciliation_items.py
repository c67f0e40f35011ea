"""One ledger line or one payment: what it is matched with, and what it could be."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404
from django.shortcuts import redirect

from commissioning.admin import seen
from commissioning.admin.action_pages import sentences
from commissioning.admin.links import record_url
from commissioning.admin.pages import staff_page
from commissioning.days import in_words
from commissioning.models import Payment
from commissioning.money import format_pounds
from finance.actions import reconciliation as actions
from finance.actions.ledger import lock_ledger
from finance.admin.reconciliation import ExplainForm, may_look, ticked
from finance.admin.reconciliation_lists import (
    LINE_COLUMNS,
    PAYMENT_COLUMNS,
    as_left,
    item_url,
    line_cells,
    match_cells,
    payment_cells,
    recipient,
)
from finance.figures import candidates
from finance.figures.reconciliation import ledger_lines, released_payments, signed_months
from finance.models import LedgerLine
from finance.months import Month

LARGEST_KEY = 2**63 - 1


class WordsForm(forms.Form):
    """What a candidate must have in its name or reference."""

    words = forms.CharField(label="Supplier, award or reference", required=False, max_length=100)


@may_look
def line_page(request, pk: int):
    """A ledger line: match it with payments by hand, or explain it."""
    line = ledger_lines().filter(pk=min(pk, LARGEST_KEY)).select_related("source", "file").first()
    if line is None:
        raise Http404
    return _page(request, line, Month.containing(line.day))


@may_look
def payment_page(request, pk: int):
    """A payment: match it with ledger lines by hand, or explain it."""
    rows = released_payments().select_related("commitment__award__recipient")
    payment = rows.filter(pk=min(pk, LARGEST_KEY)).first()
    if payment is None:
        raise Http404
    return _page(request, payment, Month.containing(payment.paid_on))


def _page(request, row, month: Month):
    explain_form = ExplainForm(rows=[row])
    if request.method == "POST":
        if not request.user.has_perm("finance.match_ledger"):
            raise PermissionDenied
        if "explain" in request.POST:
            explain_form = ExplainForm(request.POST, rows=[row])
        if "explain" not in request.POST or explain_form.is_valid():
            return _do(request, row, explain_form)
    is_line = isinstance(row, LedgerLine)
    explanation = row_explanation(row)
    is_frozen = month in signed_months()
    may_match = request.user.has_perm("finance.match_ledger") and row.left
    may_match = may_match and (not is_frozen or row.is_awaited)
    words = WordsForm(request.GET, label_suffix="")
    text = words.cleaned_data["words"].replace("\0", "") if words.is_valid() else ""
    found = _found(row, text) if may_match else []
    matches = row.matches if is_line else row.ledger_matches
    matches = matches.standing().select_related(
        "line", "payment__commitment__award__recipient", "made_by"
    )
    context = {
        "title": "Match a ledger line" if is_line else "Match a payment",
        "subtitle": str(row),
        "row": row,
        "is_line": is_line,
        "facts": _line_facts(row) if is_line else _payment_facts(row),
        "month": month,
        "matches": [(match_cells(match), match.amount) for match in matches],
        "explanation": explanation,
        "explanation_url": explanation and record_url(explanation),
        "is_frozen": is_frozen,
        "may_match": may_match,
        "may_explain": may_match and not row.is_explained and not is_frozen,
        "words": words,
        "columns": PAYMENT_COLUMNS if is_line else LINE_COLUMNS,
        "found": found,
        "explain_form": explain_form,
        "seen": seen.fingerprint(as_left(row)),
    }
    return staff_page(request, "admin/reconciliation_item.html", context)


def row_explanation(row):
    """What stands of why the row is not matched; None if nothing."""
    of_row = row.explanations if isinstance(row, LedgerLine) else row.ledger_explanations
    return of_row.standing().first() if row.is_explained else None


def _found(row, words: str) -> list[tuple]:
    """Candidates: the row, its cells, what is left of it, and what speaks for it."""
    if isinstance(row, LedgerLine):
        found, cells = candidates.for_line(row, words), payment_cells
    else:
        found, cells = candidates.for_payment(row, words), line_cells
    return [(one, cells(one), one.left, like) for one, like in found]


def _do(request, row, explain_form: ExplainForm):
    try:
        with transaction.atomic():
            _match_or_explain(request, row, explain_form)
    except (ValidationError, IntegrityError) as refusal:
        messages.error(request, " ".join(sentences(refusal)))
    return redirect(item_url(row))


def _match_or_explain(request, row, explain_form: ExplainForm) -> None:
    """Do what was asked, if of everything is left what the page showed."""
    is_line = isinstance(row, LedgerLine)
    lock_ledger()
    now = ledger_lines() if is_line else released_payments()
    seen.still_so(request.POST.get(seen.FIELD), *(as_left(each) for each in now.filter(pk=row.pk)))
    if "explain" in request.POST:
        sides = {"lines": [row]} if is_line else {"payments": [row]}
        actions.explain(**sides, **explain_form.cleaned_data, by=request.user)
        messages.success(request, f"Explained: {row}.")
    else:
        others = ticked(Payment if is_line else LedgerLine, request)
        if not others:
            raise ValidationError("Tick what it is to be matched with first.")
        sides = ([row], others) if is_line else (others, [row])
        made = actions.match_by_hand(*sides, by=request.user)
        total = format_pounds(sum(match.amount for match in made))
        messages.success(request, f"Matched: {total} of {row}.")


def _line_facts(line: LedgerLine) -> list[tuple[str, object, str]]:
    return [
        ("Date", in_words(line.day), ""),
        ("Supplier", line.supplier, ""),
        ("Reference", line.reference, ""),
        ("Description", line.description, ""),
        ("In the ledger", format_pounds(line.amount), ""),
        ("Came from", f"{line.file}, row {line.row_number}", record_url(line.file)),
    ]


def _payment_facts(payment: Payment) -> list[tuple[str, object, str]]:
    award = payment.commitment.award
    return [
        ("Paid on", in_words(payment.paid_on), ""),
        ("Recipient", recipient(payment), ""),
        ("Award", str(award), record_url(award)),
        ("Finance’s reference", payment.reference, ""),
        (str(payment.get_kind_display()).capitalize(), format_pounds(payment.signed), ""),
        ("Record", str(payment), record_url(payment)),
    ]
