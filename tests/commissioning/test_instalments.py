"""Instalments are asked for once, no more than is outstanding, and can be seen in a list."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commissioning.actions import payments
from commissioning.admin.attention import lists_for
from commissioning.figures.instalments import with_sums
from commissioning.models import Instalment, Payment
from commissioning.rules import RuleBroken
from tests import builders as a
from tests.commissioning import staff
from tests.commissioning.scheduled import JUNE, part, vary

pytestmark = pytest.mark.django_db


def test_instalments_are_asked_for_whole_and_many_at_once():
    award, officer = a.a_scheduled_award(12_000), a.an_officer()
    first, second, *_ = a.instalments_of(award)
    part(first, 1_000)

    asked = payments.request_instalments([second, first], by=officer)

    assert [(row.amount, row.due_on) for row in asked] == [
        (a.pounds(2_000), date(2026, 4, 1)),
        (a.pounds(3_000), date(2026, 7, 1)),
    ]
    assert {row.requested_by for row in asked} == {officer}
    sums = with_sums(Instalment.objects.filter(pk=first.pk)).get()
    assert (sums.paid, sums.requested, sums.outstanding) == (
        a.pounds(1_000),
        a.pounds(2_000),
        a.pounds(0),
    )


def test_asking_for_two_instalments_of_one_award_says_both(client):
    first, second, *_ = a.instalments_of(a.a_scheduled_award(12_000))
    client.force_login(a.an_officer())
    told = {"rows": f"{first.pk},{second.pk}"}

    page = client.post(staff.list_of(Instalment, "request_many"), told)

    assert "Due on 1 April 2026: £3,000.00 of £12,000.00" in staff.effect(page)
    assert "Due on 1 July 2026: £3,000.00 of £12,000.00" in staff.effect(page)


def test_an_instalment_is_asked_for_once():
    instalment = a.instalments_of(a.a_scheduled_award(12_000))[0]
    payment = a.a_requested_instalment(instalment)

    with pytest.raises(RuleBroken, match="Nothing is outstanding"):
        a.a_requested_instalment(instalment)

    payments.cancel(payment, reason="A slip.", by=a.an_officer())
    assert a.a_requested_instalment(instalment).amount == a.pounds(3_000)


def test_many_instalments_are_asked_for_all_or_none():
    first, second, *_ = a.instalments_of(a.a_scheduled_award(12_000))
    a.a_requested_instalment(second)

    with pytest.raises(RuleBroken, match="Nothing is outstanding"):
        payments.request_instalments([first, second], by=a.an_officer())

    assert Payment.objects.count() == 1


def test_no_more_than_an_instalment_is_asked_for_on_it():
    instalment = a.instalments_of(a.a_scheduled_award(12_000))[0]

    with pytest.raises(RuleBroken, match=r"£3,000.01 cannot be asked .* outstanding £3,000.00"):
        a.a_request("3000.01", instalment.commitment.award, instalment=instalment)


def test_what_is_planned_is_not_asked_for_beside_the_schedule():
    award = a.a_scheduled_award(12_000)

    with pytest.raises(RuleBroken, match="Request the payment on its instalment"):
        a.a_request(1, award)

    assert not Payment.objects.exists()


def test_what_was_repaid_is_asked_for_beside_the_schedule():
    award = a.a_scheduled_award(12_000)
    a.a_paid_instalment(a.instalments_of(award)[0])
    a.a_recovery(500, award, "repayment")

    assert a.a_request(500, award).amount == a.pounds(500)
    with pytest.raises(RuleBroken, match="Request the payment on its instalment"):
        a.a_request(1, award)


def test_an_instalment_of_a_schedule_that_was_replaced_is_not_asked_for():
    award = a.a_scheduled_award(12_000)
    last = a.instalments_of(award)[-1]
    vary(award, 1)

    with pytest.raises(RuleBroken, match="replaced by a later schedule"):
        a.a_requested_instalment(last)


def test_an_instalment_waits_for_its_condition():
    award = a.an_award_by_milestones(100)
    condition = a.a_condition(award)
    a.a_written_schedule(award, a.a_milestone(award, 100, JUNE, condition=condition))
    (instalment,) = a.instalments_of(award)

    with pytest.raises(RuleBroken, match="waits for the condition “Send the safeguarding policy"):
        a.a_requested_instalment(instalment)

    a.a_met_condition(condition)
    assert a.a_requested_instalment(instalment).amount == a.pounds(100)


# --- At the door ----------------------------------------------------------------------------------


def test_the_list_shows_the_present_schedule_with_its_sums(client):
    client.force_login(a.an_officer())
    award = a.a_scheduled_award(12_000)
    first, second, *_ = a.instalments_of(award)
    a.a_paid_instalment(first)
    a.a_requested_instalment(second)
    vary(award, 1_000)

    page = client.get(staff.list_of(Instalment))
    assert page.context["cl"].foot["cells"][0] == "£13,000.00"
    sums = [
        (str(i.requested), str(i.paid), str(i.outstanding)) for i in page.context["cl"].result_list
    ]
    assert sums == [
        ("0.00", "3000.00", "0.00"),
        ("3000.00", "0.00", "0.00"),
        ("0.00", "0.00", "3500.00"),
        ("0.00", "0.00", "3500.00"),
    ]
    counts = {
        f"stands={state}": client.get(f"{staff.list_of(Instalment)}?stands={state}")
        .context["cl"]
        .result_count
        for state in ("outstanding", "overdue", "requested", "paid")
    }
    overdue = [row for row in a.instalments_of(award)[2:] if row.due_on < timezone.localdate()]
    assert counts == {
        "stands=outstanding": 2,
        "stands=overdue": len(overdue),
        "stands=requested": 1,
        "stands=paid": 1,
    }
    dropped = client.get(f"{staff.list_of(Instalment)}?schedule=dropped")
    assert dropped.context["cl"].result_count == 2


def test_the_list_asks_as_often_at_any_length(client, django_assert_num_queries):
    client.force_login(a.an_officer())
    a.a_scheduled_award(pattern="once")
    with CaptureQueriesContext(connection) as few:
        client.get(staff.list_of(Instalment))
    a.a_scheduled_award(pattern="monthly")
    a.a_scheduled_award(pattern="monthly")
    with django_assert_num_queries(len(few)):
        client.get(staff.list_of(Instalment))


def test_an_officer_sees_what_is_due_and_what_is_to_be_planned():
    today = timezone.localdate()
    days = {"starts_on": today - timedelta(days=200), "ends_on": today + timedelta(days=200)}
    award = a.a_scheduled_award(12_000, "monthly", **days)
    a.a_requested_instalment(a.instalments_of(award)[0])
    by_milestones = a.an_award_by_milestones(100)
    held = a.a_scheduled_award(12_000, "monthly", **days)
    a.a_hold(held)
    officer = a.an_officer()
    lists = {each.key: each for each in lists_for(officer)}

    due = list(lists["instalments"].rows(officer))
    soon = [i for i in a.instalments_of(award)[1:] if i.due_on <= today + timedelta(days=30)]
    assert due == soon
    assert (
        lists["instalments"].says(due[0]).startswith(f"£{due[0].amount:,.2f} to {award.recipient}")
    )
    (unwritten,) = lists["to-plan"].first(officer, 5)
    assert unwritten == by_milestones
    assert lists["to-plan"].says(unwritten) == "£100.00 of £100.00 is in no instalment"

    a.a_written_schedule(by_milestones, a.a_milestone(by_milestones, 100, JUNE))
    assert list(lists["to-plan"].rows(officer)) == []
