"""Annual reports: a draft for staff at any date, editions for the public, next year's report."""

import re
from collections.abc import Sequence
from copy import copy
from datetime import date, timedelta

from django.db import models, transaction
from django.db.models import Max

from commissioning.actions import history, records
from commissioning.contacts import for_the_public
from commissioning.models import User
from commissioning.years import FinancialYear
from programmes import rules
from programmes.annual_report import AnnualReport, assemble
from programmes.models import Edition, Report, ReportLine, ReportTable
from programmes.report_tables import Draft, Published

# Years in headings and titles: "2020/21", "2019-2020", "20/21", "2016-22", "2020".
YEARS = re.compile(
    r"(?<![\d/,.-])((?:19|20)?\d\d)([/–-])((?:20)?\d\d)(?![\d/,-])|\b((?:19|20)\d\d)\b"
)


def draft(report: Report, *, as_at: date) -> AnnualReport:
    """The report as staff's records stood on a day, published or not. Nothing is kept of it."""
    return assemble(report, Draft(as_at))


@transaction.atomic
def freeze(report: Report, *, by: User, change_note: str = "") -> Edition:
    """Publish the report as it stands: an edition that is never changed, before all earlier ones.

    It shows released figures and published records only.
    """
    Report.objects.select_for_update(no_key=True).get(pk=report.pk)
    rules.report_has_sections(report)
    last = report.editions.aggregate(last=Max("number"))["last"] or 0
    with for_the_public():
        content = assemble(report, Published()).as_json()
    edition = Edition(
        report=report, number=last + 1, change_note=change_note, content=content, made_by=by
    )
    edition.full_clean(validate_constraints=False)
    records.save_checked(edition)
    edition.refresh_from_db()
    history.record("published an edition of", report, by, after={"edition": edition.number})
    return edition


@transaction.atomic
def prepare_next(report: Report, *, by: User) -> Report:
    """Next year's report, made from this one: sections and tables copied, ready to be edited.

    A table that reaches into this report's year moves on one year with all its rows and columns.
    """
    rules.next_report_is_new(report)
    year = FinancialYear.containing(report.ends_on).next()
    made = copy(report)
    made.pk, made._state.adding = None, True
    made.slug, made.title = year.slug, moved_on(report.title)
    made.starts_on, made.ends_on = next_year(report.starts_on), next_year(report.ends_on)
    records.save(made, by=by)
    copies: dict[int, ReportTable] = {}
    for section in report.sections.select_related("table"):
        if section.table is not None and section.table_id not in copies:
            copies[section.table_id] = _next_table(section.table, report, year, by)
        kept = section.table_id
        section.pk, section._state.adding = None, True
        section.report, section.table = made, copies.get(kept)
        section.heading = moved_on(section.heading)
        records.save(section, by=by)
    return made


def _next_table(table: ReportTable, report: Report, year: FinancialYear, by: User) -> ReportTable:
    lines = list(table.lines.all())
    moves = _reaches_into(report, [table, *lines])
    base = re.sub(r"-\d{4}-\d\d$", "", table.code)
    made = _copied(table, moves)
    made.code, made.title = f"{base}-{year.slug}", moved_on(table.title) if moves else table.title
    # It stands in no printed report yet.
    made.where = ""
    records.save(made, by=by)
    for line in lines:
        new = _copied(line, moves)
        new.table = made
        new.heading = moved_on(line.heading) if moves else line.heading
        records.save(new, by=by)
    return made


def _copied(row: models.Model, moves: bool) -> models.Model:
    new = copy(row)
    new.pk, new._state.adding = None, True
    if moves:
        new.starts_on, new.ends_on = next_year(row.starts_on), next_year(row.ends_on)
    return new


def _reaches_into(report: Report, lines: Sequence[ReportTable | ReportLine]) -> bool:
    """Whether a period of the table ends in the report's year; an older table stays as it is."""
    return any(
        line.ends_on is not None and report.starts_on <= line.ends_on <= report.ends_on
        for line in lines
    )


def next_year(day: date | None) -> date | None:
    """The same day a year later; the last day of a month stays its last."""
    if day is None:
        return None
    after = day + timedelta(days=1)
    if after.day == 1:
        return after.replace(year=after.year + 1) - timedelta(days=1)
    return day.replace(year=day.year + 1)


def moved_on(text: str) -> str:
    """The text with its years one later: "Custody visits 2020/21" becomes "… 2021/22"."""

    def later(found: re.Match) -> str:
        first, dash, second, single = found.groups()
        if single:
            return str(int(single) + 1)
        if (int(second) - int(first)) % 100 == 0:
            return found[0]
        return f"{_plus_one(first)}{dash}{_plus_one(second)}"

    return YEARS.sub(later, text)


def _plus_one(year: str) -> str:
    return f"{(int(year) + 1) % 10 ** len(year):0{len(year)}d}"
