"""Page, CSV, XLSX, JSON and API say the same of every fund and area, and it is what figures say."""

import csv
import json
import re
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from commissioning import figures
from commissioning.figures import Slice
from commissioning.models import Area, Fund
from commissioning.money import NOTHING, format_pounds
from tests import builders as a
from tests import world
from tests.standing import for_the_module

pytestmark = pytest.mark.django_db

DOORS = ["page", "csv", "xlsx", "json", "api"]


def make_money():
    """Two funds over three areas, with awards, payments and money that is not published."""
    force = a.an_area("Force", kind="force")
    north, south = (a.an_area(name, parent=force) for name in ("North", "South"))
    unit = a.an_area("North unit", kind="neighbourhood_unit", parent=north)
    for name in ("Alpha Fund", "Beta Fund"):
        budget = a.a_budget("90000.10", a.a_fund(name))
        for area, amount in ((north, "20000.01"), (south, "10000.02"), (unit, "5000.03")):
            allocation = a.an_allocation(amount, budget, area)
            award = world.a_public_award("1000.05", allocation)
            award.areas.add(area)
            a.a_payment("300.01", award)
            a.a_request("50.00", award)  # not released: no payment yet
        a.an_award("700.07", allocation)  # not published: counted nowhere
    a.an_allocation("4000", a.a_budget(9_000, a.a_fund("Hidden Fund", published=False)), north)


money = for_the_module(make_money)


def seen(client, door, noun, query, amount_column):
    """(count, total) of a list through one door."""
    if door == "page":
        page = client.get(f"/{noun}/?{query}").content.decode()
        found = re.search(r"<strong>([\d,]+) [a-z ]+</strong>(?:, £([\d,.]+\.\d\d))?", page)
        return int(found[1].replace(",", "")), Decimal((found[2] or "0.00").replace(",", ""))
    if door == "csv":
        text = b"".join(client.get(f"/{noun}.csv?{query}").streaming_content).decode()
        rows = [row[amount_column] for row in csv.DictReader(StringIO(text))]
        return len(rows), sum(map(Decimal, rows), NOTHING)
    if door == "xlsx":
        sheet = load_workbook(BytesIO(client.get(f"/{noun}.xlsx?{query}").content)).active
        lines = list(sheet.iter_rows(values_only=True))
        head = next(i for i, line in enumerate(lines) if amount_column in line)
        column = lines[head].index(amount_column)
        amounts = [Decimal(str(line[column])) for line in lines[head + 1 :]]
        return len(amounts), sum(amounts, NOTHING)
    if door == "json":
        answer = client.get(f"/{noun}.json?{query}")
        data = json_of(answer)
        amounts = [Decimal(row["amount"]) for row in data["results"]]
        assert (data["count"], Decimal(data["total"])) == (len(amounts), sum(amounts, NOTHING))
        return len(amounts), sum(amounts, NOTHING)
    return through_the_api(client, noun, query)


def json_of(answer):
    return json.loads(b"".join(answer.streaming_content))


def through_the_api(client, noun, query):
    """Following “next” from the first page, two records at a time."""
    address, amounts = f"/api/v1/{noun}/?{query}&limit=2", []
    while address:
        data = client.get(address).json()
        amounts += [Decimal(row["amount"]) for row in data["results"]]
        address = data["next"]
    assert (data["count"], Decimal(data["total"])) == (len(amounts), sum(amounts, NOTHING))
    return len(amounts), sum(amounts, NOTHING)


@pytest.mark.parametrize("door", DOORS)
def test_every_fund_is_the_same_through_every_door(client, money, door):
    for fund in Fund.objects.published():
        position = figures.fund_position(fund, published=True)
        query = f"fund={fund.slug}"

        assert seen(client, door, "allocations", query, "Amount") == (3, position.allocated)
        assert seen(client, door, "commitments", query, "Committed") == (3, position.committed)
        assert seen(client, door, "awards", query, "Amount") == (3, position.committed)
        assert seen(client, door, "payments", query, "Amount") == (3, position.paid)
        assert seen(client, door, "budgets", query, "Budget") == (1, position.budget)


@pytest.mark.parametrize("door", DOORS)
def test_every_area_is_the_same_through_every_door(client, money, door):
    expected = {"force": 6, "north": 4, "south": 2, "north-unit": 2}
    for area in Area.objects.filter(slug__in=expected):
        position = figures.position(Slice(area=area, published=True))
        count, query = expected[area.slug], f"area={area.slug}"

        assert seen(client, door, "allocations", query, "Amount") == (count, position.allocated)
        assert seen(client, door, "commitments", query, "Committed") == (count, position.committed)
        assert seen(client, door, "awards", query, "Amount") == (count, position.committed)


@pytest.mark.parametrize("kind", ["allocation", "commitment", "payment"])
def test_the_entries_under_a_figure_add_up_to_it(client, money, kind):
    figure = {"allocation": "allocated", "commitment": "committed", "payment": "paid"}[kind]
    for fund in Fund.objects.published():
        position = figures.fund_position(fund, published=True)
        for door in DOORS:
            _, total = seen(client, door, "entries", f"fund={fund.slug}&kind={kind}", "Amount")
            assert total == getattr(position, figure), door


def test_the_page_of_a_fund_shows_its_position(client, money):
    for fund in Fund.objects.published():
        position = figures.fund_position(fund, published=True)
        page = client.get(fund.get_absolute_url()).content.decode()
        for amount in (
            position.budget,
            position.allocated,
            position.paid,
            position.committed - position.paid,
            position.allocated - position.committed,
        ):
            assert format_pounds(amount) in page


def test_the_page_and_the_row_of_an_area_show_its_position(client, money):
    rows = {row["url"]: row for row in client.get("/api/v1/areas/").json()["results"]}
    for area in Area.objects.published():
        position = figures.position(Slice(area=area, published=True))
        page = client.get(area.get_absolute_url()).content.decode()
        row = rows[f"http://testserver{area.get_absolute_url()}"]

        assert format_pounds(position.allocated, pence=False) in page
        assert Decimal(row["allocated"]) == position.allocated
        assert Decimal(row["committed"]) == position.committed


def test_what_is_not_published_is_in_no_total(client, money):
    # Two funds of three awards each, at £1,000.05; two more awards are not published.
    assert seen(client, "api", "awards", "", "Amount") == (6, Decimal("6000.30"))
    assert figures.position(Slice(published=True)).committed == Decimal("6000.30")
    assert figures.position(Slice()).committed == Decimal("7400.44")
