"""Whatever changes a payment plan shows it before and after, and does exactly what was shown."""

from datetime import date

import pytest
from django.urls import reverse

from commissioning.actions import awards, payments, proposals, schedules
from commissioning.figures.plans import STAYS, changed_by
from commissioning.models import Award, Commitment, Instalment, ProposedVariation, Variation
from tests import builders as a
from tests.commissioning import staff

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]

JULY, LAST = date(2026, 7, 1), date(2027, 3, 31)
REASON = {"reason": "It reaches more people."}


def an_award_under_way(pattern="quarterly", timing="advance", **fields) -> Award:
    """£12,000 in four quarters, of which the first is paid and the second is requested."""
    budget = a.a_budget(ends_on=date(2028, 3, 31))
    award = a.a_scheduled_award(
        12_000, pattern, timing, allocation=a.an_allocation(60_000, budget), **fields
    )
    first, second, *_ = a.instalments_of(award)
    a.a_paid_instalment(first)
    a.a_requested_instalment(second)
    return award


def lines(plan) -> list[tuple]:
    return [(line.due_on, line.before, line.after, line.change) for line in plan.lines]


def standing(award: Award) -> list[tuple]:
    return sorted((row.due_on, row.amount) for row in a.instalments_of(award))


def after(plan) -> list[tuple]:
    return sorted((line.due_on, line.after) for line in plan.lines if line.after is not None)


def before(plan) -> list[tuple]:
    return sorted((line.due_on, line.before) for line in plan.lines if line.before is not None)


# --- What is shown is what is done ----------------------------------------------------------------


@pytest.mark.parametrize("pattern", ["once", "monthly", "quarterly"])
@pytest.mark.parametrize(
    ("amount", "ends_on"), [(3_000, None), (-2_000, None), (500, date(2027, 9, 30))]
)
def test_the_plan_that_is_put_forward_is_the_plan_that_follows(pattern, amount, ends_on):
    budget = a.a_budget(ends_on=date(2028, 3, 31))
    award = a.a_scheduled_award(12_000, pattern, allocation=a.an_allocation(60_000, budget))
    other = a.an_allocation(5_000, budget)
    changes = [(award.commitments.get().allocation, a.pounds(amount)), (other, a.pounds(750))]
    was = standing(award)

    shown = schedules.what_if(award, changes, effective_on=JULY, ends_on=ends_on)
    details = {"decision": a.a_decision(), "effective_on": JULY, "by": a.an_approver(), **REASON}
    variation = awards.vary(award, changes, kind="increase", ends_on=ends_on, **details)

    assert sorted((row.due_on, row.amount) for row in shown[0]) == was
    assert sorted((row.due_on, row.amount) for row in shown[1]) == standing(award)
    plan = changed_by(variation)
    assert (before(plan), after(plan)) == (was, standing(award))
    increase = [row for row in a.instalments_of(award) if row.planned_by_id and amount > 0]
    assert all(row.due_on >= JULY for row in increase)


def test_looking_at_what_would_follow_changes_nothing():
    award = an_award_under_way()
    was = standing(award), Commitment.objects.count(), Instalment.objects.count()

    other = a.an_allocation(5_000)
    schedules.what_if(award, [(other, a.pounds(10))], effective_on=JULY, ends_on=date(2028, 1, 1))

    award.refresh_from_db()
    assert (standing(award), Commitment.objects.count(), Instalment.objects.count()) == was
    assert award.ends_on == LAST


# --- On every page --------------------------------------------------------------------------------


def test_whoever_puts_a_variation_forward_sees_the_plan_before_and_after(client, superuser):
    award = an_award_under_way()
    line = award.commitments.get()

    page = staff.ask(client, award, "propose-variation", **{f"line_{line.pk}": "3000"}, **REASON)

    (plan,) = page.context["effect"].plans
    assert (plan.before, plan.after) == (12_000, 15_000)
    text = page.content.decode()
    for words in ("Payment plan of", "Before", "After", "paid", "£3,000.00 requested", STAYS):
        assert words in text, words
    assert "£3,000.00 more" in text
    assert "1 April 2026" in text


