"""Conditions of funding: met or waived by those who may, and payments wait for overdue ones."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from commissioning import roles
from commissioning.actions import conditions, payments, records
from commissioning.models import Condition, HistoryEvent, Override
from commissioning.resources.base import load_rows
from commissioning.resources.commitments import ConditionResource
from commissioning.rules import RuleBroken
from finance.actions import batches
from tests import builders as a
from tests.commissioning import staff

pytestmark = pytest.mark.django_db

MAY, JUNE, JULY = date(2026, 5, 31), date(2026, 6, 1), date(2026, 7, 1)
WAITS = "Payments wait until it is met or waived"


def release(request, paid_on: date = JUNE, by=None) -> None:
    payments.release(request, paid_on=paid_on, by=by or a.a_finance_officer())


def last_event(condition: Condition) -> HistoryEvent:
    events = HistoryEvent.objects.filter(subject_type="condition", subject_id=str(condition.pk))
    return events.latest("pk")


# --- Settling -------------------------------------------------------------------------------------


def test_a_condition_is_met_on_a_day_with_evidence():
    condition, officer = a.a_condition(), a.an_officer()

    conditions.meet(condition, on=JUNE, evidence="The policy of May.", by=officer)

    condition.refresh_from_db()
    assert (
        condition.state,
        condition.settled_on,
        condition.settled_by,
        condition.settled_reason,
    ) == (
        "met",
        JUNE,
        officer,
        "The policy of May.",
    )
    event = last_event(condition)
    assert (event.verb, event.before["state"], event.after["state"]) == ("met", "open", "met")


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"evidence": " "}, "what shows that the condition is met"),
        ({"on": timezone.localdate() + timedelta(days=2)}, "today or an earlier day"),
    ],
)
def test_a_condition_is_not_met_without_evidence_nor_beforehand(told, sentence):
    condition = a.a_condition()

    with pytest.raises(RuleBroken, match=sentence):
        conditions.meet(
            condition, by=a.an_officer(), **{"on": JUNE, "evidence": "A policy.", **told}
        )

    condition.refresh_from_db()
    assert condition.state == "open"


@pytest.mark.parametrize("again", ["meet", "waive", "more time"])
def test_a_condition_is_settled_once(again):
    condition = a.a_met_condition()
    again = {
        "meet": lambda: a.a_met_condition(condition),
        "waive": lambda: conditions.waive(condition, reason="No.", by=a.an_approver()),
        "more time": lambda: conditions.give_more_time(
            condition, due_on=JULY, reason="No.", by=a.an_approver()
        ),
    }[again]

    with pytest.raises(RuleBroken, match="is met already"):
        again()


@pytest.mark.parametrize("superuser", [False, True])
def test_whoever_recommended_an_award_does_not_let_its_conditions_go(superuser):
    condition = a.a_condition(due_on=MAY)
    recommender = condition.award.recommended_by
    recommender.is_superuser = superuser
    recommender.save()

    with pytest.raises(RuleBroken, match="You recommended award"):
        conditions.waive(condition, reason="It is fine.", by=recommender)
    with pytest.raises(RuleBroken, match="You recommended award"):
        conditions.give_more_time(condition, due_on=JULY, reason="It is fine.", by=recommender)

    condition.refresh_from_db()
    assert (condition.state, condition.due_on) == ("open", MAY)


def test_a_condition_is_opened_again_with_a_reason():
    condition = a.a_met_condition()

    with pytest.raises(RuleBroken, match="Say why"):
        conditions.reopen(condition, reason="", by=a.an_officer())
    conditions.reopen(condition, reason="It was an old policy.", by=a.an_officer())

    condition.refresh_from_db()
    assert (condition.state, condition.settled_on, condition.settled_by_id) == ("open", None, None)
    event = last_event(condition)
    assert event.reason == "It was an old policy."
    assert event.before["settled_reason"] == "The policy of May 2026."


@pytest.mark.parametrize("change", [{"state": "met"}, {"due_on": JULY}, {"text": "Another."}])
def test_the_terms_of_an_approved_award_are_not_edited(change):
    condition = a.a_condition(due_on=MAY)
    for name, value in change.items():
        setattr(condition, name, value)

    with pytest.raises(RuleBroken, match=r"own buttons|stay as they are"):
        conditions.save(condition, by=a.an_officer())


def test_the_form_of_a_condition_does_not_ask_for_its_state(client):
    client.force_login(a.an_officer())
    draft = a.a_draft()
    told = {"text": "Report.", "award": draft.pk, "state": "waived"}

    client.post(staff.list_of(Condition, "add"), told)

    assert Condition.objects.get().state == "open"
    page = client.get(staff.address(Condition.objects.get()))
    assert 'name="state"' not in page.content.decode()


def test_an_import_brings_the_state_of_awards_taken_on_only():
    row = {"text": "Report.", "state": "met"}
    award = a.an_award()

    with pytest.raises(ValidationError, match="A new condition is to be met"):
        load_rows(
            ConditionResource, [{**row, "award_reference": award.reference}], by=a.an_officer()
        )
    assert not Condition.objects.exists()

    a.an_award()
    type(award).objects.filter(pk=award.pk).update(taken_on_from="Ledger 2019")
    load_rows(ConditionResource, [{**row, "award_reference": award.reference}], by=a.an_officer())
    assert Condition.objects.get().state == "met"


def test_an_import_does_not_settle_a_condition_of_an_award_made_here():
    condition = a.a_condition()
    row = {"award_reference": condition.award.reference, "text": condition.text, "state": "waived"}

    with pytest.raises(ValidationError, match="by its own buttons"):
        load_rows(ConditionResource, [row], by=a.an_officer())


# --- At the door ----------------------------------------------------------------------------------


def test_an_officer_meets_a_condition_and_an_approver_waives_one(client):
    met, waived = a.a_condition(), a.a_condition()
    client.force_login(a.an_officer())
    staff.use(client, met, "meet", on="2026-06-01", evidence="The policy.")
    assert client.get(staff.address(waived, "waive")).status_code == 403

    client.force_login(a.an_approver())
    staff.use(client, waived, "waive", reason="The group has no premises.")

    states = Condition.objects.in_bulk([met.pk, waived.pk])
    assert (states[met.pk].state, states[waived.pk].state) == ("met", "waived")


def test_the_award_s_page_and_the_request_say_what_payments_wait_for(client):
    client.force_login(a.an_officer())
    condition = a.a_condition(due_on=MAY)

    pages = [
        client.get(staff.address(condition.award)),
        client.get(staff.address(condition.award, "request-payment")),
    ]

    for page in pages:
        assert "was due on 31 May 2026 and is still to be met" in page.content.decode()


# --- Payments wait --------------------------------------------------------------------------------


@pytest.mark.parametrize("due_on", [JUNE - timedelta(days=1), JUNE])
def test_a_payment_waits_for_an_overdue_condition(due_on):
    """Both are overdue today: nobody passes a condition by writing an earlier day."""
    condition = a.a_condition(due_on=due_on)
    request = a.a_request(100, condition.award)

    with pytest.raises(RuleBroken, match=f"“Send the safeguarding policy.” was due on .* {WAITS}"):
        release(request)

    request.refresh_from_db()
    assert request.status == "requested"
    a.a_met_condition(condition)
    release(request)


def test_a_payment_on_a_later_day_is_judged_by_that_day():
    today = timezone.localdate()
    condition = a.a_condition(due_on=today)
    request = a.a_request(100, condition.award)

    with pytest.raises(RuleBroken, match=WAITS):
        release(request, paid_on=today + timedelta(days=1))
    release(request, paid_on=today)


def test_a_waived_condition_and_one_given_more_time_hold_nothing():
    waived = a.a_condition(due_on=MAY)
    late = a.a_condition(award=waived.award, due_on=MAY, text="Send the accounts.")
    conditions.waive(waived, reason="No premises.", by=a.an_approver())
    conditions.give_more_time(
        late, due_on=timezone.localdate(), reason="They moved house.", by=a.an_approver()
    )

    release(a.a_request(100, waived.award))


def of_the_fund(award, **fields) -> Condition:
    """An overdue condition of the fund that pays the award."""
    fund = award.commitments.get().allocation.budget.fund
    condition = Condition(fund=fund, text="Send the audit.", due_on=MAY, **fields)
    conditions.save(condition, by=a.an_officer())
    return condition


def by_release(requests, by):
    payments.release_many(requests, paid_on=timezone.localdate(), by=by)


@transaction.atomic
def by_batch(requests, by):
    batches.release(a.a_batch(*requests, pay_on=timezone.localdate()), by=by)


@pytest.mark.parametrize("let_go", [by_release, by_batch])
def test_an_overdue_condition_of_a_fund_holds_payments_from_that_fund_alone(let_go):
    request, other, finance = a.a_payable_request(), a.a_payable_request(), a.a_finance_officer()
    award = request.commitment.award
    condition = of_the_fund(award)
    held = f"Fund {condition.fund}: the condition “Send the audit.” was due on .* {WAITS}"

    with pytest.raises(ValidationError, match=held):
        let_go([request, other], finance)
    let_go([other], finance)
    a.an_override(award=award, person=finance, rule=Override.Rule.CONDITION, most=request.amount)
    let_go([request], finance)

    assert award.commitments.get().paid == request.amount


def test_every_page_that_asks_for_or_pays_money_says_what_a_fund_waits_for(client):
    award = a.a_scheduled_award()
    unplanned = a.an_award(100, award.commitments.get().allocation)
    request = a.a_requested_instalment(a.instalments_of(award)[0])
    of_the_fund(award)
    client.force_login(a.a_user(superuser=True))

    pages = [
        client.get(staff.address(award)),
        client.get(staff.address(unplanned, "request-payment")),
        client.get(staff.address(a.instalments_of(award)[1], "request")),
        client.get(staff.address(a.instalments_of(award)[1], "request-part")),
        client.get(staff.address(request, "release")),
    ]

    for page in pages:
        assert "“Send the audit.” was due on 31 May 2026" in page.content.decode()


@pytest.mark.parametrize("change", [{"state": "met"}, {"due_on": JULY}, {"text": "Another."}])
def test_the_terms_of_a_fund_that_pays_awards_are_not_edited(change):
    condition = of_the_fund(a.an_award())
    for name, value in change.items():
        setattr(condition, name, value)

    with pytest.raises(RuleBroken, match=r"own buttons|stay as they are"):
        conditions.save(condition, by=a.an_officer())


def test_a_fund_s_condition_that_is_met_or_given_more_time_holds_nothing():
    award = a.an_award()
    late = of_the_fund(award)
    conditions.give_more_time(
        late, due_on=timezone.localdate(), reason="The auditor is ill.", by=a.an_approver()
    )
    release(a.a_request(100, award))
    a.a_met_condition(late)
    release(a.a_request(100, award))


def test_one_award_that_waits_stops_the_whole_batch():
    condition = a.a_condition(due_on=MAY)
    free, waiting = a.a_request(), a.a_request(100, condition.award)

    with pytest.raises(RuleBroken, match=WAITS):
        payments.release_many([free, waiting], paid_on=JUNE, by=a.a_finance_officer())

    free.refresh_from_db()
    assert free.status == "requested"


def test_money_comes_back_although_a_condition_is_overdue():
    award = a.an_award(1_000)
    a.a_payment(300, award)
    a.a_condition(award, due_on=MAY)

    assert a.a_recovery(300, award, "repayment").status == "released"


def test_an_emergency_override_lets_one_release_pass():
    condition, finance = a.a_condition(due_on=MAY), a.a_finance_officer()
    first, second = a.a_request(100, condition.award), a.a_request(100, condition.award)
    override = a.an_override(
        award=condition.award, person=finance, rule=Override.Rule.CONDITION, most=a.pounds(100)
    )

    with pytest.raises(RuleBroken, match=WAITS):
        payments.release_many([first, second], paid_on=JUNE, by=finance)
    with pytest.raises(RuleBroken, match=WAITS):
        release(first)
    release(first, by=finance)

    override.refresh_from_db()
    assert override.used_at is not None
    with pytest.raises(RuleBroken, match=WAITS):
        release(second, by=finance)


def test_an_instalment_whose_condition_was_opened_again_is_not_released():
    award = a.an_award_by_milestones(100)
    condition = a.a_met_condition(award=award)
    a.a_written_schedule(award, a.a_milestone(award, 100, JUNE, condition=condition))
    request = a.a_requested_instalment(a.instalments_of(award)[0])
    conditions.reopen(condition, reason="The wrong policy.", by=a.an_officer())

    with pytest.raises(RuleBroken, match="waits for the condition"):
        release(request)


def test_an_officer_who_may_not_waive_does_not_move_the_day(client):
    condition = a.a_condition(due_on=MAY)
    client.force_login(a.a_user(roles.OFFICER))

    assert client.get(staff.address(condition, "more-time")).status_code == 403
    condition.due_on = JULY
    with pytest.raises(RuleBroken, match="stay as they are"):
        records.save(condition, by=a.an_officer())
