"""Forecasts for tests."""

from datetime import date
from decimal import Decimal

from commissioning.models import Budget, User
from finance.actions import forecasts
from finance.models import Forecast
from tests.builders.ledger import a_budget
from tests.builders.people import a_finance_officer, pounds


def a_forecast(
    outturn: str | int | None = 90_000,
    budget: Budget | None = None,
    effective_on: date = date(2026, 6, 30),
    reason: str = "Two posts are vacant.",
    by: User | None = None,
) -> Forecast:
    amount: Decimal | None = None if outturn is None else pounds(outturn)
    return forecasts.state(
        budget or a_budget(),
        amount,
        reason=reason,
        effective_on=effective_on,
        by=by or a_finance_officer(),
    )
