"""The budget monitoring report: each column by hand, and every figure followed down."""

import re
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from commissioning import roles
from commissioning.actions import awards, funds
from commissioning.figures import Slice
from commissioning.models import Allocation
from commissioning.money import parse_pounds
from finance.admin.monitoring import BY, COLUMNS
from finance.admin.monitoring_files import SUMS
from finance.figures.monitoring import monitoring
from tests import builders as a
from tests.standing import for_the_module

pytestmark = pytest.mark.django_db

PAGE = "/staff/monitoring/"
AUGUST = date(2026, 8, 31)


@pytest.fixture
def finance(client):
    client.force_login(a.a_finance_officer())
    return client


def make_budget():
    """£100,000, £5,000 vired away and £2,500.50 added; a year's award of £3,650; £6,000 asked."""
    by = a.a_finance_officer()
    town = a.an_area("Walsall")
    budget = a.a_budget(100_000, a.a_fund("Safety Fund"), a.a_source("Police grant"))
    other = a.a_budget(70_000, a.a_fund("Victims Fund"), budget.source)
    day = {"effective_on": date(2026, 6, 1), "by": by}
    funds.vire(budget, other, a.pounds(5_000), note="To victims.", **day)
    funds.revise_budget(budget, a.pounds("2500.50"), note="Top-up.", **day)
    allocation = a.an_allocation(40_000, budget, town)
    year = {"starts_on": date(2026, 4, 1), "ends_on": date(2027, 3, 31)}
    award = a.an_award(3_650, allocation, **year)
    a.a_payment(1_000, award, paid_on=date(2026, 8, 1))
    awards.recommend(a.a_draft(6_000, allocation), by=a.an_officer())
    a.an_award(2_000, a.an_allocation(20_000, other, town), **year)
    return budget


budget = for_the_module(make_budget)


def links(response) -> list[tuple[str, str]]:
    found = re.findall(r'href="([^"]*entries/[^"]*)">([^<]*)<', response.content.decode())
    return [(href.replace("&amp;", "&"), figure) for href, figure in found]


def test_each_column_is_what_a_hand_adds_up(budget):
    line = monitoring("budget", Slice(as_at=AUGUST)).of(budget)
    got = {column.figure: column.of(line) for column in COLUMNS}

    assert {name: str(amount) for name, amount in got.items()} == {
        "original": "100000.00",
        "virements": "-5000.00",
        "carried_forward": "0.00",
        "other_revisions": "2500.50",
        "budget": "97500.50",
        "margin": "0.00",
        "allocated": "40000.00",
        "committed": "3650.00",
        "paid": "1000.00",
        # 153 of 365 days of £3,650, less the £1,000 paid.
        "accrued": "530.00",
        "pipeline": "0.00",
        # 153 of 365 days of £3,650.
        "profiled": "1530.00",
        "forecast": "3650.00",
        "variance": "-93850.50",
    }
    assert line.variance_share == Decimal("-96.3")


def test_the_pipeline_counts_from_the_day_of_its_recommendation(budget):
    line = monitoring("budget", Slice(as_at=timezone.localdate())).of(budget)

    assert line.position.pipeline == Decimal("6000.00")
    assert line.forecast == Decimal("9650.00")


def test_the_latest_stated_forecast_stands_until_it_is_taken_back(budget):
    a.a_forecast(90_000, budget, effective_on=date(2026, 6, 30))
    a.a_forecast(95_000, budget, effective_on=date(2026, 7, 31), reason="A vacancy was filled.")
    a.a_forecast(None, budget, effective_on=date(2026, 9, 30), reason="Too early to say.")

    def stated(day):
        line = monitoring("fund", Slice(as_at=day)).of(budget.fund)
        return line.forecast, line.reasons

    assert stated(date(2026, 7, 1)) == (Decimal("90000.00"), ("Two posts are vacant.",))
    assert stated(AUGUST) == (Decimal("95000.00"), ("A vacancy was filled.",))
    assert stated(date(2026, 10, 1)) == (Decimal("3650.00"), ())


def test_without_a_budget_there_is_no_variance(budget):
    line = monitoring("area", Slice(as_at=AUGUST)).total

    assert (line.variance, line.variance_share) == (None, None)


@pytest.mark.parametrize("by", BY)
def test_the_total_is_the_sum_of_the_rows(budget, by):
    a.a_forecast(90_000, budget)
    report = monitoring(by, Slice(as_at=AUGUST))

    for column in COLUMNS:
        amounts = [column.of(row) for row in report.rows]
        total = column.of(report.total)
        assert total is None if None in amounts else sum(amounts) == total, column.label


@pytest.mark.parametrize(
    ("by", "scope"),
    [*((by, {"as_at": "2026-08-31"}) for by in BY), ("fund", {}), ("area", {"year": "2026-27"})],
    ids=str,
)
def test_every_figure_leads_to_what_adds_up_to_it(finance, budget, by, scope):
    a.a_forecast(90_000, budget)
    page = finance.get(PAGE, {"by": by, **scope})
    found = links(page)

    assert len(found) > len(BY)
    for href, figure in found:
        under = finance.get(href).context
        if "steps" in under:
            amounts = [step.amount for step in under["steps"]]
        else:
            amounts = [amount for _, _, amount, _ in under["page_obj"].lines]
        assert under["total"] == parse_pounds(figure) == sum(amounts), href


