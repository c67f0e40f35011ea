"""The contracts register: the fields that transparency rules name, of published contracts."""

from datetime import date

import pytest

from commissioning.models import OrganisationIdentifier
from tests import builders as a
from tests import world
from tests.opendata.reading import rows_of

pytestmark = pytest.mark.django_db


def test_a_contract_says_who_supplies_what_for_how_much_and_until_when(client):
    supplier = a.an_organisation("Fair Supplies", kind="charity")
    for scheme, number in (("GB-COH", "09506232"), ("GB-CHC", "1090095")):
        OrganisationIdentifier.objects.create(organisation=supplier, scheme=scheme, number=number)
    award = world.a_public_award(
        "35000.10",
        kind="contract",
        title="Helpline",
        recipient=supplier,
        starts_on=date(2026, 6, 1),
        ends_on=date(2027, 5, 31),
    )

    (row,) = rows_of(client, "/data/contracts.csv")

    assert row["Reference"] == award.reference
    assert (row["Contract"], row["Supplier"]) == ("Helpline", "Fair Supplies")
    assert (row["Company number"], row["Charity number"]) == ("09506232", "1090095")
    assert (row["Value"], row["SME or VCSE"]) == ("35000.10", "VCSE")
    assert (row["Start date"], row["End date"]) == ("2026-06-01", "2027-05-31")
    assert row["Department"] == "Office of the Police and Crime Commissioner West Midlands"


def test_a_contract_says_how_its_supplier_was_found_and_when_it_is_reviewed(client):
    world.a_public_award(
        kind="contract",
        procurement="tender",
        procurement_notice="ocds-h6vhtk-04a1b2",
        review_on=date(2027, 1, 31),
        irrecoverable_vat="120.50",
    )

    (row,) = rows_of(client, "/data/contracts.csv")
    (told,) = client.get("/api/v1/contracts/").json()["results"]

    assert row["Procurement process"] == "published invitation to tender"
    assert row["Procurement notice"] == "ocds-h6vhtk-04a1b2"
    assert (row["Review date"], row["Irrecoverable VAT"]) == ("2027-01-31", "120.50")
    assert (told["process"], told["review_on"]) == ("tender", "2027-01-31")


def test_what_is_not_recorded_is_empty_and_never_made_up(client):
    world.a_public_award(kind="contract", recipient=a.an_organisation(kind="business"))

    (row,) = rows_of(client, "/data/contracts.csv")

    for column in ("Review date", "Procurement process", "Irrecoverable VAT", "SME or VCSE"):
        assert row[column] == ""


def test_only_published_contracts_are_in_it(client):
    world.a_public_award(kind="contract", title="In")
    world.a_public_award(kind="grant", title="A grant")
    a.an_award(kind="contract", title="Not published")

    assert [row["Contract"] for row in rows_of(client, "/data/contracts.csv")] == ["In"]
    page = client.get("/data/contracts/").content.decode()
    assert "<strong>1 contract</strong>" in page
    assert "A grant" not in page


def test_the_register_takes_filters(client):
    first = world.a_public_award(kind="contract", title="First")
    world.a_public_award(kind="contract", title="Second")

    rows = rows_of(client, "/data/contracts.csv", fund=first.fund.slug)

    assert [row["Contract"] for row in rows] == ["First"]
    assert client.get("/data/contracts.csv", {"fund": "none"}).status_code == 400
