"""Which periods returns are owed for: spans of days, both ends included."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from commissioning.years import FinancialYear
from victims.models import Period

Span = tuple[date, date]

DAY = timedelta(days=1)
QUARTERS_IN = {Period.QUARTER: 1, Period.HALF_YEAR: 2}


def calendar(period: str, first_day: date, last_day: date) -> Iterator[Span]:
    """The whole months, quarters or half years of financial years that these days fall in."""
    if period == Period.MONTH:
        start = first_day.replace(day=1)
        while start <= last_day:
            following = (start + 31 * DAY).replace(day=1)
            yield start, following - DAY
            start = following
        return
    step, year = QUARTERS_IN[period], FinancialYear.containing(first_day)
    while year.first_day <= last_day:
        quarters = year.quarters
        for place in range(0, 4, step):
            span = quarters[place][0], quarters[place + step - 1][1]
            if span[1] >= first_day and span[0] <= last_day:
                yield span
        year = year.next()


def owed(period: str, funded: Iterable[Span], kept: Iterable[Span]) -> list[Span]:
    """The spans that returns are owed for: funded days by period, less those that are kept.

    A period that is funded in part, or whose beginning is kept, is owed for the rest of it.
    """
    funded, kept = joined(funded), sorted(kept)
    if not funded:
        return []
    return [
        part
        for whole in calendar(period, funded[0][0], funded[-1][1])
        for span in funded
        for part in _without(_overlap(whole, span), kept)
    ]


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same days in as few spans as can be, in order."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + DAY:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return found


def _overlap(one: Span, other: Span) -> Span | None:
    first, last = max(one[0], other[0]), min(one[1], other[1])
    return (first, last) if first <= last else None


def _without(span: Span | None, taken: list[Span]) -> Iterator[Span]:
    """What is left of a span; `taken` is in order."""
    if span is None:
        return
    first, last = span
    for start, end in taken:
        if end < first or start > last:
            continue
        if start > first:
            yield first, start - DAY
        first = end + DAY
    if first <= last:
        yield first, last
