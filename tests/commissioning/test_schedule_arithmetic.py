"""The arithmetic of schedules, over any days and amounts; no database."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import example, given, settings
from hypothesis import strategies as st

from commissioning.actions import schedules
from commissioning.models import Allocation, Award, Budget, Commitment, Instalment
from tests.chain import PENNY

Pattern, Timing = Award.PaymentPattern, Award.PaymentTiming
# No instalment is of nothing when there are so many pounds.
PLENTY = 100

days = st.dates(date(2023, 1, 1), date(2028, 12, 31))
pennies = st.integers(1, 10**9).map(lambda n: Decimal(n) / 100)
patterns = st.sampled_from([Pattern.MONTHLY, Pattern.QUARTERLY, Pattern.ONCE])
timings = st.sampled_from(Timing)
quickly = settings(max_examples=100, deadline=None)


def an_award(pattern: str, timing: str, first: date, last: date) -> Award:
    return Award(payment_pattern=pattern, payment_timing=timing, starts_on=first, ends_on=last)


def drawn(award: Award, amount: Decimal, kept: Iterable[Instalment] = ()) -> list[Instalment]:
    line = Commitment(award=award, allocation=Allocation(budget=Budget()))
    return schedules.drawn(line, amount, list(kept))


def every_day(rows: Iterable[Instalment]) -> Iterator[date]:
    for row in rows:
        yield from span(row.covers_from, row.covers_to)


def span(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def part_of_its_period(row: Instalment, pattern: str) -> Fraction:
    """How much of its month or quarter an instalment pays for, by days."""
    first = row.covers_from
    months = [first.month]
    if pattern == Pattern.QUARTERLY:
        begin = (first.month - 1) // 3 * 3 + 1
        months = [begin, begin + 1, begin + 2]
    whole = sum(monthrange(first.year, month)[1] for month in months)
    return Fraction(len(span(first, row.covers_to)), whole)


@quickly
@given(patterns, timings, days, days, pennies)
@example(Pattern.MONTHLY, Timing.ADVANCE, date(2024, 2, 29), date(2024, 2, 29), Decimal("0.01"))
@example(Pattern.MONTHLY, Timing.ARREARS, date(2026, 4, 1), date(2027, 3, 31), Decimal("0.05"))
def test_any_schedule_adds_up_to_the_penny(pattern, timing, one, other, amount):
    first, last = sorted([one, other])

    rows = drawn(an_award(pattern, timing, first, last), amount)

    assert sum(row.amount for row in rows) == amount
    assert all(row.amount > 0 for row in rows)
    due = [row.due_on for row in rows]
    assert due == sorted(due)
    assert first <= due[0] <= due[-1] <= last
    assert all(
        row.due_on == (row.covers_from if timing == Timing.ADVANCE else row.covers_to)
        for row in rows
    )
    if amount > PLENTY:
        assert [*every_day(rows)] == span(first, last)


@quickly
@given(st.sampled_from([*schedules.MONTHS]), timings, days, days, pennies)
@example(Pattern.QUARTERLY, Timing.ARREARS, date(2023, 12, 31), date(2024, 4, 1), Decimal(1000))
def test_each_instalment_is_within_a_penny_of_its_days_share(pattern, timing, one, other, amount):
    first, last = sorted([one, other])

    rows = drawn(an_award(pattern, timing, first, last), amount + PLENTY)

    parts = [part_of_its_period(row, pattern) for row in rows]
    for row, part in zip(rows, parts, strict=True):
        fair = Fraction(amount + PLENTY) * part / sum(parts)
        assert abs(Fraction(row.amount) - fair) < PENNY
    wholes = [row.amount for row, part in zip(rows, parts, strict=True) if part == 1]
    assert not wholes or max(wholes) - min(wholes) <= PENNY


@quickly
@given(patterns, timings, days, days, st.integers(0, 800), st.integers(0, 2**60), pennies)
def test_what_stays_and_what_is_drawn_anew_pay_for_each_day_once(
    pattern, timing, one, other, longer, which, amount
):
    """Some instalments stay, the award may end later, and the rest of its days is drawn anew."""
    first, last = sorted([one, other])
    before = drawn(an_award(pattern, timing, first, last), Decimal(10_000))
    kept = [row for n, row in enumerate(before) if which >> n % 60 & 1]
    award = an_award(pattern, timing, first, last + timedelta(days=longer))

    rows = drawn(award, amount + PLENTY, kept)

    assert sum(row.amount for row in rows) == amount + PLENTY
    paid_for = [*every_day(kept)]
    left = [day for day in span(first, award.ends_on) if day not in {*paid_for}]
    if left and not (pattern == Pattern.ONCE and kept):
        assert [*every_day(rows)] == left
    else:
        # All days are paid for: more money is due at the end.
        assert [(row.due_on, row.covers_from) for row in rows] == [(award.ends_on, None)]
