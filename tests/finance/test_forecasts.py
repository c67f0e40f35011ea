"""Forecasts: finance states what a budget will have spent, and the latest statement stands."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse

from commissioning import roles
from commissioning.models import Entry, HistoryEvent
from commissioning.rules import RuleBroken
from finance.actions import forecasts
from finance.models import Forecast
from tests import builders as a
from tests.standing import for_the_module

pytestmark = pytest.mark.django_db

GIVEN = {"outturn": "90,000.50", "effective_on": "2026-08-01", "reason": "Two posts are vacant."}


def make_budget():
    return a.a_budget(100_000)


budget = for_the_module(make_budget)


@pytest.fixture
def finance(client):
    client.force_login(a.a_finance_officer())
    return client


def address(budget) -> str:
    return reverse("admin:commissioning_budget_forecast", args=[budget.pk])


def state(client, budget, **given):
    """Both steps of the page: what is asked, and the confirmation of what will happen."""
    given = {**GIVEN, **given}
    asked = client.post(address(budget), {**given, "asked": "Continue"})
    if "effect" not in asked.context or asked.context["effect"] is None:
        return asked
    seen = asked.context["effect"].fingerprint
    return client.post(address(budget), {**given, "asked": "yes", "confirmed": seen})


def test_a_forecast_is_stated_and_moves_no_money(finance, budget):
    entries = Entry.objects.count()

    state(finance, budget)

    stated = budget.forecasts.get()
    assert (stated.outturn, stated.effective_on) == (Decimal("90000.50"), date(2026, 8, 1))
    assert stated.reason == "Two posts are vacant."
    assert Entry.objects.count() == entries


def test_the_page_says_what_the_report_will_show(finance, budget):
    page = finance.post(address(budget), {**GIVEN, "asked": "Continue"}).content.decode()

    assert "£90,000.50: £9,999.50 under the budget of £100,000.00" in page


def test_a_revised_forecast_stands_beside_the_earlier_one(finance, budget):
    state(finance, budget)
    page = finance.get(address(budget)).content.decode()
    assert "£90,000.50. Two posts are vacant." in page

    state(finance, budget, outturn="95,000", effective_on="2026-09-01", reason="One was filled.")

    assert list(budget.forecasts.order_by("pk").values_list("outturn", flat=True)) == [
        Decimal("90000.50"),
        Decimal("95000.00"),
    ]


def test_an_empty_amount_takes_forecasts_back(finance, budget):
    state(finance, budget)
    state(finance, budget, outturn="", reason="Too early to say.")

    assert budget.forecasts.order_by("-pk").first().outturn is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"outturn": "-1"},
        {"outturn": "0.001"},
        {"outturn": "much"},
        {"outturn": "9" * 40},
        {"effective_on": ""},
        {"effective_on": "31 Smarch"},
        {"effective_on": "0001-01-01"},
        {"reason": ""},
        {"reason": "   "},
        {"reason": "x" * 1001},
        {"reason": "a\x00b"},
    ],
    ids=str,
)
def test_wrong_input_gets_a_sentence_and_changes_nothing(finance, budget, wrong):
    page = finance.post(address(budget), {**GIVEN, **wrong, "asked": "Continue"})

    assert "errorlist" in page.content.decode()
    assert not Forecast.objects.exists()


@pytest.mark.parametrize(
    ("stated_on", "sentence"),
    [("2078-12-31", "is still to come"), ("2019-06-30", "more than a year before")],
)
def test_a_forecast_is_stated_as_at_a_day_that_can_be_true(finance, budget, stated_on, sentence):
    page = state(finance, budget, effective_on=stated_on)

    assert sentence in page.content.decode()
    assert not Forecast.objects.exists()


def test_each_statement_is_in_the_history_with_its_reason(budget):
    by = a.a_finance_officer()
    a.a_forecast("90000.50", budget, by=by)
    a.a_forecast(None, budget, by=by, reason="Too early to say.")

    posted = HistoryEvent.objects.filter(
        subject_type="budget", subject_id=str(budget.pk), reason__gt=""
    )
    first, last = posted.order_by("pk").filter(verb__contains="forecast")
    assert (first.verb, first.reason) == ("forecast £90,000.50 for", "Two posts are vacant.")
    assert first.after["outturn"] == "90000.50"
    assert (last.verb, last.reason) == ("took back the forecast of", "Too early to say.")


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (roles.FINANCE, 200),
        (roles.CHIEF_FINANCE, 200),
        (roles.MANAGER, 403),
        (roles.OFFICER, 403),
        (roles.AUDITOR, 403),
        (None, 403),
    ],
)
def test_only_finance_states_forecasts(client, budget, role, status):
    client.force_login(a.a_user(role))

    assert client.get(address(budget)).status_code == status
    if status == 403:
        assert client.post(address(budget), {**GIVEN, "asked": "yes"}).status_code == 403
        assert not Forecast.objects.exists()


@pytest.mark.parametrize(("role", "offers"), [(roles.FINANCE, True), (roles.AUDITOR, False)])
def test_the_report_by_budget_offers_it_to_those_who_may(client, budget, role, offers):
    client.force_login(a.a_user(role))
    page = client.get("/staff/monitoring/", {"by": "budget"}).content.decode()

    assert (address(budget) in page) == offers


@pytest.mark.parametrize(
    "wrong", [{"outturn": Decimal("-0.01")}, {"reason": ""}, {"outturn": Decimal("0.001")}], ids=str
)
def test_the_action_refuses_what_the_page_refuses(budget, wrong):
    given = {"outturn": a.pounds(1), "reason": "Why.", "effective_on": date(2026, 8, 1), **wrong}
    outturn = given.pop("outturn")

    with pytest.raises(ValidationError):
        forecasts.state(budget, outturn, **given, by=a.a_finance_officer())

    assert not Forecast.objects.exists()


def test_a_stated_forecast_is_never_edited_or_removed():
    forecast = a.a_forecast()

    for change in (
        lambda: Forecast.objects.filter(pk=forecast.pk).update(reason="Another."),
        lambda: Forecast.objects.filter(pk=forecast.pk).delete(),
    ):
        with pytest.raises((DatabaseError, RuleBroken)), transaction.atomic():
            change()

    assert Forecast.objects.get().reason == forecast.reason
