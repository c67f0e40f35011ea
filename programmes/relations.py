"""What the public knows of how figures hang together: what adds up to what, and which are shares.

Disclosure control asks this of a whole release, so that no hidden figure follows from the others.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from programmes.disclosure import Share, Sum
from programmes.models import Adding, Measure, Observation
from programmes.quantities import format_quantity

# (measure, place), or with the side of a ratio whose two numbers stand in the figure itself.
Key = tuple[Hashable, ...]

ADDS = Adding.SUM


@dataclass(frozen=True)
class Relations:
    """The counts of a release by key, and what ties them together."""

    values: dict[Key, int | None]
    sums: tuple[Sum, ...]
    shares: dict[Key, Share]  # by the key of the figure that shows the ratio
    # Numbers of people behind a figure that no Share describes: it is shown only where they are.
    behind: dict[Key, tuple[Key, ...]]


def relations(observations: Sequence[Observation], parents: dict[int, int | None]) -> Relations:
    """What ties these figures together; `parents` gives each area’s parent.

    Only counts of people can point at somebody: of pounds or percentages there is nothing to hide,
    but a percentage of people is tied to the numbers that it is a share of.
    """
    counts = {
        key(one): None if one.value is None else int(one.value)
        for one in observations
        if one.measure.counts_people and one.measure.numerator_id is None and not _is_ratio(one)
    }
    shares, behind = {}, {}
    for one in observations:
        tied = _share(one, counts)
        if tied is not None:
            shares[key(one)] = tied
        elif numbers := _behind(one, counts):
            behind[key(one)] = numbers
    sums = [found for group in _by_measure(observations) for found in _sums(group, parents)]
    known = tuple(one for one in sums if one.total in counts)
    return Relations(counts, known, shares, behind)


def key(observation: Observation) -> Key:
    return (observation.measure_id, observation.place)


def side(observation: Observation, name: str) -> Key:
    """The key of a ratio’s own numerator or denominator."""
    return (*key(observation), name)


def _is_ratio(one: Observation) -> bool:
    is_whole = one.numerator is not None and one.denominator is not None
    return is_whole and one.measure.form == Measure.Form.PERCENT


def _share(one: Observation, counts: dict[Key, int | None]) -> Share | None:
    """The ratio that a figure shows, its two numbers among `counts`; None for any other figure."""
    measure = one.measure
    if one.value is None or measure.form != Measure.Form.PERCENT:
        return None
    decimals = _decimals(one)
    if measure.numerator_id is not None:
        sides = [(measure.numerator_id, one.place), (measure.denominator_id, one.place)]
        if all(counts.get(number) is not None for number in sides):
            return Share(*sides, decimals)
    if not (_is_ratio(one) and measure.counts_people):
        return None
    sides = [side(one, "numerator"), side(one, "denominator")]
    counts.update(zip(sides, (int(one.numerator), int(one.denominator)), strict=True))
    return Share(*sides, decimals)


def _behind(one: Observation, counts: dict[Key, int | None]) -> tuple[Key, ...]:
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


def _decimals(one: Observation) -> int:
    if one.measure.decimals is not None:
        return one.measure.decimals
    return len(format_quantity(one.value).partition(".")[2])


def _by_measure(observations: Iterable[Observation]) -> Iterator[list[Observation]]:
    groups = defaultdict(list)
    for one in observations:
        if one.measure.counts_people:
            groups[one.measure_id].append(one)
    return iter(groups.values())


def _sums(figures: list[Observation], parents: dict[int, int | None]) -> Iterator[Sum]:
    """What adds up to what among the figures of one measure."""
    measure = figures[0].measure
    yield from _stated(figures)
    if measure.over_categories == ADDS:
        yield from _whole_and_parts(figures, "category_id", ("service_id", "area_id", "span"))
    if measure.over_services == ADDS:
        yield from _whole_and_parts(figures, "service_id", ("category_id", "area_id", "span"))
    if measure.over_areas == ADDS:
        for group in _alike(figures, ("category_id", "service_id", "span")):
            yield from _area_sums(group, parents)
    if measure.over_periods == ADDS:
        for group in _alike(figures, ("category_id", "service_id", "area_id")):
            yield from _period_sums(group)


def _stated(figures: list[Observation]) -> Iterator[Sum]:
    """A stated total is the figure of the same place, where there is one."""
    plain = {_coordinates(one, ALL): one for one in figures if not one.is_total}
    for one in figures:
        same = plain.get(_coordinates(one, ALL)) if one.is_total else None
        if same is not None:
            yield Sum(key(one), (key(same),))


ALL = ("category_id", "service_id", "area_id", "span")


def _coordinates(one: Observation, names: Sequence[str]) -> tuple:
    span = (one.starts_on, one.ends_on, "" if one.starts_on and one.ends_on else one.period_note)
    return tuple(span if name == "span" else getattr(one, name) for name in names)


def _alike(figures: Iterable[Observation], names: Sequence[str]) -> Iterator[list[Observation]]:
    """Figures in groups that have these coordinates in common."""
    groups = defaultdict(list)
    for one in figures:
        groups[_coordinates(one, names)].append(one)
    return (group for group in groups.values() if len(group) > 1)


def _whole_and_parts(figures: list[Observation], part: str, others: Sequence[str]) -> Iterator[Sum]:
    for group in _alike(figures, others):
        parts = [key(one) for one in group if getattr(one, part) and not one.is_total]
        for one in group:
            if getattr(one, part) is None and parts:
                yield Sum(key(one), tuple(parts))


def _area_sums(group: list[Observation], parents: dict[int, int | None]) -> Iterator[Sum]:
    """Each area’s figure is the sum of those of the areas right below it that have one."""
    recorded = {one.area_id for one in group}

    def above(area: int) -> int | None:
        parent = parents.get(area)
        while parent is not None and parent not in recorded:
            parent = parents.get(parent)
        return parent

    for whole in group:
        parts = [
            key(one)
            for one in group
            if one.area_id is not None and not one.is_total and above(one.area_id) == whole.area_id
        ]
        if parts:
            yield Sum(key(whole), tuple(parts))


def _period_sums(group: list[Observation]) -> Iterator[Sum]:
    """A period’s figure is the sum of those of the longest periods within that make it up."""
    dated = [one for one in group if one.starts_on and one.ends_on]
    for whole in dated:
        within = [
            one
            for one in dated
            if not one.is_total
            and one is not whole
            and _length(one) < _length(whole)
            and whole.starts_on <= one.starts_on
            and one.ends_on <= whole.ends_on
        ]
        parts = _tiles(whole, within)
        if parts:
            yield Sum(key(whole), tuple(key(one) for one in parts))


def _length(one: Observation) -> timedelta:
    return one.ends_on - one.starts_on


def _tiles(whole: Observation, within: list[Observation]) -> list[Observation]:
    """The fewest figures that follow each other without gap from the first day to the last."""
    by_start = defaultdict(list)
    for one in within:
        by_start[one.starts_on].append(one)
    day, tiles = whole.starts_on, []
    while day <= whole.ends_on:
        starting = by_start.get(day)
        if not starting:
            return []
        tiles.append(max(starting, key=_length))
        day = tiles[-1].ends_on + timedelta(days=1)
    return tiles
