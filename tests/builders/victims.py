"""Victims' services and their returns for tests."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import partial

from django.utils.text import slugify

from commissioning.models import (
    Area,
    Organisation,
    User,
)
from programmes.models import (
    Breakdown,
    Category,
)
from tests.builders.ledger import a_service, an_award
from tests.builders.people import (
    a_finance_officer,
    an_approver,
    an_officer,
    numbers,
    saved,
)
from victims.actions import returns
from victims.grids import grids_of
from victims.models import (
    Counted,
    IndicatorSet,
    MonitoringReturn,
    Post,
    VictimsService,
)


def a_breakdown_of(indicator_set: IndicatorSet, *names: str, **fields) -> Breakdown:
    """A breakdown whose categories the indicator set counts by."""
    n = next(numbers)
    fields = {"code": f"breakdown-{n}", "name": f"Breakdown {n}", **fields}
    breakdown = saved(Breakdown(**fields))
    for position, name in enumerate(names):
        code = f"{slugify(name)}-{next(numbers)}"
        category = Category(breakdown=breakdown, code=code, name=name, position=position)
        saved(category)
        indicator_set.categories.add(category)
    return breakdown


def an_indicator_set(**fields) -> IndicatorSet:
    """A small one: referrals and people supported by crime type, outcomes by need, waiting."""
    n = next(numbers)
    made = saved(IndicatorSet(**{"code": f"set-{n}", "name": f"Set {n}", **fields}))
    crime = a_breakdown_of(made, "Burglary", "Assault", "Not known", name=f"Crime type {n}")
    need = a_breakdown_of(made, "Housing", "Health", "Not known", name=f"Need {n}")
    unique = {"over_periods": "unique", "over_categories": "unique"}
    counted = partial(Counted, indicator_set=made)
    referrals = counted(code="referrals", name="Referrals", breakdown=crime, position=1)
    accepted = counted(code="accepted", name="Accepted", breakdown=crime, position=2)
    supported = counted(code="supported", name="Supported", breakdown=crime, position=3, **unique)
    assessed = counted(code="assessed", name="Assessed", breakdown=need, position=4)
    improved = counted(code="improved", name="Improved", breakdown=need, position=5)
    waiting = counted(code="waiting", name="Waiting", over_periods="latest", position=6)
    accepted.no_more_than, improved.no_more_than = referrals, assessed
    improved.share_name = "Improved share"
    for each in (referrals, accepted, supported, assessed, improved, waiting):
        saved(each)
    return made


def a_victims_service(
    name: str | None = None,
    starts_on: date | None = date(2025, 4, 1),
    ends_on: date = date(2026, 3, 31),
    indicator_set: IndicatorSet | None = None,
    areas: Sequence[Area] = (),
    providers: Sequence[Organisation] = (),
    **fields,
) -> VictimsService:
    """A service with an award for 2025/26 and its returns; with `areas`, it reports by them."""
    service = a_service(name)
    service.areas.set(areas)
    service.providers.set(providers)
    made = VictimsService(
        service=service,
        indicator_set=indicator_set or an_indicator_set(),
        **{"by_area": bool(areas), **fields},
    )
    saved(made)
    made.breakdowns.set(Breakdown.objects.all())
    if starts_on:
        an_award(service=service, starts_on=starts_on, ends_on=ends_on, effective_on=starts_on)
    return made


def counts_of(monitoring_return: MonitoringReturn, each: int = 2) -> dict:
    """Numbers that agree: the same in each part, totals that add up."""
    return {
        (counted, spot): each
        * (1 if spot.category else max(len(grid.categories), 1))
        * (1 if spot.area else max(len(grid.areas), 1))
        for grid in grids_of(monitoring_return.service)
        for counted in grid.columns
        for spot in grid.spots
    }


def a_return(service: VictimsService | None = None) -> MonitoringReturn:
    """The first return that a service owes."""
    service = service or a_victims_service()
    return service.returns.owed().order_by("starts_on").first()


def a_submitted_return(
    service: VictimsService | None = None, by: User | None = None, each: int = 2, **fields
) -> MonitoringReturn:
    made = a_return(service)
    returns.submit(made, counts_of(made, each), by=by or an_officer(), **fields)
    return made


def a_certified_return(service: VictimsService | None = None, **fields) -> MonitoringReturn:
    made = a_submitted_return(service, **fields)
    returns.certify(made, by=a_finance_officer())
    return made


def an_accepted_return(service: VictimsService | None = None, **fields) -> MonitoringReturn:
    made = a_certified_return(service, **fields)
    returns.accept(made, by=an_approver())
    return made


def a_post(fte: str = "1", service: VictimsService | None = None, **fields) -> Post:
    fields = {"kind": "isva", "title": "Adviser", "starts_on": date(2025, 4, 1), **fields}
    return saved(Post(service=service or a_victims_service(), fte=Decimal(fte), **fields))
