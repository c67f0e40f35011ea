"""Any sequence of verbs that move money, with amounts sensible and absurd, leaves what agrees.

`make fuzz` takes 20 steps for each of FUZZ, 10,000 unless said otherwise and new ones each time,
and prints how many of which were done; the ordinary run plays a few sequences, always the same.
"""

import os
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from commissioning import integrity
from commissioning.models import (
    Allocation,
    Award,
    Budget,
    ClosedYear,
    Commitment,
    Condition,
    Entry,
    HistoryEvent,
    Hold,
    Instalment,
    MarginAuthority,
    Payment,
    PipelineEntry,
    ProposedChange,
    ProposedVariation,
    Receipt,
    Variation,
)
from commissioning.money import LARGEST
from finance import integrity as integrity_of_finance
from finance.models import Accrual, BatchLine, CarryForward, Forecast, PaymentBatch, PaymentFile
from tests.sequences import of_awards, of_funds, of_payments, of_the_year
from tests.sequences.answers import DAYS, Remembered, of_closed_years
from tests.sequences.office import NothingThere, Office, Step
from tests.ties import differences

pytestmark = pytest.mark.dialect

MODULES = (of_funds, of_awards, of_payments, of_the_year)
VERBS: dict[str, Callable[[Office, Step], None]] = {
    verb.__name__: verb for module in MODULES for verb in module.VERBS
}
# What verbs write to; with it, how much history there is.
TABLES = (
    Budget,
    Receipt,
    MarginAuthority,
    Allocation,
    Award,
    Commitment,
    PipelineEntry,
    ProposedVariation,
    ProposedChange,
    Variation,
    Instalment,
    Condition,
    Hold,
    Payment,
    PaymentBatch,
    BatchLine,
    PaymentFile,
    Forecast,
    CarryForward,
    Accrual,
    Entry,
    ClosedYear,
)
# A step of its own: the reports are asked, and asked for the same at the end.
ASK = "ask the reports"

# Mostly amounts that fit, so that sequences get somewhere; then all of it, a penny more, nonsense.
NONSENSE = [0, "-0.01", "-50", "0.005", LARGEST, LARGEST + 1, "NaN", "Infinity", "1e-9"]
amounts = st.one_of(
    st.decimals("0.01", "9", places=2),
    st.decimals("0.01", "90", places=2),
    st.decimals("0.01", "90", places=2),
    st.sampled_from(["0.01", "50.05", "50.06", "333.33", "1000", "1000.01"]).map(Decimal),
    st.sampled_from([0.5, *map(Decimal, NONSENSE)]),
)
days = st.sampled_from(
    [date(2026, 5, 1), date(2026, 12, 31), date(2027, 3, 31), date(2027, 4, 1), date(202, 1, 1)]
)
# What is chosen first is chosen most: a step without which many others have nothing to do.
NAMES = sorted({*VERBS, ASK}, key=lambda name: (name != "recommend", name))
steps = st.tuples(
    st.sampled_from(NAMES),
    st.builds(Step, st.integers(0, 99), st.integers(0, 99), amounts, days),
)


class Tally:
    """How often each verb was done and refused, over many sequences."""

    def __init__(self):
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    @property
    def steps(self) -> int:
        return self.done.total() + self.refused.total()

    def __str__(self) -> str:
        verbs = (
            f"  {name}: {self.done[name]} done, {self.refused[name]} refused" for name in VERBS
        )
        return "\n".join(
            [
                f"{self.steps:,} steps: {self.done.total():,} done, "
                f"{self.refused.total():,} refused",
                *verbs,
            ]
        )


def everything() -> list:
    """Every row of these tables as the database keeps it, and how much history there is."""
    rows = []
    with connection.cursor() as cursor:
        for model in TABLES:
            cursor.execute(f"SELECT * FROM {model._meta.db_table} ORDER BY id")  # noqa: S608
            rows.append(cursor.fetchall())
    return [*rows, HistoryEvent.objects.count()]


def play(office: Office, sequence, tally: Tally) -> None:
    """Do the steps one by one; what is refused changes nothing, and totals agree at every step."""
    remembered: list[Remembered] = []
    closed: dict = {}
    stands = everything()
    for name, step in sequence:
        if name == ASK:
            remembered.append(Remembered.now(DAYS[step.n % len(DAYS)]))
            tally.done[ASK] += 1
            continue
        try:
            with transaction.atomic():
                VERBS[name](office, step)
        except (ValidationError, NothingThere):
            tally.refused[name] += 1
            assert everything() == stands
            continue
        tally.done[name] += 1
        stands = everything()
        assert list(integrity.totals_add_up()) == []
        closed = still_closed(closed)
    assert list(differences()) == []
    assert [*integrity.breaches(), *breaches_of_finance()] == []
    for answer in remembered:
        assert answer.differences() == {}


def still_closed(before: dict) -> dict:
    """What lies in the closed years now; those that were closed before have what they had."""
    now = of_closed_years()
    for key in {*before} & {*now}:
        assert now[key] == before[key]
    return now


def breaches_of_finance() -> list[str]:
    return [sentence for rule in integrity_of_finance.RULES for sentence in rule()]


def play_many(office: Office, tally: Tally, least: int, most: int, **how) -> None:
    """Play so many sequences, each from the same office, and roll each back."""

    @settings(
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
        **how,
    )
    @given(st.lists(steps, min_size=least, max_size=most))
    def each(sequence):
        # Said only of the one that fails, when it is as short as can be.
        note("\n".join(f"{name}: {step}" for name, step in sequence))
        with transaction.atomic():
            play(office, sequence, tally)
            transaction.set_rollback(True)

    each()


@pytest.fixture
def office(db) -> Office:
    return Office()


def test_any_sequence_of_verbs_leaves_records_that_agree(office):
    always_the_same = {"derandomize": True, "phases": [Phase.generate]}
    play_many(office, Tally(), 8, 40, max_examples=6, **always_the_same)


@pytest.mark.fuzz
def test_thousands_of_steps_leave_records_that_agree(office, capsys):
    wanted, tally = 20 * int(os.environ.get("FUZZ", "500")), Tally()

    try:
        while tally.steps < wanted:
            # Said here: where CI is set, Hypothesis would play the same ten over and over.
            play_many(office, tally, 20, 100, max_examples=10, derandomize=False)
    finally:
        with capsys.disabled():
            print(f"\n{tally}")
    if wanted >= 5_000:
        assert [name for name in VERBS if not tally.done[name]] == []
