"""What figures are made up of: the people of one area, one kind and one stretch of days.

Nobody recorded how many these are, but they are whole numbers from nought on, and each figure is
the sum of those in it. Where one measure is by area and another by kind, or a whole and its part
are cut in different ways, that alone narrows hidden numbers down, so outsiders are taken to know
it. In the terms of statistical disclosure control: the cells of the full cross-tabulation of which
the published tables are margins.

The cross-tabulation is by service, area and stretch of days (the core), and for each list of
categories by these and the category. Two lists need not be crossed with each other: no figure is of
two categories, so that any counts that agree on the core can be parts of one table. Cells that no
figure tells apart are one.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product

from programmes.disclosure import Crossing, NotProven, Sum, tied_together
from programmes.models import Adding
from programmes.relations.cells import DIMENSIONS, ONE_DAY, Cell, alike

ELSE = "else"
OVERLAPS = (Adding.UNIQUE, Adding.NONE)
# With more counts than this nothing is proven in reasonable time.
MOST = 30_000

Point = tuple[Hashable, Hashable, Hashable]  # service, area, stretch of days


@dataclass(frozen=True)
class Table:
    """The figures of one count as the public had them after a release."""

    cells: tuple[Cell, ...]
    adding: Mapping[str, str]


@dataclass(frozen=True)
class Picture:
    """What was public after a release: tables, and which of them are parts of which."""

    tables: Mapping[Hashable, Table]

    @classmethod
    def of(cls, cells: Mapping[Hashable, Sequence[Cell]], adding: Mapping) -> "Picture":
        tables = {}
        for name, its_cells in cells.items():
            firsts = [
                min(group, key=lambda cell: (cell.count is None, cell.is_total))
                for group in alike(its_cells, DIMENSIONS)
            ]
            known = tuple(cell for cell in firsts if cell.count is not None)
            tables[name] = Table(known, adding[name])
        return cls(tables)


class Axes:
    """The services, areas, categories and stretches of days that figures tell apart."""

    def __init__(self, cells: Collection[Cell], parents: Mapping[int, int | None]):
        self.services = _numbered(cell.service for cell in cells)
        self.areas = _numbered(cell.area for cell in cells)
        self.parents = parents
        self.categories: dict[Hashable, set] = defaultdict(set)
        for cell in cells:
            if cell.category is not None:
                self.categories[cell.breakdown].add(cell.category)
        dated = [cell.span for cell in cells if cell.span.is_dated]
        ends = {span.starts_on for span in dated} | {span.ends_on + ONE_DAY for span in dated}
        self.days: list[date] = sorted(ends)

    def points(self, cell: Cell, adding: Mapping[str, str]) -> list[Point]:
        """The places and stretches that a figure is made up of, whatever its category."""
        axes = (self._services, self._areas, self._stretches)
        return list(product(*(axis(cell, adding) for axis in axes)))

    def _services(self, cell: Cell, adding: Mapping[str, str]) -> list:
        if adding["service"] != Adding.SUM:
            return [("only", cell.service)]
        return [*self.services, ELSE] if cell.service is None else [cell.service]

    def _areas(self, cell: Cell, adding: Mapping[str, str]) -> list:
        if adding["area"] != Adding.SUM:
            return [("only", cell.area)]
        if cell.area is None:
            return [*self.areas, ELSE]
        return [area for area in self.areas if cell.area in self._upwards(area)]

    def _upwards(self, area: int | None) -> Iterator[int]:
        while area is not None:
            yield area
            area = self.parents.get(area)

    def _stretches(self, cell: Cell, adding: Mapping[str, str]) -> list:
        span = cell.span
        if adding["span"] != Adding.SUM or not span.is_dated:
            return [("only", span)]
        return [day for day in self.days if span.starts_on <= day <= span.ends_on]


def _numbered(values: Iterable) -> list:
    return sorted({value for value in values if value is not None})


@dataclass
class Block:
    """The counts of all tables of a cluster by one list of categories, or by none (the core).

    Points that no figure of the block tells apart are one group.
    """

    kinds: tuple[Hashable, ...]
    groups: dict[Point, int] = field(default_factory=dict)
    members: dict[int, list[Point]] = field(default_factory=lambda: defaultdict(list))


class Cluster:
    """Tables tied by relations, over all releases: their counts and what these add up to."""

    def __init__(
        self,
        names: Sequence[Hashable],
        pictures: Sequence[Picture],
        parents: Mapping[int, int | None],
    ):
        self.pictures = [
            {name: picture.tables[name] for name in names if name in picture.tables}
            for picture in pictures
        ]
        cells = {}
        for picture in self.pictures:
            for name, table in picture.items():
                for cell in table.cells:
                    cells.setdefault((name, cell.key), (cell, table.adding))
        self.axes = Axes([cell for cell, _ in cells.values()], parents)
        self.covers: dict[tuple, list[Point]] = {}
        self.place: dict[tuple, tuple] = {}  # of each figure its list of categories, and category
        for (name, key), (cell, adding) in cells.items():
            self.covers[name, key] = self.axes.points(cell, adding)
            self.place[name, key] = self._list_of(cell, adding)
        self.blocks = self._blocks()
        self.inside = self._inside()
        self.versions: list[dict[tuple, int]] = list(self._versions())

    @staticmethod
    def _list_of(cell: Cell, adding: Mapping[str, str]) -> tuple:
        if cell.category is None:
            return None, None
        how = adding["category"]
        if how == Adding.SUM:
            return ("list", cell.breakdown), cell.category
        # A person can be in several categories: each is a list of its own, or tied to nothing.
        return ("one" if how in OVERLAPS else "apart", cell.category), cell.category

    # --- Which counts there are -------------------------------------------------------------------

    def _blocks(self) -> dict[Hashable, Block]:
        kinds = defaultdict(dict)
        seen: dict[Hashable, dict[Point, set]] = defaultdict(lambda: defaultdict(set))
        for figure, points in self.covers.items():
            which, category = self.place[figure]
            if which is not None:
                kinds[which][category] = None
            for point in points:
                seen[which][point].add(figure)
        blocks = {}
        for which in sorted(kinds, key=str):
            blocks[which] = _grouped(seen[which], (*kinds[which], ELSE))
        # The core tells apart what its own figures or a list tell apart.
        core = {point: set(figures) for point, figures in seen[None].items()}
        for which, block in blocks.items():
            if which[0] != "apart":
                for point, group in block.groups.items():
                    core.setdefault(point, set()).add((which, group))
        blocks[None] = _grouped(core, (None,))
        return blocks

    def _inside(self) -> dict[tuple, list[tuple]]:
        """Of each figure the counts that make it up, by block, group and kind."""
        found = {}
        for figure, points in self.covers.items():
            which, category = self.place[figure]
            groups = dict.fromkeys(self.blocks[which].groups[point] for point in points)
            found[figure] = [(which, group, category) for group in groups]
        if sum(map(len, found.values())) > 20 * MOST:
            raise NotProven
        return found

    def _versions(self) -> Iterator[dict[tuple, int]]:
        """After each release, how often each count was corrected; the first is 0.

        A count is taken to be another where all figures were corrected that it is in, and no
        other such count is in more of them. Who knows that one is the same knows more than who
        does not.
        """
        about, partly = self._figures_about()
        latest: dict[tuple, int] = {}
        version: dict[tuple, int] = defaultdict(int)
        for picture in self.pictures:
            now = {
                (name, cell.key): cell.count
                for name, table in picture.items()
                for cell in table.cells
            }
            corrected = {f for f, count in now.items() if latest.get(f, count) != count}
            restated = {f for f in now.keys() & latest.keys() if f not in corrected}
            if corrected:
                for count in _most_of(corrected, restated, about):
                    version[count] += 1
                for count, figures in partly.items():
                    version[count] += not corrected.isdisjoint(figures)
            latest |= now
            yield dict(version)

    def _figures_about(self) -> tuple[dict[tuple, list], dict[tuple, list]]:
        """Of each count the figures that it is in; or, of one in none, that have some of it."""
        about, partly = defaultdict(list), defaultdict(list)
        for figure, counts in self._all_in().items():
            for count in counts:
                about[figure[0], *count].append(figure)
        for figure, points in self.covers.items():
            for which, block in self.blocks.items():
                for group in {block.groups[point] for point in points if point in block.groups}:
                    for kind in block.kinds:
                        if (count := (figure[0], which, group, kind)) not in about:
                            partly[count].append(figure)
        return about, partly

    def _all_in(self) -> dict[tuple, list[tuple]]:
        """Of each figure all counts within it: of the core and of every list."""
        found = {}
        for figure, counts in self.inside.items():
            which = self.place[figure][0]
            found[figure] = list(counts)
            points = set(self.covers[figure])
            for other, block in self.blocks.items():
                if other == which or which is not None or other[0] == "apart":
                    continue
                whole = [g for g, inner in block.members.items() if points.issuperset(inner)]
                found[figure] += [(other, g, kind) for g in whole for kind in block.kinds]
        return found

    # --- What they add up to ----------------------------------------------------------------------

    def sums(self, at: int, parts: Iterable[tuple[Hashable, list]]) -> Iterator[Sum]:
        """What was known of them after a release, counted from 0."""
        version = self.versions[at]

        def count(table: Hashable, which: Hashable, group: int, kind: Hashable) -> Crossing:
            name = (table, which, group, kind)
            return Crossing((*name, version.get(name, 0)))

        used: dict[Hashable, set] = {}
        for name, table in self.pictures[at].items():
            used[name] = set()
            for cell in table.cells:
                inner = self.inside[name, cell.key]
                used[name].add(inner[0][0])
                yield Sum(cell.key, tuple(count(name, *one) for one in inner))
            yield from self._tied_lists(name, used[name], count)
        for whole, its_parts in parts:
            for part_names in its_parts:
                if {whole, *part_names} <= used.keys():
                    yield from self._tied_tables(whole, part_names, used, count)

    def _tied_lists(self, name: Hashable, used: set, count) -> Iterator[Sum]:
        """Each list of categories comes to the core."""
        core = self.blocks[None]
        for which in sorted(used - {None}, key=str):
            if which[0] == "apart":
                continue
            block = self.blocks[which]
            for group, points in block.members.items():
                groups = dict.fromkeys(core.groups[point] for point in points)
                inner = tuple(count(name, None, one, None) for one in groups)
                whole = Crossing((which, tuple(one.name for one in inner), "whole"))
                yield Sum(whole, inner)
                yield Sum(whole, tuple(count(name, which, group, kind) for kind in block.kinds))
        used.add(None)

    def _tied_tables(
        self, whole: Hashable, parts: Sequence[Hashable], used: Mapping[Hashable, set], count
    ) -> Iterator[Sum]:
        """At every place, what parts count is within the whole."""
        for which in sorted(used[whole], key=str):
            within = [part for part in parts if which in used[part]]
            if not within:
                continue
            block = self.blocks[which]
            for group, kind in product(block.members, block.kinds):
                inner = tuple(count(part, which, group, kind) for part in within)
                total = count(whole, which, group, kind)
                rest = Crossing((total.name, tuple(one.name for one in inner), "rest"))
                yield Sum(total, (*inner, rest))


def crossings(
    pictures: Sequence[Picture],
    parts: Mapping[Hashable, Collection[Hashable]],
    added: Mapping[Hashable, Collection[Hashable]],
    parents: Mapping[int, int | None],
) -> list[tuple[Sum, ...]]:
    """What was known after each release of the counts that figures are made up of.

    `parts` are the tables within each, and `added` those that are counted apart from one another.
    Raises NotProven where there are too many.
    """
    tables = dict.fromkeys(name for picture in pictures for name in picture.tables)
    within = {name: _below(name, parts) & tables.keys() for name in tables}
    tied = {
        whole: [
            *((part,) for part in sorted(inner)),
            *(
                [several]
                if len(several := tuple(sorted(set(added.get(whole, ())) & tables.keys()))) > 1
                else []
            ),
        ]
        for whole, inner in within.items()
    }
    found: list[list[Sum]] = [[] for _ in pictures]
    for names in _clusters(within):
        cluster = Cluster(names, pictures, parents)
        its_parts = [(name, tied[name]) for name in names]
        for at, sums in enumerate(found):
            sums += cluster.sums(at, its_parts)
    return [tuple(dict.fromkeys(sums)) for sums in found]


def _most_of(
    corrected: set[tuple], restated: set[tuple], about: Mapping[tuple, Sequence[tuple]]
) -> Iterator[tuple]:
    """The counts that were corrected: those in most of the figures that were."""
    found: dict[tuple, dict[frozenset, list]] = defaultdict(lambda: defaultdict(list))
    for count, figures in about.items():
        if not corrected.isdisjoint(figures) and restated.isdisjoint(figures):
            found[count[:2]][frozenset(corrected.intersection(figures))].append(count)
    for of_block in found.values():
        for figures, counts in of_block.items():
            if not any(figures < others for others in of_block):
                yield from counts


def _below(table: Hashable, parts: Mapping[Hashable, Collection[Hashable]]) -> set:
    found, fresh = set(), {table}
    while fresh:
        fresh = {part for each in fresh for part in parts.get(each, ())} - found
        found |= fresh
    return found - {table}


def _clusters(within: Mapping[Hashable, Collection[Hashable]]) -> list[list[Hashable]]:
    """Tables in groups, so that none is a part of one elsewhere."""
    links = [[whole, part] for whole, inner in within.items() for part in inner]
    return [sorted(group) for group in tied_together(links, within)]


def _grouped(seen: Mapping[Point, set], kinds: tuple) -> Block:
    block, numbers = Block(kinds), {}
    for point, figures in seen.items():
        group = numbers.setdefault(frozenset(figures), len(numbers))
        block.groups[point] = group
        block.members[group].append(point)
    if len(numbers) * len(kinds) > MOST:
        raise NotProven
    return block
