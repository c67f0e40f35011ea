"""Rules about payments that go to the bank together."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone

from commissioning import rules
from commissioning.days import in_words
from commissioning.models import Payment, User
from commissioning.rules import RuleBroken
from finance.models import BatchLine, PaymentBatch
from finance.payment_files import Layout

Status = PaymentBatch.Status

# Obstacles that are named one by one; of the others, how many there are.
NAMED = 20


class ManyStand(RuleBroken):
    """Several things that stand in the way at once, each with its sentence."""

    def __init__(self, sentences: Iterable[str]):
        said = list(dict.fromkeys(sentences))
        if len(said) > NAMED:
            said = [*said[:NAMED], f"… and {len(said) - NAMED:,} more like these."]
        ValidationError.__init__(self, said, code="obstacles")
        self.message, self.code = " ".join(said), "obstacles"


def none_stands(sentences: Iterable[str]) -> None:
    """Raise everything that stands in the way, if anything does."""
    said = list(sentences)
    if said:
        raise ManyStand(said)


def batch_is_drafted(batch: PaymentBatch) -> None:
    """Only a drafted batch is changed, released or cancelled."""
    if batch.status != Status.DRAFTED:
        raise RuleBroken(
            f"{batch} is already {batch.get_status_display()}.",
            "wrong_state",
        )


def batch_is_released(batch: PaymentBatch) -> None:
    """Only a released batch has a file."""
    if batch.status != Status.RELEASED:
        raise RuleBroken(f"{batch} is {batch.get_status_display()}; it has no file.", "wrong_state")


def batch_has_payments(batch: PaymentBatch) -> None:
    """A batch without payments is not released."""
    if not batch.count:
        raise RuleBroken(f"{batch} holds no payments.", "empty")


def pay_day_is_to_come(pay_on: date) -> None:
    """A bank pays on the day or later, and a batch is paid at most 60 days ahead."""
    if pay_on < timezone.localdate():
        raise RuleBroken(
            f"The pay date {in_words(pay_on)} is past. Set a new one.", "pay_date_is_past"
        )
    rules.payment_day_is_near(pay_on)


def pay_day_is_not_past(batch: PaymentBatch, by: User | None = None) -> None:
    """A batch is released on its pay date or before: the bank would pay on another day."""
    pay_day_is_to_come(batch.pay_on)


def releaser_is_not_drafter(batch: PaymentBatch, by: User) -> None:
    """Whoever put a batch together does not release it, superusers included."""
    if batch.drafted_by_id == by.pk:
        raise RuleBroken(
            "You put this batch together, so you cannot release it. Ask a colleague in finance.",
            "same_person",
        )


def payment_can_stand_in_a_batch(payment: Payment) -> None:
    """Only requested payments go into batches; money that comes back does not."""
    if payment.kind != Payment.Kind.PAYMENT:
        raise RuleBroken("Money that comes back does not go into batches.", "recovery")
    rules.payment_is_requested(payment)


def payment_is_in_no_batch(batch: PaymentBatch | None) -> None:
    """A payment stands in one batch; `batch` is the one where it stands."""
    if batch is not None:
        raise RuleBroken(f"This payment already stands in {batch}.", "payment_stands_in_one_batch")


def layout_is_complete(layout: Layout) -> None:
    """A payment file says whom to pay, and how much."""
    if layout.lacks:
        raise RuleBroken(
            f"The layout “{layout.name}” lacks {', '.join(layout.lacks)}. Add the columns first.",
            "layout_lacks",
        )


def payment_stands_in_no_drafted_batch(payment: Payment, paid_on: date, by: User) -> None:
    """A payment in a drafted batch is released by its batch only."""
    lines = BatchLine.objects.standing().filter(payment=payment, batch__status=Status.DRAFTED)
    for line in lines.select_related("batch"):
        raise RuleBroken(
            f"This payment stands in {line.batch}. Release the batch, or take the payment out of "
            "it first.",
            "in_a_batch",
        )
