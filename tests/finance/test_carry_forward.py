"""Carry-forward by two people: finance proposes, the chief finance officer decides."""

from decimal import Decimal

import pytest

from commissioning import roles
from commissioning.actions import funds
from commissioning.models import Allocation, DelegatedLimit, Entry, HistoryEvent
from commissioning.rules import RuleBroken
from commissioning.years import FinancialYear
from finance.actions import year_end
from finance.models import CarryForward
from tests import builders as a
from tests.racing import WRITERS, database_in_a_file, race

Status = CarryForward.Status
ACT = DelegatedLimit.Act.CARRY_FORWARD


def amounts(proposal: CarryForward) -> tuple[Decimal, Decimal]:
    proposal.giver.refresh_from_db()
    proposal.taker.refresh_from_db()
    return proposal.giver.amount, proposal.taker.amount


@pytest.mark.django_db
class TestTwoPeople:
    def test_nothing_moves_before_somebody_else_approves(self):
        proposal = a.a_carry_forward(2_000)
        assert amounts(proposal) == (a.pounds(10_000), a.pounds(5_000))

        notice, chief = a.a_decision(), a.a_chief_finance_officer()
        year_end.approve_carry_forward(proposal, decision=notice, by=chief)

        assert amounts(proposal) == (a.pounds(8_000), a.pounds(7_000))
        assert (proposal.status, proposal.decided_by, proposal.decision) == (
            Status.APPROVED,
            chief,
            notice,
        )
        moved = Entry.objects.filter(reason="carry_forward").order_by("amount")
        out, in_ = proposal.giver, proposal.taker
        assert [(row.budget, row.amount, row.effective_on, row.decision) for row in moved] == [
            (out, a.pounds(-2_000), out.ends_on, notice),
            (in_, a.pounds(2_000), in_.starts_on, notice),
        ]
        assert {row.note for row in moved} == {"It started late."}

    def test_whoever_proposed_it_neither_approves_nor_rejects(self):
        chief = a.a_chief_finance_officer()
        proposal = a.a_carry_forward(by=chief)
        superuser = a.a_user(superuser=True)
        own = a.a_carry_forward(by=superuser)

        for mine, person in ((proposal, chief), (own, superuser)):
            with pytest.raises(RuleBroken, match="You proposed this carry-forward"):
                year_end.approve_carry_forward(mine, by=person)
            with pytest.raises(RuleBroken, match="You proposed this carry-forward"):
                year_end.reject_carry_forward(mine, reason="No.", by=person)
        assert CarryForward.objects.waiting().count() == 2

    def test_a_limit_holds_the_approver(self):
        a.a_limit(1_999, ACT, roles.CHIEF_FINANCE)
        proposal = a.a_carry_forward(2_000)

        with pytest.raises(RuleBroken, match=r"limit to approve a carry-forward is £1,999.00"):
            year_end.approve_carry_forward(proposal, by=a.a_chief_finance_officer())
        with pytest.raises(RuleBroken, match="You have no delegated limit"):
            year_end.approve_carry_forward(proposal, by=a.a_user(superuser=True))
        assert amounts(proposal) == (a.pounds(10_000), a.pounds(5_000))

    def test_rejected_and_withdrawn_say_why_and_are_over(self):
        rejected, withdrawn = a.a_carry_forward(), a.a_carry_forward()
        chief = a.a_chief_finance_officer()
        for act in (year_end.reject_carry_forward, year_end.withdraw_carry_forward):
            with pytest.raises(RuleBroken, match="Say why"):
                act(rejected, reason=" ", by=chief)

        year_end.reject_carry_forward(rejected, reason="Spend it first.", by=chief)
        year_end.withdraw_carry_forward(withdrawn, reason="Too much.", by=withdrawn.proposed_by)

        assert rejected.status == Status.REJECTED
        assert withdrawn.status == Status.WITHDRAWN
        for over in (rejected, withdrawn):
            assert amounts(over) == (a.pounds(10_000), a.pounds(5_000))
            with pytest.raises(RuleBroken, match="This carry-forward is already"):
                year_end.approve_carry_forward(over, by=chief)

    def test_history_tells_each_step(self):
        proposal = a.a_carry_forward()
        year_end.approve_carry_forward(proposal, by=a.a_chief_finance_officer())

        steps = HistoryEvent.objects.filter(subject_type="carryforward").order_by("pk")
        assert [step.verb for step in steps] == ["proposed", "approved"]
        assert steps[0].after["amount"] == "2000.00"
        assert (steps[1].before, steps[1].after) == (
            {"status": "proposed"},
            {"status": "approved"},
        )


