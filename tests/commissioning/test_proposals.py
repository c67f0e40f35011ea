"""Variations by two people: put forward by one, approved by another, lapsing with the award."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from commissioning import integrity
from commissioning.actions import awards, proposals
from commissioning.models import Award, Entry, HistoryEvent, ProposedVariation, Variation
from commissioning.money import LARGEST
from commissioning.rules import RuleBroken
from tests import builders as a
from tests.chain import JUNE, MAY, terminate
from tests.commissioning import staff

pytestmark = pytest.mark.django_db

Status = ProposedVariation.Status


def approve(proposal, by=None, **fields):
    fields = {"decision": a.a_decision(), "effective_on": JUNE, **fields}
    return proposals.approve(proposal, by=by or a.an_approver(), **fields)


def a_long_award() -> Award:
    """An award of money that may be spent for years, so that it can be extended."""
    budget = a.a_budget(ends_on=date(2029, 3, 31))
    return a.an_award(1_000, a.an_allocation(budget=budget), ends_on=date(2027, 3, 31))


def test_a_proposal_changes_nothing_until_somebody_else_approves_it():
    award, officer, approver = a_long_award(), a.an_officer(), a.an_approver()
    proposal = a.a_proposed_variation(200, award, by=officer, ends_on=date(2028, 3, 31))
    award.refresh_from_db()
    assert (award.amount, award.variations.count()) == (1_000, 0)

    variation = approve(proposal, approver)

    award.refresh_from_db()
    proposal.refresh_from_db()
    assert (award.amount, award.ends_on) == (1_200, date(2028, 3, 31))
    assert (proposal.status, proposal.decided_by, proposal.variation) == (
        Status.APPROVED,
        approver,
        variation,
    )
    assert (variation.number, variation.kind, variation.approved_by) == (1, "increase", approver)
    assert list(integrity.breaches()) == []


@pytest.mark.parametrize("superuser", [False, True])
def test_nobody_decides_on_what_they_put_forward(superuser):
    both = a.a_user(superuser=superuser)
    proposal = a.a_proposed_variation(by=both)

    for step in (
        lambda: approve(proposal, both),
        lambda: proposals.refuse(proposal, reason="No.", by=both),
    ):
        with pytest.raises(RuleBroken, match="You put this variation forward"):
            step()

    proposal.refresh_from_db()
    assert proposal.status == Status.PROPOSED


def test_whoever_recommended_the_award_does_not_approve_its_variation():
    officer = a.an_officer()
    draft = a.a_draft(1_000)
    awards.recommend(draft, by=officer)
    awards.approve(draft, decision=a.a_decision(), effective_on=MAY, by=a.an_approver())

    with pytest.raises(RuleBroken, match="You recommended award"):
        approve(a.a_proposed_variation(10, draft), officer)


def test_one_variation_at_a_time_is_put_forward():
    award = a.an_award()
    first = a.a_proposed_variation(10, award)

    with pytest.raises(RuleBroken, match=f"{first.proposed_by} has put a variation of award"):
        a.a_proposed_variation(20, award)

    proposals.withdraw(first, reason="Not needed.", by=first.proposed_by)
    a.a_proposed_variation(20, award)


def vary(award):
    awards.vary(
        award,
        [],
        kind="extension",
        reason="More time.",
        decision=a.a_decision(),
        effective_on=JUNE,
        ends_on=date(2029, 1, 1),
        by=a.an_approver(),
    )


def close(award):
    a.a_payment(1_000, award)
    awards.close(award, by=a.an_approver())


@pytest.mark.parametrize("change", [vary, terminate, close])
def test_a_proposal_lapses_when_the_award_changes_meanwhile(change):
    award = a_long_award()
    proposal = a.a_proposed_variation(10, award)

    change(award)

    proposal.refresh_from_db()
    assert proposal.status == Status.LAPSED
    with pytest.raises(RuleBroken, match="already lapsed: the award changed meanwhile"):
        approve(proposal)
    assert HistoryEvent.objects.filter(verb__startswith="lapsed").exists()


@pytest.mark.parametrize("end", ["refuse", "withdraw"])
def test_what_was_refused_or_withdrawn_is_not_approved_any_more(end):
    award = a.an_award(1_000)
    proposal = a.a_proposed_variation(10, award)
    getattr(proposals, end)(proposal, reason="Not now.", by=a.an_approver())

    with pytest.raises(RuleBroken, match="is already"):
        approve(proposal)

    award.refresh_from_db()
    assert award.amount == 1_000


def test_an_approval_needs_a_decision_and_money_and_is_whole_or_nothing():
    allocation = a.an_allocation(1_000)
    proposal = a.a_proposed_variation(501, a.an_award(500, allocation))

    with pytest.raises(RuleBroken, match="Choose the decision notice"):
        approve(proposal, decision=None)
    with pytest.raises(RuleBroken, match=r"available £500.00, asked £501.00"):
        approve(proposal)

    proposal.refresh_from_db()
    assert (proposal.status, Variation.objects.count()) == (Status.PROPOSED, 0)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"amount": None}, "Say what changes"),
        ({"reason": " "}, "Say why"),
        ({"amount": -601}, r"£601.00 cannot be taken from award .*£600.00 is left to pay"),
    ],
)
def test_a_proposal_that_makes_no_sense_is_not_put_forward(change, sentence):
    award = a.an_award(1_000)
    a.a_payment(400, award)

    with pytest.raises(RuleBroken, match=sentence):
        a.a_proposed_variation(award=award, **change)

    assert not ProposedVariation.objects.exists()


@pytest.mark.parametrize("status", ["draft", "recommended", "terminated"])
def test_only_an_open_award_is_varied(status):
    award = a.a_draft(1_000)
    Award.objects.filter(pk=award.pk).update(status="draft")
    if status != "draft":
        awards.recommend(award, by=a.an_officer())
    if status == "terminated":
        awards.approve(award, decision=a.a_decision(), effective_on=MAY, by=a.an_approver())
        terminate(award)

    with pytest.raises(RuleBroken, match=f"is {status}"):
        a.a_proposed_variation(10, award)


# --- In the staff site ----------------------------------------------------------------------------


@pytest.fixture
def officer(client):
    officer = a.an_officer()
    client.force_login(officer)
    return officer


def test_an_officer_puts_a_variation_over_several_allocations_forward_and_it_is_approved(
    client, officer
):
    walsall = a.an_allocation(40_000, area=a.an_area("Walsall"))
    dudley = a.an_allocation(5_000, area=a.an_area("Dudley"))
    award = a.an_award(12_000, walsall)
    (line,) = award.commitments.all()
    told = {
        f"line_{line.pk}": "-2000",
        "allocation_1": dudley.pk,
        "amount_1": "£3,000",
        "reason": "The work moves.",
    }
    page = staff.ask(client, award, "propose-variation", **told)
    assert "−£2,000.00 from Walsall" in staff.effect(page)
    assert "+£3,000.00 from Dudley" in staff.effect(page)
    assert "would go from £12,000.00 to £13,000.00" in staff.effect(page)
    staff.confirm(client, award, "propose-variation", page, **told)
    proposal = ProposedVariation.objects.get()
    approver = a.an_approver()
    client.force_login(approver)
    index = client.get(reverse("admin:index")).content.decode()
    assert "Variations waiting for your approval" in index
    assert f"+£1,000.00, put forward by {officer}" in index
    decided = {"decision": a.a_decision().pk, "effective_on": "2026-06-01"}

    page = staff.ask(client, proposal, "approve", **decided)

    assert "£2,000.00 will go back to Walsall" in staff.effect(page)
    assert "£3,000.00 of £5,000.00 left" in staff.effect(page)
    assert "will go from £12,000.00 to £13,000.00" in staff.effect(page)
    award.refresh_from_db()
    assert award.amount == 12_000
    staff.confirm(client, proposal, "approve", page, **decided)
    award.refresh_from_db()
    assert (award.amount, award.variations.get().kind) == (13_000, "increase")


def test_what_is_not_there_yet_is_warned_of_and_put_forward_all_the_same(client, officer):
    award = a.an_award(1_000, a.an_allocation(1_500))
    told = {f"line_{award.commitments.get().pk}": "501", "reason": "More."}

    page = staff.ask(client, award, "propose-variation", **told)

    assert "Only £500.00 is left in" in staff.effect(page)
    staff.confirm(client, award, "propose-variation", page, **told)
    assert ProposedVariation.objects.get().status == Status.PROPOSED


def test_an_extension_ends_later_and_is_approved_without_money(client, officer):
    award = a_long_award()
    earlier = staff.ask(
        client, award, "propose-extension", reason="More time.", ends_on="2027-03-01"
    )
    assert "An extension ends later" in staff.problems(earlier)
    staff.use(client, award, "propose-extension", reason="More time.", ends_on="2027-09-30")
    proposal = ProposedVariation.objects.get()
    client.force_login(a.an_approver())

    decided = {"decision": a.a_decision().pk, "effective_on": "2026-06-01"}
    staff.use(client, proposal, "approve", **decided)

    award.refresh_from_db()
    assert (award.ends_on, award.amount) == (date(2027, 9, 30), 1_000)
    assert award.variations.get().kind == "extension"


def test_nobody_varies_an_award_alone_in_the_staff_site(client):
    award = a.an_award(1_000)
    for user in (a.an_approver(), a.a_user(superuser=True)):
        client.force_login(user)
        for verb in ("vary", "extend"):
            address = staff.address(award).replace("/change/", f"/{verb}/")
            assert client.get(address).status_code in (302, 404), verb
            client.post(address, {"asked": "yes", "confirmed": "x"})
        labels = [b["label"] for b in client.get(staff.address(award)).context["verb_buttons"]]
        assert not {"Vary the amount", "Extend"} & set(labels)
    assert not Variation.objects.exists()


def test_the_award_s_page_says_that_a_variation_is_put_forward_already(client, officer):
    award = a.an_award(1_000)
    proposal = a.a_proposed_variation(10, award)

    page = client.get(staff.address(award)).content.decode()

    assert f"{proposal.proposed_by} has put a variation of award" in page
    history = client.get(staff.address(award, "history")).content.decode()
    assert "put forward" in history


def test_an_approver_refuses_and_the_officer_reads_why(client, officer):
    award = a.an_award(1_000)
    proposal = a.a_proposed_variation(10, award, by=officer)
    client.force_login(a.an_approver())
    staff.use(client, proposal, "refuse", reason="The year is over.")
    client.force_login(officer)

    page = client.get(reverse("admin:index")).content.decode()

    assert "Variations turned down in the last 30 days" in page
    assert "Refused: The year is over." in page


# --- Amounts --------------------------------------------------------------------------------------


def proposed(award, changes):
    proposal = ProposedVariation(award=award, kind="increase", reason="More.")
    proposals.propose(proposal, changes, by=a.an_officer())


def varied(award, changes):
    told = {"kind": "increase", "reason": "More.", "decision": a.a_decision(), "effective_on": MAY}
    awards.vary(award, changes, by=a.an_approver(), **told)


def taken_on(award, changes):
    told = {"from_record": "The ledger of 2019", "effective_on": MAY}
    awards.take_on(a.a_draft(None), changes, by=a.a_finance_officer(), **told)


@pytest.mark.parametrize("amount", [0.5, Decimal("NaN"), Decimal("0.005"), LARGEST + 1], ids=str)
@pytest.mark.parametrize("deed", [proposed, varied, taken_on])
def test_an_amount_that_is_not_exact_pounds_is_refused_with_a_sentence(deed, amount):
    award = a.an_award(1_000)
    entries = Entry.objects.count()

    with pytest.raises(ValidationError, match=r"money|penny|more than this system"):
        deed(award, [(award.commitments.get().allocation, amount)])

    assert Entry.objects.count() == entries
    assert not ProposedVariation.objects.exists()
