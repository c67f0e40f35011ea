"""Public pages are kept, and asked for again without being made again."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commissioning.actions import publication
from tests import builders as a
from tests import world

# Links of history are written as transactions end, so these commit.
pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ["/", "/awards/", "/awards.csv", "/api/v1/awards/", "/feeds/awards.atom", "/sitemap.xml"]


def again(client, address: str, first):
    return client.get(address, headers={"If-None-Match": first["ETag"]})


@pytest.mark.parametrize("address", PAGES)
def test_what_has_not_changed_is_not_made_again(client, address):
    world.a_public_award()
    first = client.get(address)
    b"".join(first)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        second = again(client, address, first)

    assert second.status_code == 304
    assert len(queries) == 1
    assert second["ETag"] == first["ETag"]
    assert second["Cache-Control"] == first["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize("address", PAGES)
def test_a_change_shows_at_once(client, address):
    world.a_public_award()
    first = client.get(address)
    b"".join(first)
    world.a_public_award()

    assert again(client, address, first).status_code == 200


def test_what_is_withdrawn_is_gone_at_once(client):
    award = world.a_public_award()
    first = client.get(award.get_absolute_url())
    publication.withdraw([award], reason="A mistake.", by=a.an_officer())

    assert again(client, award.get_absolute_url(), first).status_code == 404


def test_the_same_address_as_another_kind_of_answer_is_another(client):
    world.a_public_award()
    first = client.get("/api/v1/awards/")

    csv = client.get(
        "/api/v1/awards/", headers={"If-None-Match": first["ETag"], "Accept": "text/csv"}
    )

    assert csv.status_code == 200


def test_the_staff_site_and_health_are_never_kept(client):
    client.force_login(a.an_officer())
    for address in (reverse("admin:index"), reverse("health")):
        assert "no-store" in client.get(address)["Cache-Control"]


def test_other_sites_may_read_what_the_public_may(client):
    world.a_public_award()
    assert client.get("/api/v1/awards/")["Access-Control-Allow-Origin"] == "*"
    assert client.get("/awards.json")["Access-Control-Allow-Origin"] == "*"
    assert not client.get("/staff/login/").has_header("Access-Control-Allow-Origin")


def test_other_sites_may_ask_whether_what_they_hold_is_still_right(client):
    asked = {
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "if-none-match",
    }

    told = client.options(
        "/api/v1/awards/", headers={**asked, "Origin": "https://elsewhere.example"}
    )

    assert told.status_code == 204
    assert "If-None-Match" in told["Access-Control-Allow-Headers"]
    assert told["Access-Control-Allow-Methods"] == "GET, HEAD"
    refused = client.options("/staff/login/", headers=asked)
    assert not refused.has_header("Access-Control-Allow-Methods")
