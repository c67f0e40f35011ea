"""What measures show: the headline of each, and how it stands against its target."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby, pairwise

from commissioning.years import FinancialYear, period_label
from programmes.figures.adding import Over, Total, add_up, as_total
from programmes.figures.words import is_met, judgement, verdict, with_unit
from programmes.models import Adding, Figure, Measure, Place, Target


@dataclass(frozen=True)
class Result:
    """The headline of a measure: one figure, for when it is, and how it compares."""

    measure: Measure
    total: Total
    period: str
    target: Target | None = None
    is_stated: bool = False  # a total as its source states it

    @property
    def said(self) -> str:
        return with_unit(self.measure, self.total) or self.total.why_not

    @property
    def note(self) -> str:
        """What is to be known of the one figure that it is; figures together have several."""
        parts = self.total.parts
        return parts[0].note if len(parts) == 1 else ""

    @property
    def verdict(self) -> str:
        return verdict(self.measure, self.total, self.target) if self.target else ""

    @property
    def judgement(self) -> str:
        """The verdict without the result, for where that stands already."""
        return judgement(self.measure, self.total, self.target) if self.target else ""

    @property
    def is_met(self) -> bool | None:
        return is_met(self.measure, self.total, self.target) if self.target else None


def headline(
    measure: Measure, figures: Iterable[Figure], targets: Sequence[Target] = ()
) -> Result | None:
    """The figure that stands for a measure; None without any figures.

    A stated total of the whole comes first; then the figures of the whole, taken together as the
    measure declares, or the latest of them; else what the parts of the latest period add up to.
    """
    figures = list(figures)
    if not figures:
        return None
    wholes = [figure for figure in figures if _is_whole(figure)]
    stated = [figure for figure in wholes if figure.is_total]
    if stated:
        last = max(stated, key=when)
        result = Result(measure, as_total(last), last.period, is_stated=True)
    elif wholes:
        result = _over_time(measure, wholes)
    else:
        last = max(figures, key=when)
        parts = [figure for figure in figures if when(figure) == when(last)]
        result = Result(measure, _over_parts(measure, parts), last.period)
    return replace(result, target=_target_of(result, targets))


def _target_of(result: Result, targets: Iterable[Target]) -> Target | None:
    """The target of the whole that is for the result’s time; the last one, if it had several."""
    of_whole = [one for one in targets if one.area_id is None and one.category_id is None]
    fitting = [target for target in of_whole if _fits(target, result.total)]
    return max(fitting, key=when, default=None)


def _fits(target: Target, total: Total) -> bool:
    """Whether a target is for the time of a result.

    One year’s target says nothing about several years together.
    """
    first = min((part.starts_on or date.min for part in total.parts), default=date.min)
    last = max((part.ends_on or date.max for part in total.parts), default=date.max)
    starts, ends = target.starts_on or date.min, target.ends_on or date.max
    if len(total.parts) > 1:
        return starts <= first and last <= ends
    return starts <= last and first <= ends


def when(figure: Figure | Target) -> tuple[date, date]:
    """Puts figures in the order of time; those without dates first."""
    return (figure.ends_on or figure.starts_on or date.min, figure.starts_on or date.min)


def follow_one_another(figures: Iterable[Place]) -> bool:
    """Whether every period has its days, and none has a day of another.

    A figure without a first day is of its last day, as it stood then.
    """
    figures = list(figures)
    if any(figure.ends_on is None for figure in figures):
        return False
    spans = sorted((figure.starts_on or figure.ends_on, figure.ends_on) for figure in figures)
    return all(later[0] > earlier[1] for earlier, later in pairwise(spans))


def _is_whole(figure: Figure) -> bool:
    return figure.area_id is None and figure.category_id is None and figure.service_id is None


def _over_time(measure: Measure, wholes: list[Figure]) -> Result:
    together = add_up(measure, wholes, Over.PERIODS)
    if together.value is not None and (len(wholes) == 1 or follow_one_another(wholes)):
        first = min((figure.starts_on for figure in wholes if figure.starts_on), default=None)
        last = max((figure.ends_on for figure in wholes if figure.ends_on), default=None)
        only = together.parts[0].period if len(together.parts) == 1 else period_label(first, last)
        return Result(measure, together, only)
    latest = max(wholes, key=when)
    if measure.over_periods == Adding.NONE and _has_others_in_its_year(latest, wholes):
        days = [day for figure in wholes for day in (figure.starts_on, figure.ends_on) if day]
        return Result(measure, together, period_label(min(days), max(days)))
    return Result(measure, as_total(latest), latest.period)


def _has_others_in_its_year(latest: Figure, wholes: list[Figure]) -> bool:
    """Of a year’s lowest and highest month neither stands for the year, nor for the measure."""
    dated = [figure.ends_on for figure in wholes if figure.ends_on]
    years = [FinancialYear.containing(day) for day in dated]
    return bool(latest.ends_on) and years.count(FinancialYear.containing(latest.ends_on)) > 1


def _over_parts(measure: Measure, parts: list[Figure]) -> Total:
    """Parts of one period together, over whichever one way they differ in."""
    ways = [
        (Over.AREAS, "area_id"),
        (Over.CATEGORIES, "category_id"),
        (Over.SERVICES, "service_id"),
    ]
    differing = [over for over, name in ways if len({getattr(part, name) for part in parts}) > 1]
    if len(differing) > 1:
        return Total(why_not="See the figures in full.", parts=tuple(parts))
    return add_up(measure, parts, differing[0] if differing else Over.PERIODS)


def by_measure(figures: Iterable[Figure]) -> dict[int, list[Figure]]:
    """Figures by the measure they are of."""
    ordered = sorted(figures, key=lambda figure: figure.measure_id)
    return {key: list(of) for key, of in groupby(ordered, key=lambda figure: figure.measure_id)}
