"""Whether a target is met: said only of what is due, counted for all of its days once, and exact.

Whatever is missing of that is the reason why it cannot be judged.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

from commissioning.days import in_words
from commissioning.qualifiers import VAGUE, Bounds
from programmes.reporting_rules import series
from programmes.reporting_rules.periods import Coverage, Span, when
from programmes.reporting_rules.sums import Total, unknown, why_not_over_periods

HIGHER, LOWER, NEITHER = "higher", "lower", "neither"

# What a source says of a figure that is not exact, as in “the source says “about””.
WORDS = {
    "about": "“about”",
    "forecast": "that it is a forecast",
    "target": "that it is a target",
    "part_year": "that it is of a part of the year",
    "at_least": "“at least”",
    "over": "“over”",
    "up_to": "“up to”",
    "under": "“under”",
}


class State(StrEnum):
    """How a target stands."""

    MET = "met"
    MISSED = "missed"
    NOT_DUE = "not_due"
    UNKNOWN = "unknown"  # cannot be judged


@dataclass(frozen=True)
class Verdict:
    """How a target stands, with the figure that was looked at, and why where it is not judged.

    `ratio` is how many times the target an exact figure is, where that may be said.
    """

    state: State
    total: Total
    why_not: str = ""
    ratio: Decimal | None = None

    @property
    def is_met(self) -> bool | None:
        return {State.MET: True, State.MISSED: False}.get(self.state)


@dataclass(frozen=True)
class Asked:
    """What a measure says of its figures: which way is better, and how they add up over periods.

    `add_up` makes one of several of them, if they may be one.
    """

    direction: str
    over_periods: str
    add_up: Callable[[Sequence], Total]


def judge(figures: Sequence, target, asked: Asked, today: date) -> Verdict:
    """How a target stands by these figures, which are of the target’s place alone."""
    direction = asked.direction
    figures = [one for one in figures if series.is_result(one)]
    if target.ends_on is None:
        total = _so_far(figures, target, asked) or Total()
        return Verdict(State.UNKNOWN, total, _no_day(target, total))
    total, why = figures_for(figures, target, asked)
    if total.value is None and not total.is_hidden:
        total = _so_far(figures, target, asked) or total
    if target.ends_on >= today:
        return Verdict(State.NOT_DUE, total, ratio=_ratio(total, target, direction))
    why = _no_direction(direction) or why or _inexact(total, "the source of the figure")
    target_total = Total(target.value, target.value_high, target.qualifier)
    why = why or (_inexact(target_total, "the source of the target"))
    if why:
        return Verdict(State.UNKNOWN, total, why)
    met = compare(total, target_total, direction)
    if met is None:
        return Verdict(State.UNKNOWN, total, "the figure is not exact enough")
    state = State.MET if met else State.MISSED
    return Verdict(state, total, ratio=_ratio(total, target, direction))


def figures_for(figures: Sequence, target, asked: Asked) -> tuple[Total, str]:
    """What stands for all of the target’s days once; else no total, and why not.

    A figure recorded for just these days comes before what shorter ones add up to.
    """
    exact = [one for one in figures if _is_for(one, target)]
    whole = [one for one in exact if not one.is_total] or exact
    if asked.over_periods == "latest" and not whole:
        whole = [one for one in figures if one.ends_on and one.ends_on == target.ends_on]
    if len(whole) == 1:
        return _one(whole[0])
    if whole:
        return Total(parts=tuple(whole)), "there are several figures for these days"
    span = Span.of(target)
    parts = [] if span is None else [one for one in figures if _is_part_of(one, span)]
    if asked.over_periods not in ("sum", "ratio") or not parts:
        return Total(), _why_none(figures, target)
    why = why_not_over_periods(parts) or _why_short(Coverage.of(parts).whole, span)
    if why:
        return Total(parts=tuple(parts)), why
    total = asked.add_up(sorted(parts, key=when))
    return total, "" if total.value is not None else _because(total)


def _one(figure) -> tuple[Total, str]:
    total = single(figure)
    if total.is_hidden:
        return total, "the number is hidden"
    if total.value is None:
        return total, "there is no figure"
    if series.is_part(figure):
        return total, f"{figure.period} is counted for a part of the period only"
    if series.mark(figure) == "provisional":
        return total, "the figure is provisional"
    return total, ""


def single(figure) -> Total:
    """One figure by itself, recorded or released."""
    return Total(
        value=figure.value,
        value_high=figure.value_high,
        qualifier=figure.qualifier,
        numerator=figure.numerator,
        denominator=figure.denominator,
        why_not=getattr(figure, "why_not", ""),
        is_hidden=getattr(figure, "is_hidden", False),
        parts=(figure,),
        series_break=getattr(figure, "series_break", ""),
    )


def compare(result: Total, target: Total, direction: str) -> bool | None:
    """Whether the result reaches the target, whatever both are exactly; None if it may or not."""
    found = Bounds.of(result.value, result.value_high, result.qualifier)
    if direction == HIGHER:
        needed, strictly = target.value, target.qualifier == "over"
        reached, short = (
            (found.surely_over, found.surely_at_most)
            if strictly
            else (found.surely_at_least, found.surely_under)
        )
    else:
        needed = target.value if target.value_high is None else target.value_high
        strictly = target.qualifier == "under"
        reached, short = (
            (found.surely_under, found.surely_at_least)
            if strictly
            else (found.surely_at_most, found.surely_over)
        )
    return _sure(reached, short, needed)


def _sure(
    reached: Callable[[Decimal], bool], short: Callable[[Decimal], bool], needed: Decimal
) -> bool | None:
    if reached(needed):
        return True
    return False if short(needed) else None


def _is_for(figure, target) -> bool:
    """Whether a figure is for just the days of the target."""
    return (figure.starts_on, figure.ends_on) == (target.starts_on, target.ends_on)


def _is_part_of(figure, span: Span) -> bool:
    days = Span.of(figure)
    return days is not None and span.contains(days) and not figure.is_total


def _why_short(covered: Span, asked: Span) -> str:
    if covered == asked:
        return ""
    return f"the figures are for {covered.label} only, and the target for {asked.label}"


def _why_none(figures: Sequence, target) -> str:
    """There is no figure for these days; what there is instead."""
    asked = _days(target)
    near = [one for one in figures if one.ends_on and _is_near(one, target)]
    if len(near) == 1:
        found, span = Span.of(near[0]), Span.of(target)
        if found and span and not found.is_as_long_as(span):
            return f"the figure is for {found.length} and the target for {span.length}"
        return f"the figure is for {near[0].period} and the target for {asked}"
    return f"there is no figure for {asked}"


def _is_near(figure, target) -> bool:
    found, asked = Span.of(figure), Span.of(target)
    return bool(found and asked) and found.touches(asked)


def _days(target) -> str:
    span = Span.of(target)
    return span.label if span else in_words(target.ends_on)


def _because(total: Total) -> str:
    if total.is_hidden:
        return "a number is hidden"
    return (total.why_not[:1].lower() + total.why_not[1:]).rstrip(".")


def _no_day(target, total: Total) -> str:
    """A target without a last day; if it is of other times in words as well, that is said."""
    said = target.period_note
    figure = total.parts[0].period if len(total.parts) == 1 else ""
    if said and figure and said != figure:
        return f"the target is for {said} and the figure for {figure}"
    return "no day is set by which it is to be reached"


def _no_direction(direction: str) -> str:
    if direction in (HIGHER, LOWER):
        return ""
    if direction == NEITHER:
        return "neither more nor less is better"
    return "nobody has chosen yet whether more or less is better"


def _inexact(total: Total, source: str) -> str:
    """Why nothing follows from a figure; bounds such as “at least” may yet be enough."""
    if total.qualifier in VAGUE:
        return f"{source} says {WORDS[total.qualifier]}"
    return ""


def _so_far(figures: Sequence, target, asked: Asked) -> Total | None:
    """What there is of the target’s days until now, or of any where it names none."""
    span = Span.of(target)
    parts = [one for one in figures if span is None or _is_part_of(one, span)]
    covered = Coverage.of(parts).whole
    if span and covered and covered.first == span.first and not why_not_over_periods(parts):
        together = asked.add_up(sorted(parts, key=when))
        if together.value is not None and together.ends_on == covered.last:
            return together
    near = parts or [one for one in figures if _is_near(one, target)]
    last = series.latest([one for one in near if unknown([one]) is None])
    return single(last[0]) if len(last) == 1 else None


def _ratio(total: Total, target, direction: str) -> Decimal | None:
    """How many times the target an exact figure is; None where nothing may be said of it."""
    is_exact = total.qualifier == "exact" and total.value_high is None and not total.series_break
    if total.value is None or not is_exact or direction != HIGHER or target.value <= 0:
        return None
    if target.value_high is not None or target.qualifier != "exact":
        return None
    return total.value / target.value


def percent_of(ratio: Decimal) -> int:
    """In whole per cent, never rounded up."""
    return int((ratio * 100).quantize(Decimal(1), ROUND_DOWN))
