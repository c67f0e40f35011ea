"""Two people at one form: whoever saves second reads what the first one changed."""

import pytest

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


def test_what_one_did_oneself_stands_in_nobody_s_way(client, opened):
    club, form = opened

    for role in ("Runs sessions.", "Runs more sessions."):
        assert client.post(staff.address(club), {**form, "role": role}).status_code == 302

    club.refresh_from_db()
    assert club.role == "Runs more sessions."
