"""One line of accruals and prepayments: how it was worked out, and what is decided of it."""

from datetime import date

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from commissioning.admin import seen
from commissioning.admin.action_pages import sentences
from commissioning.admin.forms import VerbForm, pounds, prose
from commissioning.admin.links import record_url
from commissioning.admin.pages import staff_page
from commissioning.days import in_words
from commissioning.figures import Slice
from commissioning.models import Commitment
from commissioning.money import NOTHING
from finance.actions import accruals as actions
from finance.admin.accruals import KINDS, AsAtForm, may_look, shown
from finance.figures.accruals import Item, items
from finance.models import Accrual

Choice = Accrual.Choice


CHOICES = {
    Choice.ACCEPTED: "Accept it as worked out",
    Choice.ADJUSTED: "Let another amount count",
    Choice.LEFT_OUT: "Leave it out",
}


class DecideForm(VerbForm):
    """What finance makes of one line."""

    choice = forms.ChoiceField(
        label="Decision", choices=list(CHOICES.items()), widget=forms.RadioSelect
    )
    kind = forms.ChoiceField(label="What it is", choices=list(KINDS.items()))
    amount = pounds(
        "What counts in pounds", required=False, min_value=0, help_text="If another amount counts."
    )
    reason = prose("Why", required=False, max_length=1000, help_text="Unless it is accepted.")

    def __init__(self, data, item: Item | None):
        super().__init__(data, rows=[item])
        worked = item and item.worked
        if worked is None:
            # Nothing to accept or leave out.
            kept = [Choice.ADJUSTED] if item is None else [Choice.ACCEPTED, Choice.ADJUSTED]
            self.fields["choice"].choices = [(each, CHOICES[each]) for each in kept]
        else:
            del self.fields["kind"]

    def clean(self):
        cleaned = super().clean()
        is_adjusted = cleaned.get("choice") == Choice.ADJUSTED
        if is_adjusted and cleaned.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", "Say what counts instead.")
        if cleaned.get("choice") != Choice.ACCEPTED and not cleaned.get("reason", "").strip():
            self.add_error("reason", "Say why.")
        return cleaned


@may_look
def line(request, pk: int):
    """How one line was worked out, what was decided of it, and the decision."""
    lines = Commitment.objects.select_related(
        "award__recipient", "allocation__area", "allocation__budget__fund"
    )
    commitment = get_object_or_404(lines, pk=pk)
    asked = AsAtForm(request.POST if request.method == "POST" else request.GET)
    if not asked.is_valid():
        return redirect("admin:accruals")
    as_at = asked.cleaned_data["as_at"]
    found = items(Slice(as_at=as_at, allocation=commitment.allocation))
    item = next((each for each in found if each.commitment == pk), None)
    may = request.user.has_perm("finance.decide_accrual")
    form = DecideForm(request.POST if may and request.method == "POST" else None, item)
    if form.is_bound and form.is_valid():
        answer = _decide(request, form, commitment, as_at)
        if answer:
            return answer
    context = {
        "title": f"{commitment.award.reference} as at {in_words(as_at)}",
        "line": commitment,
        "award_url": record_url(commitment.award),
        "as_at": as_at,
        "row": shown([item], as_at)[0] if item else None,
        "decisions": commitment.accruals.filter(as_at=as_at).select_related("decided_by"),
        "form": form if may else None,
        "seen": _shown(item),
        "back": f"{reverse('admin:accruals')}?as_at={as_at}",
    }
    return staff_page(request, "admin/finance/accrual.html", context)


def _shown(item: Item | None) -> str:
    """What the page says of the line: what was worked out, and which decision on it is the last."""
    decided = item.decided.number if item and item.decided else 0
    return seen.fingerprint(f"{item.now if item else NOTHING:.2f}", decided)


def _as_shown(request: HttpRequest, row: Accrual) -> None:
    """Refuse a decision that was made, under the lock, on anything else than the page said."""
    seen.still_so(request.POST.get(seen.FIELD), f"{row.proposed:.2f}", row.number - 1)


def _decide(
    request: HttpRequest, form: DecideForm, commitment: Commitment, as_at: date
) -> HttpResponseRedirect | None:
    given = form.cleaned_data
    why = {"reason": given["reason"], "by": request.user}
    try:
        with transaction.atomic():
            if given["choice"] == Choice.ACCEPTED:
                (row,) = actions.accept([commitment.pk], as_at, by=request.user, anew=True)
            elif given["choice"] == Choice.LEFT_OUT:
                row = actions.leave_out(commitment, as_at, **why)
            else:
                kind = given.get("kind")
                row = actions.adjust(commitment, as_at, given["amount"], kind=kind, **why)
            _as_shown(request, row)
    except (ValidationError, IntegrityError) as refusal:
        form.add_error(None, sentences(refusal))
        return None
    messages.success(request, f"Decided: {commitment.award.reference}.")
    return redirect(f"{reverse('admin:accruals')}?as_at={as_at}")
