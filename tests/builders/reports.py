"""Report tables, reports and editions for tests."""

from collections.abc import Sequence

from commissioning.models import (
    User,
)
from commissioning.years import FinancialYear
from programmes.actions import reports
from programmes.models import (
    Report,
    ReportLine,
    ReportSection,
    ReportTable,
)
from tests.builders.people import (
    an_officer,
    numbers,
    saved,
)


def a_report_table(
    title: str | None = None,
    rows: Sequence[dict] = (),
    columns: Sequence[dict] = ({"heading": "Number"},),
    **fields,
) -> ReportTable:
    """A table with these rows and columns, each as the fields of a line."""
    n = next(numbers)
    table = saved(ReportTable(**{"code": f"table-{n}", "title": title or f"Table {n}", **fields}))
    for axis, lines in (("row", rows), ("column", columns)):
        for position, line in enumerate(lines, start=1):
            saved(ReportLine(table=table, axis=axis, position=position, **line))
    return table


def a_report(sections: Sequence[dict] = ({"heading": "Results"},), **fields) -> Report:
    """A report with these sections, each as its fields; its year and the next have no other."""
    year = FinancialYear(1990 + 2 * Report.objects.count())
    fields = {
        "title": f"Annual Report {year}",
        "slug": year.slug,
        "starts_on": year.first_day,
        "ends_on": year.last_day,
        **fields,
    }
    report = saved(Report(**fields))
    for position, section in enumerate(sections, start=1):
        saved(ReportSection(report=report, position=position, **section))
    return report


def an_edition(report: Report | None = None, change_note: str = "", by: User | None = None):
    """The report as it stands, published."""
    return reports.freeze(report or a_report(), change_note=change_note, by=by or an_officer())
