"""Free text from which somebody might be recognised is noticed; ordinary text is not."""

import pytest

from tests import builders as a
from tests.commissioning import staff
from victims.privacy import suspicions


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We supported Jane Robinson.", "“Jane Robinson” may be a name."),
        ("mrs Smith called; Mrs. Smith said so", "“Mrs. Smith” may be a name."),
        ("Dr Okonkwo-Jones was told", "“Dr Okonkwo-Jones” may be a name."),
        ("Seán O’Neill moved", "“Seán O’Neill” may be a name."),
        ("write to j.smith@example.org", "“j.smith@example.org” may be an e-mail address."),
        ("ring 07700 900123 after six", "“07700 900123” may be a telephone number."),
        ("ring +44 121 496 0000", "“+44 121 496 0000” may be a telephone number."),
        ("born 12/03/1985", "“12/03/1985” may be a date of birth."),
        ("dob 3 May 2009", "“3 May 2009” may be a date of birth."),
        ("born 1985-03-12", "“1985-03-12” may be a date of birth."),
        ("moved to B12 9QR", "“B12 9QR” may be a postcode."),
    ],
)
def test_it_is_noticed(text, found):
    assert suspicions(text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Referrals rose by 12% in the quarter; 1,200 people waited.",
        "The Police and Crime Commissioner visited in April.",
        "Victim Support took over in West Midlands. Our figures are for 2025/26.",
        "In January 2026 we moved. Two staff left.",
    ],
)
def test_ordinary_words_are_not(text):
    assert suspicions(text) == []


def test_known_places_and_organisations_are_no_names():
    text = "Sutton Coldfield was served by Black Country Women."

    assert suspicions(text, known=["Sutton Coldfield", "Black Country Women’s Aid"]) == []
    assert len(suspicions(text)) == 2


@pytest.mark.django_db
def test_a_reason_that_may_tell_of_somebody_is_confirmed_with_a_warning(client):
    client.force_login(a.an_officer())
    made = a.a_submitted_return()

    page = staff.ask(client, made, "send-back", reason="Ask Jane Robinson.")

    assert "“Jane Robinson” may be a name." in staff.effect(page)
    made.refresh_from_db()
    assert made.status == "submitted"
