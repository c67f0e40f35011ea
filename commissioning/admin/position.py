"""The budget position for finance: one table over the journal, as a page and as a workbook."""

from datetime import date
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import permission_required
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from commissioning import figures, hooks, workbooks
from commissioning.actions import history
from commissioning.admin.money_forms import FigureForm, MoneyForm, titled
from commissioning.admin.money_tables import Column, Layout, MoneyTable
from commissioning.admin.money_under import Way, lines_of, nothing_under, steps, under_page
from commissioning.admin.pages import staff_page
from commissioning.figures import Cell, Row, Slice
from commissioning.models import Entry

may_see_money = permission_required("commissioning.view_budget", raise_exception=True)

COLUMNS = (
    Column("original", "Original budget", "What was first put into the budgets."),
    Column("revisions", "Revisions", "Every later change of a budget, virement and carry-forward."),
    Column("budget", "Revised budget", "Original budget and revisions together."),
    Column(
        "margin",
        "Margin",
        "How much more than the budget may be allocated, by the authority in force on the day.",
    ),
    Column("allocated", "Allocated", "Set aside for areas and purposes."),
    Column("committed", "Committed", "Promised in approved awards."),
    Column("paid", "Paid", "Payments released, less recoveries and what the bank returned unpaid."),
    Column(
        "pipeline",
        "Pipeline",
        "Recommended, and waiting for approval on the day.",
    ),
    Column("unallocated", "Unallocated", "Revised budget and margin, less what is allocated."),
    Column(
        "available",
        "Available",
        "What may still be committed: revised budget and margin, less what is committed. Of an "
        "area or allocation: what is allocated, less what is committed.",
    ),
)
# Figures without entries of their own: the figures that they are worked out from, and their signs.
WORKED_OUT = {
    "unallocated": (("budget", 1), ("margin", 1), ("allocated", -1)),
    "available": (("budget", 1), ("margin", 1), ("committed", -1)),
}
WORKED_OUT_FROM_ALLOCATIONS = {"available": (("allocated", 1), ("committed", -1))}


def position_rows(by: str, slice_: Slice) -> tuple[tuple[Row, ...], Row]:
    """The rows of a slice and their total."""
    table = figures.positions(by, slice_)
    return table.rows, Row(None, "Total", table.total)


POSITION = Layout("Budget position", COLUMNS, position_rows, "admin:position_entries")


class EntriesForm(FigureForm, MoneyForm):
    """One figure of the position, to be followed to its entries."""

    figure = forms.ChoiceField(choices=list(POSITION.labels().items()))


def tables(form: MoneyForm) -> tuple[MoneyTable, MoneyTable | None]:
    """The table asked for, and beneath it the budgets that have no share in the chosen year."""
    slice_, address = form.slice(), form.address()
    main = POSITION.table(form.cleaned_data["by"], slice_, address)
    return main, POSITION.beyond(slice_, address)


def address_as_at(form: MoneyForm, day: date) -> str:
    """The position with what the form asks for, as at a day."""
    asked = {name: said for name, said in form.address().items() if name in MoneyForm.base_fields}
    return f"{reverse('admin:position')}?{urlencode({**asked, 'as_at': str(day)})}"


def _as_at_today(form: MoneyForm) -> list[tuple[str, str]]:
    """The way from money dated ahead to what counts today, which other reports begin with."""
    if form.cleaned_data["as_at"]:
        return []
    return [("As at today", address_as_at(form, timezone.localdate()))]


@require_safe
@may_see_money
def position(request):
    """The budget position as a page."""
    form = MoneyForm(request.GET)
    context = {"title": POSITION.title, "form": form, "clear": reverse("admin:position")}
    if not form.is_valid():
        return staff_page(request, "admin/money_page.html", context, status=400)
    main, beyond = tables(form)
    xlsx = f"{reverse('admin:position_download')}?{urlencode(form.address())}"
    context |= {
        "name": POSITION.title,
        "title": titled(POSITION.title, form.cleaned_data["as_at"]),
        "scope": form.scope(),
        "report": main,
        "beyond": beyond,
        "links": [
            ("Download this as XLSX", xlsx),
            *_as_at_today(form),
            *(link for links in hooks.position_links for link in links(request, form)),
        ],
    }
    return staff_page(request, "admin/money_page.html", context)


@require_safe
@may_see_money
def download(request):
    """The budget position as a workbook: the same figures as the page."""
    form = MoneyForm(request.GET)
    if not form.is_valid():
        return position(request)
    main, beyond = tables(form)
    sheets = [POSITION.sheet(POSITION.title, main, form.scope())]
    if beyond:
        sheets.append(POSITION.sheet("Not of one year", beyond, [*form.scope(), beyond.note]))
    history.record_export("Budget position", Entry, request.user, scope="; ".join(form.scope()))
    return workbooks.download(sheets, f"budget-position-{timezone.localdate()}.xlsx")


@require_safe
@may_see_money
def entries(request):
    """The entries under one figure, their running count and total."""
    form = EntriesForm(request.GET)
    if not form.is_valid():
        return nothing_under(request, form, Way(POSITION.title, reverse("admin:position")))
    figure, cell = form.cleaned_data["figure"], form.cell()
    way = Way(POSITION.title, f"{reverse('admin:position')}?{urlencode(form.address())}")
    if figure not in WORKED_OUT:
        return under_page(request, form, way, lines_of(figure, cell))
    position = position_of(cell)
    parts = WORKED_OUT if position.budget is not None else WORKED_OUT_FROM_ALLOCATIONS
    signed = [(part, sign, getattr(position, part)) for part, sign in parts.get(figure, ())]
    return under_page(request, form, way, steps(form, "admin:position_entries", signed))


def position_of(cell: Cell) -> figures.Position:
    """The position of one row, or of all."""
    table = figures.positions(cell.by, cell.slice)
    return table.total if cell.key is None else table.of(cell.key)
