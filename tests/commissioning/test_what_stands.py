"""What the public has seen, money stands on or somebody approved is not written over."""

import pytest

from commissioning.actions import awards, records
from commissioning.models import Award, Condition, Organisation, Payment
from commissioning.resources.base import load_rows
from commissioning.resources.decisions import DecisionResource
from commissioning.resources.organisations import OrganisationResource
from commissioning.rules import RuleBroken
from tests import builders as a
from tests.commissioning import staff

pytestmark = pytest.mark.django_db


def change(row, **fields) -> None:
    """The row with other values, saved as any caller would."""
    for name, value in fields.items():
        setattr(row, name, value)
    records.save(row, by=a.an_officer())


def stored(row, field: str):
    return type(row).objects.values_list(field, flat=True).get(pk=row.pk)


# --- Addresses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (a.an_organisation, "slug"),
        (a.a_fund, "slug"),
        (a.a_decision, "reference"),
        (a.an_area, "slug"),
    ],
)
def test_the_address_of_what_is_published_stays(make, field):
    row = make()
    before = stored(row, field)

    with pytest.raises(RuleBroken, match="is published, so its address stays"):
        change(row, **{field: "another"})

    assert stored(row, field) == before


def test_the_address_of_what_is_not_published_may_change():
    organisation = a.an_organisation(published=False)

    change(organisation, slug="another")

    assert stored(organisation, "slug") == "another"


def test_an_import_keeps_published_addresses():
    organisation = a.an_organisation("Boxing Club")
    row = {"code": organisation.code, "name": "Boxing", "kind": "charity", "slug": "another"}

    with pytest.raises(Exception, match="Row 2, slug: “another”: Boxing Club is published"):
        load_rows(OrganisationResource, [row], by=a.an_officer())

    assert Organisation.objects.get().name == "Boxing Club"


def test_an_import_adds_a_decision_rather_than_move_a_published_one():
    a.a_decision(reference="D-1")
    row = {"reference": "D-2", "title": "Another", "decided_on": "1/5/2026"}

    assert load_rows(DecisionResource, [row], by=a.an_officer()).created == 1


# --- Awards ---------------------------------------------------------------------------------------


def test_what_was_put_forward_stays():
    draft = a.a_draft()
    awards.recommend(draft, by=a.an_officer())

    with pytest.raises(RuleBroken, match="is recommended, so what was put forward stays"):
        change(draft, purpose="Something else.")

    draft.refresh_from_db()
    change(draft, note="Rang them.")
    assert stored(draft, "note") == "Rang them."


def test_what_was_approved_stays_and_what_was_left_out_is_filled_in():
    award = a.an_award()

    with pytest.raises(RuleBroken, match="so what was approved stays"):
        change(award, reason="Something else.")

    award.refresh_from_db()
    change(award, period_note="Two years", scope="force_wide")
    assert stored(award, "period_note") == "Two years"


def test_a_draft_that_was_sent_back_may_change_again():
    draft = a.a_draft()
    awards.recommend(draft, by=a.an_officer())
    awards.send_back(draft, reason="Too little.", by=a.an_approver())

    change(draft, purpose="Something else.")

    assert stored(draft, "purpose") == "Something else."


@pytest.mark.parametrize("belongings", ["conditions", "commitments"])
def test_what_belongs_to_an_approved_award_is_not_removed(belongings):
    award = a.an_award()
    Condition.objects.create(award=award, text="Report every quarter.")
    row = getattr(award, belongings).get()

    with pytest.raises(RuleBroken, match=r"is approved, so this (condition|record) stays"):
        records.remove(row, by=a.an_officer())

    assert getattr(award, belongings).exists()


def test_the_decision_of_an_old_award_is_named_once_it_is_found(client):
    old = a.an_award_taken_on(100)
    client.force_login(a.an_officer())
    decision = a.a_decision()

    staff.use(client, old, "name-decision", decision=decision.pk)

    assert stored(old, "decision") == decision.pk
    again = staff.ask(client, old, "name-decision", decision=a.a_decision().pk)
    assert again.context["obstacles"]


def test_the_decision_of_an_approved_award_is_not_named_anew():
    award = a.an_award()
    decision = award.decision

    with pytest.raises(RuleBroken, match="taken on without a decision notice"):
        awards.name_decision(award, a.a_decision(), by=a.an_officer())

    assert stored(award, "decision") == decision.pk


# --- Money ----------------------------------------------------------------------------------------


def test_money_stays_where_it_was_put():
    budget, allocation = a.a_budget(), a.an_allocation()

    with pytest.raises(RuleBroken, match="Money stands on this record"):
        change(budget, fund=a.a_fund())
    with pytest.raises(RuleBroken, match="Money stands on this record"):
        change(allocation, area=a.an_area())


def test_what_was_asked_for_is_what_is_released():
    request = a.a_request(1_000)

    with pytest.raises(RuleBroken, match="Cancel the request, and make a new one"):
        change(request, amount=a.pounds(999))

    assert stored(request, "amount") == a.pounds(1_000)


def test_finance_fills_in_its_reference_and_nothing_that_was_asked_for(client):
    paid = a.a_payment(1_000)
    client.force_login(a.a_finance_officer())
    told = {"reference": "INV 7", "amount": "5", "kind": "recovery", "due_on": "1/6/2026"}

    # What is fixed and sent all the same is refused, and nothing of the form is saved.
    assert client.post(staff.address(paid), told).status_code == 200
    assert stored(paid, "reference") == ""
    assert client.post(staff.address(paid), {"reference": "INV 7"}).status_code == 302

    kept = Payment.objects.get()
    assert (kept.reference, kept.amount, kept.kind) == ("INV 7", a.pounds(1_000), "payment")
    assert kept.due_on is None
    client.post(staff.address(paid), {"reference": "INV 8"})
    assert stored(paid, "reference") == "INV 7"


def test_the_award_of_a_taken_reference_is_not_written_over_by_an_import(client):
    award = a.an_award(reference="A-1")
    client.force_login(a.an_officer())

    client.post(staff.address(award), {"title": "Another", "reference": "A-2"})

    assert Award.objects.get(pk=award.pk).reference == "A-1"
