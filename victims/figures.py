"""What accepted returns come to: the figures of the ministry's return, and posts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from django.db.models import F, Q, QuerySet

from commissioning.models.publication import Qualifier
from commissioning.years import FinancialYear
from programmes.figures import Over, add_up
from programmes.models import Category
from programmes.quantities import SMALLEST
from victims.models import (
    Counted,
    IndicatorSet,
    MonitoringReturn,
    Post,
    ReturnCount,
    VictimsService,
)


@dataclass(frozen=True)
class Part:
    """A number of a return in the shape of a figure, to be added up as all figures are."""

    starts_on: date
    ends_on: date
    value: int | None
    missing: str
    is_total: bool = False
    value_high: None = None
    qualifier: str = Qualifier.EXACT
    numerator: None = None
    denominator: None = None


@dataclass(frozen=True)
class Line:
    """One number of the ministry's return; or none, and why. Without category: of all of them."""

    service: VictimsService
    counted: Counted
    category: Category | None
    value: int | None
    why_not: str
    returns: int


@dataclass(frozen=True)
class PostLine:
    """Full-time equivalents of one kind of post in a service."""

    service: VictimsService
    kind: str
    on_average: Decimal
    on_last_day: Decimal


def counts(indicator_set: IndicatorSet, first_day: date, last_day: date) -> Iterator[Line]:
    """What accepted returns within these days come to, over the whole force area.

    By service, what is counted, and crime type or need, all of them last; over periods as each
    thing counted adds up.
    """
    rows = (
        ReturnCount.objects.filter(
            monitoring_return__in=MonitoringReturn.objects.accepted().within(first_day, last_day),
            counted__indicator_set=indicator_set,
            area=None,
        )
        .select_related("counted", "category", "monitoring_return__service__service")
        .order_by(
            "monitoring_return__service__service__name",
            "monitoring_return__service_id",
            "counted__position",
            "counted_id",
            F("category__position").asc(nulls_last=True),
            "category_id",
            "monitoring_return__starts_on",
        )
    )
    for (service, counted, category), of_line in groupby(rows, key=_line_of):
        yield _line(service, counted, category, list(of_line))


def _line_of(count: ReturnCount) -> tuple[VictimsService, Counted, Category | None]:
    return count.monitoring_return.service, count.counted, count.category


def _line(
    service: VictimsService,
    counted: Counted,
    category: Category | None,
    numbers: list[ReturnCount],
) -> Line:
    parts = [
        Part(
            starts_on=count.monitoring_return.starts_on,
            ends_on=count.monitoring_return.ends_on,
            value=count.value,
            missing=count.missing,
        )
        for count in numbers
    ]
    total = add_up(counted, parts, Over.PERIODS)
    if total.value is not None:
        return Line(service, counted, category, int(total.value), "", len(parts))
    why_not = total.why_not
    if all(part.value is not None for part in parts):
        said = ", ".join(f"{part.value:,}" for part in parts)
        why_not = f"{why_not} The returns say {said}."
    return Line(service, counted, category, None, why_not, len(parts))


def not_accepted(
    indicator_set: IndicatorSet, first_day: date, last_day: date
) -> Iterable[MonitoringReturn]:
    """Returns that touch these days and are not in the figures: not accepted, or not wholly within.

    A version that was superseded, and one that corrects an accepted return, are not among them.
    """
    touching = MonitoringReturn.objects.filter(
        service__indicator_set=indicator_set, starts_on__lte=last_day, ends_on__gte=first_day
    )
    within = Q(starts_on__gte=first_day, ends_on__lte=last_day)
    return (
        touching.exclude(status=MonitoringReturn.Status.SUPERSEDED)
        .exclude(within, status=MonitoringReturn.Status.ACCEPTED)
        .select_related("service__service")
        .order_by("service__service__name", "starts_on", "version")
    )


def posts(indicator_set: IndicatorSet, first_day: date, last_day: date) -> Iterator[PostLine]:
    """Full-time equivalents by service and kind: on average over these days, and on the last."""
    rows = (
        Post.objects.filter(service__indicator_set=indicator_set, starts_on__lte=last_day)
        .filter(Q(ends_on=None) | Q(ends_on__gte=first_day))
        .select_related("service__service")
        .order_by("service__service__name", "service", "kind")
    )
    days = (last_day - first_day).days + 1
    for (service, kind), group in groupby(rows, key=lambda post: (post.service, post.kind)):
        filled = list(group)
        worked = sum(post.fte * _days_in(post, first_day, last_day) for post in filled)
        there = sum(
            (post.fte for post in filled if post.ends_on is None or post.ends_on >= last_day),
            Decimal(0),
        )
        yield PostLine(service, kind, (worked / days).quantize(SMALLEST), there)


def _days_in(post: Post, first_day: date, last_day: date) -> int:
    first = max(post.starts_on, first_day)
    last = last_day if post.ends_on is None else min(post.ends_on, last_day)
    return (last - first).days + 1


def owed_within(year: FinancialYear) -> QuerySet[MonitoringReturn]:
    """Returns for periods in the year that providers have still to send."""
    return MonitoringReturn.objects.owed().within(year.first_day, year.last_day)


def returns_owed(year: FinancialYear) -> int:
    """How many of them there are."""
    return owed_within(year).count()
