"""Part of a large sweep for `make test`, the whole of it for `make test-all`.

The seed is drawn once a run, printed in its header, and the same for every worker. To repeat a run:
SAMPLE_SEED=… make test. SAMPLE=all leaves nothing out.
"""

import os
import random
from collections.abc import Sequence
from typing import TypeVar

Case = TypeVar("Case")

# Set before workers start, so that all of them collect the same tests.
SEED = os.environ.setdefault("SAMPLE_SEED", str(random.randrange(1_000_000)))  # noqa: S311
ALL = os.environ.get("SAMPLE") == "all"


def sample(cases: Sequence[Case], most: int) -> list[Case]:
    """At most so many of the cases, in their order; another choice for each run."""
    if ALL or len(cases) <= most:
        return list(cases)
    kept = sorted(random.Random(SEED).sample(range(len(cases)), most))  # noqa: S311
    return [cases[index] for index in kept]


def in_header() -> str:
    return "sweeps: whole" if ALL else f"sweeps: sampled, SAMPLE_SEED={SEED}"
