"""The comparison of two days as a workbook: both readings, the differences, and what moved them."""

from collections.abc import Iterable, Iterator

from django.views.decorators.http import require_safe

from commissioning import workbooks
from commissioning.actions import history
from commissioning.figures import Cell
from commissioning.models import Entry
from finance.admin.monitoring import COLUMNS, may_look
from finance.admin.monitoring_changes import moves
from finance.admin.monitoring_compare import (
    TITLE,
    ComparedRow,
    ComparedTable,
    CompareForm,
    compare,
    tables,
)
from finance.admin.monitoring_files import ITEM_HEADS, ITEM_WIDTHS, SUMS, item_cells, notes_sheet

READINGS = {"Before": "before", "After": "after", "Difference": "difference"}


def _readings(name: str, table: ComparedTable, scope: Iterable[str]) -> workbooks.Sheet:
    def cells(row: ComparedRow, reading: str) -> list:
        figures = [getattr(figure, READINGS[reading]) for figure in row.figures.values()]
        return [row.label, reading, *figures]

    return workbooks.Sheet(
        name=name,
        title=f"{TITLE}, by {table.heading.lower()}",
        notes=["Pounds and pence.", *scope],
        columns=[
            table.heading,
            "Reading",
            *workbooks.in_pounds(*(column.label for column in COLUMNS)),
        ],
        rows=[cells(row, reading) for row in (*table.rows, table.total) for reading in READINGS],
        widths=[48, 12, *[17] * len(COLUMNS)],
    )


def _changes(found: Iterable[tuple[str, ComparedTable]]) -> workbooks.Sheet:
    return workbooks.Sheet(
        name="What changed",
        title="What moved each figure",
        notes=[
            "The amounts of a table and a figure add up to the difference of its total. Revised "
            "budget is the four figures before it together; variance is forecast outturn less "
            "revised budget.",
        ],
        columns=ITEM_HEADS,
        rows=_items(found),
        widths=ITEM_WIDTHS,
    )


def _items(found: Iterable[tuple[str, ComparedTable]]) -> Iterator[list]:
    for name, table in found:
        before, after = Cell(table.before, table.by), Cell(table.after, table.by)
        for column in COLUMNS:
            if column.figure in SUMS or not table.total.figures[column.figure].difference:
                continue
            for item in moves(column.figure, before, after):
                yield [name, column.label, *item_cells(item)]


@require_safe
@may_look
def workbook(request):
    """A sheet for each table of the page, one with what moved their figures, one with notes."""
    form = CompareForm(request.GET)
    if not form.is_valid():
        return compare(request)
    main, beyond = tables(form)
    history.record_export(
        TITLE, Entry, request.user, before=str(main.before.as_at), as_at=str(main.after.as_at)
    )
    found = [("Budget monitoring", main), *([("Not of one year", beyond)] if beyond else [])]
    sheets = [
        _readings(name, table, [*form.scope(), *([table.note] if table.note else [])])
        for name, table in found
    ]
    sheets += [_changes(found), notes_sheet(form.scope(), request.user)]
    days = f"{main.before.as_at}-to-{main.after.as_at}"
    return workbooks.download(sheets, f"budget-monitoring-{days}.xlsx")
