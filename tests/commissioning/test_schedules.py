"""Schedules: drawn up when an award is approved, and drawn anew when it changes."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commissioning.actions import awards
from commissioning.figures.instalments import with_sums
from commissioning.models import Award, HistoryEvent, Instalment
from commissioning.rules import RuleBroken
from tests import builders as a
from tests.chain import reinstate, terminate
from tests.commissioning import staff
from tests.commissioning.scheduled import in_all, part, plan, vary

pytestmark = pytest.mark.django_db

Pattern, Timing = Award.PaymentPattern, Award.PaymentTiming


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
    two_years = a.an_allocation(budget=a.a_budget(ends_on=date(2028, 3, 31)))
    award = a.a_scheduled_award(12_000, allocation=two_years)
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
    assert events.latest("pk").before["schedule"].startswith("£3,000.00 on 1 July 2026")


def test_a_decrease_takes_what_is_outstanding_of_an_instalment_that_was_paid_in_part():
    award = a.a_scheduled_award(12_000)
    first = a.instalments_of(award)[0]
    part(first, 1_000)

    vary(award, "-10500")

    assert in_all(award) == a.pounds(500)
    assert first.pk not in {row.pk for row in a.instalments_of(award)}


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
            # Nothing is forgotten but what was repaid, which is asked for beside the schedule.
            repaid = line.payments.filter(cause="repayment", status="released")
            beside = sum((row.amount for row in repaid), Decimal(0))
            assert left >= line.unpaid - asked - beside, move


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


# --- At the door ----------------------------------------------------------------------------------


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
