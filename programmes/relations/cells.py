"""Cells of the public tables: recorded figures, and the counts that follow from them.

A count that nobody recorded but anybody can work out by subtraction (the fourth area of a whole,
July to September from the two quarters and the first) is a cell like a recorded one. In the terms
of statistical disclosure control these are the margins and residuals of linked tables; see
docs/decisions/0027.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from programmes.disclosure import Sum
from programmes.models import Measure, Observation

# (measure, place); with the side of a ratio whose two numbers are in the figure itself; or, of a
# count that follows from others, (table, place, "implied").
Key = tuple[Hashable, ...]
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Span:
    """The days of a figure; in words where the dates are not both known."""

    starts_on: date | None
    ends_on: date | None
    note: str = ""

    @property
    def is_dated(self) -> bool:
        return self.starts_on is not None and self.ends_on is not None

    @property
    def length(self) -> timedelta:
        return self.ends_on - self.starts_on

    def contains(self, other: "Span") -> bool:
        """Whether the other is a shorter period within this one."""
        within = self.starts_on <= other.starts_on and other.ends_on <= self.ends_on
        return within and other.length < self.length


@dataclass(frozen=True)
class Cell:
    """One count of a table and where it belongs.

    An area, service or category is its primary key, None for the whole, or the name of what is
    left of the whole besides the recorded parts.
    """

    table: Hashable
    service: int | str | None
    area: int | str | None
    category: int | str | None
    span: Span
    key: Key
    count: int | None
    small_up_to: int
    breakdown: int | None = None
    is_total: bool = False

    def at(self, *names: str) -> tuple:
        return tuple(getattr(self, name) for name in names)


DIMENSIONS = ("service", "area", "category", "span")


def key(observation: Observation) -> Key:
    return (observation.measure_id, observation.place)


def side(observation: Observation, name: str) -> Key:
    """The key of a ratio’s own numerator or denominator."""
    return (*key(observation), name)


def small_up_to(observation: Observation) -> int:
    """Numbers of people from 1 up to this are small."""
    own = observation.category.small_up_to if observation.category else None
    return max(observation.measure.small_up_to, own or 0)


def is_count_of_people(measure: Measure) -> bool:
    """Whether its figures are numbers of people, which can add up and be subtracted."""
    is_number = measure.form == Measure.Form.NUMBER and measure.numerator_id is None
    return measure.counts_people and is_number


def cell_of(observation: Observation, table: Hashable, count: int | None) -> Cell:
    """A recorded figure as a cell of its table."""
    dated = observation.starts_on and observation.ends_on
    span = Span(
        observation.starts_on, observation.ends_on, "" if dated else observation.period_note
    )
    return Cell(
        table,
        observation.service_id,
        observation.area_id,
        observation.category_id,
        span,
        key(observation),
        count,
        small_up_to(observation),
        observation.category.breakdown_id if observation.category else None,
        observation.is_total,
    )


def alike(cells: Iterable[Cell], names: Sequence[str]) -> Iterator[list[Cell]]:
    """Cells in groups that have these coordinates in common."""
    groups = defaultdict(list)
    for cell in cells:
        groups[cell.at(*names)].append(cell)
    return iter(list(groups.values()))


class Ties:
    """What adds up to what, and the implied cells that take part in it."""

    def __init__(self, parents: dict[int, int | None]):
        self.parents = parents
        self.sums: dict[Sum, None] = {}
        self.implied: dict[Key, Cell] = {}

    def imply(self, like: Cell, count: int, small_up_to: int, **coordinates) -> Cell:
        """A cell that nobody recorded; `coordinates` say where it differs from `like`."""
        cell = replace(like, count=count, small_up_to=small_up_to, is_total=False, **coordinates)
        place = "|".join(str(part) for part in cell.at(*DIMENSIONS))
        cell = replace(cell, key=(cell.table, place, "implied"))
        self.implied[cell.key] = cell
        return cell

    def add_up(self, total: Cell, parts: Sequence[Cell], dimension: str) -> Cell | None:
        """The parts make up the total. What they leave of it is a cell, if they leave any.

        Recorded parts that come to more than their total are tied to it with the difference.
        """
        known = [part for part in parts if part.count is not None]
        if total.count is None or not known:
            return None
        left = total.count - sum(part.count for part in known)
        if left > 0:
            return self._leave(total, parts, left, dimension)
        is_implied = any(cell.key in self.implied for cell in (total, *known))
        if is_implied and dimension != "span":
            # Nobody stated that these parts are all: that nothing is left is not known either.
            return None if left < 0 else self._leave(total, parts, left, dimension)
        self.sums[Sum(total.key, tuple(part.key for part in known))] = None
        return None

    def hold(self, total: Cell, parts: Sequence[Cell], dimension: str, **at) -> Cell | None:
        """The parts are among those counted in the total; what is left may be nothing.

        Nothing is said of parts that come to more than the total.
        """
        known = [part for part in parts if part.count is not None]
        if total.count is None or not known:
            return None
        left = total.count - sum(part.count for part in known)
        return None if left < 0 else self._leave(total, parts, left, dimension, **at)

    def _leave(self, total: Cell, parts: Sequence[Cell], left: int, dimension: str, **at) -> Cell:
        known = [part for part in parts if part.count is not None]
        if not at:
            named = "not " + "+".join(sorted(str(getattr(part, dimension)) for part in known))
            # What is left of a period is not one period, so it is in a table of its own.
            at = {"table": (total.table, named)} if dimension == "span" else {dimension: named}
        small = max(cell.small_up_to for cell in (total, *parts))
        rest = self.imply(total, left, small, **at)
        self.sums[Sum(total.key, (*(part.key for part in known), rest.key))] = None
        return rest
