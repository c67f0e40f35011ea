"""Where it can be read what an award or a service achieved, and that nothing is published of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from commissioning.models import Award, Service
from commissioning.public.withholding import shown
from programmes.models import Measure, Programme, ReleasedCell
from programmes.reporting_rules import series

NO_RESULT = "No result has been published."


@dataclass(frozen=True)
class Whose:
    """Whose results an award is answered with; `by` is the filter of measures that leaves them."""

    record: Service | Programme
    by: str


def measures() -> QuerySet[Measure]:
    """Published measures of results that have a figure."""
    cells = ReleasedCell.objects.published().filter(measure=OuterRef("pk"))
    cells = cells.exclude(qualifier__in=series.NOT_YET)
    return Measure.objects.published().of_results().filter(Exists(cells))


def services_with_results(services: Iterable[int]) -> set[int]:
    return set(measures().filter(service__in=services).values_list("service", flat=True))


def whose_results(awards: Sequence[Award]) -> dict[int, Whose]:
    """By award: its service, where that has results; else a programme of it or of its fund.

    Of a programme that other services belong to, an award for one service is answered with what is
    counted for the whole of it, and never with what another service did.
    """
    measured = services_with_results({award.service_id for award in awards if award.service_id})
    found = {
        award.pk: Whose(award.service, "service")
        for award in awards
        if award.service_id in measured and shown(award.service)
    }
    others = [award for award in awards if award.pk not in found]
    programmes = _programmes_of(others)
    for award in others:
        whose = next(filter(None, (_by(one, award) for one in programmes)), None)
        if whose is not None:
            found[award.pk] = whose
    return found


def _programmes_of(awards: Sequence[Award]) -> list[Programme]:
    """Published programmes of the services and funds of these awards."""
    services = {award.service_id for award in awards if shown(award.service)}
    funds = {award.fund_id for award in awards if shown(award.fund)}
    if not (services or funds):
        return []
    of_services = Programme.services.through.objects.filter(
        programme=OuterRef(OuterRef("pk")), service=OuterRef("service")
    )
    whole = measures().filter(programme=OuterRef("pk"), service__isnull=True)
    any_of_it = measures().filter(Q(programme=OuterRef("pk")) | Exists(of_services))
    programmes = Programme.objects.published().filter(Q(services__in=services) | Q(funds__in=funds))
    return list(
        programmes.annotate(tells_whole=Exists(whole), tells=Exists(any_of_it))
        .filter(tells=True)
        .distinct()
        .order_by("pk")
        .prefetch_related("services", "funds")
    )


def _by(programme: Programme, award: Award) -> Whose | None:
    """How the programme answers for the award, if it is the award’s and has an answer."""
    service, fund = shown(award.service), shown(award.fund)
    if service not in programme.services.all() and fund not in programme.funds.all():
        return None
    if award.service_id is None:
        return Whose(programme, "programme")
    return Whose(programme, "whole_of") if programme.tells_whole else None
