"""Accruals and prepayments as a workbook: the same lines and totals as the page."""

from datetime import timedelta

from django.views.decorators.http import require_safe

from commissioning import workbooks
from commissioning.actions import history
from commissioning.days import in_words
from commissioning.figures import Slice
from commissioning.money import NOTHING
from finance.admin.accruals import ALL, AsAtForm, Shown, chosen, listing, may_look, shown
from finance.figures.accruals import items
from finance.models import Accrual

COLUMNS = [
    "Award", "To", "Allocation", "Kind", *workbooks.in_pounds("Worked out", "Counts"), "Decision",
    "Reason", "How it was worked out", "Comes back on", *workbooks.in_pounds("Paid since"),
]  # fmt: skip


def _row(line: Shown, back) -> list:
    return [
        line.item.reference,
        line.to,
        line.place,
        line.kind,
        line.now,
        line.item.amount,
        line.decision,
        line.reason,
        line.worked_out,
        back,
        line.paid_since,
    ]


def _total(rows: list[Shown], label: str) -> list:
    def sum_of(figure) -> object:
        return sum((figure(line) for line in rows), NOTHING)

    counts, now = sum_of(lambda line: line.item.amount), sum_of(lambda line: line.now)
    since = sum_of(lambda line: line.paid_since)
    return [label, "", "", "", now, counts, "", "", "", None, since]


@require_safe
@may_look
def workbook(request):
    """A sheet for accruals and one for prepayments."""
    form = AsAtForm(request.GET)
    if not form.is_valid():
        return listing(request)
    as_at = form.cleaned_data["as_at"]
    lines = shown(chosen(form, items(Slice(as_at=as_at))), as_at)
    back = as_at + timedelta(days=1)
    history.record_export(
        "Accruals and prepayments", Accrual, request.user, as_at=str(as_at), lines=len(lines)
    )
    what = "Every line." if form.cleaned_data["show"] == ALL else "Lines still to decide."
    sheets = []
    for kind, name in (
        (Accrual.Kind.ACCRUAL, "Accruals"),
        (Accrual.Kind.PREPAYMENT, "Prepayments"),
    ):
        rows = [line for line in lines if line.item.kind == kind]
        sheets.append(
            workbooks.Sheet(
                name=name,
                title=f"{name} as at {in_words(as_at)}",
                notes=["Pounds and pence.", what],
                columns=COLUMNS,
                rows=[_row(line, back) for line in rows],
                total=_total(rows, "Total"),
                widths=[20, 36, 36, 12, 16, 16, 28, 40, 70, 16, 16],
            )
        )
    return workbooks.download(sheets, f"accruals-{as_at}.xlsx")
