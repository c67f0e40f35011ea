"""Over-programming authorities: what may be allocated beyond a budget, from one day to another."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from commissioning import integrity
from commissioning.actions import funds
from commissioning.models import Budget
from commissioning.rules import RuleBroken
from commissioning.years import FinancialYear
from tests import builders as a
from tests.commissioning import staff

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
YESTERDAY, TOMORROW = (TODAY + timedelta(days=days) for days in (-1, 1))


def authorise(budget: Budget, margin: int, **details) -> Budget:
    details = {"reason": "Late.", "starts_on": budget.starts_on, **details}
    funds.authorise_margin(budget, a.pounds(margin), by=a.a_chief_finance_officer(), **details)
    return Budget.objects.get(pk=budget.pk)


def allocate(budget: Budget, amount, effective_on=TODAY):
    allocation = budget.allocations.first() or a.an_allocation(1, budget)
    shares = [(allocation, a.pounds(amount))]
    funds.allocate(shares, effective_on=effective_on, by=a.a_finance_officer())


def test_a_margin_that_is_over_is_not_left_to_allocate(client):
    over = authorise(a.a_budget(1_000), 100, ends_on=YESTERDAY)
    standing = authorise(a.a_budget(1_000), 70)
    client.force_login(a.a_finance_officer())

    assert (over.unallocated, standing.unallocated) == (1_000, 1_070)
    page = client.get(staff.list_of(Budget)).content.decode()
    assert "£2,070.00" in page
    assert "£2,170.00" not in page
    page = client.get(staff.address(over, "allocate"))
    assert page.context["tells"] == [
        "The budget is £1,000.00; £0.00 is allocated and £1,000.00 is left to allocate."
    ]


def test_a_refusal_tells_the_margin_of_today():
    over = authorise(a.a_budget(1_000), 100, ends_on=YESTERDAY)

    with pytest.raises(RuleBroken, match=r"margin £0.00, allocated £1.00, available £999.00"):
        allocate(over, 2_000)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "effective_on"),
    [
        # Today, and the day from which the money counts, are judged each by itself.
        (TODAY, None, YESTERDAY),
        (TODAY, TODAY, TOMORROW),
        (YESTERDAY, YESTERDAY, YESTERDAY),
        (TOMORROW, None, TOMORROW),
    ],
)
def test_a_margin_is_in_force_today_and_on_the_day_from_which_money_counts(
    starts_on, ends_on, effective_on
):
    budget = authorise(a.a_budget(1_000), 100, starts_on=starts_on, ends_on=ends_on)

    with pytest.raises(RuleBroken, match=r"margin (of )?£0\.00"):
        allocate(budget, 1_000, effective_on)
    allocate(budget, 999, effective_on)


def test_one_that_begins_later_leaves_what_stands_until_then():
    budget = authorise(a.a_budget(1_000), 100)

    budget = authorise(budget, 20, starts_on=TOMORROW)
    assert (budget.margin_on(TODAY), budget.margin_on(TOMORROW)) == (100, 20)
    allocate(budget, 1_099)

    budget.refresh_from_db()
    assert budget.unallocated == 0
    assert list(integrity.margins_are_authorised()) == []


def test_what_stands_on_a_margin_that_is_over_lets_less_be_taken_and_no_more():
    budget = authorise(a.a_budget(1_000), 100)
    allocate(budget, 1_049)
    authorise(budget, 60, starts_on=TODAY, ends_on=TODAY)
    budget = authorise(budget, 0, starts_on=TOMORROW, reason="")

    first, second = budget.allocations.get(), a.an_area()
    assert budget.allocated == 1_050
    with pytest.raises(RuleBroken, match=r"with a margin of £0\.00 on"):
        allocate(budget, 1, TOMORROW)
    # Taking back, and dividing otherwise, use no more of it.
    allocate(budget, -20, TOMORROW)
    part = first.budget.allocations.model(budget=budget, area=second)
    shares = [(first, a.pounds(-5)), (part, a.pounds(5))]
    funds.allocate(shares, effective_on=TOMORROW, note="Divided.", by=a.a_finance_officer())
    budget.refresh_from_db()
    assert budget.allocated == 1_030


def test_a_smaller_margin_takes_the_place_of_a_greater_one_at_once():
    budget = authorise(a.a_budget(1_000), 100)
    allocate(budget, 1_049)
    funds.authorise_margin(
        budget,
        a.pounds(50),
        reason="Only today.",
        starts_on=TODAY,
        ends_on=TODAY,
        by=a.a_chief_finance_officer(),
    )
    budget.refresh_from_db()

    assert budget.margin_on(TODAY) == 50
    assert budget.margin_on(TOMORROW) == 0
    assert budget.margin == 50


def test_whoever_authorised_the_margin_of_either_day_does_not_use_it():
    budget, chief = a.a_budget(1_000), a.a_chief_finance_officer()
    late = {"reason": "Late.", "starts_on": YESTERDAY}
    funds.authorise_margin(budget, a.pounds(100), by=chief, **late)
    budget = authorise(budget, 100, starts_on=TODAY)
    allocation = a.an_allocation(1_000, budget)

    with pytest.raises(RuleBroken, match="which you authorised yourself"):
        funds.allocate([(allocation, a.pounds(1))], effective_on=YESTERDAY, by=chief)
    funds.allocate([(allocation, a.pounds(1))], effective_on=TODAY, by=chief)


def test_an_authority_does_not_begin_in_a_closed_year():
    budget = a.a_budget(100)
    funds.close_year(FinancialYear(2025), by=a.a_chief_finance_officer())
    details = {"reason": "Late returns.", "by": a.a_chief_finance_officer()}

    with pytest.raises(RuleBroken, match="financial year 2025/26 is closed"):
        funds.authorise_margin(budget, a.pounds(10), starts_on=date(2026, 3, 31), **details)
    funds.authorise_margin(budget, a.pounds(10), starts_on=date(2026, 4, 1), **details)
