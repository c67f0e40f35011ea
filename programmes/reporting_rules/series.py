"""Figures of one thing over time: which stand for a whole period, and which may be joined.

A part of a period, a forecast and a provisional figure are marked; over a missing period, or where
the way of counting changed, there is no line and no comparison.
"""

from collections.abc import Iterable, Sequence

from programmes.reporting_rules.periods import ONE_DAY, Span, when

# What SeriesBreak (programmes/models) holds.
DEFINITION, PART_PERIOD, PROVISIONAL = "definition", "part_period", "provisional"
BREAKS = (PART_PERIOD, DEFINITION, PROVISIONAL)  # the one that matters most first

# What has not happened: never a result.
NOT_YET = {"forecast", "target"}

MARKS = {
    "part": "counted for a part of the period only",
    "forecast": "a forecast",
    "target": "a target",
    "provisional": "provisional",
}


def is_part(figure) -> bool:
    """Whether a figure counts only a part of the period that it names."""
    return figure.qualifier == "part_year" or _break_of(figure) == PART_PERIOD


def is_result(figure) -> bool:
    """Whether a figure says what happened: neither a forecast nor a target."""
    return figure.qualifier not in NOT_YET


def mark(figure) -> str:
    """The key in MARKS of what makes a figure less than final; "" for a final one of a whole."""
    if is_part(figure):
        return "part"
    if figure.qualifier in NOT_YET:
        return figure.qualifier
    return "provisional" if _break_of(figure) == PROVISIONAL else ""


def begins_anew(figure) -> bool:
    """Whether a figure is counted differently from those before it."""
    return _break_of(figure) == DEFINITION


def _break_of(figure) -> str:
    return getattr(figure, "series_break", "")


def is_joined(earlier, later) -> bool:
    """Whether a line may go from one figure to the next: no period between, and counted alike.

    States of a day are joined where nothing else is known of the time between.
    """
    if begins_anew(later) or mark(earlier) or mark(later):
        return False
    if earlier.starts_on is None and later.starts_on is None:
        return earlier.ends_on is not None and later.ends_on is not None
    before, after = Span.of(earlier), Span.of(later)
    return bool(before and after) and after.first == before.last + ONE_DAY


def latest(figures: Iterable) -> list:
    """The figures of the latest time of which there is a result of a whole period.

    Several where nothing says which of them is the latest. Without any result of a whole period,
    the latest part of one; a forecast or target only where there is nothing else.
    """
    figures = list(figures)
    for kind in (_is_whole_result, is_result, lambda figure: True):
        known = [figure for figure in figures if kind(figure)]
        if known:
            last = max(map(when, known))
            return [figure for figure in known if when(figure) == last]
    return []


def _is_whole_result(figure) -> bool:
    return is_result(figure) and not is_part(figure)


def comparable_before(figure, figures: Sequence):
    """The last figure before this one that it may be compared with; None if there is none.

    It is of a time as long, of a whole period, and counted in the same way; no figure counted
    anew lies between.
    """
    earlier = sorted((one for one in figures if when(one) < when(figure)), key=when)
    if mark(figure) or begins_anew(figure):
        return None
    for one in reversed(earlier):
        if one.value is not None and not mark(one) and _is_as_long(one, figure):
            return one
        if begins_anew(one):
            return None
    return None


def _is_as_long(one, other) -> bool:
    """Whether both are of a time as long, of which none is in the other."""
    if one.starts_on is None and other.starts_on is None:
        return one.ends_on is not None and other.ends_on is not None
    first, second = Span.of(one), Span.of(other)
    return bool(first and second) and first.is_as_long_as(second) and not first.touches(second)
