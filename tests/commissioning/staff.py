"""What tests of the staff site share: one of every record, and every address."""

from datetime import date

from django.conf import settings
from django.contrib import admin
from django.contrib.messages import get_messages
from django.urls import NoReverseMatch, reverse

from commissioning.actions import awards, decisions, funds
from commissioning.models import (
    Allocation,
    Award,
    Budget,
    ClosedYear,
    Condition,
    DelegatedLimit,
    FundingSource,
    HistoryEvent,
    ImportRun,
    Payment,
    Plan,
    ReportedTotal,
    Theme,
)
from commissioning.years import FinancialYear
from finance.actions import year_end
from finance.models import MonthSignOff
from finance.months import Month
from tests import builders as a
from transparency.actions import problems as public_messages
from transparency.actions import runs
from transparency.models import Run

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
    a.shares_by_formula(1_000, budget=other)
    later = Budget(
        fund=budget.fund,
        source=budget.source,
        starts_on=date(2027, 4, 1),
        ends_on=date(2028, 3, 31),
    )
    funds.open_budget(later, a.pounds(5), effective_on=DAY, by=a.a_finance_officer())
    a.a_draft(1_000, allocation)
    a.a_draft(None)
    recommended = a.a_draft(1_000, allocation)
    awards.recommend(recommended, by=a.an_officer())
    rejected = a.a_draft(1_000, allocation)
    awards.withdraw(rejected, reason="Not now.", by=a.an_officer())
    approved = a.an_award(1_000, allocation, published=True)
    a.an_award(1_000, allocation)
    slip = {"part": "title", "instead": "Clubs", "reason": "A slip."}
    decisions.correct(approved.decision, **slip, by=a.an_officer())
    paid = a.an_award(5_000, allocation)
    a.a_payment(2_000, paid)
    a.a_payment_marked_returned(a.a_payment(10, paid))
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
    a.an_award_taken_on(1_000, DAY, allocation=allocation)
    who_may_decide(approved, paid)
    what_the_public_is_told()
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
    past = FinancialYear(2000 + ClosedYear.objects.count())
    year_end.close(past, reason="Long ago.", by=a.a_finance_officer())
    ImportRun.objects.create(
        noun="awards", file_name="awards.csv", sha256="0" * 64, imported_by=a.an_officer()
    )
    what_is_to_be_paid()
    what_goes_to_the_bank()
    a.a_forecast(budget=budget)
    what_the_ledger_says()
    a.a_receipt(budget=budget)
    what_is_settled_at_the_year_s_end()
    what_is_counted()
    reporting = a.a_victims_service(providers=[a.an_organisation()])
    a.a_post(service=reporting)
    a.an_accepted_return(reporting)
    a.a_certified_return(reporting)
    a.a_submitted_return(reporting)


def who_may_decide(varied: Award, paid: Award) -> None:
    """One of every record of limits, interests, emergencies and proposed variations."""
    terminated = a.an_award(1_000)
    awards.terminate(
        terminated,
        reason="The group closed.",
        decision=a.a_decision(),
        effective_on=DAY,
        by=a.an_approver(),
    )
    # Not in force for a long time, so that nobody in the tests is limited.
    a.a_limit(starts_on=date(2090 + DelegatedLimit.objects.count(), 4, 1))
    a.an_interest()
    a.an_override(award=varied)
    a.a_proposed_variation(10, paid)


def what_the_public_is_told() -> None:
    """Runs, shown and withdrawn, and messages, open and answered."""
    by = a.an_officer()
    note = "New." if Run.objects.exists() else ""
    # Each version needs something new to tell.
    a.an_award(1, published=True)
    a.a_run(change_note=note)
    a.an_award(1, published=True)
    runs.withdraw(a.a_run(change_note="Later."), reason="Withheld now.", by=by)
    problem = a.a_problem()
    a.a_problem()
    public_messages.answer(problem, change_note="Put right.", answer="", by=by)


