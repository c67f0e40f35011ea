"""What the public knows of how figures hang together: what adds up to what, and which are shares.

Disclosure control asks this of the whole published set, so that no hidden figure follows from the
others, and no small number that nobody recorded follows by subtraction.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from programmes.disclosure import Share, Sum
from programmes.models import Observation
from programmes.relations.between import Declared, declared, tie_tables
from programmes.relations.cells import (
    Cell,
    Key,
    Ties,
    cell_of,
    is_count_of_people,
    key,
    side,
    small_up_to,
)
from programmes.relations.crossings import Picture, crossings
from programmes.relations.shares import behind_it, decimals_shown, is_ratio, share_of

__all__ = [
    "Declared",
    "Key",
    "Relations",
    "crossings",
    "decimals_shown",
    "declared",
    "is_count_of_people",
    "key",
    "relations",
    "side",
    "small_up_to",
]


@dataclass(frozen=True)
class Relations:
    """The counts of a published set by key, and what ties them together."""

    values: dict[Key, int | None]
    sums: tuple[Sum, ...]
    shares: dict[Key, Share]  # by the key of the figure that shows the ratio
    # Numbers of people behind a figure that no Share describes: it is shown only where they are.
    behind: dict[Key, tuple[Key, ...]]
    # Counts that nobody recorded, and that follow from those above; up to what each is small.
    implied: dict[Key, int]
    thresholds: dict[Key, int]
    picture: Picture

    @property
    def all_values(self) -> dict[Key, int | None]:
        return {**self.values, **self.implied}


def relations(
    observations: Sequence[Observation],
    parents: dict[int, int | None],
    known: Declared | None = None,
) -> Relations:
    """What ties these figures together; `parents` gives each area’s parent.

    Only counts of people can point at somebody: of pounds or percentages there is nothing to hide,
    but a percentage of people is tied to the numbers that it is a share of.
    """
    known = Declared() if known is None else known
    counts = {
        key(one): None if one.value is None else int(one.value)
        for one in observations
        if one.measure.counts_people and one.measure.numerator_id is None and not is_ratio(one)
    }
    cells, measures = defaultdict(list), {}
    for one in observations:
        if is_count_of_people(one.measure) and key(one) in counts:
            table = known.table_of(one.measure_id)
            cells[one.measure_id].append(cell_of(one, table, counts[key(one)]))
            measures[one.measure_id] = one.measure
    shares, behind = {}, {}
    for one in observations:
        tied = share_of(one, counts)
        if tied is not None:
            shares[key(one)] = tied
        elif numbers := behind_it(one, counts):
            behind[key(one)] = numbers
    ties = Ties(parents)
    picture = tie_tables(ties, cells, measures, known)
    _tie_own_numbers(ties, observations, counts)
    implied = {name: cell.count for name, cell in ties.implied.items()}
    thresholds = {name: cell.small_up_to for name, cell in ties.implied.items()}
    return Relations(counts, tuple(ties.sums), shares, behind, implied, thresholds, picture)


def _tie_own_numbers(ties: Ties, observations: Sequence[Observation], counts: dict) -> None:
    """Of a percentage with its two numbers in it: those who are not in the upper one."""
    for one in observations:
        if one.measure.counts_people and is_ratio(one):
            small = small_up_to(one)
            below, above = (
                _side(one, name, counts, small) for name in ("denominator", "numerator")
            )
            if below.count is not None and above.count is not None:
                ties.hold(below, [above], "table", table=("rest", key(one)))


def _side(one: Observation, name: str, counts: dict, small: int) -> Cell:
    cell = cell_of(one, (one.measure_id, name), counts.get(side(one, name)))
    return Cell(**{**vars(cell), "key": side(one, name), "small_up_to": small})
