"""Files of 360Giving data are what the standard says, to its own schema and its users' tool."""

import csv
import json
from decimal import Decimal
from io import StringIO

import pytest

from commissioning.models import Award
from commissioning.opendata.grants import given, sorted_out
from tests.opendata.generated import World
from tests.opendata.official import (
    errors,
    needs_flatten_tool,
    needs_schemas,
    unflattened,
    unknown_codes,
    unknown_fields,
)
from tests.opendata.reading import GRANTS, content_of

pytestmark = [pytest.mark.django_db, needs_schemas]


def package(client, **filters) -> dict:
    return json.loads(content_of(client.get(f"{GRANTS}.json", filters)))


def facts(grants) -> dict:
    """Pounds by id."""
    return {grant["id"]: Decimal(str(grant["amountAwarded"])) for grant in grants}


def check(found: dict) -> None:
    assert errors(found) == []
    assert unknown_codes(found) == set()
    assert unknown_fields(found) == set()
    assert len(facts(found["grants"])) == len(found["grants"])


def check_tables(client, found: dict, folder) -> None:
    for form in ("csv", "xlsx"):
        content = content_of(client.get(f"{GRANTS}.{form}"))
        again = unflattened(content, form, folder)
        assert facts(again["grants"]) == facts(found["grants"]), form
        assert errors({"grants": again["grants"]}) == [], form
        if form == "xlsx":
            # A sheet keeps every text as it is: the very same grants.
            assert again["grants"] == found["grants"]
            assert again["publisher"] == found["publisher"]


def test_the_annual_report_has_no_grant_that_the_standard_takes(client, reference_figures):
    response = client.get(f"{GRANTS}.json")

    assert response.status_code == 404
    assert "day of award" in response.content.decode()
    assert sorted_out(Award.objects.published()).given == 0
    page = client.get("/data/").content.decode()
    assert "21 published grants are not in these files" in page
    assert "No day of award is published: 21" in page
    assert "No amount is published: 13" in page


def test_a_small_world_is_valid(client):
    World(seed=1)

    check(package(client))


@needs_flatten_tool
def test_a_small_world_comes_back_from_its_tables(client, tmp_path):
    World(seed=2)

    check_tables(client, package(client), tmp_path)


def test_the_schema_would_object(client):
    World(seed=3, awards=20)
    found = package(client)
    del found["grants"][0]["awardDate"]
    found["grants"][1]["amountAwarded"] = "£5"
    found["grants"][2]["locationScope"] = "GLS999"
    found["grants"][2]["source"] = "page 3"

    assert len(errors(found)) == 2
    assert unknown_codes(found) == {("locationScope", "GLS999")}
    assert unknown_fields(found) == {"source"}


@pytest.mark.opendata
@needs_flatten_tool
def test_the_annual_report_with_days_of_award_is_valid(client, reference_figures, tmp_path):
    """The reference figures as they would be, had the report printed when it awarded each grant."""
    Award.objects.filter(awarded_on__isnull=True).update(awarded_on="2020-04-01")

    found = package(client)

    assert len(found["grants"]) == given(Award.objects.published()).count() > 0
    check(found)
    check_tables(client, found, tmp_path)


@pytest.mark.opendata
@needs_flatten_tool
def test_five_thousand_awards_are_valid_and_come_back_from_their_tables(client, tmp_path):
    World(seed=5, awards=5_000, organisations=300)

    found = package(client)

    expected = given(Award.objects.published())
    assert len(found["grants"]) == expected.count() > 3_000
    assert sum(facts(found["grants"]).values()) == sum(award.amount for award in expected)
    check(found)
    check_tables(client, found, tmp_path)


def test_the_headings_are_the_official_titles(client):
    World(seed=4, awards=20)

    lines = csv.reader(StringIO(content_of(client.get(f"{GRANTS}.csv")).decode()))

    headings = next(lines)
    assert headings[:5] == ["Identifier", "Title", "Description", "Currency", "Amount Awarded"]
    assert "Recipient Org:Identifier" in headings
    assert "Beneficiary Location:1:Geographic Code" in headings
    assert "Funding Org:Name" in headings
