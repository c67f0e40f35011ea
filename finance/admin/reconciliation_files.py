"""A month's reconciliation as a file: the same figures and rows as the page."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe
from tablib import Dataset

from commissioning import workbooks
from commissioning.actions import history
from commissioning.days import in_words
from commissioning.money import NOTHING
from commissioning.resources.files import CSV
from finance.admin.reconciliation import MonthForm, may_look, month_form, table
from finance.admin.reconciliation_lists import POUNDS, TITLES, Listing, listing
from finance.figures.reconciliation import Reconciliation, reconcile
from finance.models import LedgerLine

# A spreadsheet has no more rows than a million; a month that large is taken in parts.
MOST_ROWS = 200_000


@require_safe
@may_look
def workbook(request):
    """One sheet with the totals and one for each list."""
    both, form = _asked(request)
    lists = [listing(key, both) for key in TITLES]
    sheets = [_summary(both, form), *(_sheet(one, both) for one in lists)]
    return workbooks.download(sheets, f"reconciliation-{both.month.slug}.xlsx")


@require_safe
@may_look
def flat(request):
    """Every list in one table, each row with what it counts under."""
    both, _ = _asked(request)
    headers = ["Counts under", "Date", "Who", "Details", "Amount"]
    rows = Dataset(headers=headers, title=f"Reconciliation {both.month}")
    for key in TITLES:
        one = listing(key, both)
        for _, cells, amount in one.lines(one.rows[:MOST_ROWS]):
            words = [str(cell.shown) for cell in cells[2:] if cell.text != ""]
            rows.append([one.title, cells[0].text, str(cells[1].text), "; ".join(words), amount])
    return HttpResponse(
        CSV().export_data(rows),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="reconciliation-{both.month.slug}.csv"'
        },
    )


def _asked(request) -> tuple[Reconciliation, MonthForm]:
    form = month_form(request)
    both = reconcile(form.cleaned_data["month"], form.cleaned_data["source"])
    history.record_export(
        f"Reconciliation of {both.month}",
        LedgerLine,
        request.user,
        lines=both.ledger.count,
        payments=both.payments.count,
    )
    return both, form


def notes(both: Reconciliation) -> list[str]:
    """What a reader of the figures should know."""
    of = f"Ledger lines of {both.source}." if both.source else "Ledger lines of all sources."
    stands = "Not signed off."
    if both.signed:
        stands = f"Signed off by {both.signed.made_by} on {in_words(both.signed.made_at)}."
    return ["Pounds and pence; money that came back is minus.", of, stands]


def _summary(both: Reconciliation, form: MonthForm) -> workbooks.Sheet:
    return workbooks.Sheet(
        name="Summary",
        title=f"Reconciliation of {both.month}",
        notes=notes(both),
        columns=[
            "",
            *workbooks.in_pounds("Ledger"),
            workbooks.Heading("Ledger lines", workbooks.Unit.NUMBER),
            *workbooks.in_pounds("Payments"),
            workbooks.Heading("Number of payments", workbooks.Unit.NUMBER),
        ],
        rows=[
            [label, ledger.amount, ledger.count, paid.amount, paid.count]
            for label, ledger, paid in table(both, form)
        ],
        total=["Ledger less payments", both.difference],
        widths=[32, 18, 14, 18, 20],
    )


def _sheet(one: Listing, both: Reconciliation) -> workbooks.Sheet:
    rows = [
        [*(cell.text for cell in cells), amount]
        for _, cells, amount in one.lines(one.rows[:MOST_ROWS])
    ]
    total = sum((row[-1] for row in rows), NOTHING)
    return workbooks.Sheet(
        name=one.title,
        title=f"{one.title}, {both.month}",
        notes=notes(both),
        columns=[
            *(
                workbooks.Heading(column, workbooks.Unit.POUNDS if column in POUNDS else None)
                for column in one.columns
            ),
            *workbooks.in_pounds("Amount"),
        ],
        rows=rows,
        total=["Total", *[None] * (len(one.columns) - 1), total],
        widths=[18, 32, 18, 24, 28, 18, 18, 18],
    )
