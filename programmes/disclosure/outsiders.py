"""What outsiders know: every figure of every release, what ties them, and which are public."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from programmes.disclosure.alternatives import Rule
from programmes.disclosure.published import Crossing, Earlier, Key, Share, Sum


@dataclass(frozen=True)
class Remainder:
    """What is left of a total for keys without a figure: printed nowhere, and easily computed."""

    keys: frozenset[Key]


class Knowledge:
    """Figures by number, and the rules that all releases together state about them.

    A figure is a key *with its count*: a corrected count is another figure, the same count again is
    the same one.
    """

    def __init__(self, threshold: Callable[[Key], int], zeros_are_small: bool):
        self.threshold = threshold
        self.least_small = 0 if zeros_are_small else 1
        self.numbers: dict[tuple[Key, int], int] = {}
        self.names: list[Key] = []
        self.counts: list[int] = []
        self.public: set[int] = set()
        self.rules: list[Rule] = []
        self.learnt: set[frozenset] = set()
        self.crossings: set[int] = set()

    def number(self, name: Key, count: int) -> int:
        """The figure's number; ValueError unless the count is a whole number from nought on."""
        if not isinstance(count, int) or count < 0:
            raise ValueError(f"Only whole counts can be protected, and {name!r} is {count}.")
        number = self.numbers.setdefault((name, count), len(self.counts))
        if number == len(self.counts):
            self.names.append(name)
            self.counts.append(count)
        return number

    def crossing(self, name: Crossing) -> int:
        """The number of a count that is not known; any will do that agrees with the figures."""
        figure = self.numbers.setdefault((name, 0), len(self.counts))
        if figure == len(self.counts):
            self.names.append(name)
            self.counts.append(0)
            self.crossings.add(figure)
        return figure

    def keys_of(self, figure: int) -> frozenset[Key]:
        """The key of a figure, or all those that a remainder stands for."""
        name = self.names[figure]
        return name.keys if isinstance(name, Remainder) else frozenset({name})

    def is_small(self, figure: int) -> bool:
        """Whether the figure must not be known, unless it is public already."""
        if figure in self.crossings:
            return False
        return self.least_small <= self.counts[figure] <= self.largest_small(figure)

    def largest_small(self, figure: int) -> int:
        """The threshold of a figure; of a remainder, the highest among its keys."""
        return max(self.threshold(key) for key in self.keys_of(figure))

    def learn(
        self, values: Mapping[Key, int | None], sums: Iterable[Sum], shares: Iterable[Share]
    ) -> None:
        """All figures of a release (none of them public yet), its sums and the ratios it shows."""
        for key, count in values.items():
            if count is not None:
                self.number(key, count)
        for each in sums:
            self._learn_sum(values, each)
        for share in shares:
            self.rules.extend(self.rules_of(values, share))

    def rules_of(self, values: Mapping[Key, int | None], share: Share) -> list[Rule]:
        """What a printed ratio says about its two figures; nothing where there is no ratio."""
        if share.of(values) is None:
            return []
        above, below = values[share.numerator], values[share.denominator]
        rules = []
        for times_above, times_below, at_most in share.rules(above, below):
            times = Counter({self.number(share.numerator, above): times_above})
            times[self.number(share.denominator, below)] += times_below
            rules.append(Rule(times, at_most))
        return rules

    def _learn_sum(self, values: Mapping[Key, int | None], each: Sum) -> None:
        if any(isinstance(key, Crossing) for key in each.parts):
            self._learn_crossings(values, each)
            return
        missing = frozenset(key for key in each.parts if values.get(key) is None)
        parts = [(key, values[key]) for key in each.parts if key not in missing]
        added, total = sum(count for _, count in parts), values.get(each.total)
        if total is None and missing:
            return
        times = Counter()
        if total is None:
            times[self.number(Remainder(frozenset({each.total})), added)] += 1
        else:
            times[self.number(each.total, total)] += 1
            if missing and total > added:
                times[self.number(Remainder(missing), total - added)] -= 1
        for key, count in parts:
            times[self.number(key, count)] -= 1
        self._add(times)

    def _learn_crossings(self, values: Mapping[Key, int | None], each: Sum) -> None:
        times = Counter()
        for key, by in ((each.total, 1), *((part, -1) for part in each.parts)):
            if isinstance(key, Crossing):
                times[self.crossing(key)] += by
            elif values.get(key) is None:
                return
            else:
                times[self.number(key, values[key])] += by
        self._add(times)

    def _add(self, times: Counter) -> None:
        # Every release says again what adds up to what: once is enough to know.
        if (said := frozenset(times.items())) not in self.learnt:
            self.learnt.add(said)
            self.rules.append(Rule(times))

    def publish(self, former: Earlier) -> None:
        """Everything that an earlier release showed is public."""
        for key in former.shown:
            if (count := former.values.get(key)) is not None:
                self.public.add(self.number(key, count))
