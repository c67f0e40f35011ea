"""The financial years that there is money in."""

from commissioning.models import (
    Budget,
)
from commissioning.years import FinancialYear


def years_with_money(published: bool = False) -> list[FinancialYear]:
    """Financial years that some budget lies in, the latest first."""
    return sorted(
        {first for first, last in _years_of_budgets(published) if first == last}, reverse=True
    )


def years_reached() -> list[FinancialYear]:
    """Financial years that some budget lies in or reaches into, the latest first."""
    return sorted(
        {
            FinancialYear(start_year)
            for first, last in _years_of_budgets()
            for start_year in range(first.start_year, last.start_year + 1)
        },
        reverse=True,
    )


def _years_of_budgets(published: bool = False) -> list[tuple[FinancialYear, FinancialYear]]:
    """The first and last financial year of every period that some budget has."""
    budgets = Budget.objects.published() if published else Budget.objects.all()
    days = budgets.filter(starts_on__isnull=False).values_list("starts_on", "ends_on").distinct()
    return [
        (FinancialYear.containing(first), FinancialYear.containing(last))
        for first, last in days.order_by()
    ]
