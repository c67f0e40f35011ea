"""A draft saved as a new one: its form and its lines, and nothing of what became of it."""

import pytest

from commissioning import roles
from commissioning.actions import awards
from commissioning.models import Award, Condition
from tests import builders as a
from tests.commissioning import staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def officer(client):
    officer = a.a_user(roles.OFFICER)
    client.force_login(officer)
    return officer


def save_as_new(client, award, **told):
    shown = client.get(staff.address(award)).context
    return client.post(
        staff.address(award), {**staff.filled_in(shown), **told, "_saveasnew": "yes"}
    )


def lines(award):
    return sorted(award.commitments.values_list("allocation", "proposed"))


def test_a_draft_is_copied_with_its_lines_and_a_reference_of_its_own(client):
    original = a.a_draft(1_000)
    awards.propose(original, [(a.an_allocation(), a.pounds(200))], by=a.an_officer())
    Condition.objects.create(award=original, text="Report every quarter.")

    answer = save_as_new(client, original, title="The same next year")

    copy = Award.objects.get(title="The same next year")
    assert answer.status_code == 302
    assert answer.url.startswith(staff.address(copy))
    assert copy.reference not in ("", original.reference)
    assert lines(copy) == lines(original)
    assert copy.conditions.get().text == "Report every quarter."
    original.refresh_from_db()
    assert (original.title == copy.title, original.commitments.count()) == (False, 2)


def test_a_copy_is_a_draft_that_nobody_has_recommended_approved_or_published(client):
    original = a.a_draft(1_000)
    awards.recommend(original, by=a.an_officer())
    awards.send_back(original, reason="Not yet.", by=a.an_approver())

    save_as_new(
        client,
        original,
        title="Copy",
        status="approved",
        approved_by=a.an_approver().pk,
        is_published="on",
    )

    copy = Award.objects.get(title="Copy")
    assert (copy.status, copy.is_published, copy.amount) == ("draft", False, None)
    assert copy.recommended_by is copy.approved_by is copy.decision is copy.awarded_on is None


def test_an_approved_award_does_not_offer_to_be_saved_as_new(client):
    offers = 'name="_saveasnew"'

    assert offers in client.get(staff.address(a.a_draft(1_000))).content.decode()
    assert offers not in client.get(staff.address(a.an_award(1_000))).content.decode()


def test_a_copy_that_is_not_whole_says_so_and_makes_nothing(client):
    original = a.a_draft(1_000)

    page = save_as_new(client, original, title="")

    assert page.status_code == 200
    assert Award.objects.count() == 1
