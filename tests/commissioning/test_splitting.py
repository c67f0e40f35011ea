"""Limits add up: a decision that is split is judged by its sum, at every entry point."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from commissioning import roles
from commissioning.actions import awards, funds, payments
from commissioning.models import Allocation, Award, DelegatedLimit, Payment
from commissioning.rules import RuleBroken
from finance.actions import batches, year_end
from tests import builders as a
from tests import clock
from tests.chain import JUNE, MAY
from tests.commissioning import staff

pytestmark = pytest.mark.django_db

Act = DelegatedLimit.Act
PARTS = [15_000, 15_000, 13_000]
ALL = r"together these are £43,000.00"


def later(days: int):
    """The clock of the office, some days on."""
    return clock.on(timezone.localdate() + timedelta(days=days))


# --- Payments -------------------------------------------------------------------------------------


@pytest.fixture
def finance(client):
    """Somebody who may release payments of up to £20,000, signed in."""
    a.a_limit(20_000, act=Act.RELEASE, role=roles.FINANCE)
    a.a_limit(100_000, act=Act.RELEASE, role=roles.CHIEF_FINANCE)
    finance = a.a_finance_officer()
    client.force_login(finance)
    return finance


def of_one_instalment() -> list[Payment]:
    """Requests for parts of one instalment of £43,000."""
    award = a.an_award_by_milestones(43_000, allocation=a.an_allocation(50_000))
    a.a_written_schedule(award, a.a_milestone(award, 43_000, MAY))
    (instalment,) = a.instalments_of(award)
    return [a.a_payable_request(part, award=award, instalment=instalment) for part in PARTS]


def of_one_award() -> list[Payment]:
    award = a.an_award(43_000, a.an_allocation(50_000))
    return [a.a_payable_request(part, award=award) for part in PARTS]


def of_one_notice() -> list[Payment]:
    """Requests under three awards to one recipient that one notice decided."""
    allocation, recipient = a.an_allocation(50_000), a.an_organisation()
    drafts = [a.a_draft(part, allocation, recipient=recipient) for part in PARTS]
    for draft in drafts:
        awards.recommend(draft, by=a.an_officer())
    awards.approve_many(drafts, decision=a.a_decision(), effective_on=MAY, by=a.an_approver())
    return [a.a_payable_request(draft.amount, award=draft) for draft in reread(drafts)]


def reread(rows):
    for row in rows:
        row.refresh_from_db()
    return rows


WAYS = [of_one_instalment, of_one_award, of_one_notice]


def released() -> int:
    return Payment.objects.filter(status="released").count()


@pytest.mark.parametrize("split", WAYS)
def test_a_payment_split_into_parts_is_refused_when_they_are_ticked_on_one_page(
    client, finance, split
):
    keys = ",".join(str(payment.pk) for payment in split())
    told = {"rows": keys, "asked": "Continue", "paid_on": "2026-06-01"}

    page = client.post(reverse("admin:commissioning_payment_release_many"), told)

    assert "together these are £43,000.00 (released at once)" in staff.problems(page)
    assert "It takes Chief finance officer (up to £100,000.00)" in staff.problems(page)
    assert released() == 0


@pytest.mark.parametrize("split", WAYS)
def test_a_payment_split_into_parts_is_refused_when_they_are_released_one_by_one(
    client, finance, split
):
    first, second, third = split()

    staff.use(client, first, "release", paid_on="2026-06-01")
    for part, total in ((second, "£30,000.00"), (third, "£28,000.00")):
        page = staff.ask(client, part, "release", paid_on="2026-06-01")
        assert f"together these are {total}" in staff.problems(page)
        reference = first.commitment.award.reference
        assert f"award {reference}, released on" in staff.problems(page)

    assert released() == 1


@pytest.mark.parametrize("split", WAYS)
def test_a_payment_split_into_parts_is_refused_in_one_batch_and_in_three(finance, split):
    requests = split()

    batch = a.a_batch(*requests)
    with pytest.raises(RuleBroken, match=ALL):
        batches.release(batch, by=finance)
    batches.cancel(batch, reason="Not now.", by=finance)
    first, *others = [a.a_batch(each) for each in requests]
    batches.release(first, by=finance)
    for other in others:
        with pytest.raises(RuleBroken, match="together these are £"):
            batches.release(other, by=finance)

    assert released() == 1


def test_parts_of_one_instalment_count_together_however_far_apart_and_others_do_not(finance):
    award = a.an_award_by_milestones(43_000, allocation=a.an_allocation(50_000))
    due = [date(2026, 5, 1), date(2026, 5, 29), date(2026, 6, 26)]
    rows = [a.a_milestone(award, part, day) for part, day in zip(PARTS, due, strict=True)]
    a.a_written_schedule(award, *rows)

    # Planned four weeks apart, paid late on one day.
    for instalment in a.instalments_of(award):
        late = date(2026, 7, 1)
        payments.release(a.a_requested_instalment(instalment), paid_on=late, by=finance)
    first, second, _ = of_one_instalment()
    payments.release(first, paid_on=JUNE, by=finance)
    with later(400), pytest.raises(RuleBroken, match="parts of one instalment"):
        payments.release(second, paid_on=timezone.localdate(), by=finance)


def test_a_payment_beyond_somebody_s_limit_does_not_stop_their_own(finance):
    award = a.an_award(60_000, a.an_allocation(60_000))
    chief = a.a_chief_finance_officer()
    payments.release(a.a_request(40_000, award), paid_on=JUNE, by=chief)

    payments.release(a.a_request(20_000, award), paid_on=JUNE, by=finance)

    assert released() == 2


# --- Awards ---------------------------------------------------------------------------------------


@pytest.fixture
def approver(client):
    a.a_limit(20_000)
    approver = a.an_approver()
    client.force_login(approver)
    return approver


def three_awards(**fields) -> list[Award]:
    allocation = a.an_allocation(50_000)
    drafts = [a.a_draft(part, allocation, **fields) for part in PARTS]
    for draft in drafts:
        awards.recommend(draft, by=a.an_officer())
    return drafts


def test_awards_approved_at_once_are_judged_by_their_sum(client, approver):
    drafts = three_awards()
    told = {
        "rows": ",".join(str(draft.pk) for draft in drafts),
        "asked": "Continue",
        "decision": a.a_decision().pk,
        "effective_on": "2026-05-01",
    }

    page = client.post(reverse("admin:commissioning_award_approve_many"), told)

    said = staff.problems(page)
    assert "together these are £43,000.00 (decided at once): award" in said
    assert all(f"{draft.reference} £" in said for draft in drafts)


def test_awards_to_one_recipient_within_days_are_judged_by_their_sum(client, approver):
    first, second, third = three_awards(recipient=a.an_organisation("Good Charity"))
    told = {"decision": a.a_decision().pk, "effective_on": "2026-05-01"}

    staff.use(client, first, "approve", **told)
    told["decision"] = a.a_decision().pk
    page = staff.ask(client, second, "approve", **told)
    assert "together these are £30,000.00 (to Good Charity" in page.content.decode()
    with later(27), pytest.raises(RuleBroken, match=r"together these are £28,000.00"):
        awards.approve(third, decision=a.a_decision(), effective_on=MAY, by=approver)
    with later(28):
        awards.approve(third, decision=a.a_decision(), effective_on=MAY, by=approver)


def test_awards_to_one_recipient_under_one_notice_are_judged_by_their_sum_for_ever(approver):
    first, second, _ = three_awards(recipient=a.an_organisation())
    decision = a.a_decision()
    awards.approve(first, decision=decision, effective_on=MAY, by=approver)

    with later(400), pytest.raises(RuleBroken, match=r"together these are £30,000.00"):
        awards.approve(second, decision=decision, effective_on=MAY, by=approver)


def test_increases_and_reinstatements_are_judged_with_what_the_recipient_was_lately_awarded(
    approver,
):
    recipient, allocation = a.an_organisation(), a.an_allocation(90_000)
    old = a.an_award(1_000, allocation, recipient=recipient)
    ended = a.an_award(9_000, allocation, recipient=recipient)
    details = {"reason": "Changed.", "decision": a.a_decision(), "effective_on": JUNE}
    awards.terminate(ended, by=a.an_approver(), **details)
    draft = a.a_draft(15_000, allocation, recipient=recipient)
    awards.recommend(draft, by=a.an_officer())
    awards.approve(draft, decision=a.a_decision(), effective_on=MAY, by=approver)
    more = [(allocation, a.pounds(5_000))]

    # £1,000 and £5,000 more, beside £15,000.
    with pytest.raises(RuleBroken, match=r"together these are £21,000.00"):
        awards.vary(old, more, kind="increase", by=approver, **details)
    with pytest.raises(RuleBroken, match=r"together these are £25,000.00"):
        awards.reinstate(reread([ended])[0], by=approver, **details)
    with later(28):
        awards.vary(old, more, kind="increase", by=approver, **details)


def test_migrated_awards_of_about_the_same_day_are_judged_by_their_sum():
    a.a_limit(20_000, role=roles.FINANCE)
    finance, recipient, allocation = (
        a.a_finance_officer(),
        a.an_organisation(),
        a.an_allocation(90_000),
    )

    def migrate(amount, awarded_on):
        draft = a.a_draft(None, recipient=recipient)
        lines = [(allocation, a.pounds(amount))]
        details = {"from_record": "Ledger", "effective_on": MAY, "awarded_on": awarded_on}
        return awards.take_on(draft, lines, by=finance, **details)

    migrate(15_000, date(2019, 5, 1))
    migrate(15_000, date(2019, 5, 29))
    with pytest.raises(RuleBroken, match=r"together these are £43,000.00"):
        migrate(13_000, date(2019, 5, 28))


def test_an_emergency_override_takes_its_award_out_of_the_sum(approver):
    drafts = three_awards(recipient=a.an_organisation())
    for draft in drafts[:2]:
        a.an_override(approver, draft, 15_000)

    awards.approve_many(drafts, decision=a.a_decision(), effective_on=MAY, by=approver)

    assert Award.objects.filter(status="approved").count() == 3


# --- Money of budgets and allocations -------------------------------------------------------------


@pytest.fixture
def two_areas():
    budget = a.a_budget()
    return a.an_allocation(40_000, budget), a.an_allocation(10_000, budget)


@pytest.fixture
def mover(two_areas):
    """Somebody who may vire up to £1,000. The budget was opened under a greater limit."""
    a.a_limit(1_000, act=Act.VIRE, role=roles.FINANCE)
    return a.a_finance_officer()


def take(allocation, amount, by):
    funds.allocate([(allocation, a.pounds(-amount))], effective_on=MAY, note="Less.", by=by)


def test_taking_from_one_area_for_another_is_judged_as_a_virement(client, two_areas, mover):
    giver, taker = two_areas
    client.force_login(mover)
    told = {"effective_on": "2026-05-01", "reason": "Moved."}

    page = staff.ask(client, giver, "revise", direction="out", amount="30000", **told)
    assert "this is £30,000.00" in staff.problems(page)
    staff.use(client, giver, "revise", direction="out", amount="1000", **told)
    staff.use(client, taker, "revise", direction="in", amount="1000", **told)
    page = staff.ask(client, giver, "revise", direction="out", amount="1", **told)
    assert "together these are £1,001.00" in staff.problems(page)


def test_one_list_of_shares_is_judged_by_all_that_it_takes(two_areas, mover):
    giver, taker = two_areas
    shares = [(giver, a.pounds(-30_000)), (taker, a.pounds(30_000))]

    with pytest.raises(RuleBroken, match=r"this is £30,000.00"):
        funds.allocate(shares, effective_on=MAY, note="Moved.", by=mover)


def test_money_that_was_not_allocated_is_given_without_a_limit(two_areas, mover):
    _, taker = two_areas

    funds.allocate([(taker, a.pounds(30_000))], effective_on=MAY, by=mover)

    assert Allocation.objects.get(pk=taker.pk).amount == 40_000


@pytest.mark.parametrize("again", ["vire", "revise", "take"])
def test_running_virements_are_judged_by_their_sum(two_areas, mover, again):
    giver, taker = two_areas
    dated = {"effective_on": MAY, "note": "Moved.", "by": mover}
    funds.vire(giver, taker, a.pounds(1_000), **dated)

    one = a.pounds(1)
    more = {
        "vire": lambda: funds.vire(giver, taker, one, **dated),
        "revise": lambda: funds.revise_budget(giver.budget, one, **dated),
        "take": lambda: take(giver, 1, mover),
    }
    with pytest.raises(RuleBroken, match=r"together these are £1,001.00 \(moves of"):
        more[again]()


def test_a_budget_is_opened_within_the_limit_and_not_raised_past_it_in_parts(client, mover):
    client.force_login(mover)
    told = {
        "fund": a.a_fund().pk,
        "source": a.a_source().pk,
        "starts_on": "2026-04-01",
        "ends_on": "2027-03-31",
        "source_status": "confirmed",
        "qualifier": "exact",
        "opening_amount": "5000000",
        "effective_on": "2026-04-01",
        **staff.inlines("allocations", "receipts"),
    }
    for basis in ("decided", "implied"):
        page = client.post(reverse("admin:commissioning_budget_add"), {**told, "basis": basis})
        assert "this is £5,000,000.00" in page.content.decode(), basis

    budget = a.a_budget(600, by=mover)
    with pytest.raises(RuleBroken, match=r"together these are £1,001.00"):
        funds.revise_budget(budget, a.pounds(401), effective_on=MAY, note="More.", by=mover)


def test_carry_forwards_out_of_one_budget_are_judged_by_their_sum():
    giver, taker = a.two_years(50_000)
    a.a_limit(20_000, act=Act.CARRY_FORWARD, role=roles.CHIEF_FINANCE)
    chief = a.a_chief_finance_officer()

    year_end.approve_carry_forward(a.a_carry_forward(15_000, giver, taker), by=chief)
    waiting = a.a_carry_forward(13_000, giver, taker)
    with later(400), pytest.raises(RuleBroken, match=r"together these are £28,000.00"):
        year_end.approve_carry_forward(waiting, by=chief)


# --- No limit in force ----------------------------------------------------------------------------


def decisions() -> dict:
    """One decision of each act that may be limited, of one pound."""
    award = a.an_award(10)
    draft, payment = three_awards()[0], a.a_request(1, award)
    giver, taker = a.two_years(10)
    proposal = a.a_carry_forward(1, giver, taker)
    allocation = a.an_allocation(10)
    by = a.a_user(roles.APPROVER)
    return {
        Act.APPROVE: lambda: awards.approve(
            draft, decision=a.a_decision(), effective_on=MAY, by=by
        ),
        Act.RELEASE: lambda: payments.release(payment, paid_on=JUNE, by=by),
        Act.VIRE: lambda: take(allocation, 1, by),
        Act.OVER_PROGRAMME: lambda: funds.authorise_margin(
            allocation.budget, a.pounds(1), reason="Late.", by=by
        ),
        Act.CARRY_FORWARD: lambda: year_end.approve_carry_forward(proposal, by=by),
    }


def test_once_an_act_was_limited_nobody_does_it_while_no_limit_is_in_force():
    yesterday = timezone.localdate() - timedelta(days=1)
    acts = decisions()
    for act in acts:
        a.a_limit(1_000_000, act=act, ends_on=yesterday)

    for act, decide in acts.items():
        with pytest.raises(RuleBroken) as refusal:
            decide()
        assert refusal.value.code == "limit_has_ended", act
        assert f"ended on {yesterday:%-d %B %Y}, so nobody can do it" in refusal.value.message


def test_the_first_pages_warn_six_weeks_before_a_last_limit_ends_and_after(client):
    today = timezone.localdate()
    last = today + timedelta(weeks=6)
    limit = a.a_limit(ends_on=last - timedelta(days=9))
    a.a_limit(role=roles.CHIEF_FINANCE, ends_on=last)
    warning = f"approve or vary an award ends on {last:%-d %B %Y}"

    for who in (a.an_approver(), a.a_chief_finance_officer()):
        client.force_login(who)
        with later(-1):
            assert warning not in client.get(reverse("admin:index")).content.decode()
        assert warning in client.get(reverse("admin:index")).content.decode()
    with later(43):
        page = client.get(reverse("admin:index")).content.decode()
        assert f"ended on {last:%-d %B %Y}, so nobody can do it" in page
    client.force_login(a.a_finance_officer())
    assert warning not in client.get(reverse("admin:index")).content.decode()
    a.a_limit(role=limit.role.name, starts_on=last + timedelta(days=1))
    client.force_login(a.an_approver())
    assert warning not in client.get(reverse("admin:index")).content.decode()


def test_recording_a_last_limit_with_a_last_day_warns_when_it_ends(client):
    client.force_login(a.a_chief_finance_officer())
    told = {
        "role": a.a_limit(act=Act.RELEASE).role_id,
        "act": "approve",
        "most": "50000",
        "starts_on": "2026-04-01",
        "ends_on": "2027-03-31",
    }

    page = client.post(reverse("admin:commissioning_delegatedlimit_add"), told)

    assert "ends on 31 March 2027. Nobody can do it after that day" in staff.message(page)
