"""What ties measures to one another, as staff declared it or as percentages tell.

Measures that are the same count are read as one table. Of a measure that is a part of another, and
of measures that are added up, what is left of the whole is a table of its own.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from programmes.disclosure import Sum
from programmes.models import Adding, Measure, MeasureRelation
from programmes.relations.cells import DIMENSIONS, ONE_DAY, Cell, Span, Ties
from programmes.relations.crossings import Picture
from programmes.relations.within import tie_within

Answer = MeasureRelation.Answer
ADDINGS = {
    "category": "over_categories",
    "area": "over_areas",
    "service": "over_services",
    "span": "over_periods",
}
# Of several measures of the same count, the one that says most.
SAYS_MOST = [Adding.SUM, Adding.UNIQUE, Adding.NONE, Adding.LATEST, Adding.RATIO]


@dataclass
class Declared:
    """The relations between measures, by primary key."""

    same: dict[int, int] = field(default_factory=dict)  # measure → the first of its table
    parts: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))  # by table
    added: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def table_of(self, measure: int) -> int:
        while (first := self.same.get(measure, measure)) != measure:
            measure = first
        return measure

    def around(self, measures: Iterable[int]) -> set[int]:
        """These measures and all that a relation ties to one of them directly."""
        tables = {self.table_of(measure) for measure in measures}
        near = set(tables)
        for whole, parts in self.parts.items():
            if whole in tables or parts & tables:
                near |= {whole, *parts}
        members = {measure for measure in self.same if self.table_of(measure) in near}
        return members | near | set(measures)

    def all_tied_to(self, measures: Iterable[int]) -> set[int]:
        """These measures and all that relations tie to them, however far."""
        tied: set[int] = set()
        fresh = set(measures)
        while fresh - tied:
            tied |= fresh
            fresh = self.around(tied)
        return tied

    def is_part(self, measure: int) -> bool:
        """Whether it is declared to be a part of another."""
        table = self.table_of(measure)
        return any(table in parts for parts in self.parts.values())

    def leads_to(self, one: int, other: int) -> bool:
        """Whether they are the same count, or one is a part of the other, over whatever between."""
        first, second = self.table_of(one), self.table_of(other)
        return first == second or second in self._below(first) or first in self._below(second)

    def _below(self, table: int) -> set[int]:
        found: set[int] = set()
        fresh = {table}
        while fresh:
            fresh = {part for each in fresh for part in self.parts.get(each, ())} - found
            found |= fresh
        return found


def declared() -> Declared:
    """All relations as they are declared now, and those that percentages tell."""
    found = Declared()
    rows = MeasureRelation.objects.values_list("whole_id", "part_id", "answer")
    answered = {frozenset((whole, part)) for whole, part, _ in rows}
    for whole, part, answer in rows:
        if answer == Answer.SAME:
            first, second = found.table_of(whole), found.table_of(part)
            found.same[max(first, second)] = min(first, second)
    shares = Measure.objects.filter(form=Measure.Form.PERCENT, numerator__isnull=False)
    shares = shares.filter(numerator__counts_people=True, denominator__counts_people=True)
    pairs = [(whole, part, answer) for whole, part, answer in rows]
    pairs += [
        (whole, part, Answer.PART)
        for whole, part in shares.values_list("denominator_id", "numerator_id").distinct()
        if frozenset((whole, part)) not in answered
    ]
    for whole, part, answer in pairs:
        whole, part = found.table_of(whole), found.table_of(part)
        if answer in (Answer.PART, Answer.ADDED) and whole != part:
            found.parts[whole].add(part)
        if answer == Answer.ADDED and whole != part:
            found.added[whole].add(part)
    return found


def tie_tables(
    ties: Ties, cells: Mapping[int, list[Cell]], measures: Mapping[int, Measure], known: Declared
) -> Picture:
    """Tie the cells of all measures, within each table and between tables; returns the tables."""
    pooled, adding = defaultdict(list), {}
    for measure, its_cells in cells.items():
        table = known.table_of(measure)
        pooled[table] += its_cells
        adding[table] = _most(adding.get(table), measures[measure])
    tables = {table: tie_within(ties, found, adding[table]) for table, found in pooled.items()}
    for whole, parts in known.parts.items():
        for part in sorted(parts & tables.keys()):
            if whole in tables:
                _tie_parts(ties, [whole, part], tables, adding)
    for whole, parts in known.added.items():
        present = sorted(parts & tables.keys())
        if whole in tables and len(present) > 1:
            _tie_parts(ties, [whole, *present], tables, adding)
    return Picture.of(pooled, adding)


def _most(before: Mapping[str, str] | None, measure: Measure) -> dict[str, str]:
    own = {dimension: getattr(measure, name) for dimension, name in ADDINGS.items()}
    if before is None:
        return own
    return {name: min(own[name], before[name], key=SAYS_MOST.index) for name in own}


def _tie_parts(
    ties: Ties, names: list[int], tables: Mapping[int, list[Cell]], adding: Mapping
) -> None:
    """Tie the first table to the others, its parts, wherever all of them have a count."""
    found = [Places(ties, tables[name], adding[name]) for name in names]
    places = dict.fromkeys(place for each in found for place in list(each.cells))
    rests = []
    for place in places:
        cells = [each.at(place) for each in found]
        if None not in cells:
            total, *parts = cells
            rests.append(ties.hold(total, parts, "table", table=("rest", *names)))
    of_all = {
        name: max((adding[each][name] for each in names), key=SAYS_MOST.index)
        for name in adding[names[0]]
    }
    tie_within(ties, [rest for rest in rests if rest], of_all)


class Places:
    """The cells of one table by place; a period without one is made up of shorter ones."""

    def __init__(self, ties: Ties, cells: Iterable[Cell], adding: Mapping[str, str]):
        self.ties = ties
        self.adds_up = adding["span"] == Adding.SUM
        self.cells = {cell.at(*DIMENSIONS): cell for cell in cells}
        self.elsewhen = defaultdict(list)
        for cell in self.cells.values():
            if cell.span.is_dated and cell.count is not None:
                self.elsewhen[cell.at(*DIMENSIONS[:3])].append(cell)

    def at(self, place: tuple) -> Cell | None:
        if place not in self.cells:
            span, parts = place[3], []
            if self.adds_up and span.is_dated:
                parts = tiles(span, self.elsewhen[place[:3]])
            self.cells[place] = self._sum(span, parts) if parts else None
        return self.cells[place]

    def _sum(self, span: Span, parts: list[Cell]) -> Cell:
        count, small = sum(part.count for part in parts), min(part.small_up_to for part in parts)
        whole = self.ties.imply(parts[0], count, small, span=span)
        self.ties.sums[Sum(whole.key, tuple(part.key for part in parts))] = None
        return whole


def tiles(span: Span, cells: Iterable[Cell]) -> list[Cell]:
    """The fewest cells that follow each other without gap from the first day to the last."""
    by_start = defaultdict(list)
    for cell in cells:
        if span.contains(cell.span):
            by_start[cell.span.starts_on].append(cell)
    day, found = span.starts_on, []
    while day <= span.ends_on:
        starting = by_start.get(day)
        if not starting:
            return []
        found.append(max(starting, key=lambda cell: cell.span.length))
        day = found[-1].span.ends_on + ONE_DAY
    return found
