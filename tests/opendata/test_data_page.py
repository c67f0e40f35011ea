"""The page of all data: every table with its files, and a dictionary of every column."""

import json

import pytest

from commissioning.opendata import dictionary
from config.data import TABLES
from config.lists import ALL
from programmes.models import Measure
from tests import builders as a
from tests import world
from tests.opendata.reading import content_of, rows_of
from tests.test_publication import private_steps

pytestmark = pytest.mark.django_db


def test_every_table_is_there_with_its_rows_and_its_files(client):
    world.a_public_award()

    page = client.get("/data/").content.decode()

    assert {table.name for table in ALL} < {table.name for table in TABLES}
    for listing in TABLES:
        for form in ("csv", "xlsx", "json"):
            assert f'href="{listing.file(form)}"' in page
    assert "Open Government Licence" in page
    assert "Last updated" in page


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_dictionary_says_of_every_column_what_it_holds(client, table):
    told = {
        (row["name"], row["title"]): row
        for row in rows_of(client, "/data/dictionary.csv")
        if row["table"] == table.name
    }

    assert list(told) == [(column.name, column.header) for column in table.columns]
    for row in told.values():
        assert row["description"]
        assert row["type"]
    amounts = {row["unit"] for row in told.values() if row["type"] == "amount"}
    assert amounts <= {"pounds sterling (GBP)"}


def test_the_headings_of_a_file_are_the_titles_of_the_dictionary(client):
    world.a_public_award(kind="contract")
    for table in ("awards", "data/contracts"):
        (row,) = rows_of(client, f"/{table}.csv")
        name = table.split("/")[-1]
        listing = next(one for one in TABLES if one.name == name)
        assert list(row) == [entry.title for entry in dictionary.entries_of(listing)]


def test_the_dictionary_is_json_too(client):
    columns = json.loads(content_of(client.get("/data/dictionary.json")))["columns"]

    assert len(columns) == sum(len(table.columns) for table in TABLES)
    kinds = next(c for c in columns if (c["table"], c["name"]) == ("awards", "kind"))
    assert "grant = grant" in kinds["description"]


def test_the_contracts_register_draws_on_public_fields_only():
    contracts = next(table for table in TABLES if table.name == "contracts")

    assert [
        (column.name, step)
        for column in contracts.columns
        for path in column.paths
        for step in private_steps(contracts.model, path)
    ] == []


@pytest.mark.parametrize("email", ["", "office@example.org"])
def test_who_finds_a_fault_in_the_data_is_led_to_tell(client, settings, email):
    settings.OFFICE = {**settings.OFFICE, "email": email}

    page = client.get("/data/").content.decode()

    assert 'href="/problems/?about=/data/" rel="nofollow">Tell us</a>' in page
    assert ("mailto:office@example.org" in page) is bool(email)


def test_what_is_new_is_told_with_its_day_and_nothing_withdrawn(client):
    measure = a.a_measure("People helped")
    a.an_observation(40, measure)
    a.a_release(measure, title="Figures of spring", change_note="The first ones.")
    hidden = a.a_measure("Hidden")
    a.an_observation(40, hidden)
    a.a_release(hidden, title="Not for the public")
    Measure.objects.filter(pk=hidden.pk).update(is_published=False)

    page = client.get("/data/").content.decode()

    assert "Figures released: Figures of spring. The first ones." in page
    assert "Not for the public" not in page
