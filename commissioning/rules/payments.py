"""Rules about money going out."""

from commissioning.models import (
    Payment,
    User,
)
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