def test_any_fund_source_and_area_can_be_asked_for_at_once(finance, budget):
    area = budget.allocations.get().area
    parts = {"fund": budget.fund.pk, "source": budget.source.pk, "year": "2026-27"}
    whole = finance.get(PAGE, {**parts, "as_at": "2026-08-31"})
    here = finance.get(PAGE, {**parts, "area": area.pk, "as_at": "2026-08-31"})
    elsewhere = finance.get(PAGE, {**parts, "area": a.an_area("Dudley").pk})

    assert whole.context["report"].total.cells["budget"].shown == Decimal("97500.50")
    total = here.context["report"].total.cells
    assert (total["budget"].shown, total["allocated"].shown) == ("no budget", 40_000)
    assert elsewhere.context["report"].lines == []
    for href, figure in [*links(whole), *links(here)]:
        assert finance.get(href).context["total"] == parse_pounds(figure), href


def test_a_page_leaves_out_and_names_columns_in_which_nothing_stands(finance, budget):
    page = " ".join(finance.get(PAGE, {"as_at": "2026-08-31"}).content.decode().split())
    file = finance.get("/staff/monitoring.csv", {"as_at": "2026-08-31"}).content.decode()

    heads = re.findall(r'<th scope="col"[^>]*>([^<]*)', page)
    assert "Carry-forward" not in heads
    assert "Virements (net)" in heads
    assert "Nothing stands in: Carry-forward, Over-programming" in page
    assert "Carry-forward" in file


@pytest.mark.parametrize("by", BY)
def test_the_workbook_has_the_figures_of_the_page(finance, budget, by):
    query = {"by": by, "as_at": "2026-08-31"}
    shown = finance.get(PAGE, query).context["report"]
    book = load_workbook(BytesIO(finance.get("/staff/monitoring.xlsx", query).content))

    rows = [[cell.value for cell in row] for row in book["Budget monitoring"].iter_rows()]
    for line, row in zip([*shown.lines, shown.total], rows[-len(shown.lines) - 1 :], strict=True):
        cells = [cell.shown for cell in line.cells.values()]
        written = [
            cell if isinstance(cell, str) else Decimal(str(cell)).quantize(Decimal("0.01"))
            for cell in row[1 : len(COLUMNS) + 1]
        ]
        assert (row[0], written) == (line.label, cells)


@pytest.mark.parametrize("by", BY)
@pytest.mark.parametrize("scope", [{}, {"year": "2026-27"}], ids=str)
def test_the_workbook_s_entries_add_up_to_every_figure_of_every_table(finance, budget, by, scope):
    a.a_forecast(90_000, budget)
    a.a_budget(600_000, starts_on=date(2021, 4, 1), ends_on=date(2027, 3, 31))
    query = {"by": by, "as_at": "2026-08-31", **scope}
    page = finance.get(PAGE, query).context
    book = load_workbook(BytesIO(finance.get("/staff/monitoring.xlsx", query).content))
    sums = defaultdict(Decimal)
    for row in list(book["Entries"].iter_rows(values_only=True))[4:]:
        sums[row[0], row[1]] += Decimal(str(row[10])).quantize(Decimal("0.01"))

    tables = {
        "Budget monitoring": page["report"],
        "As known then": page["then"],
        "Not of one year": page["beyond"],
    }
    for name, table in tables.items():
        for column in COLUMNS if table else ():
            cell = table.total.cells[column.figure]
            if cell.is_amount and column.figure not in SUMS:
                assert sums.pop((name, column.label), 0) == cell.shown, (name, column.label)
    assert not sums
    assert (page["beyond"] is not None) == bool(scope)


def test_a_report_of_a_past_day_as_known_then_never_changes(budget):
    now = timezone.now()
    then = Slice(as_at=AUGUST, known_at=now)
    before = monitoring("budget", then)
    award = budget.allocations.get().commitments.get(award__status="approved").award

    a.a_forecast(12_345, budget)
    funds.revise_budget(
        budget, a.pounds(1), effective_on=AUGUST, note="Late.", by=a.a_finance_officer()
    )
    a.an_award(500, budget.allocations.get())
    awards.vary(
        award,
        [],
        kind="extension",
        reason="More time.",
        decision=a.a_decision(),
        effective_on=date(2026, 8, 1),
        ends_on=date(2027, 3, 31),
        by=a.an_approver(),
    )

    assert monitoring("budget", then) == before
    assert monitoring("budget", Slice(as_at=AUGUST)) != before


def test_a_month_end_shows_what_was_known_then_beside_what_is_known_now(finance, budget):
    end = timezone.localdate().replace(day=1) - timedelta(days=1)

    page = finance.get(PAGE, {"month_end": str(end)})

    assert page.context["late"] > 0
    assert page.context["report"].lines
    assert page.context["then"].lines == []


