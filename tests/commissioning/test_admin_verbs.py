"""Verbs in the staff site: asked, told in pounds, confirmed, done."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages

from commissioning import roles
from commissioning.actions import awards, funds
from commissioning.models import Allocation, Award, Budget, ClosedYear, Entry, Payment
from commissioning.years import FinancialYear
from tests import builders as a
from tests.commissioning import staff

pytestmark = pytest.mark.django_db

DAY = "2026-06-01"


@pytest.fixture
def finance(client):
    return _signed_in(client, roles.FINANCE)


@pytest.fixture
def chief(client):
    return _signed_in(client, roles.CHIEF_FINANCE)


@pytest.fixture
def officer(client):
    return _signed_in(client, roles.OFFICER)


@pytest.fixture
def approver(client):
    return _signed_in(client, roles.APPROVER)


def _signed_in(client, role):
    user = a.a_user(role)
    client.force_login(user)
    return user


def _walsall(amount=40_000) -> Allocation:
    budget = a.a_budget(100_000, a.a_fund("Active Citizens Fund"))
    return a.an_allocation(amount, budget, a.an_area("Walsall"))


def _message(response) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


# --- Awards ---------------------------------------------------------------------------------------


def test_approving_says_what_will_be_committed_and_then_commits_it(client, approver):
    award = a.a_draft(12_000, _walsall())
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
    assert "Approved" in _message(done)
    award.refresh_from_db()
    assert (award.status, award.amount) == ("approved", Decimal("12000.00"))
    assert award.approved_by == approver


def test_committing_money_that_is_only_expected_gives_a_warning(client, approver):
    budget = a.a_budget(source_status="expected")
    award = a.a_draft(1_000, a.an_allocation(budget=budget))
    awards.recommend(award, by=a.an_officer())

    page = staff.ask(client, award, "approve", decision=a.a_decision().pk, effective_on=DAY)

    assert "only expected, not yet confirmed" in staff.effect(page)


def test_what_was_confirmed_is_what_is_done(client, approver):
    """Somebody else takes money between the confirm page and its answer."""
    walsall = _walsall()
    award = a.a_draft(12_000, walsall)
    awards.recommend(award, by=a.an_officer())
    told = {"decision": a.a_decision().pk, "effective_on": "2026-05-01"}
    page = staff.ask(client, award, "approve", **told)
    a.an_award(5_000, walsall)

    again = staff.confirm(client, award, "approve", page, **told)

    assert "Somebody else moved money" in again.content.decode()
    assert "£12,000.00 of £35,000.00 left" in staff.effect(again)
    award.refresh_from_db()
    assert award.status == "recommended"
    staff.confirm(client, award, "approve", again, **told)
    award.refresh_from_db()
    assert award.status == "approved"


def test_too_much_is_refused_with_every_figure_before_anybody_confirms(client, approver):
    award = a.a_draft(12_000, _walsall(10_000))
    awards.recommend(award, by=a.an_officer())

    page = staff.ask(client, award, "approve", decision=a.a_decision().pk, effective_on=DAY)

    assert page.status_code == 200
    assert "£12,000.00 cannot be committed from" in staff.problems(page)
    assert "available £10,000.00" in staff.problems(page)
    award.refresh_from_db()
    assert award.status == "recommended"


def test_many_awards_are_approved_under_one_decision_or_none(client, approver):
    walsall = _walsall()
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
    walsall = _walsall()
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
    award = a.an_award(12_000, _walsall())
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
    award = a.an_award(12_000, _walsall())
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


# --- Budgets and allocations ----------------------------------------------------------------------


def test_several_areas_get_money_at_once(client, finance):
    budget = a.a_budget(100_000)
    walsall, dudley = a.an_area("Walsall"), a.an_area("Dudley")
    a.an_allocation(1_000, budget, dudley)
    told = {
        f"area_{walsall.pk}": "£40,000.00",
        f"area_{dudley.pk}": "9000",
        "effective_on": DAY,
    }

    page = staff.ask(client, budget, "allocate", **told)
    assert "£49,000.00 of £99,000.00 not yet allocated" in staff.effect(page)
    assert "£50,000.00 will be left" in staff.effect(page)
    staff.confirm(client, budget, "allocate", page, **told)

    amounts = dict(budget.allocations.values_list("area__name", "amount"))
    assert amounts == {"Walsall": Decimal("40000.00"), "Dudley": Decimal("10000.00")}


def test_a_penny_too_much_for_one_area_gives_no_area_anything(client, finance):
    budget = a.a_budget(100_000)
    walsall, dudley = a.an_area("Walsall"), a.an_area("Dudley")
    told = {f"area_{walsall.pk}": "60000", f"area_{dudley.pk}": "40000.01", "effective_on": DAY}

    page = staff.ask(client, budget, "allocate", **told)

    assert "£100,000.01 cannot be allocated" in staff.problems(page)
    assert not budget.allocations.exists()


def test_an_empty_grid_asks_for_an_amount(client, finance):
    a.an_area("Walsall")

    page = staff.ask(client, a.a_budget(), "allocate", effective_on=DAY)

    assert "Write an amount beside at least one area" in staff.problems(page)


def test_a_budget_is_revised_vired_and_carried_forward(client, finance):
    budget = a.a_budget(100_000)
    other = a.a_budget(1_000)
    later = Budget(
        fund=budget.fund,
        source=budget.source,
        starts_on=date(2027, 4, 1),
        ends_on=date(2028, 3, 31),
    )
    funds.open_budget(later, a.pounds(5_000), effective_on=later.starts_on, by=finance)
    reasoned = {"reason": "Agreed.", "effective_on": DAY}

    told = {"direction": "out", "amount": "10000", **reasoned}
    page = staff.ask(client, budget, "revise", **told)
    assert "will go from £100,000.00 to £90,000.00" in staff.effect(page)
    staff.confirm(client, budget, "revise", page, **told)
    staff.use(client, budget, "vire", taker=other.pk, amount="500", **reasoned)
    staff.use(
        client, budget, "carry-forward", taker=later.pk, amount="2000", reason="Started late."
    )

    for row in (budget, other, later):
        row.refresh_from_db()
    amounts = (budget.amount, other.amount, later.amount)
    assert amounts == (Decimal("87500.00"), Decimal("1500.00"), Decimal("7000.00"))


def test_a_margin_lets_more_be_allocated_and_says_so(client, chief):
    budget, walsall = a.a_budget(1_000), a.an_area("Walsall")
    staff.use(client, budget, "margin", margin="100", reason="By decision 12.", starts_on=DAY)
    told = {f"area_{walsall.pk}": "1050", "effective_on": DAY}
    own = staff.ask(client, budget, "allocate", **told)
    assert "which you authorised yourself" in staff.problems(own)

    client.force_login(a.a_finance_officer())
    page = staff.ask(client, budget, "allocate", **told)

    assert "£50.00 of what is allocated will stand on the over-allocation margin" in (
        staff.effect(page)
    )


def test_an_allocation_is_revised_and_vired(client, finance):
    walsall, dudley = _walsall(), a.an_allocation(1_000)
    reasoned = {"reason": "Agreed.", "effective_on": DAY}

    page = staff.ask(client, walsall, "vire", taker=dudley.pk, amount="40000.01", **reasoned)
    assert "£40,000.01 cannot be taken from" in staff.problems(page)
    staff.use(client, walsall, "vire", taker=dudley.pk, amount="5000", **reasoned)
    staff.use(client, walsall, "revise", direction="in", amount="100", **reasoned)
    staff.use(client, walsall, "revise", direction="out", amount="200", **reasoned)

    walsall.refresh_from_db()
    dudley.refresh_from_db()
    assert (walsall.amount, dudley.amount) == (Decimal("34900.00"), Decimal("6000.00"))


def test_a_closed_year_refuses_and_can_be_reopened(client, chief):
    budget = a.a_budget()
    closed = funds.close_year(FinancialYear(2026), by=a.a_finance_officer())
    told = {"direction": "in", "amount": "1", "reason": "Late.", "effective_on": DAY}

    page = staff.ask(client, budget, "revise", **told)
    assert "closed financial year" in staff.problems(page)
    staff.use(client, closed, "reopen", reason="One invoice was forgotten.")

    staff.use(client, budget, "revise", **told)
    budget.refresh_from_db()
    assert budget.amount == Decimal("100001.00")
    assert ClosedYear.objects.get().reopened_by == chief


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


def test_money_that_is_all_allocated_is_not_vired_or_carried_forward(client, finance):
    budget = a.a_budget(1_000)
    a.an_allocation(1_000, budget)

    for verb in ("vire", "carry-forward"):
        page = client.get(staff.address(budget, verb))
        assert page.context["obstacles"] == [
            "All of its £1,000.00 is allocated. Take some back from an allocation first."
        ]


def test_a_request_is_told_what_was_requested_already(client):
    client.force_login(a.an_officer())
    award = a.an_award(1_000)
    a.a_request(400, award)

    page = client.get(staff.address(award, "request-payment"))

    assert page.context["tells"] == ["A payment of £400.00 is requested already."]
