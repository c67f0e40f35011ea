"""What tests of the staff site share: one of every record, and every address."""

from datetime import date

from django.conf import settings
from django.contrib import admin
from django.urls import reverse

from commissioning.actions import awards, funds
from commissioning.models import (
    Award,
    Budget,
    ClosedYear,
    Condition,
    FundingSource,
    HistoryEvent,
    ImportRun,
    Payment,
    Plan,
    ReportedTotal,
    Theme,
)
from commissioning.years import FinancialYear
from tests import builders as a

DAY = date(2026, 6, 1)


def registered():
    """The admin of every noun of this project."""
    return [
        modeladmin
        for model, modeladmin in admin.site._registry.items()
        if model._meta.app_label in {*settings.OUR_APPS, "auth"}
    ]


def address(row, page="change") -> str:
    """The address of a record's page, or of one of its verbs."""
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}"
    return reverse(name, args=[row.pk])


def list_of(model, page="changelist") -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")


def a_world() -> None:
    """One more of every record that the staff site shows, in the states that verbs need."""
    budget, other = a.a_budget(), a.a_budget(50_000)
    allocation = a.an_allocation(40_000, budget)
    a.an_allocation(1_000, other)
    later = Budget(
        fund=budget.fund,
        source=budget.source,
        starts_on=date(2027, 4, 1),
        ends_on=date(2028, 3, 31),
    )
    funds.open_budget(later, a.pounds(5), effective_on=DAY, by=a.a_finance_officer())
    a.a_draft(1_000, allocation)
    recommended = a.a_draft(1_000, allocation)
    awards.recommend(recommended, by=a.an_officer())
    rejected = a.a_draft(1_000, allocation)
    awards.withdraw(rejected, reason="Not now.", by=a.an_officer())
    approved = a.an_award(1_000, allocation, published=True)
    a.an_award(1_000, allocation)
    paid = a.an_award(5_000, allocation)
    a.a_payment(2_000, paid)
    a.a_request(1_000, paid)
    awards.vary(
        approved,
        [(allocation, a.pounds(10))],
        kind="increase",
        reason="More sessions.",
        decision=a.a_decision(published=False),
        effective_on=DAY,
        by=a.an_approver(),
    )
    awards.take_on(
        a.a_draft(1_000, allocation),
        [(allocation, a.pounds(1_000))],
        from_record="Ledger 2019",
        effective_on=DAY,
        by=a.a_finance_officer(),
    )
    Condition.objects.create(award=approved, text="Report every quarter.", due_on=DAY)
    n = next(a.numbers)
    ReportedTotal.objects.create(
        code=f"total-{n}", label=f"Total {n}", kind="awards", count=n, count_of="projects"
    )
    theme = Theme.objects.create(
        plan=Plan.objects.create(name=f"Plan {n}"),
        code=f"T{n}",
        name=f"Theme {n}",
        slug=f"theme-{n}",
        sequence=1,
    )
    a.a_service(theme=theme, published=False)
    a.a_service(theme=theme)
    a.an_organisation(published=False)
    a.a_fund(published=False)
    FundingSource.objects.create(code=f"s{n}", name=f"S {n}", slug=f"s{n}", kind="reserves")
    a.a_decision()
    ReportedTotal.objects.create(
        code=f"shown-{n}", label="Shown", kind="awards", amount=a.pounds(n), is_published=True
    )
    funds.close_year(FinancialYear(2000 + ClosedYear.objects.count()), by=a.a_finance_officer())
    ImportRun.objects.create(
        noun="awards", file_name="awards.csv", sha256="0" * 64, imported_by=a.an_officer()
    )
    what_is_counted()
    reporting = a.a_victims_service()
    a.a_post(service=reporting)
    a.an_accepted_return(reporting)
    a.a_certified_return(reporting)
    a.a_submitted_return(reporting)


def what_is_counted() -> None:
    """One of every record of the app programmes."""
    category = a.a_category()
    programme = a.a_programme(services=[a.a_service()], funds=[a.a_fund()])
    a.a_programme(published=False)
    measure = a.a_measure(breakdown=category.breakdown, programme=programme)
    a.a_measure(published=False, service=a.a_service())
    a.a_target(measure=measure, area=a.an_area(), category=category)
    a.an_indicator(measures=[measure])
    a.an_indicator(published=False)
    a.an_observation(measure=measure, area=a.an_area(), category=category, service=a.a_service())
    a.an_observation(None, measure, missing="not_due")
    a.a_local_unit()
    a.a_release(measure)
    a.an_edition()
    a.a_report([{"heading": "Results", "table": a.a_report_table(rows=[{"heading": "All"}])}])


def row_for(modeladmin, verb):
    """A record on which the verb is possible."""
    for row in modeladmin.model._base_manager.all():
        if verb.is_possible(row):
            return row
    raise AssertionError(f"a_world() has no {modeladmin.opts.model_name} to {verb.name}")


def verbs():
    """Every verb with the admin that it belongs to."""
    return [(modeladmin, verb) for modeladmin in registered() for verb in own(modeladmin)]


def own(modeladmin):
    return getattr(modeladmin, "verbs", [])


def traces() -> tuple:
    """What any deed leaves behind: the same before and after when nothing was done."""
    return (
        HistoryEvent.objects.count(),
        sorted(Award.objects.values_list("pk", "status", "amount", "paid", "note")),
        sorted(Payment.objects.values_list("pk", "status")),
        sorted(Budget.objects.values_list("pk", "amount", "allocated", "margin")),
        sorted(ClosedYear.objects.values_list("pk", "reopened_at"), key=str),
        sum(modeladmin.model._base_manager.count() for modeladmin in registered()),
    )


def use(client, row, verb: str, **told):
    """Use a verb as staff do: answer what it asks, read the effect, confirm it."""
    page = ask(client, row, verb, **told)
    assert "effect" in (page.context or {}), page.content.decode()
    return confirm(client, row, verb, page, **told)


def ask(client, row, verb: str, **told):
    """The page after the question was answered: the effect, or why it cannot be."""
    return client.post(address(row, verb), {**told, "asked": "Continue"})


def confirm(client, row, verb: str, page, **told):
    seen = page.context["effect"].fingerprint
    return client.post(address(row, verb), {**told, "asked": "yes", "confirmed": seen})


def effect(page) -> str:
    """The sentences of a confirm page."""
    return " ".join([*page.context["effect"].sentences, *page.context["effect"].warnings])


def problems(page) -> str:
    """What a form page says is wrong."""
    errors = [*page.context["adminform"].form.errors.values()]
    for inline in page.context.get("inline_admin_formsets", []):
        errors += [error for row in inline.formset.errors for error in row.values()]
        errors.append(inline.formset.non_form_errors())
    return " ".join(str(sentence) for group in errors for sentence in group)
