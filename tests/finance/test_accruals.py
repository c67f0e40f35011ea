"""Accruals and prepayments: worked out from days, schedules and payments; decided by finance."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from commissioning.actions import funds, schedules
from commissioning.figures import Slice
from commissioning.models import Award, HistoryEvent
from commissioning.rules import RuleBroken
from commissioning.years import FinancialYear
from finance.actions import accruals as actions
from finance.figures import accruals
from finance.figures.accruals import Item
from finance.models import Accrual
from tests import builders as a
from tests.racing import WRITERS, database_in_a_file, race

AT = a.YEAR_END
Kind, Choice = Accrual.Kind, Accrual.Choice


def of(award, as_at: date = AT, known_at: datetime | None = None) -> Item | None:
    found = accruals.items(Slice(as_at=as_at, known_at=known_at))
    return next((item for item in found if item.reference == award.reference), None)


def amount(award, as_at: date = AT) -> tuple[str, Decimal] | None:
    item = of(award, as_at)
    return item and (item.kind, item.amount)


def accrued(as_at: date = AT, kind: str = Kind.ACCRUAL, **slice_) -> Decimal:
    return accruals.accrued(Slice(as_at=as_at, **slice_), kind=kind)[()]


@pytest.mark.django_db
class TestWorkedOut:
    def test_what_was_delivered_by_the_day_and_not_paid_is_accrued(self):
        # 90 of 365 days.
        award = a.an_accrued_award(36_500)

        assert amount(award) == (Kind.ACCRUAL, a.pounds(9_000))
        assert of(award).worked.why == (
            "Delivered by 31 March 2026: £9,000.00 of £36,500.00 (90 of the 365 days "
            "from 1 January 2026 to 31 December 2026). Paid by then: £0.00."
        )

    def test_what_was_paid_for_later_days_is_prepaid(self):
        assert amount(a.an_accrued_award(36_500, paid=20_000)) == (
            Kind.PREPAYMENT,
            a.pounds(11_000),
        )

    def test_what_was_paid_as_it_was_delivered_is_neither(self):
        assert amount(a.an_accrued_award(36_500, paid=9_000)) is None

    def test_nothing_is_accrued_before_the_award_begins(self):
        assert amount(a.an_accrued_award(36_500), date(2025, 12, 31)) is None

    def test_a_payment_after_the_day_does_not_count_on_it(self):
        award = a.an_accrued_award(36_500)
        a.a_payment(9_000, award, paid_on=date(2026, 4, 1))

        assert amount(award) == (Kind.ACCRUAL, a.pounds(9_000))
        assert amount(award, date(2026, 4, 30)) == (Kind.ACCRUAL, a.pounds(3_000))

    def test_an_instalment_is_delivered_by_the_days_that_it_covers(self):
        award, in_april = a.a_scheduled_award(36_400, timing="arrears"), date(2026, 4, 30)
        first = a.instalments_of(award)[0]
        assert (first.covers_from, first.covers_to) == (date(2026, 4, 1), date(2026, 6, 30))

        counted = (first.amount * 30 / 91).quantize(Decimal("0.01"))
        assert amount(award, in_april) is None, "approved in May"
        assert amount(award, date(2026, 5, 31))[1] > counted
        assert "61 of the 91 days from 1 April 2026" in of(award, date(2026, 5, 31)).worked.why

    def test_a_milestone_is_delivered_once_it_was_due_and_its_condition_met(self):
        award = a.an_award_by_milestones(12_000)
        condition = a.a_condition(award)
        a.a_written_schedule(
            award,
            a.a_milestone(award, 4_000, date(2026, 6, 15)),
            a.a_milestone(award, 8_000, date(2026, 6, 20), condition=condition),
        )

        assert amount(award, date(2026, 5, 31)) is None
        assert amount(award, date(2026, 6, 30)) == (Kind.ACCRUAL, a.pounds(4_000))
        a.a_met_condition(condition)
        assert amount(award, date(2026, 6, 30)) == (Kind.ACCRUAL, a.pounds(12_000))

    def test_what_was_paid_before_the_schedule_is_for_the_days_before_it(self):
        award = a.an_accrued_award(36_500, paid=9_000)
        Award.objects.filter(pk=award.pk).update(
            payment_pattern="monthly", payment_timing="arrears"
        )
        schedules.plan(award, by=a.an_officer())

        planned = a.instalments_of(award)
        assert sum(row.amount for row in planned) == a.pounds(27_500)
        assert amount(award, planned[0].covers_from - timedelta(days=1)) is None

    @pytest.mark.parametrize("cause", ["repayment", "underspend", "clawback"])
    def test_what_was_paid_and_came_back_is_not_owed_again(self, cause):
        # By 31 July 212 of 365 days are over.
        award = a.an_accrued_award(36_500, paid=21_200)
        a.a_recovery(3_000, award, cause)

        assert amount(award, date(2026, 7, 31)) is None
        assert amount(award, date(2026, 8, 31)) == (Kind.ACCRUAL, a.pounds(3_100))
        assert of(award, date(2026, 8, 31)).worked.why.endswith(
            "Paid by then: £21,200.00, of which £3,000.00 came back."
        )

    def test_what_was_paid_ahead_and_came_back_is_prepaid_no_more(self):
        award = a.an_accrued_award(36_500, paid=31_200)
        assert amount(award, date(2026, 7, 31)) == (Kind.PREPAYMENT, a.pounds(10_000))
        a.a_recovery(10_000, award, "underspend")

        assert amount(award, date(2026, 7, 31)) is None
        # What is left was promised for days that are paid for.
        assert amount(award, date(2026, 9, 30)) is None

    def test_a_payment_before_the_money_came_back_counts_as_it_was_then(self):
        award = a.an_accrued_award(36_500, paid=9_000)
        a.a_recovery(3_000, award, "underspend")

        assert amount(award) is None
        assert amount(award, date(2026, 4, 30)) == (Kind.ACCRUAL, a.pounds(3_000))

    def test_what_came_back_and_is_planned_to_be_paid_again_is_owed(self):
        award = a.an_accrued_award(36_500, paid=21_200)
        a.a_recovery(3_000, award, "repayment")
        Award.objects.filter(pk=award.pk).update(
            payment_pattern="monthly", payment_timing="arrears"
        )
        schedules.plan(award, by=a.an_officer())

        planned = a.instalments_of(award)
        assert sum(row.amount for row in planned) == a.pounds(18_300)
        why = of(award, date(2026, 8, 31)).worked.why
        assert "£3,000.00 of it is planned to be paid again" in why

    def test_an_instalment_that_came_back_is_not_owed_again(self):
        award = a.a_scheduled_award(36_500, timing="arrears")
        first, *_ = a.instalments_of(award)
        a.a_paid_instalment(first, paid_on=date(2026, 6, 30))
        assert amount(award, date(2026, 6, 30)) is None
        a.a_recovery(1_000, award, "repayment")

        (_, owed) = amount(award, date(2026, 9, 30))
        assert owed == a.instalments_of(award)[1].amount

    def test_an_award_taken_on_without_payments_is_left_out(self):
        award = a.an_award_taken_on(starts_on=date(2020, 4, 1), ends_on=date(2021, 3, 31))

        assert amount(award, date(2026, 4, 30)) is None

    def test_questions_do_not_grow_with_awards(self, django_assert_num_queries):
        a.an_accrued_award()
        with django_assert_num_queries(3):
            accruals.items(Slice(as_at=AT))
        for _ in range(3):
            a.an_accrued_award()
        with django_assert_num_queries(3):
            assert len(accruals.items(Slice(as_at=AT))) == 4

    def test_a_part_of_the_money_has_its_own(self):
        walsall, dudley = a.an_area("Walsall"), a.an_area("Dudley")
        for area, amount_ in ((walsall, 36_500), (dudley, 3_650)):
            allocation = a.an_allocation(amount_, a.a_budget(**a.LONG_PERIOD), area=area)
            a.an_accrued_award(amount_, allocation=allocation)

        assert accrued() == a.pounds(9_900)
        assert accrued(area=dudley) == a.pounds(900)
        by_area = accruals.accrued(Slice(as_at=AT), ["area"])
        assert by_area == {(walsall.pk,): a.pounds(9_000), (dudley.pk,): a.pounds(900)}


@pytest.mark.django_db
class TestDecided:
    def test_accepted_counts_as_worked_out_and_stays_so(self):
        award = a.an_accrued_award(36_500)
        row = a.an_accrual(award)
        assert (row.choice, row.amount, row.kind) == (
            Choice.ACCEPTED,
            a.pounds(9_000),
            Kind.ACCRUAL,
        )
        assert not of(award).is_open

        a.a_payment(1_000, award, paid_on=date(2026, 3, 1))

        assert amount(award) == (Kind.ACCRUAL, a.pounds(9_000))
        assert of(award).has_moved
        assert accruals.left_to_decide(AT) == 1

    def test_adjusted_and_left_out_say_why(self):
        award, line = self.line()
        by = a.a_finance_officer()
        with pytest.raises(RuleBroken, match="Say why"):
            actions.adjust(line, AT, a.pounds(1), reason="", by=by)
        with pytest.raises(RuleBroken, match="Say why"):
            actions.leave_out(line, AT, reason=" ", by=by)

        actions.adjust(line, AT, a.pounds(7_000), reason="The post was vacant.", by=by)
        assert (accrued(), of(award).is_open) == (a.pounds(7_000), False)
        actions.leave_out(line, AT, reason="It never began.", by=by)

        assert accrued() == 0
        rows = line.accruals.order_by("number").values_list("number", "choice", "amount")
        assert list(rows) == [(1, "adjusted", a.pounds(7_000)), (2, "left_out", a.pounds(0))]
        verbs = HistoryEvent.objects.filter(subject_type="accrual").order_by("pk")
        assert [event.verb for event in verbs] == ["adjusted", "left out"]

    def test_a_report_of_the_past_counts_what_was_decided_then(self):
        award, line = self.line()
        before = timezone.now()
        actions.leave_out(line, AT, reason="It never began.", by=a.a_finance_officer())

        assert accrued() == 0
        assert of(award, known_at=before).amount == a.pounds(9_000)
        assert accrued(known_at=before) == a.pounds(9_000)

    def test_it_comes_back_after_the_day(self):
        award, _ = self.line()
        a.an_accrual(award)

        assert accrued() == a.pounds(9_000)
        # 120 days, worked out anew: the decision was of the other day.
        assert accrued(date(2026, 4, 30)) == a.pounds(12_000)

    def test_one_that_is_not_on_the_list_can_be_added(self):
        award = a.an_accrued_award(36_500, paid=9_000)
        line = award.commitments.get()
        told = {"reason": "An invoice came late.", "by": a.a_finance_officer()}

        with pytest.raises(RuleBroken, match="Nothing of this is on the list"):
            actions.leave_out(line, AT, **told)
        actions.adjust(line, AT, a.pounds(50), kind=Kind.PREPAYMENT, **told)

        assert amount(award) == (Kind.PREPAYMENT, a.pounds(50))
        assert accruals.left_to_decide(AT) == 0

    def test_no_more_is_accrued_than_is_committed_and_not_paid(self):
        line = a.an_accrued_award(36_500, paid=6_500).commitments.get()
        told = {"reason": "They said so.", "by": a.a_finance_officer()}

        with pytest.raises(RuleBroken, match=r"£36,500\.00 was committed .* £30,000\.00 is left"):
            actions.adjust(line, AT, a.pounds("30000.01"), **told)
        assert not Accrual.objects.exists()
        actions.adjust(line, AT, a.pounds(30_000), **told)

        assert accrued() == a.pounds(30_000)

    def test_no_more_is_prepaid_than_is_paid(self):
        line = a.an_accrued_award(36_500, paid=20_000).commitments.get()
        told = {"reason": "They said so.", "by": a.a_finance_officer()}

        with pytest.raises(RuleBroken, match=r"£20,000\.01 cannot be prepaid: .* £20,000\.00"):
            actions.adjust(line, AT, a.pounds("20000.01"), **told)
        assert not Accrual.objects.exists()
        actions.adjust(line, AT, a.pounds(20_000), **told)

        assert accrued(kind=Kind.PREPAYMENT) == a.pounds(20_000)

    def test_only_as_at_the_end_of_a_month_of_an_open_year(self):
        _, line = self.line()
        by = a.a_finance_officer()
        with pytest.raises(RuleBroken, match="not the last day of a month"):
            actions.accept([line.pk], date(2026, 3, 30), by=by)
        with pytest.raises(RuleBroken, match="has not ended yet"):
            actions.accept([line.pk], date(2079, 3, 31), by=by)
        funds.close_year(FinancialYear(2025), by=by)
        with pytest.raises(RuleBroken, match="is closed"):
            actions.accept([line.pk], AT, by=by)
        assert not Accrual.objects.exists()

    def test_all_or_none_are_accepted(self):
        _, line = self.line()
        other = a.an_accrued_award(36_500, paid=9_000).commitments.get()

        with pytest.raises(RuleBroken, match="no longer on the list"):
            actions.accept([line.pk, other.pk], AT, by=a.a_finance_officer())
        assert not Accrual.objects.exists()

    def line(self):
        award = a.an_accrued_award(36_500)
        return award, award.commitments.get()


@pytest.mark.django_db(transaction=True)
def test_accepted_by_many_at_once_is_accepted_once(transactional_db, tmp_path):
    with database_in_a_file(tmp_path):
        line = a.an_accrued_award(36_500).commitments.get()
        people = [a.a_finance_officer() for _ in range(WRITERS)]

        def accept(by):
            return lambda: actions.accept([line.pk], AT, by=by)

        results = race([accept(person) for person in people])

        problems = [result for result in results if isinstance(result, Exception)]
        assert len(problems) == WRITERS - 1
        assert all(isinstance(problem, RuleBroken) for problem in problems), problems
        assert Accrual.objects.count() == 1