def test_position_and_monitoring_say_their_day_and_lead_to_the_same_day(finance, budget):
    funds.revise_budget(
        budget,
        a.pounds(5_000),
        effective_on=timezone.localdate() + timedelta(days=100),
        note="Later.",
        by=a.a_finance_officer(),
    )

    def opened(address, **asked):
        page = finance.get(address, asked)
        assert page.status_code == 200
        return page

    def revised(page) -> Decimal:
        return page.context["report"].total.cells["budget"].shown

    today = f"{timezone.localdate():%-d %B %Y}"
    everything = opened("/staff/position/", by="budget", fund=budget.fund.pk)
    ways = dict(everything.context["links"])
    as_at_today = opened(ways["As at today"])
    monitored = opened(ways["Budget monitoring as at today"])
    back = opened(dict(monitored.context["links"])["Budget position as at this day"])

    assert "<h1>Budget position: all that is recorded, later days included</h1>" in (
        everything.content.decode()
    )
    assert f"<h1>Budget position as at today, {today}</h1>" in as_at_today.content.decode()
    assert f"<h1>Budget monitoring as at today, {today}</h1>" in monitored.content.decode()
    assert revised(everything) == revised(as_at_today) + a.pounds(5_000)
    assert revised(as_at_today) == revised(monitored) == revised(back)
    sources = opened("/staff/sources/").content.decode()
    assert "<h1>Sources of funding: all that is recorded, later days included</h1>" in sources


QUESTIONS = [
    ("", {"by": "fund", "year": "2026-27"}),
    ("", {"by": "budget"}),
    ("", {"by": "area"}),
    (".xlsx", {"by": "fund"}),
    ("compare/", {"by": "area", "then_as_at": "2026-05-31"}),
    ("compare.xlsx", {"by": "fund", "then_as_at": "2026-05-31"}),
    *(("entries/", {"by": "fund", "figure": column.figure}) for column in COLUMNS),
    *(("changes/", {"by": "fund", "figure": column.figure}) for column in COLUMNS),
]


def test_eight_funds_in_four_areas_take_no_more_queries_than_two(finance):
    areas = [a.an_area(f"Area {n}") for n in range(4)]

    def a_fund(budget, areas):
        shares = [(Allocation(budget=budget, area=area), a.pounds(1_000)) for area in areas]
        by = a.a_finance_officer()
        funds.allocate(shares, effective_on=date(2026, 4, 1), by=by)
        days = {"starts_on": date(2026, 4, 1), "ends_on": date(2027, 3, 31)}
        a.a_payment(10, a.an_award(100, budget.allocations.first(), **days))
        awards.recommend(a.a_draft(50, budget.allocations.last()), by=a.an_officer())
        a.a_forecast(9_000, budget)

    def queries():
        counts = {}
        for place, query in QUESTIONS:
            address = f"/staff/monitoring{place}" if place == ".xlsx" else f"{PAGE}{place}"
            with CaptureQueriesContext(connection) as found:
                response = finance.get(address, {"as_at": "2026-12-31", **query})
            assert response.status_code == 200
            counts[place, *query.values()] = len(found)
        return counts

    for _ in range(2):
        a_fund(a.a_budget(10_000), areas[:1])
    few = queries()
    for _ in range(6):
        a_fund(a.a_budget(10_000), areas)

    assert queries() == few
    assert max(few.values()) < 100


@pytest.mark.parametrize("place", ["", "entries/?figure=paid"])
@pytest.mark.parametrize(
    ("role", "status"),
    [
        (roles.FINANCE, 200),
        (roles.CHIEF_FINANCE, 200),
        (roles.MANAGER, 200),
        (roles.APPROVER, 200),
        (roles.AUDITOR, 200),
        (roles.OFFICER, 403),
        (None, 403),
    ],
)
def test_the_report_is_for_finance_managers_approvers_and_auditors(client, role, status, place):
    client.force_login(a.a_user(role))

    assert client.get(PAGE + place).status_code == status
    assert client.get("/staff/monitoring.xlsx").status_code == status
    assert client.get("/staff/monitoring.csv").status_code == status


@pytest.mark.parametrize("query", [{"by": "allocation"}, {"as_at": "x"}, {"month_end": "x"}])
@pytest.mark.parametrize("place", ["monitoring/", "monitoring.xlsx", "monitoring/entries/"])
def test_a_question_that_cannot_be_understood_gets_a_sentence(finance, place, query):
    page = finance.get(f"/staff/{place}", {"figure": "paid", **query})

    assert page.status_code == 400
    assert 'class="errorlist"' in page.content.decode()


def test_finance_states_a_forecast_from_the_report(finance, budget):
    address = reverse("admin:commissioning_budget_forecast", args=[budget.pk])
    assert address in finance.get(PAGE, {"by": "budget"}).content.decode()
    posted = {"outturn": "90,000", "effective_on": "2026-08-01", "reason": "Two posts are vacant."}

    asked = finance.post(address, {**posted, "asked": "Continue"})
    seen = asked.context["effect"].fingerprint
    finance.post(address, {**posted, "asked": "yes", "confirmed": seen})

    forecast = budget.forecasts.get()
    assert (forecast.outturn, forecast.reason) == (Decimal("90000.00"), "Two posts are vacant.")
