"""The monitoring report as a workbook and as CSV: the same figures as the page."""

from collections.abc import Iterable

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from tablib import Dataset

from commissioning import figures, workbooks
from commissioning.actions import history
from commissioning.admin.position import in_words
from commissioning.models import Entry
from commissioning.resources.files import CSV
from commissioning.workbooks import Plain
from finance.admin.monitoring import (
    COLUMNS,
    MonitoringForm,
    ShownLine,
    ShownReport,
    beyond_of,
    may_look,
    report,
    shown,
)


def _row(line: ShownLine) -> list:
    share = None if line.share is None else Plain(line.share)
    return [line.label, *(cell.shown for cell in line.cells.values()), share, _why(line)]


def _why(line: ShownLine) -> str:
    return " ".join(line.reasons)


def _heads(table: ShownReport) -> list[str]:
    return [table.heading, *(column.label for column in COLUMNS), "Variance %", "Reason"]


def _sheet(name: str, table: ShownReport, notes: Iterable[str]) -> workbooks.Sheet:
    return workbooks.Sheet(
        name=name,
        title=f"Budget monitoring by {table.heading.lower()}",
        notes=["Pounds and pence.", *notes],
        columns=_heads(table),
        rows=map(_row, table.lines),
        total=_row(table.total),
        widths=[48, *[17] * len(COLUMNS), 12, 60],
    )


def _entries(table: ShownReport) -> workbooks.Sheet:
    rows = figures.Cell(table.slice, table.by).slice.entries()
    if table.by == "area":
        rows = rows.filter(allocation__isnull=False)
    rows = rows.select_related(
        "budget__fund",
        "budget__source",
        "allocation__area",
        "commitment__award",
        "recorded_by",
    ).order_by("effective_on", "pk")
    return workbooks.Sheet(
        name="Entries",
        title="Entries of the journal that the report counts",
        notes=["Budget, allocation, commitment and payment entries each add up to their column."],
        columns=[
            "Entry", "Takes effect", "Kind", "Reason", "Fund", "Source", "Period", "Area", "Award",
            "Amount", "Note", "Recorded", "By",
        ],
        rows=map(_entry, rows),
        widths=[10, 14, 14, 16, 32, 28, 12, 24, 20, 16, 48, 20, 24],
    )  # fmt: skip


def _entry(entry: Entry) -> list:
    return [
        entry.pk,
        entry.effective_on,
        entry.get_kind_display(),
        entry.get_reason_display(),
        str(entry.budget.fund),
        str(entry.budget.source),
        entry.budget.period,
        str(entry.allocation.area) if entry.allocation else "",
        entry.commitment.award.reference if entry.commitment else "",
        entry.amount,
        entry.note,
        entry.recorded_at,
        str(entry.recorded_by),
    ]


def _notes(form: MonitoringForm, by) -> workbooks.Sheet:
    made = f"{in_words(timezone.localtime())}, {timezone.localtime():%H:%M}"
    scope = [["What", line] for line in form.scope()]
    return workbooks.Sheet(
        name="Notes",
        title="What this report is",
        columns=["Word", "Meaning"],
        rows=[
            *scope,
            ["Made", f"{made}, by {by}"],
            *([column.label, column.meaning] for column in COLUMNS),
        ],
        widths=[24, 110],
    )


def _asked(request) -> tuple[MonitoringForm, ShownReport]:
    form = MonitoringForm(request.GET)
    if not form.is_valid():
        return form, None
    table = shown(form.cleaned_data["by"], form.slice(), form.address(), may_state=False)
    history.record_export("Budget monitoring", Entry, request.user, as_at=str(table.slice.as_at))
    return form, table


@require_safe
@may_look
def workbook(request):
    """A sheet with the table, one with the entries under it, one with notes."""
    form, table = _asked(request)
    if table is None:
        return report(request)
    sheets = [_sheet("Budget monitoring", table, form.scope())]
    beyond = beyond_of(form, table.slice, may_state=False)
    if beyond:
        sheets.append(_sheet("Not of one year", beyond, form.scope()))
    sheets += [_entries(table), _notes(form, request.user)]
    return workbooks.download(sheets, f"budget-monitoring-{table.slice.as_at}.xlsx")


@require_safe
@may_look
def flat(request):
    """The table alone."""
    _, table = _asked(request)
    if table is None:
        return report(request)
    rows = Dataset(headers=_heads(table))
    for line in [*table.lines, table.total]:
        rows.append(["" if cell is None else cell for cell in _row(line)])
    name = f"budget-monitoring-{table.slice.as_at}.csv"
    return HttpResponse(
        CSV().export_data(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
