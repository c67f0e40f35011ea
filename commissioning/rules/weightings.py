"""Rules about sharing money in proportion to a weighting."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils import timezone

from commissioning.days import in_words
from commissioning.models import Allocation, Area, Budget, Weighting
from commissioning.money import NOTHING, format_pounds
from commissioning.rules.broken import RuleBroken

WEIGHTING_STAYS = (
    "Allocations stand on this weighting, so it stays as it is. Record other numbers as another "
    "weighting."
)


def weighting_is_unused(weighting: Weighting) -> None:
    """The numbers that a decided share stands on stay as they were."""
    if weighting.is_used:
        raise RuleBroken(WEIGHTING_STAYS, "weighting_stays")


def weighting_is_released(weighting: Weighting) -> None:
    """Money is shared by numbers that anybody can look up."""
    if weighting.released_on > timezone.localdate():
        raise RuleBroken(
            f"“{weighting}” is released on {in_words(weighting.released_on)}. Money is not shared "
            "by it before then.",
            "weighting_not_released",
        )


def areas_are_weighed(weighting: Weighting, areas: Sequence[Area]) -> None:
    """Each area has a number in the weighting, and at least one is above 0."""
    if not areas:
        raise RuleBroken("Choose at least one area.", "no_areas")
    numbers = weighting.numbers_of(areas)
    missing = [area.name for area in areas if area.pk not in numbers]
    if missing:
        raise RuleBroken(
            f"“{weighting}” has no number for {', '.join(missing)}.", "weight_is_missing"
        )
    if not any(numbers.values()):
        raise RuleBroken(
            f"“{weighting}” has no number above 0 for these areas.", "weights_are_nothing"
        )


def areas_lie_apart(areas: Sequence[Area]) -> None:
    """No area shares beside one that it lies in: its people would count twice."""
    above = dict(Area.objects.values_list("pk", "parent"))
    chosen = {area.pk: area for area in areas}
    for area in areas:
        parent = above[area.pk]
        while parent is not None:
            if parent in chosen:
                raise RuleBroken(
                    f"{area} lies in {chosen[parent]}. Share among areas that do not lie in each "
                    "other.",
                    "areas_overlap",
                )
            parent = above[parent]


def decided_adds_up(amount: Decimal, decided: Mapping[Area, Decimal]) -> None:
    """What is decided for the areas comes to exactly what is shared; none gets less than nothing.

    A penny too many or too few is a slip, and the next reader could not tell whose.
    """
    for area, pounds in decided.items():
        if pounds < 0:
            raise RuleBroken(f"{area} cannot get less than £0.00.", "not_positive")
    total = sum(decided.values(), NOTHING)
    if total != amount:
        more_or_less = "more" if total > amount else "less"
        raise RuleBroken(
            f"The amounts decided come to {format_pounds(total)}, "
            f"{format_pounds(abs(total - amount))} {more_or_less} than the "
            f"{format_pounds(amount)} to share.",
            "decided_does_not_add_up",
        )


def departure_has_a_reason(area: Area, formula: Decimal, decided: Decimal, reason: str) -> None:
    """An amount that differs from its share by the formula says why."""
    if decided != formula and not reason.strip():
        raise RuleBroken(
            f"{area}: {format_pounds(decided)} is decided, {format_pounds(formula)} is its share "
            "by the formula. Say why.",
            "allocation_departs_from_its_formula_for_a_reason",
        )


def budget_can_share(budget: Budget, amount: Decimal) -> None:
    """No more is shared than is left to allocate, the margin included."""
    if amount > budget.unallocated:
        in_force = budget.margin_on(timezone.localdate())
        margin = f" and its margin {format_pounds(in_force)}" if in_force else ""
        raise RuleBroken(
            f"{format_pounds(amount)} cannot be shared. The budget of {budget} is "
            f"{format_pounds(budget.amount)}{margin}, {format_pounds(budget.allocated)} is "
            f"allocated and {format_pounds(budget.unallocated)} is left.",
            "budget_allocates_no_more_than_it_holds",
        )


def allocation_takes_a_share(allocation: Allocation, weighting: Weighting) -> None:
    """An allocation holds money decided beside one weighting, or money decided without any."""
    if allocation.amount and allocation.weighting_id != weighting.pk:
        how = (
            f"shared by “{allocation.weighting}”"
            if allocation.weighting_id
            else "allocated without a formula"
        )
        raise RuleBroken(
            f"{allocation.area} already has {format_pounds(allocation.amount)} that was {how}. "
            "Give this sharing a purpose of its own, or leave the area out.",
            "allocation_has_other_money",
        )
