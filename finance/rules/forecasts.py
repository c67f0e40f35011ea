"""Rules about forecasts."""

from datetime import date, timedelta

from django.utils import timezone

from commissioning.days import in_words
from commissioning.models import Budget
from commissioning.rules import RuleBroken

# The next year is planned in this one.
A_YEAR = timedelta(days=366)


def forecast_day_is_true(budget: Budget, stated_on: date) -> None:
    """A forecast is stated as at today or a day past, and at most a year before its budget."""
    if stated_on > timezone.localdate():
        raise RuleBroken(
            f"{in_words(stated_on)} is still to come. State the forecast as at today or a day "
            "past.",
            "day_to_come",
        )
    if budget.starts_on and stated_on < budget.starts_on - A_YEAR:
        raise RuleBroken(
            f"{in_words(stated_on)} is more than a year before {budget} begins on "
            f"{in_words(budget.starts_on)}.",
            "day_is_too_early",
        )
