"""What published measures and programmes show: their headline, read from released figures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from commissioning import days
from commissioning.years import period_label
from programmes.figures import Judged, Result, Trees, against, by_measure, headline, with_unit
from programmes.models import Measure, Programme, ReleasedCell, Target
from programmes.public.during import days_asked_of, published_cells
from programmes.public.withholding import target_area
from programmes.reporting_rules import series


def attach_results(measures: Sequence[Measure]) -> None:
    """Gives each measure its `result` and when it was released; None where nothing is.

    The measures come with their targets.
    """
    cells = published_cells(days_asked_of(measures))
    cells = cells.filter(measure__in=[row.pk for row in measures])
    of, trees = by_measure(cells.select_related("release")), Trees()
    for measure in measures:
        figures = of.get(measure.pk, [])
        measure.result = headline(measure, figures, measure.targets.all(), trees)
        measure.released_at = figures[0].release.made_at if figures else None


@dataclass(frozen=True)
class Against:
    """A target, and what the released figures say of it."""

    judged: Judged
    asked: str  # the target as people read it
    of: str  # the part and the period that it is for

    @property
    def target(self) -> Target:
        return self.judged.target

    @property
    def status(self) -> str:
        return self.judged.status


def against_targets(measure: Measure, cells: Sequence[ReleasedCell], trees: Trees) -> list[Against]:
    """Every target of the measure, with how it stands."""
    return [
        Against(
            against(measure, cells, target, trees),
            with_unit(measure, target),
            _of(target),
        )
        for target in measure.targets.all()
    ]


def _of(target: Target) -> str:
    area = target_area(target)
    parts = [area.name if area else "", str(target.category or "")]
    return ", ".join(filter(None, [*parts, _period(target)]))


def _period(target: Target) -> str:
    """When a target is for, in words; nothing for one of all periods."""
    if target.period_note or target.ends_on is None:
        return target.period_note
    if target.starts_on is None:
        return f"by {days.in_words(target.ends_on)}"
    return period_label(target.starts_on, target.ends_on)


def measures_of(programmes: Iterable[Programme]) -> QuerySet[Measure]:
    """Published measures of these programmes and of their services, with their targets."""
    keys = [programme.pk for programme in programmes]
    services = Programme.services.through.objects.filter(programme__in=keys).values("service")
    measures = Measure.objects.published().filter(Q(programme__in=keys) | Q(service__in=services))
    return measures.select_related("service", "theme").prefetch_related("targets")


def attach_headlines(programmes: Sequence[Programme]) -> None:
    """Gives each programme the `result` of its headline measure, and it `in_words`."""
    chosen = {row.headline_measure_id for row in programmes} - {None}
    measures = {
        measure.pk: measure
        for measure in measures_of(programmes).of_results().filter(pk__in=chosen)
    }
    attach_results(list(measures.values()))
    for programme in programmes:
        measure = measures.get(programme.headline_measure_id)
        services = {service.pk for service in programme.services.all()}
        is_own = measure and (
            measure.programme_id == programme.pk or measure.service_id in services
        )
        result = measure.result if is_own else None
        programme.headline = result if result and series.is_result(result.total) else None
        programme.result = in_words(programme.headline)


def in_words(result: Result | None) -> str:
    """ "Young people engaged: 11,445, 2018 to 2020"; "" for none."""
    if result is None or result.total.value is None:
        return ""
    parts = [result.said, result.period, result.change]
    return f"{result.measure.name}: {', '.join(filter(None, parts))}"
