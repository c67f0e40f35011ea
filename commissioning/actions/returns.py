"""Payments that the bank returned unpaid: marked by one person, confirmed by another.

A return is a record of its own, with an entry on the day of the return. The payment stays as it was
released, and so does every reading of a day before. See docs/decisions/0029.
"""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from commissioning import hooks, rules
from commissioning.actions import history, payments, records, refusals
from commissioning.models import Payment, User
from commissioning.money import format_pounds
from commissioning.rules import RuleBroken


@transaction.atomic
def mark(
    returned: Sequence[Payment], *, on: date, bank_reason: str, note: str = "", by: User
) -> list[Payment]:
    """Say that the bank returned these payments whole on a day, all or none of them.

    Nothing changes in the journal before somebody else confirms it.
    """
    rules.year_is_open(on)
    locked = payments.lock(returned)
    rules.awards_are_free_of_interest((payment.commitment.award for payment in locked), by)
    marked = []
    for payment in locked:
        rules.payment_can_be_returned(payment, on)
        _is_still_paid(payment)
        row = Payment(
            kind=Payment.Kind.RETURN,
            commitment=payment.commitment,
            instalment=payment.instalment,
            returned_payment=payment,
            amount=payment.amount,
            bank_reason=bank_reason,
            paid_on=on,
            note=note,
            requested_by=by,
        )
        records.save(row, by=by)
        for ask in hooks.before_release:
            ask(row, on, by)
        marked.append(row)
    _tell("marked as returned unpaid", marked, by)
    return marked


@transaction.atomic
def confirm(returns: Sequence[Payment], *, by: User) -> None:
    """Post these returns on their days, as somebody other than those who marked them."""
    for row in returns:
        payments.release(row, paid_on=row.paid_on, by=by)
    _tell("returned unpaid", returns, by)


def _is_still_paid(payment: Payment) -> None:
    line = payment.commitment
    if payment.amount > line.paid:
        sentence = refusals.not_returnable(line, payment.amount)
        raise RuleBroken(sentence, "commitment_is_not_below_nothing")


def _tell(verb: str, returns: Sequence[Payment], by: User) -> None:
    """Say on the payments themselves what became of them."""
    history.record_all(
        history.event(
            f"{verb} {format_pounds(row.amount)}",
            row.returned_payment,
            by,
            reason=row.get_bank_reason_display(),
        )
        for row in returns
    )
