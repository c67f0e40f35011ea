"""How to break each constraint of the year end."""

from django.utils import timezone

from commissioning.actions import funds
from commissioning.years import FinancialYear
from finance.actions import year_end
from finance.models import ClosingStatement
from tests import builders as a
from tests.breaking.tools import Harm, anew, change


def decided(**values) -> Harm:
    """A carry-forward decided by a colleague, but for what is said."""
    values = {
        "status": "rejected",
        "decided_by": a.a_chief_finance_officer(),
        "decided_at": timezone.now(),
        "decided_reason": "Spend it first.",
        **values,
    }
    return change(a.a_carry_forward(), **values)


def decided_by_its_proposer() -> Harm:
    chief = a.a_chief_finance_officer()
    return change(
        a.a_carry_forward(by=chief),
        status="approved",
        decided_by=chief,
        decided_at=timezone.now(),
    )


def between_one_budget() -> Harm:
    proposal = a.a_carry_forward()
    return change(proposal, taker=proposal.giver)


def a_closing() -> ClosingStatement:
    year = FinancialYear(1990 - ClosingStatement.objects.count())
    closed = year_end.close(year, reason="Old.", by=a.a_chief_finance_officer())
    return closed.statement


HOW = {
    "closing_statement_has_a_fingerprint": lambda: anew(
        a_closing(), closing=funds.close_year(FinancialYear(1980), by=a.a_user()), sha256=""
    ),
    "carry_forward_is_more_than_nothing": lambda: change(a.a_carry_forward(), amount=a.pounds(0)),
    "carry_forward_is_between_two_budgets": between_one_budget,
    "carry_forward_has_a_reason": lambda: change(a.a_carry_forward(), reason=""),
    "carry_forward_waits_once_per_pair_of_budgets": lambda: anew(a.a_carry_forward()),
    "carry_forward_is_decided_by_somebody_else": decided_by_its_proposer,
    "carry_forward_decided_says_who_and_when": lambda: decided(decided_at=None),
    "carry_forward_not_approved_says_why": lambda: decided(decided_reason=""),
    "accrual_is_decided_step_by_step": lambda: anew(a.an_accrual()),
    "accrual_is_not_below_nothing": lambda: anew(
        a.an_accrual(), number=2, amount=a.pounds(-1), choice="adjusted", reason="No."
    ),
    "accrual_counts_what_was_decided": lambda: anew(a.an_accrual(), number=2, amount=a.pounds(1)),
    "accrual_not_accepted_says_why": lambda: anew(
        a.an_accrual(), number=2, amount=a.pounds(0), choice="left_out"
    ),
}
