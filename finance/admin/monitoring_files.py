"""The monitoring report as a workbook and as CSV: the same figures as the page."""

from collections.abc import Iterable, Iterator

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from tablib import Dataset

from commissioning import workbooks
from commissioning.actions import history
from commissioning.admin.money_lines import Item
from commissioning.admin.money_tables import MoneyTable, cells, heads
from commissioning.days import in_words
from commissioning.figures import Cell
from commissioning.models import Entry
from commissioning.resources.files import CSV
from finance.admin.monitoring import (
    COLUMNS,
    MONITORING,
    MonitoringForm,
    as_known_then,
    may_look,
    report,
)
from finance.admin.monitoring_owed import owed_sheet, owed_table
from finance.admin.monitoring_under import under

# Figures that are the sum of others in the sheet of entries.
SUMS = ("budget", "variance")
ITEM_HEADS = [
    "Table", "Figure", "Takes effect", "What", "Fund", "Source", "Period", "Area", "Award",
    "Decision", *workbooks.in_pounds("Amount"), "Note", "Recorded", "By",
]  # fmt: skip
ITEM_WIDTHS = [24, 20, 14, 28, 32, 28, 12, 24, 20, 18, 16, 48, 20, 24]


def item_cells(item: Item) -> list:
    """A line under a figure as the cells of a sheet, after the table and the figure."""
    return [
        item.day,
        item.what,
        str(item.budget.fund),
        str(item.budget.source),
        item.budget.period,
        str(item.allocation.area) if item.allocation else "",
        item.award.reference if item.award else "",
        item.decision.reference if item.decision else "",
        item.amount,
        item.note,
        item.recorded_at,
        str(item.recorded_by or ""),
    ]


def _entries(tables: Iterable[tuple[str, MoneyTable]]) -> workbooks.Sheet:
    return workbooks.Sheet(
        name="Entries",
        title="What the figures of each table are the sums of",
        notes=[
            "The amounts of a table and a figure add up to the figure's total. Revised budget is "
            "the four figures before it together; variance is forecast outturn less revised "
            "budget.",
        ],
        columns=ITEM_HEADS,
        rows=_items(tables),
        widths=ITEM_WIDTHS,
    )


def _items(tables: Iterable[tuple[str, MoneyTable]]) -> Iterator[list]:
    for name, table in tables:
        for column in table.columns:
            if column.figure in SUMS or not table.total.cells[column.figure].is_amount:
                continue
            for item in under(column.figure, Cell(table.slice, table.by)):
                yield [name, column.label, *item_cells(item)]


def notes_sheet(scope: Iterable[str], by) -> workbooks.Sheet:
    """What a workbook is of, who made it when, and what its columns mean."""
    made = f"{in_words(timezone.localtime())}, {timezone.localtime():%H:%M}"
    return workbooks.Sheet(
        name="Notes",
        title="What this report is",
        columns=["Word", "Meaning"],
        rows=[
            *(["What", line] for line in scope),
            ["Made", f"{made}, by {by}"],
            *([column.label, column.meaning] for column in COLUMNS),
        ],
        widths=[24, 110],
    )


def _asked(request) -> tuple[MonitoringForm, MoneyTable | None]:
    form = MonitoringForm(request.GET)
    if not form.is_valid():
        return form, None
    table = MONITORING.table(form.cleaned_data["by"], form.slice(), form.address())
    history.record_export("Budget monitoring", Entry, request.user, as_at=str(table.slice.as_at))
    return form, table


@require_safe
@may_look
def workbook(request):
    """A sheet for each table of the page, one with what they are the sums of, one with notes."""
    form, table = _asked(request)
    if table is None:
        return report(request)
    _, then = as_known_then(form, table.slice)
    tables = [
        (name, each)
        for name, each in (
            (MONITORING.title, table),
            ("As known then", then),
            ("Not of one year", MONITORING.beyond(table.slice, form.address())),
        )
        if each
    ]
    sheets = [
        MONITORING.sheet(name, each, [*form.scope(), *([each.note] if each.note else [])])
        for name, each in tables
    ]
    owed = owed_table(table.slice, request.user)
    if owed:
        sheets.append(owed_sheet(owed, form.scope()))
    sheets += [_entries(tables), notes_sheet(form.scope(), request.user)]
    return workbooks.download(sheets, f"budget-monitoring-{table.slice.as_at}.xlsx")


@require_safe
@may_look
def flat(request):
    """The table alone."""
    _, table = _asked(request)
    if table is None:
        return report(request)
    rows = Dataset(headers=heads(table))
    for line in [*table.lines, table.total]:
        rows.append(["" if cell is None else cell for cell in cells(line)])
    name = f"budget-monitoring-{table.slice.as_at}.csv"
    return HttpResponse(
        CSV().export_data(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
