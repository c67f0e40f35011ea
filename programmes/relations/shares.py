"""Which figures are shares, and of which two numbers of people."""

from programmes.disclosure import Share
from programmes.models import Measure, Observation
from programmes.quantities import format_quantity
from programmes.relations.cells import Key, side


def is_ratio(one: Observation) -> bool:
    is_whole = one.numerator is not None and one.denominator is not None
    return is_whole and one.measure.form == Measure.Form.PERCENT


def share_of(one: Observation, counts: dict[Key, int | None]) -> Share | None:
    """The ratio that a figure shows, its two numbers among `counts`; None for any other figure."""
    measure = one.measure
    if one.value is None or measure.form != Measure.Form.PERCENT:
        return None
    decimals = decimals_shown(one)
    if measure.numerator_id is not None:
        sides = [(measure.numerator_id, one.place), (measure.denominator_id, one.place)]
        if all(counts.get(number) is not None for number in sides):
            return Share(*sides, decimals)
    if not (is_ratio(one) and measure.counts_people):
        return None
    sides = [side(one, "numerator"), side(one, "denominator")]
    counts.update(zip(sides, (int(one.numerator), int(one.denominator)), strict=True))
    return Share(*sides, decimals)


def behind_it(one: Observation, counts: dict[Key, int | None]) -> tuple[Key, ...]:
    """The numbers of people, put among `counts`, that a rate or half a ratio would tell."""
    measure = one.measure
    if one.value is None:
        return ()
    sides = {(number, one.place) for number in (measure.numerator_id, measure.denominator_id)}
    found = [number for number in sides if counts.get(number) is not None]
    if measure.counts_people:
        own = {name: getattr(one, name) for name in ("numerator", "denominator")}
        told = {side(one, name): int(n) for name, n in own.items() if n is not None}
        counts.update(told)
        found += told
    return tuple(found)


def decimals_shown(one: Observation) -> int:
    """With how many decimals the figure is printed, and so no more may be in a file."""
    if one.measure.decimals is not None:
        return one.measure.decimals
    return len(format_quantity(one.value).partition(".")[2])
