"""Money out to recipients, and money back: requested by one person, released by another."""

from collections.abc import Callable, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from commissioning import rules
from commissioning.actions import history, journal, records
from commissioning.models import Award, Commitment, Payment, User
from commissioning.money import format_pounds
from commissioning.rules import RuleBroken

# What apps that stand on this one ask before money goes: each takes a payment, the day it moves and
# who releases it, and raises RuleBroken with what stands in the way.
BEFORE_RELEASE: list[Callable[[Payment, date, User], None]] = []


@transaction.atomic
def request(payment: Payment, *, by: User) -> Payment:
    """Ask for a payment under a commitment, or for a recovery of money paid under it."""
    if payment.pk is not None:
        rules.payment_is_requested(
            Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
        )
    payment.status, payment.requested_by = Payment.Status.REQUESTED, by
    records.check(payment)
    _fits(payment)
    records.save(payment, by=by)
    return payment


def _fits(payment: Payment) -> None:
    """Say before anybody else is asked what the release would refuse."""
    commitment = Commitment.objects.select_related(
        "award", "allocation__area", "allocation__budget__fund"
    ).get(pk=payment.commitment_id)
    if payment.kind == Payment.Kind.RECOVERY:
        if payment.amount > commitment.paid:
            sentence = journal.not_recoverable(commitment, payment.amount)
            raise RuleBroken(sentence, "commitment_is_not_below_nothing")
        return
    rules.award_is_open(commitment.award)
    if payment.amount > commitment.unpaid:
        sentence = journal.not_payable(commitment, payment.amount)
        raise RuleBroken(sentence, "commitment_pays_no_more_than_it_holds")


def release(payment: Payment, *, paid_on: date, by: User) -> None:
    """Let a requested payment or recovery go, as someone other than its requester."""
    release_many([payment], paid_on=paid_on, by=by)


@transaction.atomic
def release_many(payments: Sequence[Payment], *, paid_on: date, by: User) -> None:
    """Let several requested payments go, all or none of them."""
    rules.year_is_open(paid_on)
    keys = [payment.pk for payment in payments]
    # Awards before payments: the same order in which every other action locks.
    award_keys = Payment.objects.filter(pk__in=keys).values("commitment__award")
    list(Award.objects.select_for_update(no_key=True).filter(pk__in=award_keys).order_by("pk"))
    locked = list(
        Payment.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=keys)
        .select_related("commitment__allocation", "commitment__award")
        .order_by("pk")
    )
    for payment in locked:
        rules.payment_is_requested(payment)
        rules.releaser_is_not_requester(payment, by)
        if payment.kind == Payment.Kind.PAYMENT:
            rules.award_is_open(payment.commitment.award)
        for ask in BEFORE_RELEASE:
            ask(payment, paid_on, by)
        payment.status, payment.paid_on = Payment.Status.RELEASED, paid_on
        payment.released_by, payment.released_at = by, timezone.now()
        records.save_checked(payment)
    journal.pay(locked, by=by)
    history.record_all(
        history.event(
            f"released {format_pounds(payment.amount)}",
            payment,
            by,
            before={"status": Payment.Status.REQUESTED},
            after=history.state(payment),
        )
        for payment in locked
    )


@transaction.atomic
def refuse(payment: Payment, *, reason: str, by: User) -> None:
    """Turn a request down."""
    _end(payment, Payment.Status.REFUSED, reason, by)


@transaction.atomic
def cancel(payment: Payment, *, reason: str, by: User) -> None:
    """Take a request back."""
    _end(payment, Payment.Status.CANCELLED, reason, by)


def _end(payment: Payment, status: str, reason: str, by: User) -> None:
    rules.reason_is_given(reason)
    records.lock(payment)
    rules.payment_is_requested(payment)
    records.move(payment, status, by=by, reason=reason)
