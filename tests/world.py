"""A small public world for tests of the public side, with secrets planted where none may be read.

SECRET stands in every private field, in unpublished records and in withheld names.
"""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

from django.conf import settings
from django.db import models

from commissioning.actions import awards as award_actions
from commissioning.actions import funds
from commissioning.models import (
    Allocation,
    Area,
    Award,
    Budget,
    Condition,
    DecisionNotice,
    Fund,
    FundingSource,
    FundName,
    Organisation,
    OrganisationIdentifier,
    OrganisationName,
    Payment,
    Plan,
    ReportedTotal,
    Service,
    ServiceName,
    Theme,
    User,
)
from programmes.actions.observations import correct
from programmes.models import Indicator, Measure, Programme
from search import index
from tests import builders as a
from transparency.duties import DUTIES
from transparency.models import Problem

SECRET = "xqsecretqx"
# A number that is in no public figure, however it is written.
SECRET_NUMBER = 86420975
NEXT_YEAR = {"starts_on": date(2027, 4, 1), "ends_on": date(2028, 3, 31)}


def a_theme(name: str = "Protecting people", **fields) -> Theme:
    plan, _ = Plan.objects.get_or_create(name="Police and Crime Plan")
    n = next(a.numbers)
    # A place in the list is a small number, however many tests ran before.
    fields = {"code": f"T{n}", "slug": f"theme-{n}", "sequence": n % 1_000, **fields}
    return Theme.objects.create(plan=plan, name=name, **fields)


def a_reported_total(amount="1000", published: bool = True, **fields) -> ReportedTotal:
    n = next(a.numbers)
    fields = {
        "code": f"R-{n}",
        "label": f"Reported total {n}",
        "kind": "spending",
        "document": "Annual Report",
        **fields,
    }
    return ReportedTotal.objects.create(
        amount=None if amount is None else a.pounds(amount), is_published=published, **fields
    )


def a_public_award(amount="10000", allocation=None, **fields) -> Award:
    """An award with everything about it published."""
    return a.an_award(amount, allocation, published=True, **fields)


def build() -> SimpleNamespace:
    """One published record of everything, each beside what may not be read."""
    force = a.an_area("Force area", kind="force")
    district = a.an_area("District", parent=force)
    unit = a.an_area("Unit", kind="neighbourhood_unit", parent=district)
    theme = a_theme()
    source = a.a_source("Main grant", ring_fence="Only for safety.")
    fund = a.a_fund("Safety Fund", theme=theme, purpose="Safer streets.")
    fund.sources.add(source)
    FundName.objects.create(fund=fund, name="Old Fund", used_until=date(2020, 3, 31))
    budget = a.a_budget(100_000, fund, source)
    allocation = a.an_allocation(40_000, budget, district)
    a.an_allocation(5_000, budget, unit)
    service = a.a_service("Mentoring", theme=theme)
    service.areas.add(unit)
    ServiceName.objects.create(service=service, name="Mentors")
    recipient = a.an_organisation("Good Charity")
    OrganisationName.objects.create(organisation=recipient, name="Better Charity", is_former=True)
    OrganisationIdentifier.objects.create(organisation=recipient, scheme="GB-CHC", number="1090095")
    service.providers.add(recipient)
    award = a_public_award(
        "12000", allocation, title="Youth mentoring", recipient=recipient, service=service
    )
    award.areas.add(district)
    award.themes.add(theme)
    vary(award, allocation)
    a.a_payment(5_000, award)
    Condition.objects.create(award=award, text="Report every quarter.")
    Condition.objects.create(applies_to="all contracts", text="Pay a living wage.")
    a_reported_total(fund=fund, kind="awards", count=3, count_of="projects")
    funds.revise_budget(
        budget, a.pounds("100"), effective_on=date(2026, 5, 2), note=SECRET, by=a.a_user()
    )
    a.a_problem("/")
    counted = a_public_count(service=service, area=district, theme=theme)
    plant_private_fields()
    return SimpleNamespace(
        **vars(counted),
        fund=fund,
        source=source,
        district=district,
        allocation=allocation,
        service=service,
        award=award,
    )


def whole() -> SimpleNamespace:
    """Every kind of page there is: the world with its secrets, runs of every duty, the index."""
    a_theme("Supporting victims", code=settings.OFFICE["victims_theme"])
    found = build()
    share_by_formula(found)
    plant_secrets(found)
    a_public_award("800", found.allocation, title="Locks", kind="contract")
    for duty in DUTIES.values():
        for period in duty.periods(date(2026, 4, 1), date(2026, 6, 30)):
            a.a_run(duty.kind, period.first_day)
    index.rebuild()
    return found


