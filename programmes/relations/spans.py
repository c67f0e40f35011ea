"""What adds up to what over time: periods that make up another, and differences of periods.

Periods that share their first or last days tell, by subtraction, the count of every stretch
between those days: April to September less April to June is July to September. Each stretch is a
cell, recorded or implied, and each period is the sum of its stretches.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from programmes.models import Adding
from programmes.relations.cells import ONE_DAY, Cell, Span, Ties, alike

Node = date  # the first day of a period, or the day after its last


def tie_spans(ties: Ties, cells: Sequence[Cell], adding: str) -> list[Cell]:
    """Tie the periods of each place; returns the implied stretches as further cells."""
    if adding not in (Adding.SUM, Adding.UNIQUE, Adding.NONE):
        return []
    found = []
    for group in alike(cells, ("service", "area", "category")):
        dated = [cell for cell in group if cell.span.is_dated and cell.count is not None]
        if adding == Adding.SUM:
            found += _tie_sums(ties, dated)
        else:
            for whole in dated:
                for part in _directly_within(whole, dated):
                    ties.hold(whole, [part], "span")
    return found


def _tie_sums(ties: Ties, dated: Sequence[Cell]) -> list[Cell]:
    found, together = [], []
    for cells in _sharing_days(dated):
        timeline = Timeline(cells)
        if timeline.is_consistent:
            found += timeline.tie(ties)
            together.append({cell.key for cell in cells})
    for whole in dated:
        same = next((keys for keys in together if whole.key in keys), set())
        others = [cell for cell in dated if cell.key not in same]
        within = [cell for cell in others if whole.span.contains(cell.span) and not cell.is_total]
        for part in _directly_within(whole, within):
            ties.hold(whole, [part], "span")
        if len(packed := _one_after_another(within)) > 1:
            ties.hold(whole, packed, "span")
    return found


def _directly_within(whole: Cell, cells: Sequence[Cell]) -> list[Cell]:
    """Those within the whole’s period that are within no other one within it."""
    within = [cell for cell in cells if whole.span.contains(cell.span) and not cell.is_total]
    return [cell for cell in within if not any(other.span.contains(cell.span) for other in within)]


def _one_after_another(cells: Sequence[Cell]) -> list[Cell]:
    """As many periods as there can be without any two overlapping."""
    packed: list[Cell] = []
    for cell in sorted(cells, key=lambda cell: cell.span.ends_on):
        if not packed or packed[-1].span.ends_on < cell.span.starts_on:
            packed.append(cell)
    return packed


def _edges(cell: Cell) -> tuple[Node, Node]:
    return cell.span.starts_on, cell.span.ends_on + ONE_DAY


def _sharing_days(cells: Sequence[Cell]) -> Iterator[list[Cell]]:
    """Cells in groups, each held together by first days and days after the last."""
    leader: dict[Node, Node] = {}

    def find(node: Node) -> Node:
        leader.setdefault(node, node)
        while leader[node] != node:
            node = leader[node]
        return node

    for cell in cells:
        first, after = _edges(cell)
        leader[find(first)] = find(after)
    groups = defaultdict(list)
    for cell in cells:
        groups[find(cell.span.starts_on)].append(cell)
    return (group for group in groups.values() if len(group) > 1)


class Timeline:
    """Counts up to each day, as far as the periods of one place tell them."""

    def __init__(self, cells: Sequence[Cell]):
        # A stated total tells no more than the figure that it repeats.
        self.cells = sorted(cells, key=lambda cell: (cell.is_total, cell.span))
        self.of_span: dict[Span, Cell] = {}
        for cell in self.cells:
            self.of_span.setdefault(cell.span, cell)
        self.up_to = self._counts_up_to()
        self.days = sorted(self.up_to)

    def _counts_up_to(self) -> dict[Node, int]:
        next_to = defaultdict(list)
        for cell in self.of_span.values():
            first, after = _edges(cell)
            next_to[first].append((after, cell.count))
            next_to[after].append((first, -cell.count))
        start = min(next_to)
        up_to, fresh = {start: 0}, [start]
        while fresh:
            node = fresh.pop()
            for other, by in next_to[node]:
                if other not in up_to:
                    up_to[other] = up_to[node] + by
                    fresh.append(other)
        return up_to

    @property
    def is_consistent(self) -> bool:
        """Whether no stretch would have a count below nought, as after a mistake or correction."""
        counts = [self.up_to[day] for day in self.days]
        return counts == sorted(counts)

    def tie(self, ties: Ties) -> list[Cell]:
        """Tie each period to the stretches that make it up; returns the implied ones."""
        stretches, implied = [], []
        for first, after in zip(self.days, self.days[1:], strict=False):
            span = Span(first, after - ONE_DAY)
            recorded = self.of_span.get(span)
            if recorded is None:
                like = self.cells[0]
                small = max(cell.small_up_to for cell in self.cells)
                count = self.up_to[after] - self.up_to[first]
                recorded = ties.imply(like, count, small, span=span)
                implied.append(recorded)
            stretches.append(recorded)
        for cell in self.of_span.values():
            first, after = (bisect_left(self.days, day) for day in _edges(cell))
            parts = stretches[first:after]
            if len(parts) > 1:
                ties.add_up(cell, parts, "span")
        return implied
