"""How few figures could be hidden: a bound that nobody can go below.

All small figures, and the fewest others with which one single small number could be above its
threshold. Protecting all numbers at once hides at least as many.
"""

from collections.abc import Iterable

import highspy
import numpy as np

# More than any sum of the counts of an office.
LARGE = 2_000.0
TARGETS = 6


def least_hidden(reader, small: set[tuple], wanted: Iterable[dict]) -> int:
    """Of the figures that a reader saw; `wanted` are combinations of leaves that are small."""
    others = [(terms, value) for name, terms, value in reader.figures() if name not in small]
    extra = [_fewest(reader, others, terms) for terms in list(wanted)[:TARGETS]]
    return len(small) + max(extra, default=0)


def _fewest(reader, others: list[tuple[dict, int]], target: dict) -> int:
    """The fewest of the other figures that must be hidden so that the target could be five."""
    model, size = highspy.Highs(), len(reader.leaves)
    for option, value in (("output_flag", False), ("threads", 1), ("mip_max_nodes", 200)):
        model.setOptionValue(option, value)
    total = size + len(others)
    model.addVars(total, np.zeros(total), np.r_[np.full(size, LARGE), np.ones(len(others))])
    hides = np.arange(size, total, dtype=np.int32)
    model.changeColsIntegrality(
        len(hides), hides, np.full(len(hides), highspy.HighsVarType.kInteger.value, dtype=np.uint8)
    )
    model.changeColsCost(len(hides), hides, np.ones(len(hides)))

    def add(terms: dict, least: float, most: float, hide: dict) -> None:
        columns = np.array([*(reader.place[leaf] for leaf in terms), *hide], dtype=np.int32)
        times = np.array([*terms.values(), *hide.values()], dtype=np.float64)
        model.addRow(least, most, len(columns), columns, times)

    for terms in reader.relations:
        add(terms, 0, np.inf, {})
    for at, (terms, value) in enumerate(others):
        add(terms, -np.inf, value, {size + at: -LARGE})
        add(terms, value, np.inf, {size + at: LARGE})
    add(target, 5, np.inf, {})
    model.run()
    # What is proven counts, not what was found.
    bound = model.getInfo().mip_dual_bound
    return max(0, int(np.ceil(bound - 1e-6))) if np.isfinite(bound) else 0
