"""What is under one figure of the budget position: entries, or what else it is the sum of."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.db.models import F, Sum, Window
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from commissioning import figures
from commissioning.admin.links import record_url
from commissioning.admin.position import (
    COLUMNS,
    PERIOD_NOT_STATED,
    PositionForm,
    in_words,
    may_see_money,
    staff_page,
)
from commissioning.models import Allocation, Area, Budget, Entry, Fund, FundingSource, PipelineEntry
from commissioning.money import NOTHING
from commissioning.years import period_label

PER_PAGE = 100

# The records that head the rows of a table, by what the table is set out by.
RECORDS = {
    "fund": Fund.objects.all(),
    "source": FundingSource.objects.all(),
    "budget": Budget.objects.select_related("fund", "source"),
    "area": Area.objects.all(),
    "allocation": Allocation.objects.select_related("area", "budget__fund"),
}
# Figures without entries of their own: the figures that they are worked out from, and their signs.
WORKED_OUT = {
    "unallocated": (("budget", 1), ("margin", 1), ("allocated", -1)),
    "available": (("budget", 1), ("margin", 1), ("committed", -1)),
}
WORKED_OUT_FROM_ALLOCATIONS = {"available": (("allocated", 1), ("committed", -1))}
LABELS = {column.figure: column.label for column in COLUMNS}


class EntriesForm(PositionForm):
    """One figure of the position, to be followed to its entries."""

    # The row that heads the page says it better.
    of_everything = ""

    figure = forms.ChoiceField(choices=list(LABELS.items()))
    row = forms.CharField(required=False, max_length=40)
    beyond = forms.BooleanField(required=False)

    def clean(self):
        asked = super().clean()
        token = asked.get("row")
        asked["key"] = row_key(asked["by"], token) if token and "by" in asked else None
        return asked

    def cell(self) -> figures.Cell:
        asked = self.cleaned_data
        slice_ = replace(self.slice(), beyond_year=asked["beyond"])
        return figures.Cell(slice_, asked["by"], asked["key"])

    def row_label(self) -> str:
        key = self.cleaned_data["key"]
        if key is None:
            return "all rows"
        return period_label(*key) if self.cleaned_data["by"] == "period" else str(key)


def row_key(by: str, token: str) -> object:
    """The row that an address names; ValidationError if there is none."""
    if by != "period":
        records = forms.ModelChoiceField(RECORDS[by])
        records.error_messages["invalid_choice"] = "There is no such row."
        return records.clean(token)
    if token == PERIOD_NOT_STATED:
        return (None, None)
    try:
        first, last = (date.fromisoformat(day) for day in token.split("_"))
    except ValueError:
        raise ValidationError("There is no such row.", code="row_unknown") from None
    return (first, last)


@dataclass(frozen=True)
class Text:
    """A cell: words, and the record they lead to."""

    text: object
    href: str = ""


@dataclass(frozen=True)
class Listing:
    """Rows that add up to a figure: which, in which order, and how one is told."""

    one: str
    many: str
    columns: list[str]
    rows: models.QuerySet
    amount: str
    order: list
    cells: Callable[[models.Model], list[Text]]

    def total(self) -> Decimal:
        return self.rows.aggregate(total=Sum(self.amount))["total"] or NOTHING

    def page(self, number: str | None):
        """One page of rows, each with `running`, the sum up to and with it."""
        rows = self.rows.order_by(*self.order)
        running = Window(Sum(self.amount), order_by=self.order)
        page = Paginator(rows.annotate(running=running), PER_PAGE).get_page(number)
        page.lines = [
            (count, self.cells(row), getattr(row, self.amount), row.running)
            for count, row in enumerate(page.object_list, start=page.start_index())
        ]
        return page


def listing(figure: str, cell: figures.Cell) -> Listing:
    """What the figure is the sum of."""
    if figure == "pipeline":
        rows = cell.pipeline().select_related(
            "award", "recorded_by", "allocation__area", "allocation__budget__fund"
        )
        columns = ["From", "Award", "Of", "By"]
        order = [F("effective_on").asc(), F("pk").asc()]
        return Listing("change", "changes", columns, rows, "amount", order, _proposal)
    if figure == "margin":
        rows = cell.margins().select_related("fund", "source", "margin_authorised_by")
        columns = ["Budget", "Latest reason", "Authorised by"]
        order = [F("pk").asc()]
        return Listing("margin", "margins", columns, rows, "margin_then", order, _margin)
    rows = cell.entries(figure).select_related(
        "budget__fund",
        "budget__source",
        "allocation__area",
        "allocation__budget__fund",
        "commitment__award",
        "payment__commitment__award",
        "decision",
        "recorded_by",
    )
    columns = ["Takes effect", "What", "On", "Decision", "Note", "Recorded"]
    order = [F("effective_on").asc(), F("pk").asc()]
    return Listing("entry", "entries", columns, rows, "amount", order, _entry)


def _entry(entry: Entry) -> list[Text]:
    recorded = timezone.localtime(entry.recorded_at)
    return [
        Text(in_words(entry.effective_on), record_url(entry)),
        Text(f"{entry.get_kind_display()}: {entry.get_reason_display()}".capitalize()),
        _on(entry),
        Text(entry.decision.reference, record_url(entry.decision)) if entry.decision else Text(""),
        Text(entry.note),
        Text(f"{in_words(recorded)} by {entry.recorded_by}"),
    ]


def _on(entry: Entry) -> Text:
    """The record that the entry changes the amount of."""
    if entry.payment:
        return Text(entry.payment, record_url(entry.payment))
    if entry.commitment:
        award = entry.commitment.award
        return Text(f"{award}, from {entry.allocation}", record_url(award))
    record = entry.allocation or entry.budget
    return Text(record, record_url(record))


def _proposal(entry: PipelineEntry) -> list[Text]:
    return [
        Text(in_words(entry.effective_on)),
        Text(entry.award, record_url(entry.award)),
        Text(entry.allocation, record_url(entry.allocation)),
        Text(entry.recorded_by),
    ]


def _margin(budget: Budget) -> list[Text]:
    return [
        Text(budget, record_url(budget)),
        Text(budget.margin_reason),
        Text(budget.margin_authorised_by or ""),
    ]


@dataclass(frozen=True)
class Step:
    """One line of a sum: a figure, added or taken away."""

    label: str
    amount: Decimal
    href: str


def steps(form: EntriesForm, cell: figures.Cell) -> list[Step]:
    """How a figure without entries of its own is worked out; empty for the others."""
    figure = form.cleaned_data["figure"]
    if figure not in WORKED_OUT:
        return []
    table = figures.positions(cell.by, cell.slice)
    position = table.total if cell.key is None else table.of(cell.key)
    parts = WORKED_OUT if position.budget is not None else WORKED_OUT_FROM_ALLOCATIONS
    here = reverse("admin:position_entries")
    query = {name: value for name, value in form.data.items() if name != "page"}
    return [
        Step(
            LABELS[part] if sign > 0 else f"Less {LABELS[part].lower()}",
            sign * getattr(position, part),
            f"{here}?{urlencode({**query, 'figure': part})}",
        )
        for part, sign in parts.get(figure, ())
    ]


@require_safe
@may_see_money
def entries(request):
    """The entries under one figure, their running count and total."""
    form = EntriesForm(request.GET)
    if not form.is_valid():
        context = {"title": "Budget position: entries", "form": form}
        return staff_page(request, "admin/position_entries.html", context, status=400)
    figure, cell = form.cleaned_data["figure"], form.cell()
    context = {
        "title": f"{LABELS[figure]}: {form.row_label()}",
        "label": LABELS[figure],
        "scope": form.scope(),
        "back": f"{reverse('admin:position')}?{urlencode(form.address())}",
    }
    if figure in WORKED_OUT:
        lines = steps(form, cell)
        total = sum((step.amount for step in lines), NOTHING)
        return staff_page(
            request,
            "admin/position_worked_out.html",
            {**context, "steps": lines, "total": total},
        )
    rows = listing(figure, cell)
    return staff_page(
        request,
        "admin/position_entries.html",
        {
            **context,
            "listing": rows,
            "total": rows.total(),
            "page_obj": rows.page(request.GET.get("page")),
        },
    )
