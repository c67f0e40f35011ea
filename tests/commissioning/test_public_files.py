"""Lists as CSV, XLSX and JSON files."""

import csv
import json
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from commissioning.models import Award
from commissioning.public import listings
from tests import builders as a
from tests import world
from tests.commissioning.test_public_pages import read

pytestmark = pytest.mark.django_db


def body(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_a_csv_file_is_what_programs_expect(client):
    world.a_public_award("1234.50", title="Clubs, “warm”\nand dry", purpose="Tea – for all")

    answer = client.get("/awards.csv")
    text = body(answer).decode("utf-8")
    [row] = csv.DictReader(StringIO(text, newline=""))

    assert answer["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert answer["Content-Disposition"] == 'attachment; filename="awards.csv"'
    assert "\r\n" in text
    assert not text.startswith("\ufeff")
    assert (row["Amount"], row["Award"]) == ("1234.50", "Clubs, “warm”\nand dry")
    assert row["Page"].startswith("http://testserver/awards/")


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_text_that_looks_like_a_formula_stays_text(client, start):
    title = f'{start}HYPERLINK("http://evil.example","x")'
    world.a_public_award(title=title)

    [row] = csv.DictReader(StringIO(body(client.get("/awards.csv")).decode()))
    sheet = load_workbook(BytesIO(body(client.get("/awards.xlsx")))).active
    cells = [cell for line in sheet.iter_rows() for cell in line if cell.value == title]

    assert row["Award"] == f"'{title}"
    assert [cell.data_type for cell in cells] == ["s"]


def test_a_json_file_keeps_pennies_and_says_what_is_unknown(client):
    world.a_public_award("0.10")
    listed = json.loads(body(client.get("/awards.json")))

    assert (listed["count"], listed["total"]) == (1, "0.10")
    assert listed["results"][0]["amount"] == "0.10"
    assert listed["results"][0]["starts_on"] is None
    assert listed["results"] == client.get("/api/v1/awards/").json()["results"]


def test_a_total_says_what_it_leaves_out_and_is_not_0_where_nothing_is_known(client):
    world.a_public_award("12500", title="Known")
    world.a_public_award("8000", title="Forecast", qualifier="forecast")
    unknown = a.a_draft(None, kind="contract")
    Award.objects.filter(pk=unknown.pk).update(
        status="approved", taken_on_from="A document", is_published=True
    )

    everything = json.loads(body(client.get("/awards.json")))
    nothing_known = json.loads(body(client.get("/awards.json?kind=contract")))
    by_api = client.get("/api/v1/awards/?kind=contract").json()

    assert (everything["total"], everything["without_amount"]) == ("20500.00", 1)
    assert (nothing_known["total"], nothing_known["without_amount"]) == (None, 1)
    assert (by_api["total"], by_api["without_amount"]) == (None, 1)
    told = "(1 without a published amount; 1 with an amount that is not exact)"
    assert (
        f"</strong>, forecast £20,500.00 awarded {told}" in client.get("/awards/").content.decode()
    )
    page = client.get("/awards/?kind=contract").content.decode()
    assert "</strong>, none with a published amount" in page


def test_an_award_s_sources_are_those_of_the_budgets_that_it_stands_on(client):
    source = a.a_source("Safer Streets grant")
    fund = a.a_fund()
    allocation = a.an_allocation(20_000, a.a_budget(20_000, fund, source))
    world.a_public_award("12500", allocation)

    listed = json.loads(body(client.get("/awards.json", {"source": source.slug})))

    assert [row["sources"] for row in listed["results"]] == [["Safer Streets grant"]]
    fund.is_published = False
    fund.save()
    listed = json.loads(body(client.get("/awards.json")))
    assert [row["sources"] for row in listed["results"]] == [[]]


@pytest.mark.parametrize("name", listings.BY_NAME)
def test_an_empty_list_is_a_file_too(client, name):
    listed = json.loads(body(client.get(f"/{name}.json")))

    assert listed["results"] == []
    assert body(client.get(f"/{name}.csv")).count(b"\r\n") == 1
    assert load_workbook(BytesIO(body(client.get(f"/{name}.xlsx")))).active.max_row > 3


def test_a_file_is_in_the_order_and_under_the_filters_of_its_page(client):
    allocation = a.an_allocation()
    for title, amount in (("A", "1"), ("B", "3"), ("C", "2")):
        world.a_public_award(amount, allocation, title=title)

    text = body(client.get("/awards.csv?min=2&sort=largest")).decode()

    assert [row["Award"] for row in csv.DictReader(StringIO(text))] == ["B", "C"]


def test_a_file_in_another_form_is_not_there(client):
    assert client.get("/awards.pdf").status_code == 404


class TestPaid:
    """Under an award that was taken on it is not known what was paid before; here it is."""

    def everywhere(self, client, award):
        """What page, CSV, JSON and API say was paid under an award."""
        line = award.commitments.get()
        allocation = line.allocation
        records = {
            "awards": f"/api/v1/awards/{award.reference}/",
            "allocations": f"/api/v1/allocations/{allocation.pk}/",
            "funds": f"/api/v1/funds/{allocation.budget.fund.slug}/",
        }
        told = {client.get(address).json()["paid"] for address in records.values()}
        for noun in (*records, "commitments", "areas", "sources"):
            (row,) = csv.DictReader(StringIO(body(client.get(f"/{noun}.csv")).decode()))
            told.add(row["Paid"] or None)
            (record,) = json.loads(body(client.get(f"/{noun}.json")))["results"]
            told.add(record["paid"])
        return told

    def pages(self, award):
        allocation = award.commitments.get().allocation
        yield from (award, allocation, allocation.budget.fund, allocation.budget.source)

    def test_it_is_not_known_of_an_award_that_was_taken_on(self, client):
        award = world.a_public_award("12000")
        type(award).objects.filter(pk=award.pk).update(taken_on_from="Annual Report, para 3")

        assert self.everywhere(client, award) == {None}
        for record in self.pages(award):
            text = read(client, record.get_absolute_url())
            assert "o payment recorded here" in text
            assert "Paid £0" not in text
        assert "no payment recorded here" in read(client, "/commitments/")

    def test_it_is_nothing_yet_of_an_award_that_was_approved_here(self, client):
        award = world.a_public_award("12000")

        assert self.everywhere(client, award) == {"0.00"}
        for record in self.pages(award):
            assert "o payment recorded" not in read(client, record.get_absolute_url())

    def test_it_is_what_was_paid_wherever_that_is_recorded(self, client):
        award = world.a_public_award("12000")
        a.a_payment(500, award)
        type(award).objects.filter(pk=award.pk).update(taken_on_from="Annual Report, para 3")

        assert self.everywhere(client, award) == {"500.00"}
