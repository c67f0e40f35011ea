"""Schedules by milestones, which staff write: they add up, and say what must be reached."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from commissioning.actions import awards
from commissioning.models import Instalment
from commissioning.rules import RuleBroken
from tests import builders as a
from tests.commissioning import staff
from tests.commissioning.scheduled import JUNE, plan, vary

pytestmark = pytest.mark.django_db


def test_milestones_are_written_by_staff():
    award = a.an_award_by_milestones(12_000)
    assert a.instalments_of(award) == []

    a.a_written_schedule(
        award, a.a_milestone(award, 4_000, JUNE), a.a_milestone(award, 8_000, date(2026, 9, 1))
    )

    assert plan(award) == [("1 Jun 2026", "4000.00"), ("1 Sep 2026", "8000.00")]


@pytest.mark.parametrize("amount", ["11999.99", "12000.01"])
def test_milestones_add_up_to_what_is_committed(amount):
    award = a.an_award_by_milestones(12_000)

    with pytest.raises(RuleBroken, match=r"£12,000.00 of it is to be planned"):
        a.a_written_schedule(award, a.a_milestone(award, amount, JUNE))

    assert not Instalment.objects.exists()


@pytest.mark.parametrize("amount", [0.5, Decimal("NaN"), Decimal(0), Decimal("0.005")])
def test_a_milestone_pays_exact_pounds(amount):
    award = a.an_award_by_milestones(10)
    milestone = a.a_milestone(award, 10, JUNE)
    milestone.amount = amount

    with pytest.raises(ValidationError):
        a.a_written_schedule(award, milestone)

    assert not Instalment.objects.exists()


def test_a_milestone_says_what_must_be_reached():
    award = a.an_award_by_milestones(10)

    with pytest.raises(RuleBroken, match=r"Say what must be reached for the £10\.00"):
        a.a_written_schedule(award, a.a_milestone(award, 10, JUNE, milestone=" "))


def test_a_milestone_is_not_of_another_award():
    award, other = a.an_award_by_milestones(10), a.an_award_by_milestones(10)

    with pytest.raises(RuleBroken, match="commitment of this award"):
        a.a_written_schedule(award, a.a_milestone(other, 10, JUNE))
    with pytest.raises(RuleBroken, match="condition of this award"):
        a.a_written_schedule(award, a.a_milestone(award, 10, JUNE, condition=a.a_condition(other)))


def test_only_milestones_are_written():
    award = a.a_scheduled_award(10)

    with pytest.raises(RuleBroken, match="is not paid by milestones"):
        a.a_written_schedule(award, a.a_milestone(award, 10, JUNE))


def test_milestones_written_anew_leave_what_was_asked_for():
    award = a.an_award_by_milestones(12_000)
    a.a_written_schedule(
        award, a.a_milestone(award, 4_000, JUNE), a.a_milestone(award, 8_000, date(2026, 9, 1))
    )
    first, _ = a.instalments_of(award)
    a.a_requested_instalment(first)

    a.a_written_schedule(award, a.a_milestone(award, 8_000, date(2026, 12, 1)))

    assert plan(award) == [("1 Jun 2026", "4000.00"), ("1 Dec 2026", "8000.00")]


def test_milestones_stay_when_the_award_changes_as_far_as_they_fit():
    award = a.an_award_by_milestones(12_000)
    written = [a.a_milestone(award, 4_000, date(2026, month, 1)) for month in (6, 7, 8)]
    a.a_written_schedule(award, *written)

    vary(award, "-100")

    assert plan(award) == [("1 Jun 2026", "4000.00"), ("1 Jul 2026", "4000.00")]


# --- At the door ----------------------------------------------------------------------------------


def test_an_officer_writes_milestones_and_reads_their_sum_first(client):
    client.force_login(a.an_officer())
    award = a.an_award_by_milestones(12_000)
    condition = a.a_condition(award)
    told = {
        "due_on_1": "2026-06-01",
        "amount_1": "4000",
        "milestone_1": "The first group has met.",
        "due_on_3": "2026-09-01",
        "amount_3": "£7,999.99",
        "milestone_3": "The hall is open.",
        "condition_3": condition.pk,
    }

    page = staff.ask(client, award, "write-schedule", **told)
    assert "add up to £11,999.99" in staff.problems(page)
    told["amount_3"] = "8000"
    page = staff.ask(client, award, "write-schedule", **told)
    assert "2 instalments, together £12,000.00." in staff.effect(page)
    staff.confirm(client, award, "write-schedule", page, **told)

    first, second = a.instalments_of(award)
    assert (first.milestone, first.condition) == ("The first group has met.", None)
    assert (second.amount, second.condition) == (a.pounds(8_000), condition)
    again = client.get(staff.address(award, "write-schedule"))
    assert 'value="4000.00"' in again.content.decode()


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({}, "Write at least one instalment."),
        ({"amount_1": "12000", "milestone_1": "Met."}, "Fill this in as well."),
        ({"due_on_1": "2026-06-01", "milestone_1": "Met."}, "Fill this in as well."),
        ({"due_on_1": "2026-06-01", "amount_1": "-5"}, "must be more than £0.00"),
        ({"due_on_1": "2026-06-01", "amount_1": "12000"}, "Say what must be reached"),
        ({"due_on_1": "31/31/2026", "amount_1": "12000"}, "valid date"),
    ],
)
def test_what_is_wrong_with_milestones_is_said(client, told, sentence):
    client.force_login(a.an_officer())
    award = a.an_award_by_milestones(12_000)

    page = staff.ask(client, award, "write-schedule", **told)

    assert sentence in staff.problems(page)
    assert not Instalment.objects.exists()


def test_milestones_of_two_commitments_say_which(client):
    client.force_login(a.an_officer())
    award = a.an_award_by_milestones(100)
    vary_on = a.an_allocation()
    awards.vary(
        award,
        [(vary_on, a.pounds(50))],
        kind="increase",
        reason="More.",
        decision=a.a_decision(),
        effective_on=JUNE,
        by=a.an_approver(),
    )
    first, second = award.commitments.order_by("pk")
    row = {"due_on_1": "2026-06-01", "amount_1": "100", "milestone_1": "Met."}
    other = {"due_on_2": "2026-06-01", "amount_2": "50", "milestone_2": "Met."}

    page = staff.ask(client, award, "write-schedule", **row, **other)
    assert "Fill this in as well." in staff.problems(page)
    lines = {"commitment_1": first.pk, "commitment_2": second.pk}
    staff.use(client, award, "write-schedule", **row, **other, **lines)

    assert [(i.commitment, i.amount) for i in a.instalments_of(award)] == [
        (first, a.pounds(100)),
        (second, a.pounds(50)),
    ]


def test_a_schedule_is_written_by_officers_only(client):
    award = a.an_award_by_milestones()
    client.force_login(a.a_finance_officer())

    assert client.get(staff.address(award, "write-schedule")).status_code == 403
