"""What else hidden counts could be: other tables that agree with everything that was published.

A table that differs from the true one and breaks no published rule is the proof that an outsider
cannot tell. HiGHS, a solver in floating point, only proposes such tables: each is checked here in
whole numbers, so an error of the solver can cost a cell too many and never betray one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import highspy
import numpy as np

from programmes.disclosure.clock import Clock

Change = dict[int, int]  # figure → how much more (or less) than the true count

# A search that ends here counts as having found nothing. Before a figure is given up as exposed,
# much is tried; where only one cell or percentage more would be shown, less.
MANY_BRANCHES = 500
FEW_BRANCHES = 50
# The price of moving a figure that is hidden anyway: short proofs are better than long ones.
FREE = 0.001
NEARLY = 1e-5  # how far from a whole number the solver's floating point may be

# The true table always agrees, so that "infeasible" cannot be meant.
WITHOUT_LIMIT = (
    highspy.HighsModelStatus.kUnbounded,
    highspy.HighsModelStatus.kUnboundedOrInfeasible,
)


@dataclass(frozen=True)
class Rule:
    """Coefficient × change, summed over figures, is nothing, or no more than `at_most`."""

    coefficients: Mapping[int, int]
    at_most: int | None = None

    def allows(self, change: Mapping[int, int]) -> bool:
        """Whether a table changed like this still agrees with what the rule says."""
        moved = sum(times * change.get(figure, 0) for figure, times in self.coefficients.items())
        return moved == 0 if self.at_most is None else moved <= self.at_most


class Alternatives:
    """The tables that agree with all rules, seen as changes of the true counts.

    Each figure is two columns of the linear programme, how much it rises and how much it falls, so
    that moving it costs the same either way. The solver starts each search where the last ended.
    """

    def __init__(
        self,
        counts: Mapping[int, int],
        rules: Iterable[Rule],
        clock: Clock,
        branches: int = MANY_BRANCHES,
    ):
        self.counts = counts
        self.clock = clock
        self.figures = list(counts)
        self.place = {figure: at for at, figure in enumerate(self.figures)}
        self.falls = np.array([counts[figure] for figure in self.figures], dtype=np.float64)
        self.rules: list[Rule] = []
        self.rules_about: dict[int, list[Rule]] = {figure: [] for figure in counts}
        self.prices: Mapping[int, float] = {}
        self.solver = highspy.Highs()
        # One thread, and no clock but to give up altogether: the same question always gets the
        # same answer.
        for option, value in {
            "time_limit": 10 * clock.seconds,
            "output_flag": False,
            "threads": 1,
            "random_seed": 0,
            "mip_max_nodes": branches,
        }.items():
            self.solver.setOptionValue(option, value)
        nothing = np.zeros(2 * len(self.figures))
        self.solver.addVars(len(nothing), nothing, nothing)
        for rule in rules:
            if not self.counts.keys().isdisjoint(rule.coefficients):
                self.add(rule)

    def among(self, figures: Iterable[int]) -> "Alternatives":
        """A smaller problem, quicker to search, in which all but these figures stay as they are."""
        counts = {figure: self.counts[figure] for figure in figures}
        return Alternatives(counts, self.rules, self.clock, FEW_BRANCHES)

    def add(self, rule: Rule) -> None:
        """One more thing that outsiders know; what it says of figures elsewhere does not move."""
        moving = {f: by for f, by in rule.coefficients.items() if by and f in self.counts}
        rule = Rule(moving, rule.at_most)
        self.rules.append(rule)
        for figure in rule.coefficients:
            self.rules_about[figure].append(rule)
        places = [self.place[figure] for figure in rule.coefficients]
        times = list(rule.coefficients.values())
        columns = np.array([*places, *(at + len(self.figures) for at in places)], dtype=np.int32)
        entries = np.array([*times, *(-each for each in times)], dtype=np.float64)
        exact = rule.at_most is None
        low, high = (0.0, 0.0) if exact else (-highspy.kHighsInf, float(rule.at_most))
        self.solver.addRow(low, high, len(columns), columns, entries)

    def remove_last(self, how_many: int) -> None:
        """Take back the rules added last."""
        left = len(self.rules) - how_many
        self.solver.deleteRows(how_many, np.arange(left, len(self.rules), dtype=np.int32))
        for rule in self.rules[left:]:
            for figure in rule.coefficients:
                self.rules_about[figure].pop()
        del self.rules[left:]

    def agrees(self, change: Change) -> bool:
        """Whether the change keeps all rules and leaves no count below zero; in whole numbers."""
        return all(
            self.counts[figure] + by >= 0
            and all(rule.allows(change) for rule in self.rules_about[figure])
            for figure, by in change.items()
        )

    def allows(self, change: Change) -> bool:
        """Whether the change agrees, and moves nothing but what may move."""
        return all(figure in self.prices for figure in change) and self.agrees(change)

    def let_move(self, prices: Mapping[int, float]) -> None:
        """From now on only these figures may move, at so much for each one up or down."""
        self.prices = prices
        high, cost = np.zeros((2, len(self.figures))), np.zeros((2, len(self.figures)))
        places = np.fromiter((self.place[figure] for figure in prices), np.int32, len(prices))
        high[0, places], high[1, places] = highspy.kHighsInf, self.falls[places]
        cost[:, places] = np.fromiter(prices.values(), np.float64, len(prices))
        columns = np.arange(high.size, dtype=np.int32)
        self.solver.changeColsBounds(high.size, columns, np.zeros(high.size), high.ravel())
        self.solver.changeColsCost(cost.size, columns, cost.ravel())

    def cheapest(self, figure: int, by: int) -> Change | None:
        """The cheapest change that moves `figure` up by at least `by`, or down if `by` is below 0.

        None if there is none.
        """
        if figure not in self.prices or self.counts[figure] + by < 0:
            return None
        rise, fall = self.place[figure], self.place[figure] + len(self.figures)
        most = self.counts[figure]
        self.solver.changeColBounds(rise, max(by, 0), highspy.kHighsInf if by > 0 else 0)
        self.solver.changeColBounds(fall, max(-by, 0), most if by < 0 else 0)
        change = self._solve()
        self.solver.changeColBounds(rise, 0, highspy.kHighsInf)
        self.solver.changeColBounds(fall, 0, most)
        return change

    def furthest(self, figure: int, upwards: bool) -> int | None:
        """The greatest (or least) count that `figure` can have; None: without limit.

        The count given is one that a whole table really has.
        """
        costs = np.zeros(2 * len(self.figures))
        rise, fall = self.place[figure], self.place[figure] + len(self.figures)
        costs[rise], costs[fall] = (-1, 1) if upwards else (1, -1)
        self.solver.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), costs)
        self.solver.setOptionValue("mip_max_nodes", MANY_BRANCHES)
        change = self._solve(furthest=True)
        if self.solver.getModelStatus() in WITHOUT_LIMIT:
            return None
        return self.counts[figure] + (change or {}).get(figure, 0)

    def _solve(self, furthest: bool = False) -> Change | None:
        """What the solver finds; unless the furthest is asked for, one whole table is enough."""
        self._run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        if change := self._whole_change():
            return change
        # The linear programme ended between whole numbers: search among those alone.
        if furthest:
            return self._search_whole_numbers(highspy.kHighsIInf)
        moved = np.asarray(self.solver.getSolution().col_value) > NEARLY
        moved |= np.asarray(self.solver.getLp().col_cost_) <= FREE
        return self._any_table(moved) or (None if moved.all() else self._any_table(moved | True))

    def _any_table(self, may_move: np.ndarray) -> Change | None:
        """A whole table that moves only these columns.

        Without a price to keep low it is found much sooner; figures that it moves in vain are shown
        again afterwards.
        """
        model = self.solver.getLp()
        least, most = np.asarray(model.col_lower_), np.asarray(model.col_upper_)
        prices = np.asarray(model.col_cost_)
        columns = np.arange(len(prices), dtype=np.int32)
        may_move = may_move | (least > 0)
        self.solver.changeColsCost(len(columns), columns, np.zeros(len(columns)))
        self.solver.changeColsBounds(len(columns), columns, least, np.where(may_move, most, 0.0))
        change = self._search_whole_numbers(1)
        self.solver.changeColsBounds(len(columns), columns, least, most)
        self.solver.changeColsCost(len(columns), columns, prices)
        return change

    def _search_whole_numbers(self, enough: int) -> Change | None:
        """What the solver finds among whole tables; it stops at so many, each better."""
        # Where it ended must not be taken for a proposal: HiGHS would give up when that fails.
        self.solver.clearSolver()
        self.solver.setOptionValue("mip_max_improving_sols", enough)
        self._set_kind(highspy.HighsVarType.kInteger)
        self._run()
        change = self._whole_change()
        self._set_kind(highspy.HighsVarType.kContinuous)
        return change

    def _run(self) -> None:
        self.solver.run()
        self.clock.check()

    def _whole_change(self) -> Change | None:
        """What the solver proposes, if it is a whole table that differs and agrees."""
        values = np.asarray(self.solver.getSolution().col_value).reshape(2, -1)
        moved = np.rint(values[0] - values[1])
        change = {self.figures[at]: int(moved[at]) for at in np.flatnonzero(moved)}
        return change if change and self.agrees(change) else None

    def _set_kind(self, kind: highspy.HighsVarType) -> None:
        kinds = np.full(2 * len(self.figures), kind.value, dtype=np.uint8)
        columns = np.arange(len(kinds), dtype=np.int32)
        self.solver.changeColsIntegrality(len(kinds), columns, kinds)
