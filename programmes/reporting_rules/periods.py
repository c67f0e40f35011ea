"""Periods: whether some cover a span of days, every day of it once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from commissioning.days import in_words
from commissioning.years import period_label

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Span:
    """Days from the first to the last, both included."""

    first: date
    last: date

    @classmethod
    def of(cls, figure) -> Self | None:
        """The days of a figure or target; None where its first or last day is not known."""
        if figure.starts_on is None or figure.ends_on is None:
            return None
        return cls(figure.starts_on, figure.ends_on)

    @property
    def label(self) -> str:
        """As people say it: "2017/18", "31 March 2021"."""
        if self.first == self.last:
            return in_words(self.first)
        return period_label(self.first, self.last)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def months(self) -> int | None:
        """How many whole calendar months these are; None if they begin or end within one."""
        if self.first.day != 1 or (self.last + ONE_DAY).day != 1:
            return None
        after = self.last + ONE_DAY
        return (after.year - self.first.year) * 12 + after.month - self.first.month

    @property
    def length(self) -> str:
        """How long it is: "27 months", "10 days"."""
        number, unit = (self.months, "month") if self.months else (self.days, "day")
        return f"{number} {unit}" if number == 1 else f"{number} {unit}s"

    def contains(self, other: "Span") -> bool:
        return self.first <= other.first and other.last <= self.last

    def touches(self, other: "Span") -> bool:
        """Whether they have a day in common."""
        return self.first <= other.last and other.first <= self.last

    def is_as_long_as(self, other: "Span") -> bool:
        """Whether both are as many whole months, or else as many days."""
        if self.months or other.months:
            return self.months == other.months
        return self.days == other.days


@dataclass(frozen=True)
class Coverage:
    """What some periods cover together: the days missing between them, and those there twice."""

    spans: tuple[Span, ...] = ()
    gaps: tuple[Span, ...] = ()
    overlaps: tuple[Span, ...] = ()
    undated: int = 0

    @classmethod
    def of(cls, figures: Iterable) -> Self:
        found = [Span.of(figure) for figure in figures]
        spans = sorted(span for span in found if span is not None)
        gaps, overlaps = [], []
        reached = spans[0].last if spans else None
        for span in spans[1:]:
            if span.first <= reached:
                overlaps.append(Span(span.first, min(span.last, reached)))
            elif span.first > reached + ONE_DAY:
                gaps.append(Span(reached + ONE_DAY, span.first - ONE_DAY))
            reached = max(reached, span.last)
        return cls(tuple(spans), tuple(gaps), tuple(overlaps), found.count(None))

    @property
    def whole(self) -> Span | None:
        """The span of which every day is covered once; None where there is none."""
        if not self.spans or self.gaps or self.overlaps or self.undated:
            return None
        return Span(self.spans[0].first, max(span.last for span in self.spans))

    @property
    def why_not(self) -> str:
        """Why there is no such span, to follow “because”; "" where there is one."""
        if self.whole:
            return ""
        if self.undated or not self.spans:
            return "not every figure has a first and a last day"
        if self.overlaps:
            return f"some days are in more than one figure ({_listed(self.overlaps)})"
        return f"there is no figure for {_listed(self.gaps)}"


NAMES = {1: "months", 3: "quarters", 6: "half-years", 12: "years"}


def how_much_of(whole: Span, spans: Sequence[Span]) -> str:
    """ "2 of 4 quarters", "5 of 12 months", "40 of 365 days": how much of a span others cover."""
    lengths = {span.months for span in spans}
    each = lengths.pop() if len(lengths) == 1 else None
    if each in NAMES and whole.months and whole.months % each == 0:
        return f"{len(spans)} of {whole.months // each} {NAMES[each]}"
    months = [span.months for span in spans]
    if whole.months and all(months):
        return f"{sum(months)} of {whole.months} months"
    return f"{sum(span.days for span in spans)} of {whole.days} days"


def _listed(spans: Sequence[Span], most: int = 3) -> str:
    """ "2016/17, 2018/19 and 2 other periods"."""
    named = [span.label for span in spans[:most]]
    left = len(spans) - len(named)
    if left:
        named.append("1 other period" if left == 1 else f"{left} other periods")
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"


def when(figure) -> tuple[date, date]:
    """Puts figures in the order of time; those without dates first."""
    return (figure.ends_on or figure.starts_on or date.min, figure.starts_on or date.min)
