"""The areas' shares of something, in people or in pounds, by the numbers of a weighting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from commissioning.models import Area, Weight, Weighting
from commissioning.money import share


@dataclass(frozen=True)
class PopulationShares:
    """How many people live in each local authority area, by one released count of them."""

    weighting: Weighting
    people: Mapping[int, int]

    @property
    def total(self) -> int:
        return sum(self.people.values())

    @property
    def shares(self) -> dict[int, Fraction]:
        """From 0 to 1 by the key of the area; they add up to exactly 1."""
        return {area_id: Fraction(count, self.total) for area_id, count in self.people.items()}


@dataclass(frozen=True)
class FormulaShare:
    """What a weighting gives one area of an amount."""

    area: Area
    weight: int
    part: Fraction
    amount: Decimal


def population_shares() -> PopulationShares | None:
    """People in the local authority areas by the latest population release; None without one.

    Takes two queries.
    """
    weighting = (
        Weighting.objects.published()
        .filter(kind=Weighting.Kind.POPULATION)
        .order_by("-released_on", "-pk")
        .first()
    )
    if weighting is None:
        return None
    counted = Weight.objects.filter(weighting=weighting, area__in=Area.objects.local_authorities())
    people = dict(counted.order_by("area__name").values_list("area_id", "value"))
    return PopulationShares(weighting, people) if any(people.values()) else None


def by_formula(weighting: Weighting, areas: Sequence[Area], amount: Decimal) -> list[FormulaShare]:
    """`amount` pounds split among the areas by their weights, to the penny, in the areas' order.

    Largest remainder. Of two areas that lost the same the one whose code comes first gets the penny
    over, so that the order in which they are asked for changes nothing. Raises ValueError where an
    area has no number, or none has one above 0 (rules/weightings.py says so in a sentence).
    """
    numbers = weighting.numbers_of(areas)
    if numbers.keys() != {area.pk for area in areas}:
        raise ValueError("Each area needs a number in the weighting.")
    in_order = sorted(areas, key=lambda area: area.code)
    pounds = share(amount, [numbers[area.pk] for area in in_order])
    amounts = {area.pk: part for area, part in zip(in_order, pounds, strict=True)}
    total = sum(numbers.values())
    return [
        FormulaShare(area, numbers[area.pk], Fraction(numbers[area.pk], total), amounts[area.pk])
        for area in areas
    ]
