"""The budget position: the same figures on the page, in the workbook, and under each figure."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from commissioning import workbooks
from commissioning.actions import awards, funds
from commissioning.admin.money_forms import ROWS
from commissioning.admin.position import COLUMNS
from commissioning.models import Entry
from commissioning.money import parse_pounds
from tests import builders as a
from tests.standing import for_the_module

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]

POSITION = "/staff/position/"


@pytest.fixture
def finance(client):
    client.force_login(a.a_finance_officer())
    return client


def make_money():
    """Two funds in 2026/27 with every kind of entry, and a budget of six years."""
    town, unit_parent = a.an_area("Walsall"), a.an_area("Dudley")
    unit = a.an_area("Brierley Hill", kind="neighbourhood_unit", parent=unit_parent)
    safety = a.a_budget(100_000, a.a_fund("Safety Fund"), a.a_source("Police grant"))
    funds.revise_budget(
        safety,
        a.pounds("2500.50"),
        effective_on=date(2026, 9, 1),
        note="Top-up.",
        by=a.a_finance_officer(),
    )
    walsall = a.an_allocation(40_000, safety, town)
    a.an_allocation(5_000, safety, unit_parent)
    a.an_award(4_000, a.an_allocation("3000.01", safety, unit) and walsall)
    a.a_payment(1_000, a.an_award(9_000, walsall), paid_on=date(2026, 8, 1))
    victims = a.a_budget(70_000, a.a_fund("Victims Fund"), a.a_source("Ministry grant"))
    pipeline = a.a_draft(6_000, a.an_allocation(20_000, victims, town))
    awards.recommend(pipeline, by=a.an_officer())
    a.a_budget(
        600_000,
        safety.fund,
        safety.source,
        starts_on=date(2021, 4, 1),
        ends_on=date(2027, 3, 31),
    )
    return safety


money = for_the_module(make_money)


def table(response, number=0) -> list[list[str]]:
    """The cells of the table in the page, without its heads."""
    html = response.content.decode()
    body = re.findall(r"<table.*?</table>", html, re.DOTALL)[number]
    rows = re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    cells = [re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL) for row in rows[1:]]
    return [[re.sub(r"<.*?>", "", cell).strip() for cell in row] for row in cells]


def as_amount(text) -> Decimal | str:
    return parse_pounds(text) if "£" in text else text


QUERIES = [
    *({"by": by} for by in ROWS),
    {"by": "fund", "year": "2026-27"},
    {"by": "area", "year": "2026-27", "as_at": "2026-08-31"},
    {"by": "budget", "as_at": "2026-07-01"},
]


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_the_workbook_has_the_figures_of_the_page(finance, money, query):
    page = finance.get(POSITION, query)
    book = load_workbook(BytesIO(finance.get("/staff/position.xlsx", query).content))

    for number, sheet in enumerate(book.worksheets):
        shown = table(page, number)
        written = [[cell.value for cell in row] for row in sheet.iter_rows()][-len(shown) :]
        assert [[row[0], *map(as_amount, row[1:])] for row in shown] == [
            [
                label,
                *(
                    cell if isinstance(cell, str) else Decimal(str(cell)).quantize(Decimal("0.01"))
                    for cell in cells
                ),
            ]
            for label, *cells in written
        ]


def test_the_workbook_says_what_it_is_of_and_as_of_when(finance, money):
    query = {"by": "fund", "year": "2026-27", "as_at": "2026-08-31", "known_at": "2027-01-05"}

    sheet = load_workbook(BytesIO(finance.get("/staff/position.xlsx", query).content)).worksheets[0]

    above = [row[0].value for row in sheet.iter_rows(max_row=5)]
    assert above == [
        "Budget position by fund",
        "Pounds and pence.",
        "Only 2026/27.",
        "As at 31 August 2026.",
        "As known on 5 January 2027.",
    ]
    assert sheet.freeze_panes == "B8"
    assert sheet["B8"].number_format == workbooks.POUNDS


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_the_total_is_the_sum_of_the_rows(finance, money, query):
    *rows, total = table(finance.get(POSITION, query))

    for n in range(1, len(COLUMNS) + 1):
        column = [as_amount(row[n]) for row in rows]
        if isinstance(column[0], Decimal):
            assert sum(column) == as_amount(total[n]), COLUMNS[n - 1].label
        else:
            assert {*column, total[n]} == {column[0]}


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_every_figure_leads_to_what_adds_up_to_it(finance, money, query):
    page = finance.get(POSITION, query)
    links = re.findall(r'href="([^"]*entries[^"]*)">([^<]*)<', page.content.decode())

    assert len(links) > len(ROWS)
    for href, figure in links:
        under = finance.get(href.replace("&amp;", "&"))
        total = under.context["total"]
        assert total == parse_pounds(figure), href
        if "page_obj" in under.context:
            lines = under.context["page_obj"].lines
            assert sum((amount for _, _, amount, _ in lines), Decimal(0)) == total
            assert not lines or lines[-1][3] == total


def test_a_figure_shows_its_entries_with_their_records(finance):
    award = a.an_award(4_000)
    payment = a.a_payment(1_500, award)

    page = finance.get(
        reverse("admin:position_entries"),
        {"by": "fund", "row": award.fund.pk, "figure": "paid"},
    )

    assert "One entry of" in page.content.decode()
    assert table(page)[0][-2:] == ["£1,500.00", "£1,500.00"]
    assert reverse("admin:commissioning_payment_change", args=[payment.pk]) in page.content.decode()


def test_entries_go_on_over_pages_with_the_count_and_total_running(finance, monkeypatch):
    monkeypatch.setattr("commissioning.admin.money_lines.PER_PAGE", 2)
    allocation = a.an_allocation(40_000)
    for amount in (100, 200, 300):
        a.an_award(amount, allocation)
    query = {"by": "allocation", "row": allocation.pk, "figure": "committed"}

    second = finance.get(reverse("admin:position_entries"), {**query, "page": 2})

    assert [(count, running) for count, _, _, running in second.context["page_obj"].lines] == [
        (3, Decimal("600.00"))
    ]
    assert second.context["total"] == Decimal("600.00")


def test_a_position_as_known_then_leaves_out_what_was_recorded_later(finance):
    a.an_award(4_000)
    yesterday = timezone.localdate() - timedelta(days=1)

    now = finance.get(POSITION, {"known_at": timezone.localdate()})
    then = finance.get(POSITION, {"known_at": yesterday})

    assert now.context["report"].total.cells["committed"].shown == Decimal("4000.00")
    assert then.context["report"].lines == []
    recorded = Entry.objects.latest("recorded_at").recorded_at
    assert recorded > timezone.make_aware(datetime.combine(yesterday, time.max))


def test_what_is_not_known_is_said_in_words(finance, money):
    by_area = finance.get(POSITION, {"by": "area"})
    assert {cell.shown for cell in by_area.context["report"].total.cells.values()} >= {"no budget"}


def test_budgets_that_reach_beyond_the_year_stand_apart(finance, money):
    page = finance.get(POSITION, {"year": "2026-27"})
    without = finance.get(POSITION, {"year": "2021-22"})

    assert page.context["report"].total.cells["budget"].shown == Decimal("172500.50")
    assert page.context["beyond"].total.cells["budget"].shown == Decimal("600000.00")
    assert "reach beyond 2026/27" in page.content.decode()
    assert without.context["report"].lines == []
    assert without.context["beyond"].total.cells["budget"].shown == Decimal("600000.00")


def test_a_neighbourhood_units_money_is_counted_with_its_area_and_found_there(finance, money):
    page = finance.get(POSITION, {"by": "area"})
    rows = {line.label: line for line in page.context["report"].lines}
    allocated = rows["Dudley"].cells["allocated"]

    assert "Brierley Hill" not in rows
    assert allocated.shown == Decimal("8000.01")
    assert len(finance.get(allocated.href).context["page_obj"].lines) == 2


@pytest.mark.parametrize(
    "query",
    [
        {"by": "colour"},
        {"fund": "99999999999999999999"},
        {"fund": "x"},
        {"area": "-1"},
        {"year": "1066-67"},
        {"as_at": "31 Smarch"},
        {"as_at": "0001-01-01"},
        {"known_at": "9999-12-31"},
        {"source": "\x00"},
    ],
    ids=str,
)
@pytest.mark.parametrize("place", ["position/", "position.xlsx", "position/entries/"])
def test_a_question_that_cannot_be_understood_gets_a_sentence(finance, money, place, query):
    query = {"figure": "paid", **query}

    page = finance.get(f"/staff/{place}", query)

    assert page.status_code == 400
    assert 'class="errorlist"' in page.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"figure": "colour"},
        {"figure": "paid", "row": "99999999999999999999"},
        {"figure": "paid", "row": "x"},
        {"figure": "paid", "by": "period", "row": "x"},
        {"figure": "paid", "by": "period", "row": "2026-04-01"},
        {"figure": "paid", "by": "period", "row": "2026-04-01_2027-02-31"},
        {"figure": "paid", "by": "colour", "row": "1"},
    ],
    ids=str,
)
def test_a_row_that_is_not_there_gets_a_sentence(finance, money, query):
    page = finance.get(reverse("admin:position_entries"), query)

    assert page.status_code == 400
    assert 'class="errorlist"' in page.content.decode()


@pytest.mark.parametrize("figure", ["margin", "original", "budget"])
def test_an_area_has_nothing_under_a_figure_that_only_budgets_have(finance, money, figure):
    page = finance.get(reverse("admin:position_entries"), {"by": "area", "figure": figure})

    assert (page.status_code, page.context["total"]) == (200, 0)


@pytest.mark.parametrize("place", ["position/", "position.xlsx", "position/entries/?figure=paid"])
def test_the_position_is_for_those_who_may_see_budgets(client, place):
    client.force_login(a.a_user())
    assert client.get(f"/staff/{place}").status_code == 403

    client.logout()
    assert client.get(f"/staff/{place}").status_code == 302


@pytest.mark.parametrize("by", ROWS)
def test_more_rows_take_no_more_queries(finance, django_assert_max_num_queries, by):
    def queries(query):
        with django_assert_max_num_queries(40) as found:
            finance.get(POSITION, query)
        return len(found)

    query = {"by": by, "year": "2026-27"}
    a.an_award(1_000)
    one = queries(query)
    for _ in range(3):
        a.an_award(1_000)

    assert queries(query) == one


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "#N/A"])
def test_text_in_a_workbook_is_never_a_formula(text):
    sheet = workbooks.Sheet("Sheet", "Title", ["Column"], [[text]])

    cell = load_workbook(BytesIO(workbooks.workbook([sheet]))).active["A4"]

    assert cell.data_type == "s"
    assert cell.quotePrefix == text.startswith(workbooks.FORMULA_STARTS)
    assert cell.value.strip() == text.strip()
