"""The decision over a whole release: which figures and ratios are shown."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from math import log2
from typing import TypeVar

from programmes.disclosure.alternatives import Rule
from programmes.disclosure.clock import Clock
from programmes.disclosure.crossings import fill
from programmes.disclosure.hiding import Part
from programmes.disclosure.outsiders import Knowledge
from programmes.disclosure.published import Crossing, Earlier, Key, Share, State, Sum

DEFAULT_THRESHOLD = 4
# Well within the time that a page of the staff site may take.
SECONDS = 30.0

Node = TypeVar("Node", bound=Hashable)


@dataclass(frozen=True)
class Protected:
    """What to do with each figure and each ratio of a release."""

    states: Mapping[Key, State]
    shares: Mapping[Share, State]
    exposed: frozenset[Key]  # small, yet known to outsiders whatever is hidden now
    narrowed: frozenset[Key]  # not known, yet known to be small
    _plan: "_Plan" = field(repr=False, compare=False)

    def is_shown(self, key: Key) -> bool:
        """Whether the public sees the figure; False also for a missing one."""
        return self.states[key] is State.SHOWN

    def as_earlier(self) -> Earlier:
        """This release as later ones must look back on it."""
        release = self._plan.release
        return Earlier(
            release.values,
            frozenset(key for key, state in self.states.items() if state is State.SHOWN),
            release.sums,
            tuple(share for share, state in self.shares.items() if state is State.SHOWN),
        )

    def could_be(self) -> dict[Key, tuple[int, int | None]]:
        """For each hidden figure the least and the greatest count that outsiders must allow for.

        None: without limit. Both ends are counts that a whole table has: a search that gives up
        early makes the range too narrow, never too wide. For audits, not for pages: it takes two
        searches per hidden figure.
        """
        return {
            key: self._plan.could_be(key) for key, state in self.states.items() if state.is_hidden
        }


def protect(
    values: Mapping[Key, int | None],
    sums: Iterable[Sum] = (),
    shares: Iterable[Share] = (),
    *,
    threshold: int | Callable[[Key], int] = DEFAULT_THRESHOLD,
    earlier: Iterable[Earlier] = (),
    withheld: Collection[Key] = (),
    zeros_are_small: bool = False,
    cautious: bool = False,
    seconds: float = SECONDS,
) -> Protected:
    """Decide for a whole release at once which figures and ratios may be shown.

    `values` are counts by key, None where there is no figure; all tables of the release together.
    `threshold` is the largest count that is small, for all figures or by key. `withheld` names
    figures that stand in no table (a numerator of which only the percentage is printed).
    `earlier` are all earlier releases. `cautious` hides everything that is tied to a small figure
    without a full proof, where otherwise it is only reported as exposed or narrowed. The same input
    always gives the same answer. Raises ValueError for a count that is no whole number from nought
    on, and NotProven where so many seconds are not enough.
    """
    largest_small = threshold if callable(threshold) else lambda key: threshold
    knowledge = Knowledge(largest_small, zeros_are_small)
    for former in earlier:
        knowledge.learn(former.values, former.sums, former.shares)
        knowledge.publish(former)
    release = Earlier(dict(values), frozenset(), tuple(sums), tuple(dict.fromkeys(shares)))
    knowledge.learn(release.values, release.sums, ())
    plan = _Plan(knowledge, release, frozenset(withheld), Clock(seconds))
    for part in plan.parts:
        part.hide_enough()
        if cautious:
            part.hide_all_if_exposed()
        part.hide_no_more_than_enough()
    told = {share for share in release.shares if plan.can_tell(share)}
    states = {key: plan.state_of(key) for key in release.values}
    shares = {share: plan.state_of_share(share, share in told) for share in release.shares}
    return Protected(states, shares, plan.keys("exposed"), plan.keys("narrowed"), plan)


class _Plan:
    """A release in the light of all that outsiders know, cut into parts that cannot touch."""

    def __init__(
        self, knowledge: Knowledge, release: Earlier, withheld: frozenset[Key], clock: Clock
    ):
        self.knowledge = knowledge
        self.release = release
        self.withheld = withheld
        self.clock = clock
        self.figures = {
            key: knowledge.number(key, count)
            for key, count in release.values.items()
            if count is not None
        }
        self.part_of: dict[int, Part] = {}
        self.parts = self._parts()

    def can_tell(self, share: Share) -> bool:
        """Whether the ratio may be shown; if so, outsiders know it from now on."""
        rules = self.knowledge.rules_of(self.release.values, share)
        if not rules:
            return False
        if self._is_small_and_unseen(share.denominator):
            return False
        numbers = (self.figures[share.numerator], self.figures[share.denominator])
        part = next((self.part_of[f] for f in numbers if f in self.part_of), None)
        return part is None or part.can_tell(rules)

    def state_of(self, key: Key) -> State:
        """What is to be done with a figure of the release."""
        if (figure := self.figures.get(key)) is None:
            return State.MISSING
        if key in self.withheld:
            return State.WITHHELD
        if figure in self.knowledge.public:
            return State.SHOWN
        if self.knowledge.is_small(figure):
            return State.SMALL
        part = self.part_of.get(figure)
        return State.PROTECTS if part and figure in part.hidden else State.SHOWN

    def state_of_share(self, share: Share, told: bool) -> State:
        """What is to be done with a ratio."""
        states = [self.state_of(share.numerator), self.state_of(share.denominator)]
        if told or states == [State.SHOWN, State.SHOWN]:
            return State.SHOWN if share.of(self.release.values) is not None else State.MISSING
        if State.MISSING in states:
            return State.MISSING
        small = State.SMALL in states or self._is_small_and_unseen(share.denominator)
        return State.SMALL if small else State.PROTECTS

    def keys(self, name: str) -> frozenset[Key]:
        """The keys of small figures, of any release, that are "exposed" or "narrowed"."""
        figures = (figure for part in self.parts for figure in getattr(part, name))
        return frozenset().union(*map(self.knowledge.keys_of, figures))

    def could_be(self, key: Key) -> tuple[int, int | None]:
        """The least and the greatest count that a hidden figure can have."""
        figure = self.figures[key]
        part = self.part_of[figure]
        part.alternatives.let_move(dict.fromkeys(part.hidden, 0.0))
        return part.alternatives.furthest(figure, False), part.alternatives.furthest(figure, True)

    def _is_small_and_unseen(self, key: Key) -> bool:
        figure = self.figures[key]
        return figure not in self.knowledge.public and self.knowledge.is_small(figure)

    def _parts(self) -> list[Part]:
        public = self.knowledge.public
        ratios = (self.knowledge.rules_of(self.release.values, s) for s in self.release.shares)
        links, rules_about = [], defaultdict(list)
        for rule in self.knowledge.rules:
            if link := [figure for figure in rule.coefficients if figure not in public]:
                links.append(link)
                rules_about[link[0]].append(rule)
        for rules in ratios:
            links += [[f for f in rule.coefficients if f not in public] for rule in rules]
        prices = self._prices()
        parts = []
        secret = [f for f in range(len(self.knowledge.counts)) if f not in public]
        for figures in tied_together(filter(None, links), secret):
            if any(self.knowledge.is_small(figure) for figure in figures):
                rules = [rule for figure in figures for rule in rules_about[figure]]
                self._fill(figures, rules)
                part = Part(self.knowledge, figures, rules, prices, self.clock)
                self.part_of |= dict.fromkeys(figures, part)
                parts.append(part)
        return parts

    def _fill(self, figures: list[int], rules: list[Rule]) -> None:
        """Take some count for each number that nobody recorded, before others are looked for."""
        if crossings := self.knowledge.crossings.intersection(figures):
            for figure, count in fill(crossings, self.knowledge.counts, rules, self.clock).items():
                self.knowledge.counts[figure] = count

    def _prices(self) -> dict[int, float]:
        """What hiding each figure costs; only figures that could still be hidden have a price.

        A larger figure costs a little more, a total half as much again, a nought twice as much:
        readers miss totals most, and a hidden nought looks like a person where there is none.
        """
        times_total = {
            each.total for each in self.release.sums if not isinstance(each.parts[0], Crossing)
        }
        prices = {}
        for key, figure in self.figures.items():
            if figure in self.knowledge.public or key in self.withheld:
                continue
            count = self.knowledge.counts[figure]
            dearer = 0.5 if key in times_total else 0.0
            prices[figure] = 1 + dearer + log2(count) / 64 if count else 2.0
        return prices


def tied_together(links: Iterable[list[Node]], figures: Iterable[Node]) -> list[list[Node]]:
    """The figures in groups, so that every link lies within one group."""
    leader = {figure: figure for figure in figures}

    def find(figure: Node) -> Node:
        while leader[figure] != figure:
            leader[figure] = figure = leader[leader[figure]]
        return figure

    for first, *others in links:
        for other in others:
            leader[find(other)] = find(first)
    groups: dict[Node, list[Node]] = {}
    for figure in leader:
        groups.setdefault(find(figure), []).append(figure)
    return list(groups.values())
