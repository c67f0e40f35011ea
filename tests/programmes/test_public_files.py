"""Figures, measures, programmes and indicators as files and through the API."""

import csv
import json
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from programmes.public import listings
from search import index
from tests import builders as a
from tests.commissioning.test_public_files import body
from tests.standing import for_the_module

pytestmark = pytest.mark.django_db

DOORS = ["csv", "xlsx", "json", "api"]


def make_measure():
    """A hidden figure, one that is not received, one of two decimals, and whole ones."""
    service = a.a_service("Mentoring")
    needs = a.a_breakdown("Need", ["Housing", "Health", "Work"])
    measure = a.a_measure("People helped", breakdown=needs, service=service)
    for category, value in zip(needs.categories.all(), (3, 41, 1250), strict=True):
        a.an_observation(value, measure, category=category, document="Return", source_ref="p. 2")
    missing = {"starts_on": date(2027, 4, 1), "ends_on": date(2028, 3, 31)}
    a.an_observation(None, measure, missing="not_received", **missing)
    a.a_release(measure)
    rate = a.a_measure("Rate", counts_people=False, unit="per 1,000")
    a.an_observation(Decimal("86.90"), rate)
    a.a_release(rate)
    return measure


measure = for_the_module(make_measure)


def rows_of(client, door, noun="figures", query=""):
    """The rows of a list through one door, by the headers or names of that door."""
    if door == "csv":
        text = body(client.get(f"/{noun}.csv?{query}")).decode()
        return list(csv.DictReader(StringIO(text)))
    if door == "xlsx":
        sheet = load_workbook(BytesIO(body(client.get(f"/{noun}.xlsx?{query}")))).active
        lines = list(sheet.iter_rows(values_only=True))
        head = next(n for n, line in enumerate(lines) if "Page" in line or "Measure’s page" in line)
        return [dict(zip(lines[head], line, strict=True)) for line in lines[head + 1 :]]
    if door == "json":
        return json.loads(body(client.get(f"/{noun}.json?{query}")))["results"]
    return client.get(f"/api/v1/{noun}/?{query}").json()["results"]


def by_category(rows):
    return {row.get("Category", row.get("category")): row for row in rows}


@pytest.mark.parametrize("door", DOORS)
def test_a_hidden_figure_is_marked_through_every_door(client, measure, door):
    row = by_category(rows_of(client, door, query="measure=people-helped"))["Housing"]

    assert row.get("Value", row.get("value")) in ("", None)
    assert row.get("How exact", row.get("qualifier")) in ("", None)
    assert row.get("Figure", row.get("figure")) == "[c]"
    assert row.get("Hidden", row.get("is_hidden")) in ("yes", True)
    assert row.get("No figure because", row.get("missing")) in ("", None)


@pytest.mark.parametrize("door", DOORS)
def test_a_missing_figure_has_its_reason_and_no_number(client, measure, door):
    rows = rows_of(client, door, query="measure=people-helped&year=2027-28")

    assert [row.get("Value", row.get("value")) for row in rows] in ([""], [None])
    [why] = [row.get("No figure because", row.get("missing")) for row in rows]
    assert why in ("not received", "not_received")


@pytest.mark.parametrize(
    ("door", "whole", "part"),
    [
        ("csv", "1250", "86.9"),
        ("xlsx", 1250, 86.9),
        ("json", "1250", "86.9"),
        ("api", "1250", "86.9"),
    ],
)
def test_a_number_is_the_same_through_every_door(client, measure, door, whole, part):
    work = by_category(rows_of(client, door, query="measure=people-helped"))["Work"]
    [rate] = rows_of(client, door, query="measure=rate")

    assert work.get("Value", work.get("value")) == whole
    assert rate.get("Value", rate.get("value")) == part
    assert "1,250" in client.get("/measures/people-helped/").content.decode()


def test_files_and_api_hold_what_the_page_lists(client, measure):
    page = client.get("/figures/").content.decode()

    assert "<strong>5 figures</strong>" in page
    assert [len(rows_of(client, door)) for door in DOORS] == [5, 5, 5, 5]
    by_id = {row["id"]: row for row in rows_of(client, "api")}
    assert {row["id"]: row for row in rows_of(client, "json")} == by_id


def test_a_measure_says_the_same_of_its_result_through_every_door(client, measure):
    days = {"starts_on": date(2024, 4, 1), "ends_on": date(2025, 3, 31)}
    a.a_target(5, a.a_measure("With a target", direction="higher"), **days)
    target = measure.__class__.objects.get(slug="with-a-target")
    a.an_observation(10, target, **days)
    a.a_release(target)
    verdict = "10 people, target 5: twice the target"
    index.rebuild()

    [row] = rows_of(client, "csv", "measures", "q=target")
    assert (row["Result"], row["Against its target"]) == ("10 people", verdict)
    assert rows_of(client, "api", "measures", "q=target")[0]["verdict"] == verdict
    assert verdict in client.get("/measures/").content.decode()


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("measure=rate", 1),
        ("service=mentoring", 4),
        ("programme=safer", 4),
        ("theme=none", None),
        ("area=nowhere", None),
        ("kind=output", 5),
        ("year=2026-27", 4),
        ("colour=red", None),
        ("measure=secret", None),
    ],
)
def test_filters_of_the_api(client, measure, query, count):
    a.a_programme("Safer", services=[measure.service])
    a.a_measure("Secret", published=False)

    answer = client.get(f"/api/v1/figures/?{query}")

    assert answer.status_code == (400 if count is None else 200)
    assert count is None or answer.json()["count"] == count


@pytest.mark.parametrize("name", listings.BY_NAME)
@pytest.mark.parametrize("door", ["/{}.csv", "/{}.json", "/{}.xlsx", "/api/v1/{}/"])
def test_files_and_the_api_take_no_more_queries_for_more_rows(
    client, django_assert_num_queries, django_assert_max_num_queries, name, door
):
    def a_row_of_everything():
        service = a.a_service()
        service.providers.add(a.an_organisation())
        measure = a.a_measure(service=service)
        a.a_target(5, measure)
        a.an_observation(9, measure, area=a.an_area(), service=service)
        a.a_release(measure)
        a.a_programme(services=[service], funds=[a.a_fund()])
        a.an_indicator(measures=[measure])

    a_row_of_everything()
    with django_assert_max_num_queries(12) as before:
        body(client.get(door.format(name)))

    a_row_of_everything()
    a_row_of_everything()
    with django_assert_num_queries(len(before)):
        body(client.get(door.format(name)))


@pytest.mark.parametrize("name", listings.BY_NAME)
def test_an_empty_list_is_a_page_and_a_file_too(client, name):
    assert "Nothing is published here yet" in client.get(f"/{name}/").content.decode()
    assert body(client.get(f"/{name}.csv")).count(b"\r\n") == 1


@pytest.mark.parametrize(
    "address",
    [f"/{listing.name}/?sort={sort}" for listing in listings.ALL for sort in listing.sorts],
)
def test_every_order_that_is_offered_is_kept(client, measure, address):
    assert client.get(address).status_code == 200


def test_the_data_page_lists_every_file(client, measure):
    page = client.get("/data/").content.decode()

    for name in listings.BY_NAME:
        assert f'href="/{name}.csv"' in page
    assert "<code>is_hidden</code>" in client.get("/data/dictionary/").content.decode()
