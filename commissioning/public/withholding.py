"""What is not shown of a published record: withheld names and places, unpublished neighbours.

A withheld place hides every area smaller than a local authority area, wherever it could be read
off: on the award, on the allocation that it stands on, and by filtering for that area.
"""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet

from commissioning.figures.withheld import HIDES_PLACE, is_small
from commissioning.models import Area, Award, Organisation, ReportedTotal, Service
from commissioning.models.publication import Publishable


def shown(record: Publishable | None) -> Publishable | None:
    """The record if the public may see it."""
    return record if record is not None and record.is_published else None


def named(organisation: Organisation | None) -> Organisation | None:
    """The organisation if it may be shown by name."""
    organisation = shown(organisation)
    return None if organisation is None or organisation.name_is_withheld else organisation


def _showable(record: Publishable | None) -> Publishable | None:
    return named(record) if isinstance(record, Organisation) else shown(record)


def name_of(record: Publishable | None) -> str:
    """The record's name, if it may be shown."""
    record = _showable(record)
    return record.name if record else ""


def address_of(record: Publishable | None) -> str | None:
    """The record's public address, if it has one."""
    record = _showable(record)
    return record.get_absolute_url() if record else None


def named_organisations() -> QuerySet[Organisation]:
    """Organisations with a page of their own: published, and their names not withheld."""
    return Organisation.objects.published().exclude(withhold=Organisation.Withhold.NAME)


def hides_place(organisation: Organisation | None) -> bool:
    return organisation is not None and organisation.withhold in HIDES_PLACE


def wide_enough(area: Area) -> Area | None:
    """The area, or the nearest one around it that is not small."""
    while area is not None and is_small(area):
        area = area.parent
    return area


def shown_areas(areas: Iterable[Area], hide_place: bool) -> list[Area]:
    """The areas, each once; the small ones as what they lie in where the place is withheld."""
    if hide_place:
        areas = filter(None, map(wide_enough, areas))
    return sorted(set(areas), key=lambda area: area.name)


def award_areas(award: Award) -> list[Area]:
    return shown_areas(award.areas.all(), hides_place(award.recipient))


def service_hides_place(service: Service) -> bool:
    return any(hides_place(provider) for provider in service.providers.all())


def service_areas(service: Service) -> list[Area]:
    return shown_areas(service.areas.all(), service_hides_place(service))


def total_area(total: ReportedTotal) -> Area | None:
    """The area of a reported total, wide enough for the place of whom it is about."""
    recipient = total.award.recipient if total.award else None
    hide_place = hides_place(total.organisation) or hides_place(recipient)
    return wide_enough(total.area) if hide_place else total.area


def totals_for(totals: QuerySet[ReportedTotal], area: Area) -> QuerySet[ReportedTotal]:
    """Totals of the area; none that would give away a withheld place."""
    totals = totals.filter(area__in=Area.objects.within(area))
    if not is_small(area):
        return totals
    return totals.exclude(organisation__withhold__in=HIDES_PLACE).exclude(
        award__recipient__withhold__in=HIDES_PLACE
    )


def awards_for(awards: QuerySet[Award], area: Area) -> QuerySet[Award]:
    """Awards that benefit the area; none that would give away a withheld place."""
    awards = awards.for_area(area)
    return awards.exclude(recipient__withhold__in=HIDES_PLACE) if is_small(area) else awards


def services_for(services: QuerySet[Service], area: Area) -> QuerySet[Service]:
    """Services for the area; none that would give away a withheld place."""
    serves = Service.areas.through.objects.filter(
        service=OuterRef("pk"), area__in=Area.objects.within(area)
    )
    services = services.filter(Exists(serves))
    if not is_small(area):
        return services
    hidden = Service.providers.through.objects.filter(
        service=OuterRef("pk"), organisation__withhold__in=HIDES_PLACE
    )
    return services.exclude(Exists(hidden))
