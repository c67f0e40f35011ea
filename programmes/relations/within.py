"""What adds up to what within one table: over categories, areas, services and periods.

A table is the figures of one measure, or of several that staff declared to be the same count.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from programmes.disclosure import Sum
from programmes.models import Adding
from programmes.relations.cells import DIMENSIONS, Cell, Ties, alike
from programmes.relations.spans import tie_spans

# People who are counted once in the whole and perhaps in several parts: each part is still among
# the whole.
OVERLAPS = (Adding.UNIQUE, Adding.NONE)


def tie_within(ties: Ties, cells: Sequence[Cell], adding: Mapping[str, str]) -> list[Cell]:
    """Tie the cells of one table; returns one cell for each place, implied ones included.

    `adding` says for each dimension how parts become a whole.
    """
    table = list(_one_of_each_place(ties, cells))
    table += _over_categories(ties, table, adding["category"])
    table += _over_areas(ties, table, adding["area"])
    table += _over_services(ties, table, adding["service"])
    return table + tie_spans(ties, table, adding["span"])


def _one_of_each_place(ties: Ties, cells: Iterable[Cell]) -> Iterator[Cell]:
    """One cell where the same is stated twice: as a total, or by two measures of the same."""
    for group in alike(cells, DIMENSIONS):
        first, *others = sorted(group, key=lambda cell: (cell.count is None, cell.is_total))
        for other in others:
            _tie_same(ties, first, other)
        yield first


def _tie_same(ties: Ties, first: Cell, other: Cell) -> None:
    if other.count is None:
        return
    if other.is_total or other.count == first.count:
        ties.sums[Sum(other.key, (first.key,))] = None
        return
    more, less = sorted((first, other), key=lambda cell: -cell.count)
    ties.hold(more, [less], "table", table=("difference", more.key, less.key))


def _over_categories(ties: Ties, cells: Iterable[Cell], adding: str) -> list[Cell]:
    found = []
    for group in alike(cells, ("service", "area", "span")):
        whole = next((cell for cell in group if cell.category is None), None)
        lists = defaultdict(list)
        for cell in group:
            if isinstance(cell.category, int) and not cell.is_total:
                lists[cell.breakdown].append(cell)
        for parts in lists.values():
            if whole is None:
                whole = _implied_whole(ties, parts, adding, category=None, breakdown=None)
                found += [whole] if whole else []
            else:
                found += _tie_parts(ties, whole, parts, adding, "category")
    return found


def _over_services(ties: Ties, cells: Iterable[Cell], adding: str) -> list[Cell]:
    found = []
    for group in alike(cells, ("category", "area", "span")):
        whole = next((cell for cell in group if cell.service is None), None)
        parts = [cell for cell in group if isinstance(cell.service, int) and not cell.is_total]
        if whole and parts:
            found += _tie_parts(ties, whole, parts, adding, "service")
    return found


def _over_areas(ties: Ties, cells: Sequence[Cell], adding: str) -> list[Cell]:
    """Each area’s figure is made up of those of the areas right below it that have one."""
    # Where an area has a whole, each of its categories has one too, recorded or not.
    wanted = defaultdict(set)
    for cell in cells:
        if cell.category is None:
            wanted[cell.at("service", "span")].add(cell.area)
    found = []
    for group in alike(cells, ("category", "service", "span")):
        of_area = {cell.area: cell for cell in group}
        known = of_area.keys() | wanted[group[0].at("service", "span")]
        below = _areas_below(ties, known)
        for area in sorted(below, key=lambda area: -_depth(ties, area)):
            parts = [of_area[part] for part in below[area] if part in of_area]
            parts = [part for part in parts if not part.is_total]
            if area in of_area:
                found += _tie_parts(ties, of_area[area], parts, adding, "area")
            elif whole := _implied_whole(ties, parts, adding, area=area):
                of_area[area] = whole
                found.append(whole)
    return found


def _areas_below(ties: Ties, known: Iterable) -> dict:
    """Of some areas, those right below each: with none of the others between."""
    known, below = set(known), defaultdict(list)
    for area in filter(lambda area: isinstance(area, int), known):
        parent = ties.parents.get(area)
        while parent is not None and parent not in known:
            parent = ties.parents.get(parent)
        if parent in known:
            below[parent].append(area)
    return {area: sorted(parts) for area, parts in below.items()}


def _depth(ties: Ties, area: int | None) -> int:
    depth = 0
    while area is not None:
        area, depth = ties.parents.get(area), depth + 1
    return depth


def _tie_parts(
    ties: Ties, whole: Cell, parts: Sequence[Cell], adding: str, dimension: str
) -> list[Cell]:
    """Tie parts to their whole; returns what is left as further cells of the table."""
    if adding == Adding.SUM:
        rest = ties.add_up(whole, parts, dimension)
        return [rest] if rest else []
    if adding in OVERLAPS:
        for part in parts:
            ties.hold(whole, [part], dimension)
    return []


def _implied_whole(ties: Ties, parts: Sequence[Cell], adding: str, **at) -> Cell | None:
    """The whole that nobody recorded and that all its parts come to."""
    if adding != Adding.SUM or not parts or any(part.count is None for part in parts):
        return None
    small = min(part.small_up_to for part in parts)
    whole = ties.imply(parts[0], sum(part.count for part in parts), small, **at)
    ties.sums[Sum(whole.key, tuple(part.key for part in parts))] = None
    return whole
