"""The reference report: its tables, its sections, and the first edition of it."""

from collections.abc import Iterable

from django.db import transaction

from commissioning.actions import records
from commissioning.models import Area, Fund, Service, User
from commissioning.reference.files import TITLE, Row, day, read
from commissioning.years import FinancialYear
from programmes.actions import reports
from programmes.models import (
    Breakdown,
    Category,
    Measure,
    Report,
    ReportLine,
    ReportSection,
    ReportTable,
)
from programmes.reference.nouns import category_code

YEAR = FinancialYear(2020)


@transaction.atomic
def load(by: User) -> int:
    """Add the report with its tables, and publish it, if it is not there; how many records."""
    if Report.objects.filter(slug=YEAR.slug).exists():
        return 0
    named = _Named()
    tables = {row["code"]: _table(row, named) for row in read("report_tables")}
    report = Report(title=TITLE, slug=YEAR.slug, starts_on=YEAR.first_day, ends_on=YEAR.last_day)
    added = _save([*tables.values(), report], by)
    added += _save([_line(row, tables, named) for row in read("report_lines")], by)
    sections = enumerate(read("report_sections"), start=1)
    added += _save([_section(number, row, report, tables) for number, row in sections], by)
    reports.freeze(report, by=by)
    return added + 1


def _save(rows: Iterable, by: User) -> int:
    rows = list(rows)
    for row in rows:
        records.save(row, by=by)
    return len(rows)


class _Named:
    """The records that the files name: by code, a category by the report's word for it."""

    def __init__(self):
        self.funds = {fund.code: fund for fund in Fund.objects.all()}
        self.services = {service.code: service for service in Service.objects.all()}
        self.areas = {area.code: area for area in Area.objects.all()}
        self.measures = {
            measure.code: measure for measure in Measure.objects.select_related("breakdown")
        }
        self.categories = {category.code: category for category in Category.objects.all()}

    def of(self, row: Row, breakdown: Breakdown | None = None) -> dict:
        """The fields of a table or line that name a record."""
        measure = self.measures[row["measure"]] if row["measure"] else None
        breakdown = measure.breakdown if measure else breakdown
        code = category_code(breakdown.code, row["category"]) if row["category"] else ""
        return {
            "measure": measure,
            "area": self.areas[row["area"]] if row["area"] else None,
            "category": self.categories[code] if code else None,
        }


def _table(row: Row, named: _Named) -> ReportTable:
    return ReportTable(
        **_plain(row, "code", "title", "where", "corner", "counts", "note"),
        **_dates(row),
        **named.of(row),
        fund=named.funds[row["fund"]] if row["fund"] else None,
        service=named.services[row["service"]] if row["service"] else None,
    )


def _line(row: Row, tables: dict[str, ReportTable], named: _Named) -> ReportLine:
    table = tables[row["table"]]
    return ReportLine(
        **_plain(row, "axis", "position", "heading", "shows", "note"),
        **_dates(row),
        **named.of(row, table.measure.breakdown if table.measure else None),
        table=table,
    )


def _section(
    number: int, row: Row, report: Report, tables: dict[str, ReportTable]
) -> ReportSection:
    return ReportSection(
        **_plain(row, "level", "heading", "text", "chart"),
        position=number * 10,  # room for sections in between
        report=report,
        table=tables[row["table"]] if row["table"] else None,
    )


def _plain(row: Row, *names: str) -> dict[str, str]:
    return {name: row[name] for name in names}


def _dates(row: Row) -> dict:
    return {name: day(row[name]) for name in ("starts_on", "ends_on")}
