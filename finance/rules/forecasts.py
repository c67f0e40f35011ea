"""Rules about forecasts."""

from datetime import date, timedelta

from django.utils import timezone

from commissioning.models import Budget
from commissioning.rules import RuleBroken

# The next year is planned in this one.
A_YEAR = timedelta(days=366)


def forecast_day_is_true(budget: Budget, stated_on: date) -> None:
    """A forecast is stated as at today or a day past, and at most a year before its budget."""
    if stated_on > timezone.localdate():
        raise RuleBroken(
            f"{stated_on:%-d %B %Y} is still to come. State the forecast as at today or a day "
            "past.",
            "day_to_come",
        )
    if budget.starts_on and stated_on < budget.starts_on - A_YEAR:
        raise RuleBroken(
            f"{stated_on:%-d %B %Y} is more than a year before {budget} begins on "
            f"{budget.starts_on:%-d %B %Y}.",
            "day_is_too_early",
        )