@pytest.mark.django_db
class TestWhatCanBeCarried:
    @pytest.mark.parametrize(
        ("amount", "sentence"),
        [("0", "more than £0.00"), ("-5", "more than £0.00"), ("10000.01", "is left")],
    )
    def test_no_more_than_is_left(self, amount, sentence):
        with pytest.raises(RuleBroken, match=sentence):
            a.a_carry_forward(amount)
        assert not CarryForward.objects.exists()

    def test_no_pound_waits_twice(self):
        giver, taker = a.two_years(10_000)
        even_later = a.a_budget(1, giver.fund, giver.source, **a.THE_YEAR_AFTER)
        a.a_carry_forward(6_000, giver, taker)

        with pytest.raises(RuleBroken, match=r"£6,000.00 of it is in carry-forwards that wait"):
            a.a_carry_forward(4_001, giver, even_later)
        with pytest.raises(RuleBroken, match="already waits"):
            a.a_carry_forward(1, giver, taker)
        a.a_carry_forward(4_000, giver, even_later)

    def test_only_within_a_fund_and_source_to_a_later_period(self):
        giver, taker = a.two_years()
        for other in (a.a_budget(), a.a_budget(1, giver.fund), a.a_budget(1, source=giver.source)):
            with pytest.raises(RuleBroken, match="within one fund and one source"):
                a.a_carry_forward(1, giver, other)
        with pytest.raises(RuleBroken, match="to a later period"):
            a.a_carry_forward(1, taker, giver)

    def test_not_out_of_a_closed_year(self):
        proposal, (giver, taker) = a.a_carry_forward(), a.two_years()
        funds.close_year(FinancialYear(2025), by=a.a_finance_officer())

        with pytest.raises(RuleBroken, match="The financial year 2025/26 is closed"):
            year_end.approve_carry_forward(proposal, by=a.a_chief_finance_officer())
        with pytest.raises(RuleBroken, match="The financial year 2025/26 is closed"):
            a.a_carry_forward(1, giver, taker)

    def test_refused_with_every_figure_once_the_money_is_gone(self):
        proposal = a.a_carry_forward(2_000)
        a.an_allocation(9_000, proposal.giver)

        with pytest.raises(RuleBroken) as refused:
            year_end.approve_carry_forward(proposal, by=a.a_chief_finance_officer())
        for figure in ("£2,000.00", "£10,000.00", "£9,000.00", "£1,000.00 is left"):
            assert figure in str(refused.value)
        assert amounts(proposal) == (a.pounds(10_000), a.pounds(5_000))

    def test_others_lapse_when_an_approval_leaves_them_no_money(self):
        giver, taker = a.two_years(10_000)
        even_later = a.a_budget(1, giver.fund, giver.source, **a.THE_YEAR_AFTER)
        first = a.a_carry_forward(6_000, giver, taker)
        second = a.a_carry_forward(4_000, giver, even_later)
        a.an_allocation(3_000, giver)

        year_end.approve_carry_forward(first, by=a.a_chief_finance_officer())

        second.refresh_from_db()
        assert second.status == Status.LAPSED
        assert "£1,000.00 is left" in second.decided_reason

    def test_a_margin_is_not_carried_forward(self):
        giver, taker = a.two_years(1_000)
        funds.authorise_margin(
            giver, a.pounds(500), reason="By decision 12.", by=a.a_chief_finance_officer()
        )
        with pytest.raises(RuleBroken, match=r"£1,000.00 is left"):
            a.a_carry_forward(1_001, giver, taker)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.fixture(autouse=True)
    def own_connections(self, transactional_db, tmp_path):
        with database_in_a_file(tmp_path):
            yield

    def test_two_people_approve_and_the_money_moves_once(self):
        proposal = a.a_carry_forward(2_000)
        chiefs = [a.a_chief_finance_officer() for _ in range(WRITERS)]

        def approve(by):
            mine = CarryForward.objects.get(pk=proposal.pk)
            return lambda: year_end.approve_carry_forward(mine, by=by)

        results = race([approve(chief) for chief in chiefs])

        refused = [problem for problem in results if problem is not None]
        assert len(refused) == WRITERS - 1
        assert all(isinstance(problem, RuleBroken) for problem in refused), refused
        assert amounts(proposal) == (a.pounds(8_000), a.pounds(7_000))
        assert Entry.objects.filter(reason="carry_forward").count() == 2

    def test_approved_and_allocated_at_once_never_overspends(self):
        proposal = a.a_carry_forward(6_000)
        area, finance = a.an_area(), a.a_finance_officer()
        chief, giver = a.a_chief_finance_officer(), proposal.giver
        share = (Allocation(budget=giver, area=area), a.pounds(6_000))

        results = race(
            [
                lambda: year_end.approve_carry_forward(proposal, by=chief),
                lambda: funds.allocate([share], effective_on=giver.starts_on, by=finance),
            ]
        )

        refused = [problem for problem in results if problem is not None]
        assert len(refused) == 1
        assert isinstance(refused[0], RuleBroken)
        giver.refresh_from_db()
        assert giver.allocated <= giver.amount

    def test_approved_and_withdrawn_at_once_is_one_of_the_two(self):
        proposal = a.a_carry_forward(2_000)
        chief, finance = a.a_chief_finance_officer(), proposal.proposed_by
        first, second = (CarryForward.objects.get(pk=proposal.pk) for _ in range(2))

        results = race(
            [
                lambda: year_end.approve_carry_forward(first, by=chief),
                lambda: year_end.withdraw_carry_forward(second, reason="Wrong.", by=finance),
            ]
        )

        assert sum(isinstance(problem, RuleBroken) for problem in results) == 1
        proposal.refresh_from_db()
        moved = proposal.status == Status.APPROVED
        assert amounts(proposal)[1] == a.pounds(7_000 if moved else 5_000)