def what_is_to_be_paid() -> None:
    """Schedules and holds, and conditions in each of their states."""
    a.a_scheduled_award()
    a.an_award_by_milestones()
    # As one that was taken on, and whose pattern became known afterwards.
    late = {**a.YEAR, "payment_pattern": "monthly", "payment_timing": "arrears"}
    Award.objects.filter(pk=a.an_award().pk).update(**late)
    a.a_hold()
    a.a_met_condition()


def what_goes_to_the_bank() -> None:
    """Bank accounts, batches in their states, and a layout of payment files."""
    a.a_proposed_account()
    a.a_released_batch()
    a.a_batch()
    a.a_layout()


def what_the_ledger_says() -> None:
    """Lines of the ledger, matched, explained and open, and a month signed off long ago."""
    a.a_match(a.a_ledger_line(10), a.a_payment(10))
    a.an_explanation()
    a.a_ledger_line(7)
    # No two of them in one month, and none in a month in which the tests move money.
    month = Month(date(1981 + MonthSignOff.objects.count(), 1, 1))
    a.an_explanation(a.a_ledger_line(3, day=month.first_day))
    a.a_signed_month(month)


def what_is_settled_at_the_year_s_end() -> None:
    """A carry-forward that waits, and an accrual."""
    a.a_carry_forward()
    a.an_accrual()


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


def pages() -> list[tuple]:
    """(noun, page, record, address) of every page of every noun."""
    found = []
    for modeladmin in registered():
        noun, row = modeladmin.opts.model_name, modeladmin.model._base_manager.first()
        own = f"{modeladmin.opts.app_label}_{noun}_"
        for pattern in modeladmin.get_urls():
            name = getattr(pattern, "name", None) or ""
            if name.startswith((own, "auth_user_")):
                found.append((noun, name.removeprefix(own), row, _address_named(name, row, noun)))
    return found


def _address_named(name: str, row, noun: str) -> str:
    """The address, with a record where one is asked for."""
    for key in ({}, {"pk": row.pk}, {"object_id": row.pk}, {"id": row.pk}, {"resource": noun}):
        try:
            return reverse(f"admin:{name}", kwargs=key)
        except NoReverseMatch:
            continue
    raise AssertionError(f"no address for {name}")


def row_for(modeladmin, verb):
    """A record on which the verb is possible."""
    # As its pages fetch it: with the sums that verbs ask about.
    for row in modeladmin.get_queryset(None).order_by("pk"):
        if verb.is_possible(row):
            return row
    raise AssertionError(f"a_world() has no {modeladmin.opts.model_name} to {verb.name}")


def verbs():
    """Every verb with the admin that it belongs to."""
    return [(modeladmin, verb) for modeladmin in registered() for verb in own(modeladmin)]


def own(modeladmin):
    return getattr(modeladmin, "staff_actions", [])


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
    return client.post(address(row, verb), confirming(page, **told))


def confirming(page, **told) -> dict:
    """What the button of a confirm page sends."""
    seen = {"confirmed": page.context["effect"].fingerprint, "as_of": page.context["as_of"]}
    return {**told, "asked": "yes", **seen}


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


def filled_in(form) -> dict:
    """What a browser would send of a record's page, as it was shown, with its inline rows."""
    forms = [form["adminform"].form]
    for inline in form["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    return {
        field.html_name: "" if field.value() is None else field.value()
        for each in forms
        for field in each
    }


def message(response) -> str:
    """What a page says has been done."""
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def walsall(amount=40_000) -> Allocation:
    """What the Active Citizens Fund, of £100,000, sets aside for Walsall."""
    budget = a.a_budget(100_000, a.a_fund("Active Citizens Fund"))
    return a.an_allocation(amount, budget, a.an_area("Walsall"))


# --- Forms --------------------------------------------------------------------------------------


def inlines(*prefixes) -> dict:
    """The empty rows that a browser sends along."""
    sent = {}
    for prefix in prefixes:
        sent |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return sent


def an_organisation_form(**fields) -> dict:
    told = {"name": "Boxing Club", "kind": "charity", "withhold": "nothing"}
    return {**told, **inlines("identifiers", "names"), **fields}