def share_by_formula(found: SimpleNamespace) -> None:
    """Two districts share by their people, otherwise than these would have it."""
    weighting = a.a_weighting(
        {found.district: 3, a.an_area("Other district"): 1}, name="Mid-2020 people", note=SECRET
    )
    decided = dict.fromkeys(a.areas_of(weighting), (500, "Both begin with as much."))
    a.shares_by_formula(1_000, weighting, found.allocation.budget, decided, purpose="Start")


def a_public_count(service: Service, area: Area, theme: Theme) -> SimpleNamespace:
    """A programme, a measure with a target and released figures, and an indicator."""
    programme = a.a_programme("Safer youth", services=[service], theme=theme)
    breakdown = a.a_breakdown("Need", ["Housing", "Health", "Work"])
    measure = a.a_measure(
        "People helped", service=service, theme=theme, breakdown=breakdown, direction="higher"
    )
    a.a_target(100, measure)
    for category, value in zip(breakdown.categories.all(), (3, 40, 77), strict=True):
        a.an_observation(value, measure, category=category, area=area)
    a.an_observation(None, measure, missing="not_received", area=area, **NEXT_YEAR)
    a.a_release(measure)
    indicator = a.an_indicator("More people are helped", [measure], number=1, theme=theme)
    rows = [{"heading": need.name, "category": need} for need in breakdown.categories.all()]
    table = a.a_report_table("Help by need", rows, measure=measure, area=area)
    a.an_edition(a.a_report([{"heading": "Help", "table": table, "chart": "bars"}]))
    a.a_report(summary=SECRET)
    a.an_indicator("Fewer people are hurt", number=2, no_figures_because="They are not collected.")
    return SimpleNamespace(programme=programme, measure=measure, indicator=indicator)


def vary(award: Award, allocation) -> None:
    award_actions.vary(
        award,
        [(allocation, a.pounds("500"))],
        kind="increase",
        reason="More young people came.",
        decision=a.a_decision(),
        effective_on=date(2026, 5, 20),
        by=a.an_approver(),
    )


def plant_secrets(world: SimpleNamespace) -> None:
    """Unpublished and withheld neighbours of the published records, full of SECRET."""
    hidden = {
        model: unpublished(model)
        for model in (FundingSource, Organisation, Service, DecisionNotice)
    }
    fund = a.a_fund(f"{SECRET} fund", published=False)
    budget = a.a_budget(50_000, fund, hidden[FundingSource])
    allocation = a.an_allocation(20_000, budget, world.district, purpose=SECRET)
    # An unpublished award on published money, and published awards beside unpublished records.
    a.an_award("700", world.allocation, title=SECRET, purpose=SECRET, reason=SECRET)
    a.a_draft("800", world.allocation, title=SECRET)
    beside = a_public_award("900", allocation, title="Beside", service=hidden[Service])
    Award.objects.filter(pk=beside.pk).update(
        decision=hidden[DecisionNotice], source=hidden[FundingSource]
    )
    a.a_request(100, world.award, reference=SECRET)
    Fund.objects.filter(pk=world.fund.pk).update(lead=hidden[Organisation], successor=fund)
    world.fund.sources.add(hidden[FundingSource])
    world.service.providers.add(hidden[Organisation])
    FundingSource.objects.filter(pk=world.source.pk).update(provider=hidden[Organisation])
    a_reported_total(published=False, label=SECRET, document=SECRET)
    a_reported_total(fund=fund, service=hidden[Service], organisation=hidden[Organisation])
    Condition.objects.create(fund=fund, text=SECRET)
    a.a_decision(
        status="confidential",
        confidential_ground="Safety.",
        summary=SECRET,
        document_url=f"https://example.org/{SECRET}",
    )
    withheld = a_withheld(withhold="name")
    plant_secret_counts(world)
    named_nowhere = a_public_award("1000", world.allocation, title="Refuge", recipient=withheld)
    a.a_payment(100, named_nowhere)
    world.service.providers.add(withheld)
    FundingSource.objects.filter(pk=world.source.pk).update(provider=withheld)
    a_reported_total(organisation=withheld)
    # Given on out of an award that is not published, by a name that is withheld, and to one.
    kept = a.an_award("600", world.allocation, title=SECRET, recipient=withheld)
    a.a_grant_given_on(kept, 100, title="Given on", published=True)
    a.a_grant_given_on(named_nowhere, 100, title="Given on by a refuge", published=True)
    a.a_grant_given_on(world.award, 100, title="To a refuge", recipient=withheld, published=True)
    a.a_grant_given_on(world.award, 100, title=SECRET, purpose=SECRET)
    plant_private_fields()


