"""Two people at one form: whoever saves second reads what the first one changed."""

import pytest

from commissioning.actions import awards
from tests import builders as a
from tests.commissioning import staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(client):
    """An organisation whose form an officer has open: (organisation, the form as it was sent)."""
    club = a.an_organisation("Boxing Club")
    client.force_login(a.an_officer())
    page = client.get(staff.address(club))
    form = staff.an_organisation_form(name="Boxing Club", code=club.code, kind="charity")
    return club, {**form, "seen": page.context["seen"]}


def test_whoever_saves_second_is_told_what_the_first_one_changed(client, opened):
    club, form = opened
    club.name = "Walsall Boxing Club"
    a.saved(club, by=a.a_user(first_name="Ann", last_name="Other"))

    page = client.post(staff.address(club), {**form, "role": "Runs sessions."})

    assert "Ann Other changed this record while you had it open" in staff.problems(page)
    assert "name: Walsall Boxing Club" in staff.problems(page)
    club.refresh_from_db()
    assert (club.name, club.role) == ("Walsall Boxing Club", "")

    again = {**form, "role": "Runs sessions.", "seen": page.context["seen"]}
    assert client.post(staff.address(club), again).status_code == 302
    club.refresh_from_db()
    assert (club.name, club.role) == ("Boxing Club", "Runs sessions.")


def test_a_row_that_somebody_else_wrote_on_the_page_counts_as_well(client, opened):
    club, form = opened
    a.saved(club.identifiers.model(organisation=club, scheme="GB-CHC", number="1234567"))

    page = client.post(staff.address(club), form)

    assert "while you had it open" in staff.problems(page)


def test_what_one_did_oneself_in_another_window_counts_as_well(client, opened):
    club, form = opened
    assert client.post(staff.address(club), {**form, "role": "Runs sessions."}).status_code == 302

    page = client.post(staff.address(club), {**form, "name": "Walsall Boxing Club"})

    assert "You changed this record in another window" in staff.problems(page)
    club.refresh_from_db()
    assert (club.name, club.role) == ("Boxing Club", "Runs sessions.")


# --- What may not be changed any more -------------------------------------------------------------


@pytest.fixture
def draft(client):
    """A draft whose form an officer has open, and that a colleague recommends: (it, the form)."""
    award = a.a_draft(1_000, title="Boxing")
    client.force_login(a.an_officer())
    page = client.get(staff.address(award))
    form = {**staff.filled_in(page.context), "seen": page.context["seen"]}
    awards.recommend(award, by=a.an_officer())
    return award, form


def test_a_draft_that_was_recommended_meanwhile_is_told_of_in_a_sentence(client, draft):
    award, form = draft

    page = client.post(staff.address(award), {**form, "title": "Swimming"})

    assert page.status_code == 200
    assert "while you had it open: recommended" in staff.problems(page)
    award.refresh_from_db()
    assert award.title == "Boxing"


def test_what_became_fixed_is_not_said_to_be_changed(client, draft):
    """A form without the number of changes that its reader had seen, or read of them and sent."""
    award, form = draft
    del form["seen"]

    page = client.post(staff.address(award), {**form, "title": "Swimming"})

    assert page.status_code == 200
    assert "“Title” cannot be changed" in staff.problems(page)
    award.refresh_from_db()
    assert award.title == "Boxing"


def test_an_amount_that_a_form_does_not_ask_for_is_refused_in_a_sentence(client):
    payment = a.a_request(100)
    client.force_login(a.an_officer())
    form = staff.filled_in(client.get(staff.address(payment)).context)

    page = client.post(staff.address(payment), {**form, "amount": "900"})

    assert "“Amount” cannot be changed" in staff.problems(page)
    payment.refresh_from_db()
    assert payment.amount == 100


def test_nothing_is_said_to_be_changed_when_nothing_was(client):
    club = a.an_organisation("Boxing Club")
    client.force_login(a.an_officer())
    form = staff.filled_in(client.get(staff.address(club)).context)

    page = client.post(staff.address(club), form)

    assert "Nothing was changed" in staff.message(page)
    assert "changed successfully" not in staff.message(page)
