"""Rules about grants that the recipient of an award gave on."""

from decimal import Decimal

from django.db.models import Sum

from commissioning.models import Award
from commissioning.money import NOTHING, format_pounds
from commissioning.rules.broken import RuleBroken


def award_can_be_given_on(award: Award, amount: Decimal) -> None:
    """No more is given on out of an award than it is worth, and what was given on ends there."""
    if award.status not in Award.PROMISED:
        raise RuleBroken(
            f"Award {award.reference} is {award.get_status_display()}. Grants are given on out of "
            "an approved award only.",
            "wrong_state",
        )
    if award.onward_of_id is not None:
        raise RuleBroken(
            f"Award {award.reference} was itself given on, out of {award.onward_of.reference}. "
            "Name the award of the office.",
            "given_on_already",
        )
    given_on = award.onward.aggregate(total=Sum("onward_amount"))["total"] or NOTHING
    if award.amount is not None and given_on + amount > award.amount:
        raise RuleBroken(
            f"Award {award.reference} is worth {format_pounds(award.amount)}, and "
            f"{format_pounds(given_on)} of it has been given on. {format_pounds(amount)} more "
            "would be too much.",
            "too_much",
        )
