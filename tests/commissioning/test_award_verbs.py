"""Verbs on awards and payments in the staff site: asked, told in pounds, confirmed, done."""

from decimal import Decimal

import pytest

from commissioning.actions import awards
from commissioning.models import Award, DecisionNotice, Payment
from tests import builders as a
from tests.commissioning import staff

pytestmark = pytest.mark.django_db

DAY = "2026-06-01"


# --- Awards ---------------------------------------------------------------------------------------


def test_approving_says_what_will_be_committed_and_then_commits_it(client, approver):
    award = a.a_draft(12_000, staff.walsall())
    awards.recommend(award, by=a.an_officer())
    told = {"decision": a.a_decision().pk, "effective_on": "2026-05-01"}

    page = staff.ask(client, award, "approve", **told)

    assert (
        "£12,000.00 of £40,000.00 left in Walsall 2026/27 (Active Citizens Fund) will be "
        "committed; £28,000.00 will be left."
    ) in staff.effect(page)
    assert "£12,000.00 of £40,000.00 left in Walsall" in page.content.decode()
    award.refresh_from_db()
    assert (award.status, award.amount) == ("recommended", None)

    done = staff.confirm(client, award, "approve", page, **told)

    assert done.url == staff.address(award)
    assert "Approved" in staff.message(done)
    award.refresh_from_db()
    assert (award.status, award.amount) == ("approved", Decimal("12000.00"))
    assert award.approved_by == approver


def test_committing_money_that_is_only_expected_gives_a_warning(client, approver):
    budget = a.a_budget(source_status="expected")
    award = a.a_draft(1_000, a.an_allocation(budget=budget))
    awards.recommend(award, by=a.an_officer())

    page = staff.ask(client, award, "approve", decision=a.a_decision().pk, effective_on=DAY)

    assert "only expected, not yet confirmed" in staff.effect(page)


def test_money_is_not_committed_after_the_last_day_of_its_budget(client, approver):
    award = a.a_draft(1_000, staff.walsall())
    awards.recommend(award, by=a.an_officer())
    told = {"decision": a.a_decision().pk}

    too_late = staff.ask(client, award, "approve", effective_on="2035-12-12", **told)
    in_time = staff.ask(client, award, "approve", effective_on=DAY, **told)

    assert "after 31 March 2027, the last day of its period" in staff.problems(too_late)
    assert "This counts from" not in staff.effect(in_time)


def test_recommending_more_than_is_left_gives_a_warning(client, officer):
    award = a.a_draft(70_000, staff.walsall(40_000))

    page = staff.ask(client, award, "recommend")

    assert "Only £40,000.00 is left in Walsall 2026/27" in staff.effect(page)


def test_recommending_several_warns_of_more_than_is_left_with_what_others_recommended(
    client, officer
):
    allocation = staff.walsall(40_000)
    awards.recommend(a.a_draft(15_000, allocation), by=a.an_officer())
    drafts = [a.a_draft(10_000, allocation), a.a_draft(15_001, allocation)]
    told = {"rows": ",".join(str(draft.pk) for draft in drafts)}

    one = staff.ask(client, drafts[0], "recommend")
    both = client.post(staff.list_of(Award, "recommend_many"), told)

    assert "is left in" not in staff.effect(one)
    assert (
        "Only £40,000.00 is left in Walsall 2026/27 (Community), and recommended awards ask for "
        "£40,001.00 of it."
    ) in staff.effect(both).replace(str(allocation.budget.fund), "Community")


def test_whoever_approves_can_record_the_decision_notice_first(client, approver):
    award = a.a_draft(1_000)
    awards.recommend(award, by=a.an_officer())

    page = client.get(staff.address(award, "approve")).content.decode()

    add = staff.list_of(DecisionNotice, "add")
    assert f'<a href="{add}">record it</a>' in page
    assert client.get(add).status_code == 200


def test_an_award_is_not_varied_to_end_before_it_starts(client, officer):
    award = a.an_award(1_000, **a.YEAR)
    line = award.commitments.get().pk
    told = {f"line_{line}": "-10", "ends_on": "2020-01-01", "reason": "Less."}

    page = staff.ask(client, award, "propose-variation", **told)

    assert "so it cannot end on 1 January 2020" in page.content.decode()
    assert not award.proposals.exists()


def test_what_is_sure_to_be_refused_is_not_offered_and_says_why(client):
    award = a.a_scheduled_award(12_000)
    client.force_login(a.an_approver())
    to_close = client.get(staff.address(award)).content.decode()
    client.force_login(a.an_officer())
    to_ask = client.get(staff.address(award)).content.decode()

    assert "£12,000.00 of award" in to_close
    assert "is committed and not paid" in to_close
    assert staff.address(award, "close") not in to_close
    assert "Request the payment on its instalment." in to_ask
    assert staff.address(award, "request-payment") not in to_ask


