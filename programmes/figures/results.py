"""What measures show: the headline of each, and how it stands against its targets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import groupby

from django.utils import timezone

from commissioning.years import FinancialYear, period_label
from programmes.figures.adding import Over, Total, Trees, add_up, as_total
from programmes.figures.places import figures_of
from programmes.figures.words import change_in_words, judgement, said_of, with_unit
from programmes.models import Adding, Direction, Figure, Measure, Target
from programmes.reporting_rules import series, verdicts
from programmes.reporting_rules.periods import when
from programmes.reporting_rules.sums import SEVERAL, nothing
from programmes.reporting_rules.verdicts import State, Verdict


@dataclass(frozen=True)
class Judged:
    """A target, and how it stands by the figures that are for its place."""

    target: Target
    verdict: Verdict

    @property
    def measure(self) -> Measure:
        return self.target.measure

    @property
    def said(self) -> str:
        """The figure that was looked at; with its period where that is not the target’s."""
        total = self.verdict.total
        return with_unit(self.measure, total)

    @property
    def period(self) -> str:
        return _period_of(self.verdict.total)

    @property
    def in_words(self) -> str:
        """ "11,445 people, target 3,400: more than three times the target"."""
        return said_of(self.measure, self.verdict, self.target)

    @property
    def judgement(self) -> str:
        """The same where the figure stands already."""
        return judgement(self.measure, self.verdict, self.target)

    @property
    def status(self) -> str:
        """The word of its tag: “met” or “missed”; nothing where it is not judged."""
        is_judged = self.verdict.state in (State.MET, State.MISSED)
        return str(self.verdict.state) if is_judged else ""


@dataclass(frozen=True)
class Result:
    """The headline of a measure: one figure, for when it is, and how it compares.

    `change` is what it was before; `why_no_sum` says why the periods are not added up, where the
    measure would let them be.
    """

    measure: Measure
    total: Total
    period: str
    is_stated: bool = False  # a total as its source states it
    change: str = ""
    why_no_sum: str = ""
    judged: Judged | None = None

    @property
    def said(self) -> str:
        return with_unit(self.measure, self.total) or self.total.why_not

    @property
    def when(self) -> str:
        """The period, and the change: "2020, down from 47.1% (2018)"."""
        return ", ".join(filter(None, [self.period, self.change]))

    @property
    def note(self) -> str:
        """What is to be known of the one figure that it is; figures together have several."""
        parts = self.total.parts
        return parts[0].note if len(parts) == 1 else ""

    @property
    def target(self) -> Target | None:
        return self.judged.target if self.judged else None

    @property
    def verdict(self) -> str:
        """How its target stands, with the figure that was looked at."""
        if self.judged is None:
            return ""
        return self.judged.in_words or self.judged.judgement

    @property
    def judgement(self) -> str:
        """The verdict for where the result stands already; whole if it is of another figure."""
        if self.judged is None:
            return ""
        return self.judged.judgement if self.is_what_was_judged else self.verdict

    @property
    def is_what_was_judged(self) -> bool:
        looked_at = self.judged.verdict.total if self.judged else None
        return looked_at is not None and (looked_at.value, looked_at.parts) == (
            self.total.value,
            self.total.parts,
        )

    @property
    def is_met(self) -> bool | None:
        return self.judged.verdict.is_met if self.judged else None


def headline(
    measure: Measure,
    figures: Iterable[Figure],
    targets: Sequence[Target] = (),
    trees: Trees | None = None,
) -> Result | None:
    """The figure that stands for a measure, with the target of the whole; None without figures.

    Of a rate, a share or anything of which one way is better it is the latest, with the change, and
    never what several periods come to. Of other measures a stated total of the whole comes first,
    then what the periods come to if every day is there once, else the latest.
    """
    figures, trees = list(figures), trees or Trees()
    if not figures:
        return None
    wholes = [one for one in figures if _is_whole(one)] or figures_of(measure, figures, trees)
    stated = [one for one in wholes if one.is_total]
    recorded = [one for one in wholes if not one.is_total]
    if stated and not (recorded and is_trend(measure)):
        last = max(stated, key=when)
        result = Result(measure, as_total(last), last.period, is_stated=True)
    else:
        result = _over_time(measure, recorded)
    return replace(result, judged=_judged_of_whole(measure, figures, targets, trees))


def is_trend(measure: Measure) -> bool:
    """Whether the latest value and the change tell of the measure, and a sum would hide them."""
    is_rate = measure.form == Measure.Form.PERCENT or measure.per is not None
    is_directed = measure.direction in (Direction.HIGHER, Direction.LOWER)
    ways = (measure.over_periods, measure.over_areas, measure.over_services)
    is_of_force = measure.kind == Measure.Kind.INDICATOR
    return is_rate or is_directed or is_of_force or Adding.RATIO in ways


def against(
    measure: Measure,
    figures: Iterable[Figure],
    target: Target,
    trees: Trees | None = None,
    today: date | None = None,
) -> Judged:
    """How a target stands by the figures of its area and category."""
    trees = trees or Trees()
    target.measure = measure
    figures = list(figures)
    place = {"area_id": target.area_id, "category_id": target.category_id}
    of_place = [one for one in figures if _is_at(one, place)]
    asked = verdicts.Asked(
        measure.direction,
        measure.over_periods,
        partial(add_up, measure, over=Over.PERIODS, trees=trees),
    )
    found = of_place or figures_of(measure, figures, trees, **place)
    verdict = verdicts.judge(found, target, asked, today or timezone.localdate())
    return Judged(target, verdict)


def _judged_of_whole(
    measure: Measure, figures: Sequence[Figure], targets: Iterable[Target], trees: Trees
) -> Judged | None:
    """The last target of the whole that its days, and so a verdict, are over for; else the last."""
    of_whole = [one for one in targets if one.area_id is None and one.category_id is None]
    judged = sorted((against(measure, figures, one, trees) for one in of_whole), key=_when_due)
    known = [one for one in judged if one.verdict.is_met is not None]
    return (known or judged or [None])[-1]


def _when_due(judged: Judged) -> tuple[date, date]:
    return when(judged.target)


def _is_whole(figure: Figure) -> bool:
    return _is_at(figure, {"area_id": None, "category_id": None})


def _is_at(figure: Figure, place: dict) -> bool:
    is_there = all(getattr(figure, name) == key for name, key in place.items())
    return is_there and figure.service_id is None


def _over_time(measure: Measure, recorded: list[Figure]) -> Result:
    why_no_sum = ""
    if not is_trend(measure) and measure.over_periods != Adding.LATEST:
        together = add_up(measure, recorded, Over.PERIODS)
        if together.value is not None:
            return Result(measure, together, _period_of(together))
        if measure.over_periods in (Adding.SUM, Adding.RATIO) and len(recorded) > 1:
            why_no_sum = together.why_not
    last = series.latest(recorded)
    if len(last) > 1 or _is_one_of_its_year(measure, last[0], recorded):
        return Result(measure, nothing(SEVERAL, recorded), _days_of(recorded))
    before = series.comparable_before(last[0], recorded)
    total = as_total(last[0])
    has_change = before is not None and total.value is not None
    change = change_in_words(measure, total, before) if has_change else ""
    return Result(measure, total, last[0].period, change=change, why_no_sum=why_no_sum)


def _is_one_of_its_year(measure: Measure, latest: Figure, recorded: list[Figure]) -> bool:
    """Of a year’s lowest and highest month neither stands for the year, nor for the measure."""
    if measure.over_periods != Adding.NONE or not latest.ends_on:
        return False
    years = [FinancialYear.containing(one.ends_on) for one in recorded if one.ends_on]
    return years.count(FinancialYear.containing(latest.ends_on)) > 1


def _period_of(total: Total) -> str:
    """When a total is for, in words."""
    if len(total.parts) == 1:
        return total.parts[0].period
    return period_label(total.starts_on, total.ends_on) if total.parts else ""


def _days_of(figures: Iterable[Figure]) -> str:
    """From the first to the last day of figures that are several."""
    days = [day for one in figures for day in (one.starts_on, one.ends_on) if day]
    return period_label(min(days), max(days)) if days else "period not stated"


def by_measure(figures: Iterable[Figure]) -> dict[int, list[Figure]]:
    """Figures by the measure they are of."""
    ordered = sorted(figures, key=lambda figure: figure.measure_id)
    return {key: list(of) for key, of in groupby(ordered, key=lambda figure: figure.measure_id)}