def test_whoever_approves_a_variation_sees_the_plan_when_asked_and_when_confirming(client):
    award = an_award_under_way()
    proposal = a.a_proposed_variation(3_000, award)
    client.force_login(a.an_approver())
    posted = {"decision": a.a_decision().pk, "effective_on": "2026-07-01"}

    asked = client.get(staff.address(proposal, "approve"))
    confirm = staff.ask(client, proposal, "approve", **posted)
    (plan,) = confirm.context["effect"].plans
    was = standing(award)
    staff.confirm(client, proposal, "approve", confirm, **posted)

    assert "before and after" in asked.content.decode()
    assert "£15,000.00" in asked.content.decode()
    assert (before(plan), after(plan)) == (was, standing(award))
    proposal.refresh_from_db()
    own = client.get(staff.address(proposal.variation)).content.decode()
    put_forward = client.get(staff.address(proposal)).content.decode()
    for page in (own, put_forward):
        assert "Payment plan of" in page
        assert "£3,000.00 more" in page


def test_a_plan_that_changed_since_it_was_shown_is_asked_about_again(client):
    award = an_award_under_way()
    proposal = a.a_proposed_variation(3_000, award)
    client.force_login(a.an_approver())
    posted = {"decision": a.a_decision().pk, "effective_on": "2026-07-01"}
    confirm = staff.ask(client, proposal, "approve", **posted)
    a.a_requested_instalment(a.instalments_of(award)[2])

    again = staff.confirm(client, proposal, "approve", confirm, **posted)

    assert "Something changed while you looked" in again.content.decode()
    assert not Variation.objects.exists()


def test_termination_and_reinstatement_show_the_plan_too(client, superuser):
    award = an_award_under_way()
    payments.cancel(
        award.commitments.get().payments.get(status="requested"), reason="Wrong.", by=a.an_officer()
    )
    posted = {"decision": a.a_decision().pk, "effective_on": "2026-07-01", **REASON}
    for action, change in (("terminate", "removed"), ("reinstate", "new")):
        # Nobody takes back what they did themselves.
        client.force_login(a.a_user(superuser=True))
        page = staff.ask(client, award, action, **posted)
        (plan,) = page.context["effect"].plans
        assert change in {line.change for line in plan.lines}
        staff.confirm(client, award, action, page, **posted)
        award.refresh_from_db()
        assert after(plan) == standing(award)
    assert [changed_by(each).changes for each in award.variations.all()] == [True, True]


def test_an_award_without_a_plan_says_so(client, superuser):
    award = a.an_award(1_000)
    line = award.commitments.get()

    page = staff.ask(client, award, "propose-variation", **{f"line_{line.pk}": "-100"}, **REASON)

    assert "This award has no payment plan" in page.content.decode()


def test_a_variation_of_before_says_that_its_plan_is_not_recorded(client, superuser):
    award = an_award_under_way()
    proposal = a.a_proposed_variation(3_000, award)
    details = {"decision": a.a_decision(), "effective_on": JULY}
    variation = proposals.approve(proposal, by=a.an_approver(), **details)
    Variation.objects.filter(pk=variation.pk).update(keeps_plan=False)

    page = client.get(staff.address(variation)).content.decode()

    assert "Not recorded: this variation was made before payment plans were kept" in page


def test_earlier_plans_stay_as_they_were_when_the_award_is_varied_again():
    award = an_award_under_way()
    line = award.commitments.get().allocation
    made, plans = [], []
    for amount, kind in ((3_000, "increase"), (-1_000, "decrease"), (500, "increase")):
        was = standing(award)
        details = {"decision": a.a_decision(), "effective_on": JULY, "by": a.an_approver()}
        variation = awards.vary(award, [(line, a.pounds(amount))], kind=kind, **REASON, **details)
        made.append(variation)
        plans.append((was, standing(award)))

    shown = [changed_by(Variation.objects.get(pk=each.pk)) for each in made]
    assert [(before(plan), after(plan)) for plan in shown] == plans


def test_the_list_of_variations_opens_and_leads_to_the_page_of_each(client, superuser):
    variation = proposals.approve(
        a.a_proposed_variation(10), decision=a.a_decision(), effective_on=JULY, by=a.an_approver()
    )
    assert ProposedVariation.objects.get().variation == variation

    page = client.get(reverse("admin:commissioning_variation_changelist")).content.decode()
    assert staff.address(variation) in page
    assert staff.address(variation) in client.get(staff.address(variation.award)).content.decode()
