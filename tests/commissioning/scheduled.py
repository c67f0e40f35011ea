"""Schedules of awards in words of one line, and what changes them."""

from datetime import date
from decimal import Decimal

from commissioning.actions import awards, payments
from commissioning.models import Award, Instalment, Payment
from tests import builders as a

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


def part(instalment: Instalment, amount: int) -> Payment:
    """A payment of a part of an instalment, released."""
    payment = Payment(
        commitment=instalment.commitment, instalment=instalment, amount=a.pounds(amount)
    )
    payments.request(payment, by=a.an_officer())
    payments.release(payment, paid_on=JUNE, by=a.a_finance_officer())
    return payment
