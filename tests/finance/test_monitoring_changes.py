"""The monitoring report at two days: each difference is the sum of what moved it, to the penny."""

import re
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from commissioning import roles
from commissioning.actions import awards, funds
from commissioning.figures import Cell, Slice
from commissioning.models import HistoryEvent
from commissioning.money import parse_pounds
from finance.admin.monitoring import BY, COLUMNS
from finance.admin.monitoring_changes import moves
from finance.admin.monitoring_files import SUMS
from finance.figures.changes import comparison, moved, reasons
from tests import builders as a
from tests.standing import for_the_module

pytestmark = pytest.mark.django_db

QUESTIONS = [*((by, {}) for by in BY), ("fund", {"year": "2026-27"}), ("area", {"year": "2026-27"})]

PAGE = "/staff/monitoring/compare/"
MAY, AUGUST = date(2026, 5, 31), date(2026, 8, 31)
DAYS = {"then_as_at": "2026-05-31", "as_at": "2026-08-31"}


@pytest.fixture
def finance(client):
    client.force_login(a.a_finance_officer())
    return client


def make_budget():
    """£100,000, of which £5,000 were vired away in June and £1,000 paid in July.

    With an award of a year, one varied in July, a schedule, a margin, a forecast, and money asked.
    """
    by = a.a_finance_officer()
    dudley = a.an_area("Dudley")
    unit = a.an_area("Brierley Hill", kind="neighbourhood_unit", parent=dudley)
    budget = a.a_budget(100_000, a.a_fund("Safety Fund"), a.a_source("Police grant"))
    other = a.a_budget(70_000, a.a_fund("Victims Fund"), budget.source)
    june = {"effective_on": date(2026, 6, 1), "by": by}
    funds.vire(budget, other, a.pounds(5_000), note="To victims.", **june)
    funds.authorise_margin(budget, a.pounds(500), reason="Late grant.", by=by, starts_on=june_1())
    here, there = a.an_allocation(40_000, budget, dudley), a.an_allocation(20_000, other, unit)
    year = {"starts_on": date(2026, 4, 1), "ends_on": date(2027, 3, 31)}
    award = a.an_award(3_650, here, **year)
    a.a_payment(1_000, award, paid_on=date(2026, 7, 1))
    awards.vary(
        a.an_award(2_000, there, **year),
        [(there, a.pounds("500.01"))],
        kind="increase",
        reason="More of it.",
        decision=a.a_decision(),
        effective_on=date(2026, 7, 1),
        by=a.an_approver(),
    )
    awards.recommend(a.a_draft(6_000, here), by=a.an_officer())
    a.a_forecast(90_000, budget, effective_on=date(2026, 6, 30))
    return budget


budget = for_the_module(make_budget)


def june_1() -> date:
    return date(2026, 6, 1)


def moved_by(by: str, before: Slice, after: Slice) -> None:
    """Each difference of each row is the sum of what moved it."""
    found = comparison(by, before, after)
    for line in [*found.rows, found.total]:
        cells = Cell(before, by, line.key), Cell(after, by, line.key)
        for column in COLUMNS:
            lines = moves(column.figure, *cells)
            if lines is None:
                continue
            difference = (column.of(line.after) or 0) - (column.of(line.before) or 0)
            posted = [item.amount for item in lines]
            assert sum(posted) == lines.sum_of_first() == difference, (line.label, column.label)
            assert len(posted) == lines.count()


@pytest.mark.parametrize("by", BY)
def test_what_moved_each_figure_adds_up_to_its_difference(budget, by):
    moved_by(by, Slice(as_at=MAY), Slice(as_at=AUGUST))
    # What is taken away again adds up as well.
    moved_by(by, Slice(as_at=AUGUST), Slice(as_at=MAY))
    moved_by(by, Slice(as_at=MAY), Slice(as_at=timezone.localdate()))


@pytest.mark.parametrize("by", BY)
def test_what_was_recorded_since_moves_a_figure_of_the_same_day(budget, by):
    then = timezone.now()
    funds.revise_budget(
        budget, a.pounds(10), effective_on=MAY, note="Late.", by=a.a_finance_officer()
    )
    a.an_award(500, budget.allocations.get())
    a.a_forecast(80_000, budget, effective_on=date(2026, 7, 1))

    moved_by(by, Slice(as_at=AUGUST, known_at=then), Slice(as_at=AUGUST))
    found = comparison("budget", Slice(as_at=AUGUST, known_at=then), Slice(as_at=AUGUST)).total
    assert found.after.position.budget - found.before.position.budget == 10
    assert found.after.position.committed - found.before.position.committed == 500


def test_only_what_moved_is_told(budget):
    before, after = (Cell(Slice(as_at=day), "fund", budget.fund) for day in (MAY, AUGUST))

    (vired,) = moved(before.entries("virements"), after.entries("virements"))

    assert (vired.amount, vired.moved, vired.has_gone) == (-5_000, -5_000, False)
    assert reasons(before, after) == [
        ("budget", "virement", 1, Decimal("-5000.00")),
        ("payment", "payment", 1, Decimal("1000.00")),
    ]


def test_what_counts_no_longer_is_taken_away_and_says_so(budget):
    before, after = (Cell(Slice(as_at=day), "fund", budget.fund) for day in (AUGUST, MAY))

    (line,) = moves("paid", before, after)

    assert (line.amount, line.what) == (Decimal("-1000.00"), "Payment: payment, counted no longer")