def plant_secret_counts(world: SimpleNamespace) -> None:
    """Figures that are not released or hidden, of measures that are published and others."""
    private = a.a_measure(SECRET, published=False, service=world.service, theme=world.measure.theme)
    fill(Measure.objects.filter(pk=private.pk), {field.name for field in Measure._meta.fields})
    a.a_target(SECRET_NUMBER, private, note=SECRET, source_ref=SECRET)
    a.an_observation(SECRET_NUMBER, private, note=SECRET, document=SECRET)
    withdrawn = a.a_measure("Withdrawn", service=world.service)
    a.an_observation(SECRET_NUMBER, withdrawn, note=SECRET)
    a.a_release(withdrawn)
    Measure.objects.filter(pk=withdrawn.pk).update(is_published=False, name=SECRET)
    programme = a.a_programme(SECRET, published=False, services=[world.service])
    a.a_measure("Beside", programme=programme, numerator=private, denominator=withdrawn)
    a.an_indicator(SECRET, [world.measure], published=False)
    Indicator.objects.get(pk=world.indicator.pk).measures.add(private, withdrawn)
    # Recorded after the release: the public sees what was released.
    unreleased = {
        "area": world.district,
        "starts_on": date(2030, 4, 1),
        "ends_on": date(2031, 3, 31),
    }
    a.an_observation(SECRET_NUMBER, world.measure, note=SECRET, **unreleased)
    # Superseded: only the latest release counts.
    once = a.a_measure("Shown once")
    figure = a.an_observation(SECRET_NUMBER, once, note=SECRET)
    a.a_release(once, title=SECRET)
    correct(figure, value=Decimal(12), note="", reason="It was wrong.", by=a.an_officer())
    a.a_release(once)


def unpublished(model: type[models.Model]) -> models.Model:
    """A record with SECRET in all its texts."""
    make = {
        FundingSource: a.a_source,
        Organisation: lambda **fields: a.an_organisation(published=False, **fields),
        Service: lambda **fields: a.a_service(published=False, **fields),
        DecisionNotice: lambda **fields: a.a_decision(published=False, **fields),
    }[model]
    row = make()
    fill(model.objects.filter(pk=row.pk), {field.name for field in model._meta.fields})
    model.objects.filter(pk=row.pk).update(is_published=False)
    return model.objects.get(pk=row.pk)


def a_withheld(**fields) -> Organisation:
    """An organisation whose every text, name and number is SECRET, but for the ground."""
    row = a.an_organisation(**fields, withhold_ground="A refuge.")
    texts = {field.name for field in Organisation._meta.fields} - {"withhold", "withhold_ground"}
    fill(Organisation.objects.filter(pk=row.pk), texts - {"kind"})
    OrganisationName.objects.create(organisation=row, name=SECRET)
    OrganisationIdentifier.objects.create(organisation=row, scheme="other", number=SECRET)
    return Organisation.objects.get(pk=row.pk)


def fill(rows: models.QuerySet, names: set[str]) -> None:
    """SECRET in these text fields that have no fixed choices."""
    texts = {
        field.name: f"{SECRET}-{next(a.numbers)}"
        for field in rows.model._meta.concrete_fields
        if field.name in names
        and isinstance(field, models.CharField | models.TextField)
        and not field.choices
    }
    if texts:
        rows.update(**texts)


def plant_private_fields() -> None:
    """SECRET in every private text of every model, where the database lets it be written."""
    # The database keeps evidence of a condition only once it is met.
    Condition.objects.update(
        state=Condition.State.MET,
        settled_on=date(2026, 5, 1),
        settled_by=a.an_officer(),
        settled_reason=SECRET,
    )
    User.objects.update(first_name=SECRET, last_name=SECRET, email=f"{SECRET}@example.org")
    for model in (
        Allocation,
        Area,
        Organisation,
        FundingSource,
        Fund,
        Budget,
        Award,
        DecisionNotice,
        Service,
        Condition,
        Payment,
        Programme,
        Measure,
        Indicator,
        Problem,
    ):
        for row in model.objects.all():
            fill(model.objects.filter(pk=row.pk), model.Publication.private)
