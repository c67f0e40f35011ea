"""Rules about money that came from a source, and about what went back to it."""

from datetime import date
from decimal import Decimal

from django.utils import timezone

from commissioning.days import in_words
from commissioning.models import Budget, Receipt
from commissioning.money import format_pounds
from commissioning.rules.broken import RuleBroken


def money_has_come(day: date) -> None:
    """Money is recorded once it has come or gone, not before."""
    if day > timezone.localdate():
        raise RuleBroken(
            f"{in_words(day)} is yet to come. Record the money on the day it comes or goes.",
            "too_late",
        )


def no_more_goes_back_than_came(budget: Budget, received: Decimal, returned: Decimal) -> None:
    """Of a budget no more goes back to its source, in pounds, than came from it."""
    if returned > received:
        raise RuleBroken(
            f"{format_pounds(returned)} of {budget} would have gone back to its source, and only "
            f"{format_pounds(received)} came.",
            "more_goes_back",
        )


def receipt_is_no_correction(receipt: Receipt) -> None:
    """What was received or returned is corrected; a correction is not."""
    if receipt.kind == Receipt.Kind.CORRECTION:
        raise RuleBroken(
            "This is a correction already. Correct what it corrects once more.", "wrong_state"
        )


def correction_changes_something(was: Decimal, becomes: Decimal) -> None:
    """A correction says what the amount should have been, and that is another one."""
    if becomes < 0:
        raise RuleBroken("The amount cannot be below £0.00.", "not_positive")
    if becomes == was:
        raise RuleBroken(f"It is {format_pounds(was)} already.", "nothing_changes")
