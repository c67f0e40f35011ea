"""Records for tests, made through the actions that staff use; each takes what the test is about."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import count

from django.contrib.auth.models import Group
from django.utils.text import slugify

from commissioning import roles
from commissioning.actions import awards, funds, payments, publication, records
from commissioning.models import (
    Allocation,
    Area,
    Award,
    Budget,
    DecisionNotice,
    Fund,
    FundingSource,
    Organisation,
    Payment,
    Service,
    User,
)
from commissioning.years import FinancialYear
from programmes.actions import observations, releases, reports
from programmes.models import (
    Breakdown,
    Category,
    Indicator,
    LocalUnit,
    Measure,
    Observation,
    Programme,
    Release,
    Report,
    ReportLine,
    ReportSection,
    ReportTable,
    Target,
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

numbers = count(1)


def pounds(text: str | int) -> Decimal:
    return Decimal(text).quantize(Decimal("0.01"))


def a_user(role: str | None = None, superuser: bool = False, **fields) -> User:
    n = next(numbers)
    fields = {"username": f"user{n}", "first_name": "User", "last_name": f"{n}", **fields}
    user = User.objects.create_user(is_staff=True, is_superuser=superuser, **fields)
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def an_officer() -> User:
    return a_user(roles.OFFICER)


def an_approver() -> User:
    return a_user(roles.APPROVER)


def a_finance_officer() -> User:
    return a_user(roles.FINANCE)


def an_area(name: str | None = None, kind: str = "local_authority", **fields) -> Area:
    name = name or f"Area {next(numbers)}"
    fields = {"code": f"X{next(numbers)}", "slug": slugify(name), **fields}
    return Area.objects.create(name=name, kind=kind, **fields)


def an_organisation(name: str | None = None, published: bool = True, **fields) -> Organisation:
    name = name or f"Organisation {next(numbers)}"
    fields = {"code": slugify(name), "slug": slugify(name), "kind": "charity", **fields}
    return Organisation.objects.create(name=name, is_published=published, **fields)


def a_fund(name: str | None = None, published: bool = True, **fields) -> Fund:
    name = name or f"Fund {next(numbers)}"
    fields = {"code": slugify(name), "slug": slugify(name), **fields}
    return Fund.objects.create(name=name, is_published=published, **fields)


def a_source(name: str | None = None, **fields) -> FundingSource:
    name = name or f"Source {next(numbers)}"
    fields = {"code": slugify(name), "slug": slugify(name), "kind": "central_grant", **fields}
    return FundingSource.objects.create(name=name, is_published=True, **fields)


def a_service(name: str | None = None, published: bool = True, **fields) -> Service:
    name = name or f"Service {next(numbers)}"
    fields = {"code": slugify(name), "slug": slugify(name), **fields}
    return Service.objects.create(name=name, is_published=published, **fields)


def a_budget(
    amount: str | int = 100_000,
    fund: Fund | None = None,
    source: FundingSource | None = None,
    starts_on: date = date(2026, 4, 1),
    ends_on: date = date(2027, 3, 31),
    by: User | None = None,
    **fields,
) -> Budget:
    budget = Budget(
        fund=fund or a_fund(),
        source=source or a_source(),
        starts_on=starts_on,
        ends_on=ends_on,
        **fields,
    )
    by = by or a_finance_officer()
    funds.open_budget(budget, pounds(amount), effective_on=starts_on, by=by)
    budget.refresh_from_db()
    return budget


def an_allocation(
    amount: str | int = 40_000,
    budget: Budget | None = None,
    area: Area | None = None,
    by: User | None = None,
    **fields,
) -> Allocation:
    budget = budget or a_budget()
    allocation = Allocation(budget=budget, area=area or an_area(), **fields)
    funds.allocate(
        [(allocation, pounds(amount))],
        effective_on=budget.starts_on,
        by=by or a_finance_officer(),
    )
    allocation.refresh_from_db()
    return allocation


def a_decision(published: bool = True, **fields) -> DecisionNotice:
    n = next(numbers)
    fields = {
        "reference": f"decision-{n}",
        "title": f"Decision {n}",
        "decided_on": date(2026, 4, 1),
        **fields,
    }
    return DecisionNotice.objects.create(is_published=published, **fields)


def a_draft(
    amount: str | int | None = 10_000,
    allocation: Allocation | None = None,
    by: User | None = None,
    **fields,
) -> Award:
    """A complete draft, ready to be recommended."""
    fields = {
        "title": f"Award {next(numbers)}",
        "kind": "grant",
        "purpose": "To keep young people safe.",
        "reason": "It cuts crime and disorder.",
        "legal_power": "s9",
        **fields,
    }
    fields.setdefault("recipient", an_organisation())
    lines = []
    if amount is not None:
        allocation = allocation or an_allocation()
        fields.setdefault("fund", allocation.budget.fund)
        lines = [(allocation, pounds(amount))]
    return awards.draft(Award(**fields), lines, by=by or an_officer())


def an_award(
    amount: str | int = 10_000,
    allocation: Allocation | None = None,
    effective_on: date = date(2026, 5, 1),
    published: bool = False,
    **fields,
) -> Award:
    """An approved award."""
    draft = a_draft(amount, allocation, **fields)
    awards.recommend(draft, by=an_officer())
    awards.approve(draft, decision=a_decision(), effective_on=effective_on, by=an_approver())
    draft.refresh_from_db()
    if published:
        publication.publish([draft], by=an_officer())
    return draft


def a_request(
    amount: str | int = 1_000, award: Award | None = None, by: User | None = None, **fields
) -> Payment:
    """A requested payment under an award's first commitment."""
    award = award or an_award()
    payment = Payment(commitment=award.commitments.first(), amount=pounds(amount), **fields)
    return payments.request(payment, by=by or an_officer())


