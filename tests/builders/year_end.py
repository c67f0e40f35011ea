"""Carry-forwards and accruals for tests."""

from datetime import date

from commissioning.actions import awards
from commissioning.models import Award, Budget, User
from finance.actions import accruals, year_end
from finance.models import Accrual, CarryForward
from tests.builders.ledger import (
    a_budget,
    a_decision,
    a_draft,
    a_payment,
    an_allocation,
)
from tests.builders.people import a_finance_officer, an_approver, an_officer, pounds

LAST_YEAR = {"starts_on": date(2025, 4, 1), "ends_on": date(2026, 3, 31)}
THE_YEAR_AFTER = {"starts_on": date(2027, 4, 1), "ends_on": date(2028, 3, 31)}
CALENDAR_YEAR = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
# A period over two financial years: money of it may pay for the whole calendar year.
LONG_PERIOD = {"starts_on": date(2025, 4, 1), "ends_on": date(2027, 3, 31)}
YEAR_END = date(2026, 3, 31)


def two_years(amount: str | int = 10_000, later: str | int = 5_000) -> tuple[Budget, Budget]:
    """Budgets of one fund and source: of the year that ended, and of this one."""
    giver = a_budget(amount, **LAST_YEAR)
    return giver, a_budget(later, giver.fund, giver.source)


def a_carry_forward(
    amount: str | int = 2_000,
    giver: Budget | None = None,
    taker: Budget | None = None,
    reason: str = "It started late.",
    by: User | None = None,
) -> CarryForward:
    """A carry-forward that waits; out of last year's budget into this one's."""
    if giver is None:
        giver, taker = two_years()
    return year_end.propose_carry_forward(
        giver, taker, pounds(amount), reason=reason, by=by or a_finance_officer()
    )


def an_accrued_award(amount: str | int = 12_000, paid: str | int | None = None, **fields) -> Award:
    """An award over the calendar year 2026, paid as much as said in its second month."""
    fields = {**CALENDAR_YEAR, **fields}
    allocation = fields.pop("allocation", None) or an_allocation(amount, a_budget(**LONG_PERIOD))
    award = a_draft(amount, allocation, **fields)
    awards.recommend(award, by=an_officer())
    decision = a_decision(decided_on=award.starts_on)
    awards.approve(award, decision=decision, effective_on=award.starts_on, by=an_approver())
    award.refresh_from_db()
    if paid is not None:
        a_payment(paid, award, paid_on=date(2026, 2, 1))
    return award


def an_accrual(
    award: Award | None = None, as_at: date = YEAR_END, by: User | None = None
) -> Accrual:
    """What is worked out for an award, accepted."""
    award = award or an_accrued_award()
    line = award.commitments.get()
    return accruals.accept([line.pk], as_at, by=by or a_finance_officer())[0]
