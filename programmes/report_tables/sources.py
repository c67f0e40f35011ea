"""Where the figures of report tables are taken from: what is published, or what is recorded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from commissioning.figures import Slice
from commissioning.figures.withheld import HIDES_PLACE, SMALL
from commissioning.models import Fund, ReportedTotal, Service
from programmes.models import Figure, LocalUnit, Measure, Observation, ReleasedCell


class Source:
    """What a table may show; Published for the public, Draft for staff."""

    # Said of a cell without a figure.
    nothing = ""

    def figures(self, measures: Iterable[Measure]) -> Iterable[Figure]:
        """The figures of these measures."""
        raise NotImplementedError

    def slice_of(self, fund: Fund | None) -> Slice:
        """The part of the money chain that a fund's allocations are read from."""
        raise NotImplementedError

    def reported_totals(self) -> QuerySet[ReportedTotal]:
        raise NotImplementedError

    def local_units(self) -> QuerySet[LocalUnit]:
        raise NotImplementedError

    def address(self, measure: Measure) -> str:
        """Where a reader finds the records under a figure; "" where there is no such page."""
        raise NotImplementedError


@dataclass(frozen=True)
class Published(Source):
    """What the public may see: released cells and published records."""

    nothing = "No figure is published."

    def figures(self, measures):
        released = ReleasedCell.objects.published().filter(measure__in=measures)
        open_places = ~Q(area__kind__in=SMALL) | ~(_hides("service") | _hides("measure__service"))
        return released.filter(open_places).select_related("category")

    def slice_of(self, fund):
        return Slice(fund=fund, published=True)

    def reported_totals(self):
        return ReportedTotal.objects.published()

    def local_units(self):
        return LocalUnit.objects.filter(~_hides("service"), service__is_published=True)

    def address(self, measure):
        return measure.get_absolute_url() if measure.is_published else ""


def _hides(path: str) -> Exists:
    """Whether the place of the service at `path` is withheld: no small area is shown of it."""
    providers = Service.providers.through.objects
    return Exists(providers.filter(service=OuterRef(path), organisation__withhold__in=HIDES_PLACE))


@dataclass(frozen=True)
class Draft(Source):
    """What staff had recorded by the end of a day, published or not."""

    as_at: date
    nothing = "No figure is recorded."

    def figures(self, measures):
        midnight = datetime.combine(self.as_at + timedelta(days=1), time.min)
        known = Observation.objects.filter(
            measure__in=measures, recorded_at__lt=timezone.make_aware(midnight)
        )
        # Of each figure its last version by then: a later correction was not known yet.
        ordered = known.select_related("category").order_by("measure", "place", "version")
        return {(figure.measure_id, figure.place): figure for figure in ordered}.values()

    def slice_of(self, fund):
        return Slice(fund=fund, as_at=self.as_at)

    def reported_totals(self):
        return ReportedTotal.objects.all()

    def local_units(self):
        return LocalUnit.objects.all()

    def address(self, measure):
        return reverse("admin:programmes_measure_change", args=[measure.pk])