def a_payment(
    amount: str | int = 1_000,
    award: Award | None = None,
    paid_on: date = date(2026, 6, 1),
    **fields,
) -> Payment:
    """A released payment."""
    payment = a_request(amount, award, **fields)
    payments.release(payment, paid_on=paid_on, by=a_finance_officer())
    payment.refresh_from_db()
    return payment


def saved(row, by: User | None = None):
    """The row, saved by an officer as the admin would."""
    records.save(row, by=by or an_officer())
    return row


def a_programme(name: str | None = None, published: bool = True, **fields) -> Programme:
    """A programme; `services` and `funds` are lists."""
    name = name or f"Programme {next(numbers)}"
    many = {field: fields.pop(field, []) for field in ("services", "funds")}
    fields = {"code": slugify(name), "slug": slugify(name), **fields}
    programme = _published(saved(Programme(name=name, **fields)), published)
    for field, rows in many.items():
        getattr(programme, field).set(rows)
    return programme


def a_local_unit(name: str | None = None, **fields) -> LocalUnit:
    for field, make in {"service": a_service, "area": an_area}.items():
        if field not in fields:
            fields[field] = make()
    return saved(LocalUnit(name=name or f"Unit {next(numbers)}", **fields))


def a_breakdown(name: str | None = None, categories: Sequence[str] = (), **fields) -> Breakdown:
    """A breakdown with categories of these names, in this order."""
    name = name or f"Breakdown {next(numbers)}"
    breakdown = saved(Breakdown(name=name, **{"code": slugify(name), **fields}))
    for position, category in enumerate(categories, start=1):
        a_category(category, breakdown, position=position)
    return breakdown


def a_category(name: str | None = None, breakdown: Breakdown | None = None, **fields) -> Category:
    name, breakdown = name or f"Category {next(numbers)}", breakdown or a_breakdown()
    fields = {"code": f"{breakdown.code}-{slugify(name)}", **fields}
    return saved(Category(breakdown=breakdown, name=name, **fields))


