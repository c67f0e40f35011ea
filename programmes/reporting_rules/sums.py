"""How figures of one measure become one.

A missing or hidden figure is never taken as 0: what it takes part in is not known either. A sum
over periods needs every day of its span once; one over areas or services needs every part once.
Where it does not get them there is no total, and the sentence says why.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from commissioning.qualifiers import of_share, of_sum
from programmes.reporting_rules import series
from programmes.reporting_rules.periods import Coverage, Span, when

NOT_ADDED = "Not added up, because {}."
HIDDEN_WORDS = "A number here is hidden, so that nobody can be recognised."
DIFFERENT_PEOPLE = (
    "These are different people in each part, and some are in several, so they are not added up."
)
SEVERAL = "Several figures, which are not added up."
NO_NUMBERS_BEHIND = (
    "A percentage or rate of the whole needs the numbers behind it, which are not recorded."
)
NOT_PER = "A rate of the whole needs to be per so many, which is not stated."


@dataclass(frozen=True)
class Total:
    """A figure, stated or worked out; or no value, and the sentence that says why.

    `parts` are the figures it was made from. `numerator` and `denominator` are those of a ratio.
    `series_break` is what is to be known of it, as of a figure. `by_period` holds in words the
    values that are not added up, each with its days.
    """

    value: Decimal | None = None
    value_high: Decimal | None = None
    qualifier: str = "exact"
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    why_not: str = ""
    is_hidden: bool = False
    parts: tuple = ()
    series_break: str = ""
    by_period: str = ""

    @property
    def starts_on(self) -> date | None:
        """The first day of its parts; None unless each of them has days."""
        days = [part.starts_on for part in self.parts]
        return min(days) if days and None not in days else None

    @property
    def ends_on(self) -> date | None:
        days = [part.ends_on for part in self.parts]
        return max(days) if days and None not in days else None


def nothing(why: str, parts: Sequence = ()) -> Total:
    """No total, and why."""
    return Total(why_not=why, parts=tuple(parts))


def why_not_over_periods(parts: Sequence) -> str:
    """Why figures of several periods come to no total, to follow “because”; "" where they do."""
    in_part = [part for part in parts if series.is_part(part)]
    if in_part:
        return f"{_when(in_part[0])} is counted for a part of the period only"
    cover = Coverage.of(parts)
    if not cover.whole:
        return cover.why_not
    later = [part for part in parts if part.starts_on > cover.whole.first]
    anew = [part for part in later if series.begins_anew(part)]
    if anew:
        return f"the way of counting changed with {_when(min(anew, key=when))}"
    return ""


def _when(part) -> str:
    span = Span.of(part)
    return getattr(part, "period", "") or (span.label if span else "a period")


def unknown(parts: Sequence) -> Total | None:
    """Why the parts cannot be one figure, if one of them is hidden or missing."""
    if any(getattr(part, "is_hidden", False) for part in parts):
        return Total(why_not=HIDDEN_WORDS, is_hidden=True, parts=tuple(parts))
    missing = [part for part in parts if part.value is None]
    if missing:
        counted = f"{len(missing)} of the {len(parts)} figures it is made of"
        verb = "is" if len(missing) == 1 else "are"
        return nothing(f"Not known: {counted} {verb} missing.", parts)
    return None


def add(parts: Sequence) -> Total:
    """The sum of parts that are known to be the whole once."""
    gone = unknown(parts)
    if gone:
        return gone
    ahead = {part.qualifier for part in parts} & series.NOT_YET
    qualifier = of_sum(part.qualifier for part in parts)
    if ahead and any(series.is_result(part) for part in parts):
        return nothing(NOT_ADDED.format("some of these are forecasts or targets"), parts)
    if qualifier is None:
        why = "the figures are not equally exact, and no one word would be true of their sum"
        return nothing(NOT_ADDED.format(why), parts)
    ranged = any(part.value_high is not None for part in parts)
    return Total(
        value=sum(part.value for part in parts),
        value_high=sum(map(_highest, parts)) if ranged else None,
        qualifier=qualifier,
        parts=tuple(parts),
        series_break=_break_of(parts),
    )


def _highest(part) -> Decimal:
    return part.value if part.value_high is None else part.value_high


def _break_of(parts: Sequence) -> str:
    """What is to be known of a total is what is to be known of any of its parts."""
    breaks = {getattr(part, "series_break", "") for part in parts}
    return next((one for one in series.BREAKS if one in breaks), "")


def share(numerator: Total, denominator: Total, per: int = 100) -> Total:
    """The numerator as so many per `per` of the denominator: a percentage unless said otherwise."""
    for side in (numerator, denominator):
        if side.value is None:
            return replace(side, numerator=None, denominator=None)
    parts = (*numerator.parts, *denominator.parts)
    if denominator.value == 0:
        return nothing("There is nothing to take a share of.", parts)
    qualifier = of_share(numerator.qualifier, denominator.qualifier)
    if qualifier is None:
        return nothing("Not worked out, because the two numbers are not equally exact.", parts)
    return Total(
        value=(numerator.value * per / denominator.value).quantize(Decimal("0.0001")),
        qualifier=qualifier,
        numerator=numerator.value,
        denominator=denominator.value,
        parts=parts,
        series_break=_break_of(parts),
    )


def ratio(parts: Sequence, per: int | None) -> Total:
    """The ratio of the whole, from the numbers behind the ratios of its parts."""
    gone = unknown(parts)
    if gone:
        return gone
    if any(part.numerator is None or not part.denominator for part in parts):
        return nothing(NO_NUMBERS_BEHIND, parts)
    if per is None:
        return nothing(NOT_PER, parts)
    qualifier = of_sum(part.qualifier for part in parts)
    if qualifier is None:
        return nothing("Not worked out, because the figures are not equally exact.", parts)
    above = Total(value=sum(part.numerator for part in parts), parts=tuple(parts))
    below = Total(value=sum(part.denominator for part in parts))
    return replace(share(above, below, per), qualifier=qualifier)


def latest(parts: Sequence) -> tuple:
    """The figures of the last day; several where nothing says which is the latest of them."""
    last = max(map(when, parts))
    return tuple(part for part in parts if when(part) == last)
