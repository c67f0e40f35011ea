"""What is owed back of one budget, line by line: receipts, moves, payments, accruals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django import forms
from django.db.models import ExpressionWrapper, F, Q, QuerySet, Value
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from commissioning.admin.money_forms import RECORDS, day_asked
from commissioning.admin.money_lines import HEADS, Item, Lines, Listed, Queried, Together
from commissioning.admin.money_under import Way, entries
from commissioning.admin.pages import staff_page
from commissioning.admin.sources import may_see_money
from commissioning.days import end_of_day, in_words
from commissioning.figures import Slice
from commissioning.figures.incurred import Accrued
from commissioning.figures.receipts import MOVED, Owed, owed_back
from commissioning.models import Budget, Commitment, Entry, Receipt
from commissioning.money import NOTHING, MoneyField

TITLE = "Owed back"


class OwedForm(forms.Form):
    """Of which budget, as at which day and as known on which."""

    budget = forms.ModelChoiceField(
        RECORDS["budget"],
        error_messages={
            "invalid_choice": "There is no such budget.",
            "required": "Choose a budget.",
        },
    )
    as_at = day_asked("As at", "Leave empty for today.")
    known_at = day_asked("As known on", "Leave empty for all that is recorded now.")

    def slice(self) -> Slice:
        """The budget, as the address asks for it."""
        asked = self.cleaned_data
        known_on = asked["known_at"]
        return Slice(
            budget=asked["budget"],
            as_at=asked["as_at"] or timezone.localdate(),
            known_at=known_on and end_of_day(known_on),
        )

    def scope(self) -> list[str]:
        """In words what the lines are of."""
        asked = self.cleaned_data
        budget, day = asked["budget"], asked["as_at"] or timezone.localdate()
        by = f"to be spent by {in_words(budget.use_by)}" if budget.use_by else "without a last day"
        return [
            f"{budget}, {by}.",
            f"As at {in_words(day)}.",
            *([f"As known on {in_words(asked['known_at'])}."] if asked["known_at"] else []),
            "Received and moved, less returned, less what was incurred by the last day: paid by "
            "then, plus accruals and less prepayments at that day.",
        ]


def address_of(budget: Budget, as_at: date | None = None, known_at: date | None = None) -> str:
    """The page of what is owed back of a budget."""
    asked = {"budget": budget.pk, "as_at": as_at, "known_at": known_at}
    told = {name: value for name, value in asked.items() if value}
    return f"{reverse('admin:owed_back')}?{urlencode(told)}"


# --- The lines ------------------------------------------------------------------------------------


def lines_of(owed: Owed, slice_: Slice) -> Lines:
    """The lines that add up to what is owed back: what came in above nothing, what was spent below.

    Where nobody recorded when the money came, all of it is one line.
    """
    rows = slice_.entries()
    paid = rows.filter(kind=Entry.Kind.PAYMENT, effective_on__lte=owed.budget.use_by)
    spent = [Spent(each, owed.budget.use_by) for each in owed.accruals]
    parts = [
        receipts(slice_) or Listed("receipt", "receipts", [owed], _unrecorded),
        entries(rows.filter(MOVED)),
        entries(_taken_away(paid), "taken"),
        Listed("accrual", "accruals", spent, _accruals),
    ]
    return Together("line", "lines", parts)


def _taken_away(rows: QuerySet[Entry]) -> QuerySet[Entry]:
    nothing = Value(NOTHING, MoneyField())
    return rows.annotate(taken=ExpressionWrapper(nothing - F("amount"), MoneyField()))


def receipts(slice_: Slice) -> Queried | None:
    """What came from the source and went back to it; None where nothing is recorded."""
    by_then = Q(budget=slice_.budget, received_on__lte=slice_.as_at)
    if slice_.known_at:
        by_then &= Q(recorded_at__lte=slice_.known_at)
    rows = Receipt.objects.filter(by_then).select_related(
        "budget__fund", "budget__source", "recorded_by"
    )
    if not rows.exists():
        return None
    return Queried("receipt", "receipts", rows.order_by("received_on", "pk"), _receipt)


def _receipt(row: Receipt) -> Item:
    return Item(
        row.amount,
        f"Receipt: {row.get_kind_display()}",
        row.budget,
        record=row,
        day=row.received_on,
        note=row.note,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
    )


def _unrecorded(found: Sequence[Owed]) -> list[Item]:
    return [
        Item(owed.received - owed.returned, "Received, without a receipt", owed.budget)
        for owed in found
    ]


@dataclass(frozen=True)
class Spent:
    """An accrual as it is taken away from what came, in pounds; a prepayment adds to it."""

    accrued: Accrued
    day: date

    @property
    def amount(self) -> Decimal:
        return -self.accrued.amount


def _accruals(found: Sequence[Spent]) -> list[Item]:
    lines = Commitment.objects.select_related(
        "award", "allocation__area", "allocation__budget__fund", "allocation__budget__source"
    ).in_bulk([each.accrued.commitment for each in found])
    return [_accrual(each, lines[each.accrued.commitment]) for each in found]


def _accrual(spent: Spent, line: Commitment) -> Item:
    return Item(
        spent.amount,
        "Prepayment: paid for later days" if spent.amount > 0 else "Accrual: delivered, not paid",
        line.allocation.budget,
        line.allocation,
        line.award,
        record=spent.accrued.record,
        day=spent.day,
        note=spent.accrued.why,
    )


# --- The page -------------------------------------------------------------------------------------


@require_safe
@may_see_money
def page(request):
    """The lines under what is owed back of a budget, and their total."""
    form, way = OwedForm(request.GET), Way("Sources of funding", reverse("admin:sources"))
    if not form.is_valid():
        context = {"title": TITLE, "form": form, "way": way}
        return staff_page(request, "admin/money_under.html", context, status=400)
    slice_ = form.slice()
    owed = owed_back(slice_, timezone.localdate()).get(slice_.budget.pk)
    found = lines_of(owed, slice_) if owed else Together("line", "lines", [])
    context = {
        "title": f"{TITLE}: {slice_.budget}",
        "label": TITLE,
        "scope": [*form.scope(), *([] if owed else ["Nothing is owed back before that day."])],
        "way": way,
        "heads": HEADS,
        "of": found,
        "total": found.sum_of_first(),
        "page_obj": found.page(request.GET.get("page")),
    }
    return staff_page(request, "admin/money_under.html", context)