def a_measure(name: str | None = None, published: bool = True, **fields) -> Measure:
    """A count of people that adds up in every direction, unless said otherwise."""
    name = name or f"Measure {next(numbers)}"
    fields = {
        "code": slugify(name),
        "slug": slugify(name),
        "unit": "people",
        "over_periods": "sum",
        "over_areas": "sum",
        "over_services": "sum",
        "over_categories": "sum",
        **fields,
    }
    return _published(saved(Measure(name=name, **fields)), published)


def an_indicator(
    name: str | None = None, measures: Sequence[Measure] = (), published: bool = True, **fields
) -> Indicator:
    name = name or f"Indicator {next(numbers)}"
    fields = {"code": slugify(name), "slug": slugify(name), **fields}
    indicator = _published(saved(Indicator(name=name, **fields)), published)
    indicator.measures.set(measures)
    return indicator


def a_target(value: str | int = 100, measure: Measure | None = None, **fields) -> Target:
    fields = {"code": f"target-{next(numbers)}", **fields}
    return saved(Target(measure=measure or a_measure(), value=Decimal(value), **fields))


def an_observation(
    value: str | int | None = 10,
    measure: Measure | None = None,
    by: User | None = None,
    starts_on: date | None = date(2026, 4, 1),
    ends_on: date | None = date(2027, 3, 31),
    **fields,
) -> Observation:
    """A recorded figure for 2026/27; with `value=None` say why in `missing`."""
    observation = Observation(
        measure=measure or a_measure(),
        value=None if value is None else Decimal(value),
        starts_on=starts_on,
        ends_on=ends_on,
        **{"period_kind": "financial_year", **fields},
    )
    observations.record(observation, by=by or an_officer())
    return observation


def a_release(*measures: Measure, by: User | None = None, **fields) -> Release:
    """The current figures of these measures, released: checked unless `basis` says otherwise."""
    fields = {"title": f"Release {next(numbers)}", **fields}
    return releases.release(measures or [an_observation().measure], by=by or an_officer(), **fields)


def _published(row, published: bool):
    if published:
        publication.publish([row], by=an_officer())
        row.refresh_from_db()
    return row


# --- Reports --------------------------------------------------------------------------------------


def a_report_table(
    title: str | None = None,
    rows: Sequence[dict] = (),
    columns: Sequence[dict] = ({"heading": "Number"},),
    **fields,
) -> ReportTable:
    """A table with these rows and columns, each as the fields of a line."""
    n = next(numbers)
    table = saved(ReportTable(**{"code": f"table-{n}", "title": title or f"Table {n}", **fields}))
    for axis, lines in (("row", rows), ("column", columns)):
        for position, line in enumerate(lines, start=1):
            saved(ReportLine(table=table, axis=axis, position=position, **line))
    return table


def a_report(sections: Sequence[dict] = ({"heading": "Results"},), **fields) -> Report:
    """A report with these sections, each as its fields; its year and the next have no other."""
    year = FinancialYear(1990 + 2 * Report.objects.count())
    fields = {
        "title": f"Annual Report {year}",
        "slug": year.slug,
        "starts_on": year.first_day,
        "ends_on": year.last_day,
        **fields,
    }
    report = saved(Report(**fields))
    for position, section in enumerate(sections, start=1):
        saved(ReportSection(report=report, position=position, **section))
    return report


def an_edition(report: Report | None = None, change_note: str = "", by: User | None = None):
    """The report as it stands, published."""
    return reports.freeze(report or a_report(), change_note=change_note, by=by or an_officer())


# --- Victims' services ----------------------------------------------------------------------------


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
    **fields,
) -> VictimsService:
    """A service with an award for 2025/26 and its returns; with `areas`, it reports by them."""
    service = a_service(name)
    service.areas.set(areas)
    made = VictimsService(
        service=service,
        indicator_set=indicator_set or an_indicator_set(),
        **{"by_area": bool(areas), **fields},
    )
    saved(made)
    made.breakdowns.set(Breakdown.objects.all())
    if starts_on:
        an_award(service=service, starts_on=starts_on, ends_on=ends_on)
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
