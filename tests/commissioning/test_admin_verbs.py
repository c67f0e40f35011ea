"""What every verb of the staff site asks, and what its pages tell before it is done."""

import pytest

from commissioning.actions import awards
from commissioning.models import Award, Entry
from tests import builders as a
from tests.commissioning import staff

pytestmark = pytest.mark.django_db

DAY = "2026-06-01"


# --- What is asked --------------------------------------------------------------------------------

TEN_MEGABYTES = "x" * 10_000_000


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("amount", "-5", "more than £0.00"),
        ("amount", "0", "more than £0.00"),
        ("amount", "1.005", "parts of a penny"),
        ("amount", "lots", "not an amount of money"),
        ("amount", "NaN", "not an amount of money"),
        ("amount", "9" * 40, "more than this system can hold"),
        ("amount", "", "required"),
        ("effective_on", "31/02/2026", "valid date"),
        ("effective_on", "0202-01-01", "1980 or later"),
        ("direction", "sideways", "valid choice"),
        ("decision", "99999999999999999999", "valid choice"),
        ("decision", "x", "valid choice"),
        ("reason", "   ", "required"),
        ("reason", "a\x07b", "cannot be printed"),
        ("reason", "a\x00b", "ull character"),
        ("reason", TEN_MEGABYTES, "at most 2000 characters"),
    ],
)
def test_bad_answers_get_a_sentence_and_change_nothing(client, finance, field, value, sentence):
    budget = a.a_budget()
    told = {"direction": "in", "amount": "1", "reason": "Late.", "effective_on": DAY}
    before = staff.traces(), Entry.objects.count()

    page = staff.ask(client, budget, "revise", **{**told, field: value})

    assert page.status_code == 200
    assert sentence in staff.problems(page)
    assert (staff.traces(), Entry.objects.count()) == before


def test_a_verb_on_a_record_that_is_not_there_leads_away(client, finance):
    for key in (0, 987654, 99999999999999999999999):
        assert client.get(f"/staff/commissioning/budget/{key}/revise/").status_code == 302


def test_going_back_keeps_what_was_written(client, finance):
    told = {"direction": "in", "amount": "1", "reason": "Late.", "effective_on": DAY}

    page = client.post(
        staff.address(a.a_budget(), "revise"), {**told, "asked": "yes", "back": "yes"}
    )

    assert "Late." in page.content.decode()
    assert "effect" not in page.context


# --- What a page tells ----------------------------------------------------------------------------


def test_many_awards_are_shown_with_their_pounds_before_and_after_the_question(client):
    client.force_login(a.an_approver())
    allocation = a.an_allocation(40_000)
    drafts = [a.a_draft("1500.50", allocation) for _ in range(2)]
    for draft in drafts:
        awards.recommend(draft, by=a.an_officer())
    told = {
        "rows": ",".join(str(draft.pk) for draft in drafts),
        "asked": "Continue",
        "decision": a.a_decision().pk,
        "effective_on": DAY,
    }

    page = client.post(staff.list_of(Award, "approve_many"), told)

    assert page.context["in_all"] == "£3,001.00"
    assert page.context["rows"] == [f"{draft}: £1,500.50 to {draft.recipient}" for draft in drafts]


def test_what_is_said_of_every_row_is_said_once_and_last(client):
    client.force_login(a.an_officer())
    drafts = [a.a_draft(100), a.a_draft(200)]
    told = {"rows": ",".join(str(draft.pk) for draft in drafts)}

    page = client.post(staff.list_of(Award, "recommend_many"), told)

    said = page.context["effect"].sentences
    assert len(said) == 3
    assert said[-1].startswith("No money is committed until somebody else approves")


def test_publishing_an_award_warns_of_what_the_public_cannot_follow_it_to(client):
    client.force_login(a.an_officer())
    award = a.an_award(recipient=a.an_organisation("Boxing Club", published=False))

    page = client.post(staff.address(award, "publish"))

    assert [*page.context["effect"].warnings] == [
        "The recipient “Boxing Club” is not published yet, so the public cannot follow the award "
        "to it."
    ]


def test_a_virement_warns_when_money_changes_its_source(client, finance):
    giver, same = a.a_budget(1_000), a.a_budget(1_000)
    same = a.a_budget(1_000, source=giver.source)
    other = a.a_budget(1_000, source=a.a_source("Home Office", ring_fence="Victims only."))
    told = {"amount": "5", "reason": "Agreed.", "effective_on": DAY}

    plain = staff.ask(client, giver, "vire", taker=same.pk, **told)
    warned = staff.ask(client, giver, "vire", taker=other.pk, **told)

    assert plain.context["effect"].warnings == ()
    assert "will count as money of Home Office from then on" in staff.effect(warned)
    assert "Home Office may be spent only on: Victims only." in staff.effect(warned)

    back = staff.ask(client, other, "vire", taker=giver.pk, **told)
    assert "It cannot become money of" in staff.problems(back)


def test_money_that_is_all_allocated_is_not_vired_or_carried_forward(client, finance):
    budget = a.a_budget(1_000)
    a.an_allocation(1_000, budget)

    for verb in ("vire", "propose-carry-forward"):
        page = client.get(staff.address(budget, verb))
        assert page.context["obstacles"][0] == (
            "All of its £1,000.00 is allocated. Take some back from an allocation first."
        )


def test_a_request_is_told_what_was_requested_already(client):
    client.force_login(a.an_officer())
    award = a.an_award(1_000)
    a.a_request(400, award)

    page = client.get(staff.address(award, "request-payment"))

    assert page.context["tells"] == ["A payment of £400.00 is requested already."]
