"""Counts for what nobody recorded, so that they agree with what is recorded.

Which of all possible counts is taken does not matter: other tables are looked for from there, and
every table can be reached from every other.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

import highspy
import numpy as np

from programmes.disclosure.alternatives import MANY_BRANCHES, NEARLY, Rule
from programmes.disclosure.clock import Clock, NotProven


def fill(
    crossings: Collection[int], counts: Sequence[int], rules: Iterable[Rule], clock: Clock
) -> Mapping[int, int]:
    """A count for each crossing, so that all rules hold with the counts that are known.

    Where the recorded figures contradict each other, the rules fail by as little as can be: an
    outsider is taken to know by how much. Raises NotProven where none is found.
    """
    wanted = sorted(crossings)
    place = {figure: at for at, figure in enumerate(wanted)}
    rows = []
    for rule in rules:
        if rule.at_most is None and not place.keys().isdisjoint(rule.coefficients):
            terms = {place[f]: by for f, by in rule.coefficients.items() if f in place and by}
            known = sum(by * counts[f] for f, by in rule.coefficients.items() if f not in place)
            rows.append((terms, -known))
    for may_differ in (False, True):
        found = _solve(len(wanted), rows, may_differ, clock)
        if found is not None:
            return dict(zip(wanted, found, strict=True))
    raise NotProven


def _solve(
    size: int, rows: list[tuple[dict, int]], may_differ: bool, clock: Clock
) -> list[int] | None:
    model = highspy.Highs()
    for option, value in {"output_flag": False, "threads": 1, "random_seed": 0}.items():
        model.setOptionValue(option, value)
    model.setOptionValue("mip_max_nodes", MANY_BRANCHES)
    model.setOptionValue("time_limit", 10 * clock.seconds)
    total = size + 2 * len(rows) * may_differ
    model.addVars(total, np.zeros(total), np.full(total, highspy.kHighsInf))
    for at, (terms, wanted) in enumerate(rows):
        entries = dict(terms)
        if may_differ:
            entries |= {size + 2 * at: 1, size + 2 * at + 1: -1}
        columns = np.array(list(entries), dtype=np.int32)
        times = np.array(list(entries.values()), dtype=np.float64)
        model.addRow(wanted, wanted, len(columns), columns, times)
    if may_differ:
        columns = np.arange(size, total, dtype=np.int32)
        model.changeColsCost(len(columns), columns, np.ones(len(columns)))
    for kind in (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger):
        kinds = np.full(total, kind.value, dtype=np.uint8)
        model.changeColsIntegrality(total, np.arange(total, dtype=np.int32), kinds)
        model.run()
        clock.check()
        if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            continue
        found = np.asarray(model.getSolution().col_value)
        values = [int(each) for each in np.rint(found)]
        if np.abs(found - values).max(initial=0) < NEARLY and _agrees(values, rows, size):
            return values[:size]
    return None


def _agrees(values: list[int], rows: list[tuple[dict, int]], size: int) -> bool:
    """Whether all rules hold, in whole numbers, with the differences that come after `size`."""
    apart = values[size:] or [0] * (2 * len(rows))
    return min(values, default=0) >= 0 and all(
        sum(by * values[at] for at, by in terms.items()) + more - less == wanted
        for (terms, wanted), more, less in zip(rows, apart[::2], apart[1::2], strict=True)
    )
