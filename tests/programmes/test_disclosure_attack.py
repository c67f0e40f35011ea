"""An outsider with an integer solver reads random releases and finds no hidden count."""

import os
from dataclasses import replace
from random import Random

import pytest

from programmes.disclosure import State
from tests.programmes.outsider import Outsider
from tests.programmes.released import Office

FUZZ = int(os.environ.get("FUZZ", "500"))


def attack(seed: int) -> int:
    """Release twice, attack all of it; how many counts were hidden."""
    random = Random(seed)  # noqa: S311
    threshold = random.choice([4, 4, 9])
    releases = Office(random).releases(threshold)
    outsider = Outsider([earlier for _, earlier in releases])
    wanted = {
        (key, earlier.values[key]): state
        for protected, earlier in releases
        for key, state in protected.states.items()
        if state.is_hidden and (key, earlier.values[key]) not in outsider.known
    }
    small = {name: threshold + 1 for name, state in wanted.items() if state is State.SMALL}
    assert outsider.work_out(wanted, small) == [], f"seed {seed}"
    assert not any(protected.exposed for protected, _ in releases), f"seed {seed}"
    return len(wanted)


def test_no_hidden_count_can_be_worked_out_from_two_releases():
    assert sum(attack(seed) for seed in range(100)) > 1000


@pytest.mark.fuzz
def test_no_hidden_count_can_be_worked_out_from_ten_thousand_releases():
    pairs = 10 * FUZZ
    assert sum(attack(seed) for seed in range(1000, 1000 + pairs)) > 10 * pairs


def test_the_same_attack_works_out_counts_where_only_small_ones_are_hidden():
    releases = Office(Random(5)).releases(threshold=4)  # noqa: S311
    careless = [
        replace(
            earlier,
            shown=frozenset(key for key, n in earlier.values.items() if n == 0 or (n or 0) > 4),
        )
        for _, earlier in releases
    ]
    outsider = Outsider(careless)
    assert len(outsider.work_out(outsider.unknowns, {})) > 5


@pytest.mark.parametrize("at", range(5))
def test_the_same_attack_notices_a_single_figure_too_many(at):
    """A figure that is hidden to protect another is shown after all."""
    (protected, earlier), _ = Office(Random(5)).releases(threshold=4)  # noqa: S311
    small = [key for key, state in protected.states.items() if state is State.SMALL]
    protecting = [key for key, state in protected.states.items() if state is State.PROTECTS]
    careless = Outsider([replace(earlier, shown=earlier.shown | {protecting[at]})])
    names = [(key, earlier.values[key]) for key in small]
    assert careless.work_out(names, dict.fromkeys(names, 5))
