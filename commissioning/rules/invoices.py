"""One invoice is requested once."""

import re

from django.db.models import Q

from commissioning.models import Payment
from commissioning.money import format_pounds
from commissioning.rules.broken import RuleBroken

_NOT_TOLD_APART = re.compile(r"[^0-9a-z]+")
_ZEROS_IN_FRONT = re.compile(r"(?<![0-9])0+(?=[0-9])")


def plain_reference(reference: str) -> str:
    """A reference without what people write differently: “inv 0077” and “INV-77” are one.

    Case, spaces and punctuation, and zeros in front of a number. Empty if nothing is left.
    """
    parts = _NOT_TOLD_APART.split(reference.casefold())
    return "".join(_ZEROS_IN_FRONT.sub("", part) for part in parts)


def invoice_is_requested_once(payment: Payment) -> None:
    """No two payments to one recipient carry one reference, unless one came to nothing.

    Of a payment that the bank returned unpaid, the payment that takes its place carries the
    reference again: under the same commitment, for no more.

    Call with the recipient locked: the database has no recipient beside the reference.
    """
    reference = plain_reference(payment.reference)
    if payment.kind != Payment.Kind.PAYMENT or not reference:
        return
    for other in _to_the_same(payment).exclude(reference=""):
        if plain_reference(other.reference) == reference and not _takes_its_place(payment, other):
            raise RuleBroken(
                f"Reference {payment.reference} is on another payment to the same recipient: "
                f"{format_pounds(other.amount)} under award {other.commitment.award.reference} "
                f"(reference {other.reference}, {other.get_status_display()}). One invoice is "
                "requested once. If this is another invoice, give its own reference.",
                "requested_twice",
            )


def _takes_its_place(payment: Payment, other: Payment) -> bool:
    is_within = payment.commitment_id == other.commitment_id and payment.amount <= other.amount
    return other.is_returned and is_within


def _to_the_same(payment: Payment):
    """Other payments to its recipient, or under its award if that names none."""
    award = payment.commitment.award
    to = (
        Q(commitment__award__recipient=award.recipient_id)
        if award.recipient_id
        else Q(commitment__award=award)
    )
    standing = [Payment.Status.REQUESTED, Payment.Status.RELEASED]
    others = Payment.objects.with_returned().filter(
        to, kind=Payment.Kind.PAYMENT, status__in=standing
    )
    return others.exclude(pk=payment.pk).select_related("commitment__award").order_by("pk")


def requests_are_within_what_is_left(payment: Payment, unpaid, requested) -> None:
    """All that is requested of a commitment together is no more than is left to pay under it."""
    if payment.amount > unpaid - requested:
        raise RuleBroken(
            f"{format_pounds(payment.amount)} is more than can still be requested: "
            f"{format_pounds(unpaid)} is left to pay and {format_pounds(requested)} of it is "
            "requested already. Cancel a request that is not needed, or ask for less.",
            "requested_more_than_is_left",
        )
