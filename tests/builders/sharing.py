"""Weightings and shares by formula for tests."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from commissioning.actions import weightings
from commissioning.actions.weightings import Decided
from commissioning.models import Allocation, Area, Budget, Weighting
from tests.builders.ledger import a_budget, an_area
from tests.builders.people import a_finance_officer, numbers, pounds


def a_weighting(weights: Mapping[Area, int] | None = None, **fields) -> Weighting:
    """A released weighting; of two areas with 3 and 1 unless said otherwise."""
    n = next(numbers)
    fields = {
        "code": f"weighting-{n}",
        "name": f"Weighting {n}",
        "kind": "population",
        "released_on": date(2021, 6, 25),
        "source_ref": "National statistics, mid-2020 estimates",
        **fields,
    }
    weighting = Weighting(**fields)
    weights = {an_area(): 3, an_area(): 1} if weights is None else weights
    weightings.record(weighting, weights, by=a_finance_officer())
    return weighting


def areas_of(weighting: Weighting) -> list[Area]:
    """The areas that have a number in the weighting, the first recorded first."""
    return [weight.area for weight in weighting.weights.select_related("area").order_by("pk")]


def shares_by_formula(
    amount: str | int = 40_000,
    weighting: Weighting | None = None,
    budget: Budget | None = None,
    decided: Mapping[Area, tuple[Decimal | int | str, str]] | None = None,
    **fields,
) -> list[Allocation]:
    """Allocations to each area of a weighting, as the formula proposes unless said otherwise."""
    weighting = weighting or a_weighting()
    budget = budget or a_budget()
    if decided is None:
        shares = weightings.proposed(weighting, areas_of(weighting), pounds(amount))
        decided = {share.area: (share.amount, "") for share in shares}
    fields.setdefault("by", a_finance_officer())
    allocations = weightings.share_out(
        budget,
        weighting,
        pounds(amount),
        {area: Decided(pounds(told), reason) for area, (told, reason) in decided.items()},
        effective_on=budget.starts_on,
        **fields,
    )
    for allocation in allocations:
        allocation.refresh_from_db()
    return allocations
