"""Which part of the money chain a figure is of, and as of when."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from commissioning.figures.withheld import is_small, standing_openly
from commissioning.models import (
    Allocation,
    Area,
    Award,
    Budget,
    Entry,
    Fund,
    FundingSource,
    MarginAuthority,
    Organisation,
    PipelineEntry,
    Theme,
)
from commissioning.money import NOTHING
from commissioning.years import FinancialYear


@dataclass(frozen=True)
class Slice:
    """Which part of the chain, and as of when.

    `year` takes the budgets whose whole period lies in that financial year; budgets that reach
    beyond it have no yearly split and are left out. `beyond_year` takes these instead, and the
    budgets whose period is not stated.
    `use_by` takes the budgets that are to be spent by exactly that day.
    `theme` and `recipient` take what stands under awards alone: commitments and payments.
    `published` takes published funds and published awards only, and of a small place no lines that
    would give a withheld one away.
    """

    fund: Fund | None = None
    source: FundingSource | None = None
    area: Area | None = None
    year: FinancialYear | None = None
    beyond_year: bool = False
    budget: Budget | None = None
    use_by: date | None = None
    allocation: Allocation | None = None
    theme: Theme | None = None
    recipient: Organisation | None = None
    as_at: date | None = None
    known_at: datetime | None = None
    published: bool = False

    def of_budgets(self, path: str = "") -> Q:
        """The budgets of the slice, from a model that reaches them by `path` ("budget__")."""
        q = Q()
        if self.fund:
            q &= Q(**{f"{path}fund": self.fund})
        if self.source:
            q &= Q(**{f"{path}source": self.source})
        if self.year:
            q &= self._of_year(path)
        if self.budget:
            q &= Q(**{f"{path}pk" if path else "pk": self.budget.pk})
        if self.use_by:
            q &= Q(**{f"{path}use_by": self.use_by})
        if self.published:
            q &= Q(**{f"{path}fund__is_published": True})
        return q

    def _of_year(self, path: str) -> Q:
        first, last = self.year.first_day, self.year.last_day
        within = Q(**{f"{path}starts_on__gte": first, f"{path}ends_on__lte": last})
        if not self.beyond_year:
            return within
        overlaps = Q(**{f"{path}starts_on__lte": last, f"{path}ends_on__gte": first})
        starts_or_ends_outside = Q(**{f"{path}starts_on__lt": first}) | Q(
            **{f"{path}ends_on__gt": last}
        )
        not_stated = Q(**{f"{path}starts_on__isnull": True})
        return overlaps & starts_or_ends_outside | not_stated

    def of_allocations(self, path: str = "") -> Q:
        """The allocations of the slice, from a model that reaches them by `path`."""
        q = self.of_budgets(f"{path}budget__")
        if self.area:
            q &= Q(**{f"{path}area__in": Area.objects.within(self.area)})
        if self.allocation:
            q &= Q(**{f"{path}pk" if path else "pk": self.allocation.pk})
        return q

    @property
    def is_of_awards(self) -> bool:
        """Whether it is of chosen awards, and so has neither budgets nor allocations."""
        return self.theme is not None or self.recipient is not None

    def of_awards(self, path: str) -> Q:
        """The awards of the slice, from a model that reaches them by `path` ("award__")."""
        q = Q()
        if self.theme:
            served = Award.themes.through.objects.filter(theme=self.theme).values("award")
            q &= Q(**{f"{path}in": served})
        if self.recipient:
            q &= Q(**{f"{path}recipient": self.recipient})
        return q

    def entries(self) -> QuerySet[Entry]:
        """The journal entries that the slice's figures are sums of."""
        rows = Entry.objects.filter(self.of_budgets("budget__"))
        if self.area or self.allocation:
            rows = rows.filter(self.of_allocations("allocation__"))
        if self.is_of_awards:
            rows = rows.filter(self.of_awards("commitment__award__"))
        rows = self.by_then(rows)
        if self.published:
            rows = rows.filter(Q(commitment__isnull=True) | Q(commitment__award__is_published=True))
            if self._is_of_a_small_place:
                rows = rows.filter(standing_openly("commitment__award__"))
        return rows

    def pipeline(self) -> QuerySet[PipelineEntry]:
        """What recommended awards asked for, and no longer ask for; the public is shown none."""
        if self.published:
            return PipelineEntry.objects.none()
        rows = PipelineEntry.objects.filter(
            self.of_allocations("allocation__"), self.of_awards("award__")
        )
        return self.by_then(rows)

    def margins(self) -> QuerySet[MarginAuthority]:
        """Of each budget the latest authority, until its last day, if it gives a margin.

        Before a budget's first entry there was nothing to exceed.
        """
        day = self.as_at or timezone.localdate()
        given = MarginAuthority.objects.filter(budget=OuterRef("budget"), starts_on__lte=day)
        if self.known_at:
            given = given.filter(recorded_at__lte=self.known_at)
        latest = given.order_by("-starts_on", "-pk").values("pk")[:1]
        begun = Exists(self.entries().filter(budget=OuterRef("budget")))
        return MarginAuthority.objects.filter(
            begun, self.of_budgets("budget__"), pk=Subquery(latest), margin__gt=NOTHING
        ).exclude(ends_on__lt=day)

    def by_then(self, rows: QuerySet) -> QuerySet:
        """Of dated rows those that counted by the day, and were known at the moment."""
        if self.as_at:
            rows = rows.filter(effective_on__lte=self.as_at)
        if self.known_at:
            rows = rows.filter(recorded_at__lte=self.known_at)
        return rows

    @property
    def _is_of_a_small_place(self) -> bool:
        area = self.allocation.area if self.allocation else self.area
        return area is not None and is_small(area)
