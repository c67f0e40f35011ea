"""Grants that a recipient gave on: told of, and counted once."""

import re

import pytest
from django.core.exceptions import ValidationError

from commissioning.actions import awards, onward
from commissioning.models import Award, Entry
from tests import builders as a
from tests import racing, world
from tests.commissioning import staff
from tests.standing import for_the_module

pytestmark = pytest.mark.django_db


def make_giver():
    return world.a_public_award("10000", title="Small grants", recipient=a.an_organisation("Hub"))


giver = for_the_module(make_giver)


def test_what_is_given_on_moves_no_money_and_is_in_no_total(client, giver):
    before = Entry.objects.count()

    grant = a.a_grant_given_on(giver, 4_000, title="Boxing club", published=True)

    assert Entry.objects.count() == before
    assert grant.amount is None
    page = client.get("/awards/").content.decode()
    assert "£10,000.00 awarded" in page
    assert "without a published amount" not in page
    assert "£4,000.00 given on from another award, and counted there" in page
    rows = {row["title"]: row for row in client.get("/api/v1/awards/").json()["results"]}
    posted = [rows["Boxing club"][name] for name in ("amount", "onward_amount", "onward_of")]
    assert posted == [None, "4000.00", giver.reference]
    assert rows["Small grants"]["onward_of"] == ""


def test_its_page_says_who_gave_it_on_and_that_it_is_counted_there(client, giver):
    grant = a.a_grant_given_on(
        giver, 4_000, recipient=a.an_organisation("Boxing Club"), published=True
    )

    page = client.get(grant.get_absolute_url()).content.decode()

    text = re.sub(r"<[^>]+>", "", page)
    assert "£4,000.00 was given on to Boxing Club by Hub" in text
    assert "out of the award “Small grants” of £10,000.00" in text
    assert "It is counted in that award." in text
    assert f'href="{giver.get_absolute_url()}"' in page
    assert "Recorded from Return of June 2026." in text


def test_the_award_it_came_out_of_lists_it(client, giver):
    grant = a.a_grant_given_on(giver, 4_000, title="Boxing club", published=True)
    a.a_grant_given_on(giver, 1_000, title="Not published")

    page = client.get(giver.get_absolute_url()).content.decode()

    assert "Grants given on out of it" in page
    assert f'href="{grant.get_absolute_url()}"' in page
    assert "Not published" not in page
    assert f"/awards/?onward_of={giver.reference}" in page


def test_linked_data_names_whoever_gave_it_on_as_its_funder(client, giver):
    grant = a.a_grant_given_on(giver, 4_000, published=True)

    page = client.get(grant.get_absolute_url()).content.decode()

    assert '"funder": {"@type": "Organization", "name": "Hub"' in page
    assert '"value": 4000}' in page


def test_of_an_award_that_is_not_published_only_that_is_said(client):
    kept = a.an_award(10_000, title="Kept back", recipient=a.an_organisation("Hub"))
    grant = a.a_grant_given_on(kept, 4_000, published=True)

    page = client.get(grant.get_absolute_url()).content.decode()

    assert "an award that is not published" in page
    assert kept.reference not in page
    assert "Kept back" not in page
    assert client.get("/api/v1/awards/").json()["results"][0]["onward_of"] == ""


def test_no_more_is_given_on_than_the_award_is_worth(giver):
    a.a_grant_given_on(giver, 6_000)

    with pytest.raises(ValidationError, match="it has been given on"):
        a.a_grant_given_on(giver, "4000.01")

    assert giver.onward.count() == 1


def test_what_was_given_on_ends_there(giver):
    grant = a.a_grant_given_on(giver, 1_000)

    with pytest.raises(ValidationError, match="was itself given on"):
        a.a_grant_given_on(grant, 100)


def test_a_draft_gives_nothing_on():
    with pytest.raises(ValidationError, match="out of an approved award only"):
        a.a_grant_given_on(a.a_draft(1_000), 100)


def test_no_money_is_committed_to_it(giver):
    grant = a.a_grant_given_on(giver, 1_000)

    with pytest.raises(ValidationError, match="is committed under the award that it came out of"):
        awards.vary(
            grant,
            [(a.an_allocation(), a.pounds(10))],
            kind="increase",
            reason="More.",
            decision=a.a_decision(),
            effective_on=giver.awarded_on,
            by=a.an_approver(),
        )

    grant.refresh_from_db()
    assert grant.amount is None


def test_finance_records_a_draft_as_given_on(client, giver):
    client.force_login(a.a_finance_officer())
    draft = a.a_draft(None)
    posted = {"of": giver.pk, "amount": "2,500.00", "from_record": "Return of June 2026"}

    page = staff.ask(client, draft, "given-on", **posted)
    assert f"£2,500.00 of award {giver.reference} will be shown as given on" in staff.effect(page)
    staff.confirm(client, draft, "given-on", page, **posted)

    draft.refresh_from_db()
    assert (draft.status, draft.onward_of, draft.onward_amount) == (
        Award.Status.APPROVED,
        giver,
        a.pounds("2500"),
    )


@pytest.mark.django_db(transaction=True)
def test_people_at_once_do_not_give_on_more_than_there_is(tmp_path):
    with racing.database_in_a_file(tmp_path):
        giver, by = a.an_award(10_000), a.a_finance_officer()
        drafts = [a.a_draft(None) for _ in range(racing.WRITERS)]

        racing.race(
            [
                lambda draft=draft: onward.record(
                    draft,
                    of=Award.objects.get(pk=giver.pk),
                    amount=a.pounds(4_000),
                    from_record="Return of June 2026",
                    by=by,
                )
                for draft in drafts
            ]
        )

        assert giver.onward.count() == 2