def test_what_was_confirmed_is_what_is_done(client, approver):
    """Somebody else takes money between the confirm page and its answer."""
    walsall = staff.walsall()
    award = a.a_draft(12_000, walsall)
    awards.recommend(award, by=a.an_officer())
    told = {"decision": a.a_decision().pk, "effective_on": "2026-05-01"}
    page = staff.ask(client, award, "approve", **told)
    a.an_award(5_000, walsall)

    again = staff.confirm(client, award, "approve", page, **told)

    assert "Something changed while you looked" in again.content.decode()
    assert "£12,000.00 of £35,000.00 left" in staff.effect(again)
    award.refresh_from_db()
    assert award.status == "recommended"
    staff.confirm(client, award, "approve", again, **told)
    award.refresh_from_db()
    assert award.status == "approved"


def test_too_much_is_refused_with_every_figure_before_anybody_confirms(client, approver):
    award = a.a_draft(12_000, staff.walsall(10_000))
    awards.recommend(award, by=a.an_officer())

    page = staff.ask(client, award, "approve", decision=a.a_decision().pk, effective_on=DAY)

    assert page.status_code == 200
    assert "£12,000.00 cannot be committed from" in staff.problems(page)
    assert "available £10,000.00" in staff.problems(page)
    award.refresh_from_db()
    assert award.status == "recommended"


def test_many_awards_are_approved_under_one_decision_or_none(client, approver):
    walsall = staff.walsall()
    drafts = [a.a_draft(amount, walsall) for amount in (12_000, 8_000)]
    for draft in drafts:
        awards.recommend(draft, by=a.an_officer())
    chosen = [draft.pk for draft in drafts]
    asked = client.post(
        staff.list_of(Award), {"action": "approve", "_selected_action": chosen, "index": 0}
    )
    assert drafts[1].title in asked.content.decode()
    rows = ",".join(str(key) for key in chosen)
    told = {"decision": a.a_decision().pk, "effective_on": DAY, "asked": "yes", "rows": rows}
    many = staff.list_of(Award, "approve_many")

    page = client.post(many, told)

    assert "£20,000.00 of £40,000.00 left in Walsall" in staff.effect(page)
    client.post(many, {**told, "confirmed": page.context["effect"].fingerprint})
    assert Award.objects.filter(status="approved").count() == 2


def test_one_award_that_cannot_be_approved_keeps_the_others_back(client, approver):
    walsall = staff.walsall()
    recommended, draft = a.a_draft(1_000, walsall), a.a_draft(1_000, walsall)
    awards.recommend(recommended, by=a.an_officer())
    rows = f"{recommended.pk},{draft.pk}"
    told = {"decision": a.a_decision().pk, "effective_on": DAY, "asked": "yes", "rows": rows}

    page = client.post(staff.list_of(Award, "approve_many"), told)

    assert f"not possible for {draft}" in page.content.decode()
    assert not Award.objects.filter(status="approved").exists()


def test_a_recommendation_says_what_the_draft_lacks(client, officer):
    draft = a.a_draft(1_000, purpose="")

    page = client.get(staff.address(draft, "recommend"))

    assert "It lacks its purpose" in page.content.decode()
    assert "It lacks its purpose" in client.get(staff.address(draft)).content.decode()


def test_an_award_goes_through_its_life_by_buttons(client, officer):
    draft = a.a_draft(1_000)
    for verb, told, status in [
        ("recommend", {}, "recommended"),
        ("send-back", {"reason": "More detail, please."}, "draft"),
        ("withdraw", {"reason": "The group closed."}, "withdrawn"),
        ("reopen", {}, "draft"),
        ("recommend", {}, "recommended"),
    ]:
        staff.use(client, draft, verb, **told)
        draft.refresh_from_db()
        assert draft.status == status
    client.force_login(a.an_approver())
    staff.use(client, draft, "reject", reason="Not this year.")
    draft.refresh_from_db()
    assert draft.status == "rejected"


def test_an_award_is_terminated_and_reinstated_by_another_approver(client, approver):
    decided = {"reason": "Agreed.", "decision": a.a_decision().pk, "effective_on": DAY}
    award = a.an_award(1_000)
    staff.use(client, award, "activate")

    page = client.get(staff.address(award, "close"))
    assert "£1,000.00 of award" in page.content.decode()
    assert "is committed and not paid" in page.content.decode()

    page = staff.ask(client, award, "terminate", **decided)
    assert "£1,000.00 will go back to" in staff.effect(page)
    staff.confirm(client, award, "terminate", page, **decided)
    award.refresh_from_db()
    assert (award.status, award.amount) == ("terminated", Decimal("0.00"))

    assert "You terminated award" in client.get(staff.address(award, "reinstate")).content.decode()
    client.force_login(a.an_approver())
    page = staff.ask(client, award, "reinstate", **decided)
    assert "will be worth £1,000.00" in staff.effect(page)
    staff.confirm(client, award, "reinstate", page, **decided)
    award.refresh_from_db()
    assert (award.status, award.amount) == ("active", Decimal("1000.00"))


