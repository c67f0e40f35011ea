"""Schedules: instalments that add up to what is committed, asked for once, and follow the award."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import example, given, settings
from hypothesis import strategies as st

from commissioning.actions import awards, payments, schedules
from commissioning.admin.attention import lists_for
from commissioning.figures.instalments import with_sums
from commissioning.models import Award, Commitment, HistoryEvent, Instalment, Payment
from commissioning.rules import RuleBroken
from tests import builders as a
from tests.chain import reinstate, terminate
from tests.commissioning import staff

pytestmark = pytest.mark.django_db

Pattern, Timing = Award.PaymentPattern, Award.PaymentTiming
JUNE = date(2026, 6, 1)


def plan(award: Award) -> list[tuple[str, str]]:
    """(day due, pounds) of what stands."""
    return [(f"{row.due_on:%-d %b %Y}", str(row.amount)) for row in a.instalments_of(award)]


def in_all(award: Award) -> Decimal:
    return sum((row.amount for row in a.instalments_of(award)), Decimal(0))


def vary(award: Award, amount: int | str = 0, ends_on: date | None = None) -> None:
    changes = [(award.commitments.first().allocation, a.pounds(amount))] if amount else []
    awards.vary(
        award,
        changes,
        kind="increase",
        reason="It changed.",
        decision=a.a_decision(),
        effective_on=JUNE,
        ends_on=ends_on,
        by=a.an_approver(),
    )


# --- Drawn up -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "timing", "days"),
    [
        (Pattern.ONCE, Timing.ADVANCE, ["1 Apr 2026"]),
        (Pattern.ONCE, Timing.ARREARS, ["31 Mar 2027"]),
        (
            Pattern.QUARTERLY,
            Timing.ADVANCE,
            ["1 Apr 2026", "1 Jul 2026", "1 Oct 2026", "1 Jan 2027"],
        ),
        (
            Pattern.QUARTERLY,
            Timing.ARREARS,
            ["30 Jun 2026", "30 Sep 2026", "31 Dec 2026", "31 Mar 2027"],
        ),
    ],
)
def test_approving_an_award_draws_up_its_schedule(pattern, timing, days):
    award = a.a_scheduled_award(10_000, pattern, timing)

    assert [day for day, _ in plan(award)] == days
    assert in_all(award) == a.pounds(10_000)


def test_monthly_instalments_of_a_year_are_twelve_and_lose_no_penny():
    award = a.a_scheduled_award("1000.01", Pattern.MONTHLY, Timing.ARREARS)

    standing = a.instalments_of(award)

    assert len(standing) == 12
    assert (standing[10].covers_from, standing[10].due_on) == (
        date(2027, 2, 1),
        date(2027, 2, 28),
    )
    assert {row.amount for row in standing} == {a.pounds("83.33"), a.pounds("83.34")}
    assert in_all(award) == a.pounds("1000.01")


def test_a_part_of_a_month_is_paid_by_its_days():
    award = a.a_scheduled_award(
        "1500", Pattern.MONTHLY, starts_on=date(2026, 6, 16), ends_on=date(2026, 7, 31)
    )

    assert plan(award) == [("16 Jun 2026", "500.00"), ("1 Jul 2026", "1000.00")]


def test_each_commitment_has_its_own_schedule():
    draft = a.a_draft(4_000, **a.YEAR, payment_pattern="quarterly", payment_timing="advance")
    awards.propose(draft, [(a.an_allocation(), a.pounds(100))], by=a.an_officer())
    awards.recommend(draft, by=a.an_officer())

    details = {"decision": a.a_decision(), "effective_on": date(2026, 5, 1)}
    awards.approve(draft, by=a.an_approver(), **details)

    sums = [
        sum(row.amount for row in line.instalments.standing())
        for line in draft.commitments.order_by("pk")
    ]
    assert sums == [a.pounds(4_000), a.pounds(100)]


def test_an_award_without_a_pattern_has_no_schedule():
    assert a.instalments_of(a.an_award(**a.YEAR)) == []


@pytest.mark.parametrize(
    ("lacks", "sentence"),
    [
        ({"payment_timing": ""}, "whether it is paid in advance or in arrears"),
        ({"ends_on": None}, "its first and last day, for the schedule"),
    ],
)
def test_an_award_is_not_recommended_without_what_its_schedule_needs(lacks, sentence):
    whole = {**a.YEAR, "payment_pattern": "monthly", "payment_timing": "arrears"}
    draft = a.a_draft(**{**whole, **lacks})

    with pytest.raises(RuleBroken, match=sentence):
        awards.recommend(draft, by=a.an_officer())


days = st.dates(date(2020, 1, 1), date(2032, 12, 31))
pennies = st.integers(1, 10**9).map(lambda n: Decimal(n) / 100)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([*schedules.MONTHS, Pattern.ONCE]), st.sampled_from(Timing), days, days, pennies
)
@example(Pattern.MONTHLY, Timing.ADVANCE, date(2024, 2, 29), date(2024, 2, 29), Decimal("0.01"))
@example(Pattern.MONTHLY, Timing.ARREARS, date(2026, 4, 1), date(2027, 3, 31), Decimal("0.05"))
def test_any_schedule_adds_up_to_the_penny(pattern, timing, one, other, amount):
    first, last = sorted([one, other])
    award = Award(payment_pattern=pattern, payment_timing=timing, starts_on=first, ends_on=last)

    rows = schedules.drawn(Commitment(award=award), amount, [])

    assert sum(row.amount for row in rows) == amount
    assert all(row.amount > 0 for row in rows)
    due = [row.due_on for row in rows]
    assert due == sorted(due)
    assert first <= due[0] <= due[-1] <= last
    assert all(
        row.due_on == (row.covers_from if timing == Timing.ADVANCE else row.covers_to)
        for row in rows
    )
    if amount > 100:
        assert [*every_day(rows)] == [
            first + timedelta(days=n) for n in range((last - first).days + 1)
        ]


def every_day(rows: list[Instalment]) -> Iterator[date]:
    for row in rows:
        for n in range((row.covers_to - row.covers_from).days + 1):
            yield row.covers_from + timedelta(days=n)


# --- Following the award --------------------------------------------------------------------------


def test_a_variation_is_spread_over_what_nobody_has_asked_for():
    award = a.a_scheduled_award(12_000)
    first, second, *_ = a.instalments_of(award)
    a.a_paid_instalment(first)
    a.a_requested_instalment(second)

    vary(award, 1_000)

    assert plan(award) == [
        ("1 Apr 2026", "3000.00"),
        ("1 Jul 2026", "3000.00"),
        ("1 Oct 2026", "3500.00"),
        ("1 Jan 2027", "3500.00"),
    ]
    assert {first.pk, second.pk} <= {row.pk for row in a.instalments_of(award)}


def test_an_extension_draws_what_is_left_over_more_days():
    award = a.a_scheduled_award(12_000)
    a.a_paid_instalment(a.instalments_of(award)[0])

    vary(award, ends_on=date(2027, 9, 30))

    assert plan(award)[1:] == [
        ("1 Jul 2026", "1800.00"),
        ("1 Oct 2026", "1800.00"),
        ("1 Jan 2027", "1800.00"),
        ("1 Apr 2027", "1800.00"),
        ("1 Jul 2027", "1800.00"),
    ]


def test_what_was_planned_before_can_still_be_read():
    award = a.a_scheduled_award(12_000)
    before = Instalment.objects.filter(commitment__award=award).latest("recorded_at").recorded_at

    vary(award, 1_000)

    line = award.commitments.get()
    past = Instalment.objects.known_at(before).filter(commitment=line)
    assert sum(row.amount for row in past) == a.pounds(12_000)
    events = HistoryEvent.objects.filter(
        subject_type="commitment", subject_id=str(line.pk), verb__startswith="planned"
    )
    assert events.latest("pk").before["schedule"].startswith("£3,000.00 on 1 April 2026")


def test_a_decrease_takes_what_is_outstanding_of_an_instalment_that_was_paid_in_part():
    award = a.a_scheduled_award(12_000)
    first = a.instalments_of(award)[0]
    part(first, 1_000)

    vary(award, "-10500")

    assert in_all(award) == a.pounds(500)
    assert first.pk not in {row.pk for row in a.instalments_of(award)}


def part(instalment: Instalment, amount: int) -> Payment:
    """A payment of a part of an instalment, released."""
    payment = Payment(
        commitment=instalment.commitment, instalment=instalment, amount=a.pounds(amount)
    )
    payments.request(payment, by=a.an_officer())
    payments.release(payment, paid_on=JUNE, by=a.a_finance_officer())
    return payment


def test_a_termination_drops_what_is_not_paid_and_a_reinstatement_plans_it_again():
    award = a.a_scheduled_award(12_000)
    a.a_paid_instalment(a.instalments_of(award)[0])

    terminate(award)
    assert plan(award) == [("1 Apr 2026", "3000.00")]

    reinstate(award)
    assert [day for day, _ in plan(award)] == [
        "1 Apr 2026",
        "1 Jul 2026",
        "1 Oct 2026",
        "1 Jan 2027",
    ]
    assert in_all(award) == a.pounds(12_000)


def test_more_money_when_every_period_is_paid_is_due_at_the_end():
    award = a.a_scheduled_award(1_000, Pattern.ONCE)
    a.a_paid_instalment(a.instalments_of(award)[0])

    vary(award, 50)

    assert plan(award) == [("1 Apr 2026", "1000.00"), ("31 Mar 2027", "50.00")]


moves = st.lists(
    st.tuples(
        st.sampled_from(["vary", "extend", "pay", "ask", "part", "recover", "return", "end"]),
        st.integers(1, 9_000),
        st.integers(0, 11),
    ),
    max_size=7,
)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.sampled_from(["once", "monthly", "quarterly"]), moves)
def test_no_schedule_ever_asks_for_more_than_is_committed(pattern, moves):
    award = a.a_scheduled_award(12_000, pattern)
    for move in moves:
        try:
            do(award, *move)
        except RuleBroken:
            continue
        for line in award.commitments.all():
            rows = list(with_sums(line.instalments.standing()))
            # What came back for good was paid, and is no longer committed.
            back = line.payments.filter(cause="underspend", status="released")
            returned = sum((row.amount for row in back), Decimal(0))
            assert sum(row.amount for row in rows) <= line.amount + returned, move
            asked = sum((p.amount for p in line.payments.filter(status="requested")), Decimal(0))
            left = sum((row.outstanding for row in rows), Decimal(0))
            assert left <= max(line.unpaid - asked, 0), move


def do(award: Award, verb: str, pence: int, which: int) -> None:
    award.refresh_from_db()
    standing = a.instalments_of(award)
    chosen = standing[which % len(standing)] if standing else None
    amount = Decimal(pence) / 7 // Decimal("0.01") * Decimal("0.01")
    if verb == "vary":
        vary(award, amount if which % 3 == 0 else -8 * amount)
    elif verb == "extend":
        vary(award, ends_on=date(2027, 1, 31) + timedelta(days=31 * which))
    elif verb == "end":
        terminate(award)
        reinstate(award)
    elif verb in ("recover", "return"):
        a.a_recovery(amount, award, "underspend" if verb == "return" else "repayment")
    elif chosen and verb == "pay":
        a.a_paid_instalment(chosen)
    elif chosen and verb == "ask":
        a.a_requested_instalment(chosen)
    elif chosen:
        part(chosen, amount)


# --- Written by staff -----------------------------------------------------------------------------


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


# --- Asked for ------------------------------------------------------------------------------------


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


def test_an_award_taken_on_gets_its_schedule_once_its_pattern_is_known(client):
    client.force_login(a.an_officer())
    award = a.an_award(12_000, **a.YEAR)
    Award.objects.filter(pk=award.pk).update(payment_pattern="quarterly")
    assert "lacks whether it is paid in advance" in (
        client.get(staff.address(award, "draw-up-schedule")).content.decode()
    )

    Award.objects.filter(pk=award.pk).update(payment_timing="arrears")
    staff.use(client, award, "draw-up-schedule")

    assert len(a.instalments_of(award)) == 4


def test_the_award_s_page_shows_its_schedule(client):
    client.force_login(a.an_officer())
    award = a.a_scheduled_award(12_000)
    a.a_paid_instalment(a.instalments_of(award)[0])

    page = client.get(staff.address(award)).content.decode()

    assert "Quarterly in advance" in page
    assert "1 April 2026</a>: £3,000.00, paid" in page
    assert "1 July 2026</a>: £3,000.00, not requested" in page


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


def test_a_schedule_is_written_by_officers_only(client):
    award = a.an_award_by_milestones()
    client.force_login(a.a_finance_officer())

    assert client.get(staff.address(award, "write-schedule")).status_code == 403
