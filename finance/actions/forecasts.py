"""Stating what a budget is expected to have spent by its end."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from commissioning import rules
from commissioning.actions import history, records
from commissioning.models import Budget, User
from commissioning.money import exact_pounds, format_pounds
from finance.models import Forecast
from finance.rules.forecasts import forecast_day_is_true


@transaction.atomic
def state(
    budget: Budget, outturn: Decimal | None, *, reason: str, effective_on: date, by: User
) -> Forecast:
    """State the forecast outturn of a budget in pounds; None takes earlier statements back."""
    rules.reason_is_given(reason)
    forecast_day_is_true(budget, effective_on)
    records.lock(budget)
    forecast = Forecast(
        budget=budget,
        outturn=None if outturn is None else exact_pounds(outturn),
        reason=reason,
        effective_on=effective_on,
        recorded_by=by,
    )
    forecast.full_clean(validate_constraints=False)
    records.save_checked(forecast)
    told = (
        "took back the forecast of"
        if outturn is None
        else (f"forecast {format_pounds(forecast.outturn)} for")
    )
    history.record(told, budget, by, after=history.state(forecast), reason=reason)
    return forecast