def test_a_settled_award_is_closed(client, approver):
    award = a.an_award(1_000)
    a.a_payment(1_000, award)

    staff.use(client, award, "close")

    award.refresh_from_db()
    assert award.status == "closed"


def test_an_award_made_before_is_taken_on(client, finance):
    draft = a.a_draft(1_000)
    told = {"from_record": "Annual report 2020/21, page 14", "effective_on": DAY}

    staff.use(client, draft, "take-on", **told)

    draft.refresh_from_db()
    assert (draft.status, draft.amount) == ("approved", Decimal("1000.00"))
    assert draft.taken_on_from == "Annual report 2020/21, page 14"


def test_an_award_is_published_and_withdrawn_from_the_public(client, officer):
    award = a.an_award(1_000)

    staff.use(client, award, "publish")
    award.refresh_from_db()
    assert award.is_published
    assert award.get_absolute_url() in client.get(staff.address(award)).content.decode()

    staff.use(client, award, "unpublish", reason="Published too early.")
    award.refresh_from_db()
    assert not award.is_published
    assert award.get_absolute_url() not in client.get(staff.address(award)).content.decode()


def test_a_draft_cannot_be_published(client, officer):
    page = client.get(staff.address(a.a_draft(1_000), "publish"))

    assert "Only approved awards are published" in page.content.decode()


# --- Payments -------------------------------------------------------------------------------------


def test_a_payment_is_requested_from_the_award_and_released_by_finance(client, officer):
    award = a.an_award(12_000, staff.walsall())
    told = {"commitment": award.commitments.get().pk, "amount": "5,000"}

    page = staff.ask(client, award, "request-payment", **told)
    assert "£5,000.00 of £12,000.00 left to pay" in staff.effect(page)
    staff.confirm(client, award, "request-payment", page, **told)
    payment = Payment.objects.get()
    assert (payment.status, payment.requested_by) == ("requested", officer)

    client.force_login(a.a_finance_officer())
    page = staff.ask(client, payment, "release", paid_on=DAY)
    assert "£5,000.00 of £12,000.00 left to pay" in staff.effect(page)
    assert "£7,000.00 will be left" in staff.effect(page)
    staff.confirm(client, payment, "release", page, paid_on=DAY)
    award.refresh_from_db()
    assert award.paid == Decimal("5000.00")


def test_money_is_recovered(client, officer):
    award = a.an_award(12_000)
    a.a_payment(5_000, award)
    told = {"commitment": award.commitments.get().pk, "amount": "1000", "cause": "repayment"}
    staff.use(client, award, "request-recovery", **told)
    recovery = Payment.objects.get(kind="recovery")

    client.force_login(a.a_finance_officer())
    page = staff.ask(client, recovery, "release", paid_on=DAY)
    assert "will be recorded as recovered" in staff.effect(page)
    staff.confirm(client, recovery, "release", page, paid_on=DAY)

    award.refresh_from_db()
    assert award.paid == Decimal("4000.00")


def test_many_payments_are_released_at_once(client, finance):
    award = a.an_award(12_000, staff.walsall())
    requests = [a.a_request(amount, award) for amount in (1_000, 2_000)]
    rows = ",".join(str(payment.pk) for payment in requests)
    many = staff.list_of(Payment, "release_many")
    told = {"paid_on": DAY, "asked": "yes", "rows": rows}

    page = client.post(many, told)

    assert "£3,000.00 of £12,000.00 left to pay" in staff.effect(page)
    client.post(many, {**told, "confirmed": page.context["effect"].fingerprint})
    award.refresh_from_db()
    assert award.paid == Decimal("3000.00")


def test_a_request_is_refused_or_cancelled(client, finance):
    refused, cancelled = a.a_request(1_000), a.a_request(1_000)

    staff.use(client, refused, "refuse", reason="No invoice.")
    client.force_login(a.an_officer())
    staff.use(client, cancelled, "cancel", reason="Wrong amount.")

    refused.refresh_from_db()
    cancelled.refresh_from_db()
    assert (refused.status, cancelled.status) == ("refused", "cancelled")


def test_a_verb_on_many_without_any_chosen_leads_back_to_the_list(client, finance):
    for rows in ("", "x", "99999999999999999999999", "1,2,3"):
        response = client.post(staff.list_of(Payment, "release_many"), {"rows": rows})
        assert response.url == staff.list_of(Payment)
