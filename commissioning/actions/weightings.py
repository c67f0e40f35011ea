"""What finance does with weightings: records their numbers, and shares money by them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from commissioning import rules
from commissioning.actions import funds, records
from commissioning.figures.shares import FormulaShare, by_formula
from commissioning.models import (
    Allocation,
    Area,
    Budget,
    DecisionNotice,
    User,
    Weight,
    Weighting,
)
from commissioning.money import exact_pounds


@dataclass(frozen=True)
class Decided:
    """What one area gets, in pounds, and why if that is not its share by the formula."""

    amount: Decimal
    reason: str = ""


@transaction.atomic
def record(weighting: Weighting, numbers: Mapping[Area, int], *, by: User) -> None:
    """Record a weighting with the numbers of its areas."""
    records.save(weighting, by=by)
    for area, value in numbers.items():
        records.save(Weight(weighting=weighting, area=area, value=value), by=by)


@transaction.atomic
def weigh(weight: Weight, *, by: User) -> None:
    """Record or change one area's number, while no allocation stands on the weighting."""
    _open_to_change(weight.weighting)
    records.save(weight, by=by)


@transaction.atomic
def take_out(weight: Weight, *, by: User) -> None:
    """Take an area out of a weighting, while no allocation stands on it."""
    _open_to_change(weight.weighting)
    records.remove(weight, by=by)


def proposed(weighting: Weighting, areas: Sequence[Area], amount: Decimal) -> list[FormulaShare]:
    """What the formula gives each of the areas of `amount` pounds; RuleBroken if it cannot say."""
    rules.amount_is_positive(amount)
    rules.weighting_is_released(weighting)
    rules.areas_are_weighed(weighting, areas)
    rules.areas_lie_apart(areas)
    return by_formula(weighting, areas, exact_pounds(amount))


@transaction.atomic
def share_out(
    budget: Budget,
    weighting: Weighting,
    amount: Decimal,
    decided: Mapping[Area, Decided],
    *,
    effective_on: date,
    by: User,
    purpose: str = "",
    decision: DecisionNotice | None = None,
    note: str = "",
) -> list[Allocation]:
    """Allocate `amount` pounds of a budget to areas, each share beside what the formula proposed.

    What is decided adds up to the amount; an area that gets another amount than its share has a
    reason. An area for which nothing is decided keeps its proposed share and the reason on record,
    and gets no money. Sharing more by the same weighting adds to what it proposed before.
    """
    amount = exact_pounds(amount)
    # In the order in which entries lock their parents, so that nobody waits in a ring.
    budget = Budget.objects.select_for_update(no_key=True).get(pk=budget.pk)
    weighting = Weighting.objects.select_for_update(no_key=True).get(pk=weighting.pk)
    shares = proposed(weighting, list(decided), amount)
    rules.decided_adds_up(amount, {area: told.amount for area, told in decided.items()})
    rules.budget_can_share(budget, amount)
    known = _known(budget, purpose)
    given = []
    for share in shares:
        allocation = known.get(share.area.pk) or Allocation(
            budget=budget, area=share.area, purpose=purpose
        )
        _propose(allocation, weighting, share, decided[share.area], by)
        given.append((allocation, exact_pounds(decided[share.area].amount)))
    funds.allocate(
        [(allocation, pounds) for allocation, pounds in given if pounds],
        effective_on=effective_on,
        decision=decision,
        note=note,
        by=by,
    )
    return [allocation for allocation, _ in given]


def _open_to_change(weighting: Weighting) -> None:
    records.lock(weighting)
    rules.weighting_is_unused(weighting)


def _known(budget: Budget, purpose: str) -> dict[int, Allocation]:
    """The budget's allocations for the purpose by area, locked."""
    rows = Allocation.objects.select_for_update(no_key=True, of=["self"])
    rows = rows.select_related("area", "weighting").filter(budget=budget, purpose=purpose)
    return {allocation.area_id: allocation for allocation in rows.order_by("pk")}


def _propose(
    allocation: Allocation, weighting: Weighting, share: FormulaShare, decided: Decided, by: User
) -> None:
    """Write the share by the formula on the allocation, beside what is decided."""
    rules.departure_has_a_reason(share.area, share.amount, decided.amount, decided.reason)
    rules.allocation_takes_a_share(allocation, weighting)
    # What was all taken back again begins anew.
    taken_back = bool(allocation.decided_amount) and not allocation.amount
    formula, given = share.amount, decided.amount
    reasons = [decided.reason.strip()] if share.amount != decided.amount else []
    if allocation.weighting_id == weighting.pk and not taken_back:
        formula += allocation.formula_amount
        given += allocation.decided_amount
        reasons = [text for text in (allocation.departure_reason, *reasons) if text]
    allocation.weighting = weighting
    allocation.formula_amount, allocation.decided_amount = formula, given
    allocation.departure_reason = "\n\n".join(dict.fromkeys(reasons))
    records.save(allocation, by=by)
