"""No one person, whatever they may do, takes two steps that two people take."""

from itertools import combinations

import pytest
from django.contrib.auth.models import Group
from django.utils.dateparse import parse_date

from commissioning import roles
from commissioning.actions import awards, funds
from commissioning.models import Allocation, Award, Budget, Payment, ProposedVariation
from finance.models import CarryForward, PaymentBatch
from tests import builders as a
from tests.chain import MAY
from tests.commissioning import staff
from tests.sampling import sample

pytestmark = pytest.mark.django_db

SUPERUSER = "superuser"
EVERYTHING = (*roles.ROLES, SUPERUSER)
# Who holds more roles may do more, so that the last two stand for every pair.
PAIRS = sample(list(combinations(roles.ROLES, 2)), 2)
PEOPLE = [*PAIRS, tuple(roles.ROLES), EVERYTHING]
DAY = "2026-06-01"


@pytest.fixture(params=PEOPLE, ids=lambda held: " and ".join(held[-2:]))
def person(request, client):
    """Somebody who holds all of these roles, signed in."""
    person = a.a_user(superuser=SUPERUSER in request.param)
    person.groups.set(Group.objects.filter(name__in=request.param))
    client.force_login(person)
    return person


def press(client, row, verb: str, **told) -> None:
    """Use a verb as far as the pages let this person."""
    page = staff.ask(client, row, verb, **told)
    if page.status_code == 200 and "effect" in page.context:
        staff.confirm(client, row, verb, page, **told)


def recommended(client, award, tries: bool) -> bool:
    if tries:
        press(client, award, "recommend")
    award.refresh_from_db()
    if award.status == Award.Status.DRAFT:
        awards.recommend(award, by=a.an_officer())
        return False
    return True


def approved(client, award) -> bool:
    press(client, award, "approve", decision=a.a_decision().pk, effective_on=DAY)
    award.refresh_from_db()
    if award.status == Award.Status.RECOMMENDED:
        awards.approve(award, decision=a.a_decision(), effective_on=MAY, by=a.an_approver())
        return False
    return True


def requested(client, award, tries: bool) -> bool:
    if tries:
        line = award.commitments.get().pk
        press(client, award, "request-payment", commitment=line, amount="100")
    if Payment.objects.filter(commitment__award=award).exists():
        return True
    a.a_request(100, award)
    return False


def released(client, award) -> bool:
    payment = Payment.objects.get(commitment__award=award)
    press(client, payment, "release", paid_on=DAY)
    payment.refresh_from_db()
    return payment.status == Payment.Status.RELEASED


@pytest.mark.parametrize("begins", [True, False])
def test_whoever_takes_the_first_step_does_not_take_the_second(client, person, begins):
    award = a.a_draft(1_000)

    steps = {
        "recommend": recommended(client, award, begins),
        "approve": approved(client, award),
        "request": requested(client, award, begins),
        "release": released(client, award),
    }

    assert not (steps["recommend"] and steps["approve"]), steps
    assert not (steps["request"] and steps["release"]), steps
    if person.is_superuser:
        # The pages do let somebody do half of it.
        assert steps["recommend"] == steps["request"] == begins
        assert steps["approve"] == steps["release"] == (not begins)


# --- What one person puts forward and another decides on ------------------------------------------


def carry_forward_proposed(client) -> tuple[CarryForward, bool]:
    """A carry-forward that waits, and whether this person proposed it."""
    giver, taker = a.two_years()
    told = {"taker": taker.pk, "amount": "100", "reason": "It started late."}
    press(client, giver, "propose-carry-forward", **told)
    proposal = CarryForward.objects.first()
    return proposal or a.a_carry_forward(100, giver, taker), proposal is not None


def variation_proposed(client) -> tuple[ProposedVariation, bool]:
    award = a.an_award(1_000)
    line = award.commitments.get()
    told = {f"line_{line.pk}": "-10", "reason": "Fewer sessions."}
    press(client, award, "propose-variation", **told)
    proposal = ProposedVariation.objects.first()
    return proposal or a.a_proposed_variation(-10, award, kind="decrease"), proposal is not None


def batch_put_together(client) -> tuple[PaymentBatch, bool]:
    request = a.a_payable_request(100, due_on=MAY)
    client.post(staff.list_of(PaymentBatch, "add"), {"pay_on": str(a.PAY_DAY), "due_by": DAY})
    batch = PaymentBatch.objects.first()
    return batch or a.a_batch(request), batch is not None


def margin_authorised(client) -> tuple[Budget, bool]:
    """A budget that is allocated to the penny, with a margin on top."""
    budget = a.a_budget(1_000)
    a.an_allocation(1_000, budget)
    press(client, budget, "margin", margin="100", reason="Late returns.", starts_on=DAY)
    budget.refresh_from_db()
    if budget.margin:
        return budget, True
    return margin_of_another(budget), False


def margin_of_another(budget: Budget) -> Budget:
    """The budget, with a margin that somebody else authorised."""
    details = {"reason": "Late returns.", "starts_on": parse_date(DAY)}
    by = a.a_chief_finance_officer()
    funds.authorise_margin(budget, a.pounds(100), by=by, **details)
    return budget


def uses_margin(client, budget: Budget) -> bool:
    """Whether this person gets more allocated than the budget holds."""
    before = Allocation.objects.filter(budget=budget).count()
    press(client, budget, "allocate", **{f"area_{a.an_area().pk}": "50", "effective_on": DAY})
    return Allocation.objects.filter(budget=budget).count() > before


def decides(client, row, verb: str, **told) -> bool:
    """Whether this person gets the record from one state into another."""
    before = row.status
    press(client, row, verb, **told)
    row.refresh_from_db()
    return row.status != before


def test_whoever_proposes_a_carry_forward_does_not_approve_it(client, person):
    proposal, began = carry_forward_proposed(client)

    assert not (decides(client, proposal, "approve") and began)
    if person.is_superuser:
        assert began
        assert decides(client, a.a_carry_forward(10), "approve")


def test_whoever_proposes_a_variation_does_not_approve_it(client, person):
    proposal, began = variation_proposed(client)
    told = {"decision": a.a_decision().pk, "effective_on": DAY}

    assert not (decides(client, proposal, "approve", **told) and began)
    if person.is_superuser:
        assert began
        assert decides(client, a.a_proposed_variation(10), "approve", **told)


def test_whoever_puts_a_batch_together_does_not_release_it(client, person):
    batch, began = batch_put_together(client)

    assert not (decides(client, batch, "release") and began)
    if person.is_superuser:
        assert began
        assert decides(client, a.a_batch(), "release")


def test_whoever_authorises_a_margin_does_not_use_it(client, person):
    budget, began = margin_authorised(client)

    assert not (uses_margin(client, budget) and began)
    if person.is_superuser:
        assert began
        full = a.a_budget(1_000)
        a.an_allocation(1_000, full)
        assert uses_margin(client, margin_of_another(full))


def return_marked(client) -> tuple[Payment, bool]:
    """A payment that is marked as returned unpaid, and whether this person marked it."""
    payment = a.a_payment(100)
    press(client, payment, "mark-returned", on=DAY, bank_reason="refused")
    row = payment.returns.first()
    return row or a.a_payment_marked_returned(payment), row is not None


def test_whoever_marks_a_payment_as_returned_does_not_confirm_it(client, person):
    row, began = return_marked(client)

    assert not (decides(client, row, "confirm-return") and began)
    if person.is_superuser:
        assert began
        assert decides(client, a.a_payment_marked_returned(), "confirm-return")
