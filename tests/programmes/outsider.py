"""An outsider who reads all releases, writes down what they say, and asks an integer solver.

Shares no code with programmes/disclosure: it sees what was printed, never the true table. Whatever
the solver answers is checked in whole numbers, so a count is called safe only on proof.
"""

from collections import Counter
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

import highspy
import numpy as np

from programmes.disclosure import Earlier


class Outsider:
    """Unknown counts, and equations and bounds over them, of all releases so far.

    It even knows which figures were corrected between releases: the same key with the same count
    is one unknown, with another count another.
    """

    def __init__(self, releases: Iterable[Earlier]):
        self.known: dict = {}
        self.unknowns: list = []
        self.rows: list[tuple[Counter, int | None, int | None]] = []  # terms, at least, at most
        releases = list(releases)
        for release in releases:
            for key in release.shown:
                self.known[key, release.values[key]] = release.values[key]
        for release in releases:
            self.read(release)
        self.place = {name: at for at, name in enumerate(self.unknowns)}
        self.low: dict = {}
        self.high: dict = {}

    def read(self, release: Earlier) -> None:
        for key, count in release.values.items():
            name = (key, count)
            if count is not None and name not in self.known and name not in self.unknowns:
                self.unknowns.append(name)
        for each in release.sums:
            parts = [key for key in each.parts if release.values.get(key) is not None]
            if release.values.get(each.total) is not None:
                self.row(release, [(each.total, 1), *((key, -1) for key in parts)], 0, 0)
        for share in release.shares:
            step = 10**share.decimals
            top, bottom = release.values[share.numerator], release.values[share.denominator]
            printed = (Decimal(share.per * top) / bottom).quantize(
                Decimal(1).scaleb(-share.decimals), ROUND_HALF_UP
            )
            doubled = 2 * int(printed * step)
            above, below = (share.numerator, 2 * share.per * step), share.denominator
            self.row(release, [above, (below, 1 - doubled)], 0, None)
            self.row(release, [above, (below, -1 - doubled)], None, -1)

    def row(self, release: Earlier, terms, least: int | None, most: int | None) -> None:
        unknown, constant = Counter(), 0
        for key, times in terms:
            name = (key, release.values[key])
            if name in self.known:
                constant += times * self.known[name]
            else:
                unknown[name] += times
        if unknown:
            self.rows.append(
                (
                    unknown,
                    None if least is None else least - constant,
                    None if most is None else most - constant,
                )
            )

    def solver(self) -> highspy.Highs:
        model = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1)):
            model.setOptionValue(option, value)
        size = len(self.unknowns)
        model.addVars(size, np.zeros(size), np.full(size, 10_000.0))
        kinds = np.full(size, highspy.HighsVarType.kInteger.value, dtype=np.uint8)
        model.changeColsIntegrality(size, np.arange(size, dtype=np.int32), kinds)
        for terms, least, most in self.rows:
            columns = np.array([self.place[name] for name in terms], dtype=np.int32)
            times = np.array(list(terms.values()), dtype=np.float64)
            low = -highspy.kHighsInf if least is None else least
            high = highspy.kHighsInf if most is None else most
            model.addRow(low, high, len(columns), columns, times)
        return model

    def work_out(self, wanted: Iterable, at_least: dict) -> list:
        """Those of the wanted unknowns with one possible count only, or none from `at_least` on."""
        wanted = list(wanted)
        model = self.solver()
        for sign in (1, -1):
            self.ask(model, dict.fromkeys(wanted, sign))
        for name in wanted:
            for sign in (1, -1):
                if self.high[name] < at_least.get(name, 0) or self.low[name] == self.high[name]:
                    self.ask(model, {name: -sign})
        return [
            name
            for name in wanted
            if self.low[name] == self.high[name] or self.high[name] < at_least.get(name, 0)
        ]

    def ask(self, model: highspy.Highs, costs: dict) -> None:
        """One more table that agrees with everything printed; widens what each count could be."""
        cost = np.zeros(len(self.unknowns))
        for name, each in costs.items():
            cost[self.place[name]] = each
        model.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        model.run()
        table = [int(value) for value in np.rint(model.getSolution().col_value)]
        assert len(table) == len(self.unknowns), model.getModelStatus()
        assert self.agrees(table)
        for name, value in zip(self.unknowns, table, strict=True):
            self.low[name] = min(value, self.low.get(name, value))
            self.high[name] = max(value, self.high.get(name, value))

    def agrees(self, table: list[int]) -> bool:
        """Whether a table could be the true one, in whole numbers."""
        sums = (
            (sum(times * table[self.place[name]] for name, times in terms.items()), least, most)
            for terms, least, most in self.rows
        )
        return min(table, default=0) >= 0 and all(
            (least is None or value >= least) and (most is None or value <= most)
            for value, least, most in sums
        )
