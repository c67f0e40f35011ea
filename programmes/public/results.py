"""What published measures and programmes show: their headline, read from released figures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from commissioning.days import in_words
from commissioning.models.publication import Qualifier
from commissioning.years import period_label
from programmes.figures import Over, Result, add_up, by_measure, headline, with_unit
from programmes.figures.adding import NOTHING_RECORDED
from programmes.models import Measure, Programme, ReleasedCell, Target
from programmes.public.withholding import target_area

# Of several results a programme is known best by what changed, then by what was done.
FIRST_KINDS = [Measure.Kind.OUTCOME, Measure.Kind.OUTPUT]


def attach_results(measures: Sequence[Measure]) -> None:
    """Gives each measure its `result` and when it was released; None where nothing is.

    The measures come with their targets.
    """
    cells = ReleasedCell.objects.published().filter(measure__in=[row.pk for row in measures])
    of = by_measure(cells.select_related("release"))
    for measure in measures:
        figures = of.get(measure.pk, [])
        measure.result = headline(measure, figures, measure.targets.all())
        measure.released_at = figures[0].release.made_at if figures else None


@dataclass(frozen=True)
class Against:
    """A target, where there is one, and what the released figures say of it."""

    target: Target | None
    result: Result
    asked: str = ""  # the target as people read it
    of: str = ""  # the part and the period that it is for

    @property
    def is_known(self) -> bool:
        return self.result.total.value is not None

    @property
    def status(self) -> str:
        return {True: "met", False: "missed", None: ""}[self.result.is_met]


def against_targets(measure: Measure, cells: Sequence[ReleasedCell]) -> list[Against]:
    """Every target with its result; first the headline of the measure, if there are figures."""
    whole = headline(measure, cells, measure.targets.all())
    lines = [] if whole is None or whole.target else [Against(None, whole)]
    for target in measure.targets.all():
        result = whole if whole and target == whole.target else _result_for(target, cells)
        result = result or Result(measure, NOTHING_RECORDED, "", target)
        line = Against(target, result, with_unit(measure, target), _of(target))
        lines.insert(0, line) if result is whole else lines.append(line)
    return lines


def _result_for(target: Target, cells: Iterable[ReleasedCell]) -> Result | None:
    """The figures of just the target’s part and period, taken together."""
    found = [
        cell
        for cell in cells
        if (cell.area_id, cell.category_id) == (target.area_id, target.category_id)
        and _within(cell, target)
    ]
    if not found:
        return None
    total = add_up(target.measure, found, Over.PERIODS)
    return Result(target.measure, total, _of(target), target)


def _within(cell: ReleasedCell, target: Target) -> bool:
    """Whether a figure’s period lies in the target’s; a target without days is for all of them."""
    begins = target.starts_on is None or (cell.starts_on and cell.starts_on >= target.starts_on)
    ends = target.ends_on is None or (cell.ends_on and cell.ends_on <= target.ends_on)
    return bool(begins and ends)


def _of(target: Target) -> str:
    area = target_area(target)
    parts = [area.name if area else "", str(target.category or "")]
    return ", ".join(filter(None, [*parts, _period(target)]))


def _period(target: Target) -> str:
    """When a target is for, in words; nothing for one of all periods."""
    if target.period_note or target.ends_on is None:
        return target.period_note
    if target.starts_on is None:
        return f"by {in_words(target.ends_on)}"
    return period_label(target.starts_on, target.ends_on)


def measures_of(programmes: Iterable[Programme]) -> QuerySet[Measure]:
    """Published measures of these programmes and of their services, with their targets."""
    keys = [programme.pk for programme in programmes]
    services = Programme.services.through.objects.filter(programme__in=keys).values("service")
    measures = Measure.objects.published().filter(Q(programme__in=keys) | Q(service__in=services))
    return measures.select_related("service", "theme").prefetch_related("targets")


def attach_headlines(programmes: Sequence[Programme]) -> None:
    """Gives each programme the `result` that it is best known by, in words."""
    measures = list(measures_of(programmes))
    attach_results(measures)
    for programme in programmes:
        services = {service.pk for service in programme.services.all()}
        own = [
            measure
            for measure in measures
            if measure.programme_id == programme.pk or measure.service_id in services
        ]
        programme.result = said(first_result(own))


def said(result: Result | None) -> str:
    """ "11,445 young people, target 3,400: …"; "" for none."""
    if result is None:
        return ""
    return f"{result.measure.name}: {result.verdict or result.said}"


def first_result(measures: Iterable[Measure]) -> Result | None:
    """The result to show where there is room for one; never money that was put in."""
    results = [one.result for one in measures if one.result and not one.is_of_money]
    known = [result for result in results if result.total.value is not None]
    return min(known, key=_rank, default=None)


def _rank(result: Result) -> tuple:
    """What has a target comes first, then what happened, what changed, and the largest number."""
    measure, total = result.measure, result.total
    kind = measure.kind
    return (
        not result.verdict,
        total.qualifier in (Qualifier.FORECAST, Qualifier.TARGET),
        FIRST_KINDS.index(kind) if kind in FIRST_KINDS else len(FIRST_KINDS),
        measure.form != Measure.Form.NUMBER,
        -total.value,
        measure.code,
    )
