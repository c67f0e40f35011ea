"""Schedules, conditions and holds for tests."""

from datetime import date

from commissioning.actions import conditions, holds, payments, returns, schedules
from commissioning.models import Award, Condition, Hold, Instalment, Payment, User
from tests.builders.ledger import a_budget, a_payment, an_allocation, an_award
from tests.builders.people import a_finance_officer, an_officer, pounds

EARLY = "The group cannot wait."
YEAR = {"starts_on": date(2026, 4, 1), "ends_on": date(2027, 3, 31)}


def a_scheduled_award(
    amount: str | int = 12_000,
    pattern: str = Award.PaymentPattern.QUARTERLY,
    timing: str = Award.PaymentTiming.ADVANCE,
    **fields,
) -> Award:
    """An approved award over a financial year, with its schedule of payments."""
    fields = {**YEAR, "payment_pattern": pattern, "payment_timing": timing, **fields}
    return an_award(amount, **fields)


def an_award_by_milestones(amount: str | int = 12_000, **fields) -> Award:
    """An approved award whose schedule staff are to write."""
    if "allocation" not in fields:
        # Milestones may be due long after today.
        fields["allocation"] = an_allocation(budget=a_budget(ends_on=date(2028, 3, 31)))
    return a_scheduled_award(amount, Award.PaymentPattern.MILESTONES, "", **fields)


def a_milestone(award: Award, amount: str | int, due_on: date, **fields) -> Instalment:
    """An unsaved instalment of the award's first commitment."""
    fields = {"milestone": "The first group has met.", **fields}
    line = award.commitments.first()
    return Instalment(commitment=line, amount=pounds(amount), due_on=due_on, **fields)


def a_written_schedule(award: Award, *instalments: Instalment, by: User | None = None) -> None:
    schedules.write(award, instalments, by=by or an_officer())


def instalments_of(award: Award) -> list[Instalment]:
    """The instalments that stand, in the order in which they are due."""
    standing = Instalment.objects.standing().filter(commitment__award=award)
    return list(standing.order_by("due_on", "pk"))


def a_requested_instalment(instalment: Instalment, by: User | None = None) -> Payment:
    (payment,) = payments.request_instalments(
        [instalment], by=by or an_officer(), early_reason=EARLY
    )
    return payment


def a_paid_instalment(instalment: Instalment, paid_on: date = date(2026, 6, 1)) -> Payment:
    payment = a_requested_instalment(instalment)
    payments.release(payment, paid_on=paid_on, by=a_finance_officer(), early_reason=EARLY)
    payment.refresh_from_db()
    return payment


def a_condition(award: Award | None = None, due_on: date | None = None, **fields) -> Condition:
    fields = {"text": "Send the safeguarding policy.", **fields}
    condition = Condition(award=award or an_award(), due_on=due_on, **fields)
    conditions.save(condition, by=an_officer())
    return condition


def a_met_condition(condition: Condition | None = None, **fields) -> Condition:
    condition = condition or a_condition(**fields)
    posted = {"on": date(2026, 6, 1), "evidence": "The policy of May 2026."}
    conditions.meet(condition, by=an_officer(), **posted)
    return condition


def a_hold(award: Award | None = None, by: User | None = None) -> Hold:
    reason = "The accounts are late."
    return holds.place(award or an_award(), reason=reason, by=by or a_finance_officer())


def a_recovery(amount: str | int, award: Award, cause: str = "", **fields) -> Payment:
    """A released recovery under the award's first commitment."""
    payment = Payment(
        commitment=award.commitments.first(),
        kind=Payment.Kind.RECOVERY,
        cause=cause,
        amount=pounds(amount),
        **fields,
    )
    payments.request(payment, by=an_officer())
    payments.release(payment, paid_on=date(2026, 7, 1), by=a_finance_officer())
    payment.refresh_from_db()
    return payment


def a_payment_marked_returned(
    payment: Payment | None = None, by: User | None = None, **fields
) -> Payment:
    """A return that somebody marked and nobody has confirmed."""
    payment = payment or a_payment()
    fields = {"on": payment.paid_on, "bank_reason": Payment.BankReason.ACCOUNT_CLOSED, **fields}
    (marked,) = returns.mark([payment], by=by or a_finance_officer(), **fields)
    return marked


def a_returned_payment(payment: Payment | None = None, **fields) -> Payment:
    """A payment that the bank returned unpaid, confirmed."""
    marked = a_payment_marked_returned(payment, **fields)
    returns.confirm([marked], by=a_finance_officer())
    marked.refresh_from_db()
    return marked
