"""Rules about money going out."""

from collections.abc import Iterable
from datetime import datetime

from commissioning.models import Award, Hold, Payment, User
from commissioning.rules.broken import RuleBroken


def payment_is_requested(payment: Payment) -> None:
    """Only a requested payment can be released, refused or cancelled."""
    if payment.status != Payment.Status.REQUESTED:
        raise RuleBroken(
            f"This {payment.kind} is already {payment.get_status_display()}.", "wrong_state"
        )


def releaser_is_not_requester(payment: Payment, by: User) -> None:
    """Whoever requested a payment cannot release it, superusers included."""
    if payment.requested_by_id == by.pk:
        raise RuleBroken(
            "You requested this payment, so you cannot release it. Ask a colleague in finance.",
            "same_person",
        )


def held(award: Award) -> Hold | None:
    """The hold on an award's payments, if there is one."""
    return Hold.objects.standing().filter(award=award).select_related("placed_by").first()


def is_held(hold: Hold) -> str:
    """The sentence for payments that a hold stops."""
    return (
        f"Payments under award {hold.award.reference} are held by {hold.placed_by}: {hold.reason}"
    )


def payments_are_not_held(awards: Iterable[Award]) -> None:
    """While payments under an award are held, none is requested or released."""
    holds = Hold.objects.standing().filter(award__in=list(awards))
    for hold in holds.select_related("award", "placed_by").order_by("award")[:1]:
        raise RuleBroken(is_held(hold), "held")


def payment_is_not_held(payment: Payment, by: User) -> None:
    """A payment is not released while a hold stops it; money may come back meanwhile."""
    if payment.kind == Payment.Kind.PAYMENT:
        payments_are_not_held([payment.commitment.award])


def lifter_is_not_releaser(payments: Iterable[Payment], by: User) -> None:
    """Whoever lifted a hold does not release what it held back, superusers included."""
    going = [payment for payment in payments if payment.kind == Payment.Kind.PAYMENT]
    asked: dict[int, datetime] = {}
    for payment in going:
        award, at = payment.commitment.award_id, payment.requested_at
        asked[award] = min(at, asked.get(award, at))
    lifted = Hold.objects.filter(award__in=asked, lifted_by=by)
    for hold in lifted.select_related("award"):
        if hold.lifted_at >= asked[hold.award_id]:
            raise RuleBroken(
                f"You lifted the hold on award {hold.award.reference} under which this payment "
                "waited, so you cannot release it. Ask a colleague in finance.",
                "same_person",
            )