@pytest.mark.parametrize(("by", "scope"), QUESTIONS, ids=str)
def test_every_difference_of_the_page_leads_to_what_adds_up_to_it(finance, budget, by, scope):
    page = finance.get(PAGE, {"by": by, **DAYS, **scope})
    found = re.findall(r'href="([^"]*changes/[^"]*)">\+?([^<]*)<', page.content.decode())

    assert len(found) > len(BY)
    for href, figure in found:
        under = finance.get(href.replace("&amp;", "&"))
        assert under.context["total"] == parse_pounds(figure), href


def test_the_page_shows_both_days_and_the_difference(finance, budget):
    report = finance.get(PAGE, {"by": "fund", **DAYS}).context["report"]
    rows = {row.label: row.figures["virements"] for row in report.rows}

    assert [(name, f.before, f.after, f.difference) for name, f in rows.items()] == [
        ("Safety Fund", 0, -5_000, -5_000),
        ("Victims Fund", 0, 5_000, 5_000),
    ]


def test_by_itself_the_page_compares_with_the_end_of_the_month_before(finance, budget):
    report = finance.get(PAGE, {"as_at": "2026-08-15"}).context["report"]

    assert (report.before.as_at, report.after.as_at) == (date(2026, 7, 31), date(2026, 8, 15))


def test_a_report_as_it_was_printed_is_compared_with_what_is_known_now(finance, budget):
    yesterday = timezone.localdate() - timedelta(days=1)
    same = {"then_as_at": "2026-08-31", "as_at": "2026-08-31"}

    page = finance.get(PAGE, {**same, "then_known_at": yesterday})

    total = page.context["report"].total.figures
    assert (total["paid"].before, total["paid"].after) == (0, 1_000)
    assert "Known on" in page.content.decode()


@pytest.mark.parametrize(("by", "scope"), QUESTIONS, ids=str)
def test_the_workbook_s_changes_add_up_to_the_differences(finance, budget, by, scope):
    a.a_budget(600_000, starts_on=date(2026, 4, 1), ends_on=date(2029, 3, 31))
    query = {"by": by, **DAYS, **scope}
    page = finance.get(PAGE, query).context
    book = load_workbook(BytesIO(finance.get("/staff/monitoring/compare.xlsx", query).content))
    sums = defaultdict(Decimal)
    for row in list(book["What changed"].iter_rows(values_only=True))[4:]:
        sums[row[0], row[1]] += Decimal(str(row[10])).quantize(Decimal("0.01"))

    for name, table in {
        "Budget monitoring": page["report"],
        "Not of one year": page["beyond"],
    }.items():
        for column in COLUMNS if table else ():
            difference = table.total.figures[column.figure].difference
            if difference and column.figure not in SUMS:
                assert sums.pop((name, column.label)) == difference, (name, column.label)
    assert not sums
    assert (page["beyond"] is not None) == bool(scope)

    last = list(book["Budget monitoring"].iter_rows(values_only=True))[-3:]
    assert [row[1] for row in last] == ["Before", "After", "Difference"]
    before, after, difference = (
        [Decimal(str(cell)) for cell in row[2:] if isinstance(cell, int | float)] for row in last
    )
    assert [
        (now - then).quantize(Decimal("0.01")) for then, now in zip(before, after, strict=True)
    ] == [amount.quantize(Decimal("0.01")) for amount in difference]


@pytest.mark.parametrize(
    "query",
    [
        {"then_as_at": "x"},
        {"then_known_at": "x"},
        {"as_at": "x"},
        {"by": "colour"},
        {"as_at": "2026-08-31", "then_as_at": "2026-08-31"},
        {"as_at": "0001-01-01"},
    ],
    ids=str,
)
@pytest.mark.parametrize("place", ["compare/", "compare.xlsx", "changes/"])
def test_a_question_that_cannot_be_understood_gets_a_sentence(finance, place, query):
    page = finance.get(f"/staff/monitoring/{place}", {"figure": "paid", **query})

    assert page.status_code == 400
    assert 'class="errorlist' in page.content.decode()


@pytest.mark.parametrize(
    "query", [{}, {"figure": "colour"}, {"figure": "paid", "row": "x"}], ids=str
)
def test_a_figure_that_is_not_there_gets_a_sentence(finance, query):
    page = finance.get("/staff/monitoring/changes/", {**DAYS, **query})

    assert page.status_code == 400
    assert 'class="errorlist"' in page.content.decode()


def test_the_workbook_is_in_the_history(finance, budget):
    finance.get("/staff/monitoring/compare.xlsx", DAYS)

    event = HistoryEvent.objects.get(subject_label="Budget monitoring at two days")
    assert event.after == {"before": "2026-05-31", "as_at": "2026-08-31"}


@pytest.mark.parametrize("place", ["compare/", "compare.xlsx", "changes/?figure=paid"])
@pytest.mark.parametrize(
    ("role", "status"), [(roles.FINANCE, 200), (roles.AUDITOR, 200), (roles.OFFICER, 403)]
)
def test_the_comparison_is_for_those_who_may_see_the_report(client, role, status, place):
    client.force_login(a.a_user(role))

    assert client.get(f"/staff/monitoring/{place}").status_code == status
