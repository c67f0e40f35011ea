"""Where figures stand in time, for charts."""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise

from programmes.reporting_rules.periods import Coverage, Span


def middle(starts_on: date | None, ends_on: date | None) -> date | None:
    """The day in the middle of a period; that of a state of one day; None without a last day."""
    if ends_on is None:
        return None
    return ends_on if starts_on is None else starts_on + (ends_on - starts_on) / 2


def is_timeline(figures: Iterable) -> bool:
    """Whether every period has its days, and none has a day of another.

    A figure without a first day is of its last day, as it stood then.
    """
    figures = list(figures)
    if any(figure.ends_on is None for figure in figures):
        return False
    spans = sorted((figure.starts_on or figure.ends_on, figure.ends_on) for figure in figures)
    return all(later[0] > earlier[1] for earlier, later in pairwise(spans))


def gaps(figures: Iterable) -> list[Span]:
    """The days between periods that have no figure; states of single days leave none."""
    dated = [figure for figure in figures if figure.starts_on is not None]
    return list(Coverage.of(dated).gaps)
