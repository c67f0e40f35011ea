"""How much more is hidden than need be: against the best of all choices, each of them tried."""

import os
from collections.abc import Collection
from itertools import combinations
from random import Random

import pytest

from programmes.disclosure import DEFAULT_THRESHOLD, Earlier, protect
from tests.programmes.outsider import Outsider
from tests.programmes.released import Tables

FUZZ = int(os.environ.get("FUZZ", "500"))
ALL = "all"


def random_tables(random: Random) -> Tables:
    """Two to three areas by two to three kinds with totals, or a list of areas within areas."""
    rows, columns = random.choice([("ab", "xy"), ("abc", "xy"), ("ab", "xyz"), ("abc", "xyz")])
    tables = Tables({(r, c): random_count(random) for r in rows for c in columns})
    for row in rows:
        tables.add_up((row, ALL), [(row, column) for column in columns])
    for column in [*columns, ALL]:
        tables.add_up((ALL, column), [(row, column) for row in rows])
    tables.add_up((ALL, ALL), [(ALL, column) for column in columns])
    return tables


def random_count(random: Random) -> int:
    chance = random.random()
    if chance < 0.2:
        return random.randint(1, DEFAULT_THRESHOLD)
    return 0 if chance < 0.3 else random.randint(5, 200)


def is_safe(tables: Tables, hidden: Collection, small: Collection) -> bool:
    """Whether nobody can tell a hidden count, nor that a small one is small."""
    for each in tables.sums:
        if sum(key in hidden for key in (each.total, *each.parts)) == 1:
            return False
    shown = frozenset(tables.values) - frozenset(hidden)
    outsider = Outsider([Earlier(tables.values, shown, tuple(tables.sums))])
    names = {key: (key, tables.values[key]) for key in hidden}
    reach = {names[key]: DEFAULT_THRESHOLD + 1 for key in small}
    return not outsider.work_out(names.values(), reach)


def fewest_hidden(tables: Tables, small: set, at_most: int) -> int:
    """The least number of hidden figures that is safe, found by trying all; `at_most` if none."""
    others = [key for key in tables.values if key not in small]
    for size in range(at_most - len(small)):
        if any(is_safe(tables, small.union(extra), small) for extra in combinations(others, size)):
            return len(small) + size
    return at_most


def compare(seeds: range) -> tuple[int, int, float]:
    """Hidden figures in all, the fewest possible in all, and the worst ratio of one table."""
    hidden, fewest, worst = 0, 0, 1.0
    for seed in seeds:
        tables = random_tables(Random(seed))  # noqa: S311
        small = {key for key, n in tables.values.items() if 1 <= n <= DEFAULT_THRESHOLD}
        ours = {
            key
            for key, state in protect(tables.values, tables.sums).states.items()
            if state.is_hidden
        }
        assert is_safe(tables, ours, small), f"seed {seed}"
        best = fewest_hidden(tables, small, len(ours))
        hidden, fewest = hidden + len(ours), fewest + best
        worst = max(worst, len(ours) / best) if best else worst
    print(f"{hidden} hidden, {fewest} at best: {hidden / fewest:.3f}; worst {worst:.2f}")
    return hidden, fewest, worst


def test_little_more_is_hidden_than_the_best_of_all_choices_hides():
    hidden, fewest, worst = compare(range(200))
    assert hidden < 1.5 * fewest
    assert worst <= 2


@pytest.mark.fuzz
def test_little_more_is_hidden_than_the_best_in_many_tables():
    hidden, fewest, _ = compare(range(10_000, 10_000 + 4 * FUZZ))
    assert hidden < 1.5 * fewest
