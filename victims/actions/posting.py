"""Numbers of an accepted return become figures of measures; later versions correct them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from commissioning.actions import records
from commissioning.models import User
from commissioning.slugs import free_slug
from programmes.actions import observations, relations
from programmes.models import (
    Adding,
    Breakdown,
    Direction,
    Measure,
    MeasureRelation,
    Missing,
    Observation,
    PeriodKind,
)
from programmes.quantities import SMALLEST
from victims.models import Counted, MonitoringReturn, ReturnCount, VictimsService

CORRECTED = "The return of this period was corrected."
MONTHS = {1: PeriodKind.MONTH, 3: PeriodKind.QUARTER}


@dataclass(frozen=True)
class Posted:
    """How many figures a return added, changed, and left as they stood."""

    added: int
    changed: int
    unchanged: int


def post(monitoring_return: MonitoringReturn, *, by: User) -> Posted:
    """Record each number as a figure of the service's measure, or correct the figure that stands.

    Call inside a transaction.
    """
    service, wanted = monitoring_return.service, []
    related = ("counted__no_more_than", "area", "category__breakdown")
    counts = monitoring_return.counts.select_related(*related)
    # By what the return says, not by what the service reports now: that may have changed since.
    broken_down_by = {count.counted: None for count in counts}
    broken_down_by |= {
        count.counted: count.category.breakdown for count in counts if count.category
    }
    measures = {
        counted: measure_of(service, counted, breakdown, by=by)
        for counted, breakdown in broken_down_by.items()
    }
    for count in counts:
        value = None if count.value is None else Decimal(count.value)
        figure = _figure(monitoring_return, measures[count.counted], count, value, count.missing)
        wanted.append(figure)
    shares = {
        counted: _share_of(service, counted, measures, by=by)
        for counted in measures
        if counted.share_name and counted.no_more_than in measures
    }
    for counted, measure in measures.items():
        if counted.no_more_than in measures:
            _declare_part(measures[counted.no_more_than], measure, by)
    for (counted, count), value in _shares(counts, shares).items():
        wanted.append(_figure(monitoring_return, shares[counted], count, value))
    return _settle(monitoring_return, wanted, {*measures.values(), *shares.values()}, by)


def _settle(
    monitoring_return: MonitoringReturn,
    wanted: list[Observation],
    measures: set[Measure],
    by: User,
) -> Posted:
    """Have the measures' figures of the return's period be these."""
    standing = {
        (figure.measure_id, figure.place_key): figure
        for figure in Observation.objects.filter(
            measure__in=measures,
            starts_on=monitoring_return.starts_on,
            ends_on=monitoring_return.ends_on,
        ).current()
    }
    new = [each for each in wanted if (each.measure_id, each.place_key) not in standing]
    changed = 0
    for each in wanted:
        figure = standing.pop((each.measure_id, each.place_key), None)
        changed += figure is not None and _correct(figure, each.value, each.missing, by)
    gone = sum(
        # What this version no longer gives, as when the indicator set changed in between.
        _correct(figure, None, Missing.NOT_COLLECTED, by)
        for figure in standing.values()
    )
    observations.record_all(new, by=by)
    return Posted(len(new), changed + gone, len(wanted) - len(new) - changed)


def measure_of(
    service: VictimsService, counted: Counted, breakdown: Breakdown | None, *, by: User
) -> Measure:
    """The service's measure of what is counted, made if there is none.

    Its words are staff's to change; what it is broken down by and what is hidden follow the return.
    """
    code = f"V-{service.pk}-{counted.code}"
    measure = Measure.objects.filter(code=code).first() or Measure(
        code=code,
        name=counted.name,
        slug=free_slug(Measure, "slug", f"{service} {counted}"),
        kind=counted.kind,
        unit=counted.unit,
        description=counted.definition,
        service=service.service,
        theme=service.service.theme,
        over_periods=counted.over_periods,
        over_areas=counted.over_areas,
        over_services=counted.over_services,
        over_categories=counted.over_categories,
    )
    measure.breakdown = breakdown or measure.breakdown
    measure.small_up_to = max(measure.small_up_to, service.small_up_to)
    records.save(measure, by=by)
    return measure


def _declare_part(whole: Measure, part: Measure, by: User) -> None:
    """What cannot be more than another is a part of it, and so is who is left; see releases.

    What staff answered otherwise stays.
    """
    if relations.between(whole, part) is None:
        relations.answer(whole, part, MeasureRelation.Answer.PART, by=by)


def _share_of(
    service: VictimsService, counted: Counted, measures: dict[Counted, Measure], *, by: User
) -> Measure:
    """The measure of what is counted as a percentage of what it is a part of."""
    code = f"V-{service.pk}-{counted.code}-share"
    part, whole = measures[counted], measures[counted.no_more_than]
    ways = ("over_periods", "over_areas", "over_services", "over_categories")
    share = Measure.objects.filter(code=code).first() or Measure(
        code=code,
        name=counted.share_name,
        slug=free_slug(Measure, "slug", f"{service} {counted.share_name}"),
        kind=Measure.Kind.OUTCOME,
        unit="%",
        form=Measure.Form.PERCENT,
        decimals=0,
        direction=Direction.HIGHER,
        service=service.service,
        theme=service.service.theme,
        # Its two measures count people; a percentage of them is hidden with them.
        counts_people=False,
        **dict.fromkeys(ways, Adding.RATIO),
    )
    share.numerator, share.denominator, share.breakdown = part, whole, part.breakdown
    records.save(share, by=by)
    return share


def _shares(
    counts: Iterable[ReturnCount], wanted: Iterable[Counted]
) -> dict[tuple[Counted, ReturnCount], Decimal]:
    """The percentage at each place where both numbers are known and there is something to share."""
    at = {(count.counted_id, count.area_id, count.category_id): count for count in counts}
    found = {}
    for counted in wanted:
        for (key, area, category), count in at.items():
            whole = at.get((counted.no_more_than_id, area, category))
            if key == counted.pk and whole and whole.value and count.value is not None:
                share = Decimal(100) * count.value / whole.value
                found[counted, count] = share.quantize(SMALLEST)
    return found


def _figure(
    monitoring_return: MonitoringReturn,
    measure: Measure,
    count: ReturnCount,
    value: Decimal | None,
    missing: str = "",
) -> Observation:
    """The figure of a measure at the place of a count. The measure is the service's already."""
    first_day, last_day = monitoring_return.starts_on, monitoring_return.ends_on
    return Observation(
        measure=measure,
        area=count.area,
        category=count.category,
        starts_on=first_day,
        ends_on=last_day,
        period_kind=_kind(first_day, last_day),
        value=value,
        missing=missing,
        # Published with the figure, so it does not name the service: that may not be public.
        document=f"Monitoring return for {monitoring_return.period}",
    )


def _kind(first_day: date, last_day: date) -> str:
    """A whole month or quarter by its name; anything else is a period between two days."""
    months = (last_day.year - first_day.year) * 12 + last_day.month - first_day.month + 1
    is_whole = first_day.day == 1 and _is_last_of_month(last_day)
    return MONTHS.get(months, PeriodKind.RANGE) if is_whole else PeriodKind.RANGE


def _is_last_of_month(day: date) -> bool:
    return date.fromordinal(day.toordinal() + 1).day == 1


def _correct(figure: Observation, value: Decimal | None, missing: str, by: User) -> bool:
    """Have the figure say this; True if it said something else."""
    if (figure.value, figure.missing) == (value, missing):
        return False
    observations.correct(figure, reason=CORRECTED, by=by, value=value, missing=missing)
    return True
