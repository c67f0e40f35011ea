"""Verbs on budgets, allocations and years in the staff site: asked, told, confirmed, done."""

from decimal import Decimal

import pytest

from commissioning.actions import funds
from commissioning.models import ClosedYear
from commissioning.years import FinancialYear
from tests import builders as a
from tests.commissioning import staff

pytestmark = pytest.mark.django_db

DAY = "2026-06-01"


def test_several_areas_get_money_at_once(client, finance):
    budget = a.a_budget(100_000)
    walsall, dudley = a.an_area("Walsall"), a.an_area("Dudley")
    a.an_allocation(1_000, budget, dudley)
    told = {
        f"area_{walsall.pk}": "£40,000.00",
        f"area_{dudley.pk}": "9000",
        "effective_on": DAY,
    }

    page = staff.ask(client, budget, "allocate", **told)
    assert "£49,000.00 of £99,000.00 not yet allocated" in staff.effect(page)
    assert "£50,000.00 will be left" in staff.effect(page)
    staff.confirm(client, budget, "allocate", page, **told)

    amounts = dict(budget.allocations.values_list("area__name", "amount"))
    assert amounts == {"Walsall": Decimal("40000.00"), "Dudley": Decimal("10000.00")}


def test_a_penny_too_much_for_one_area_gives_no_area_anything(client, finance):
    budget = a.a_budget(100_000)
    walsall, dudley = a.an_area("Walsall"), a.an_area("Dudley")
    told = {f"area_{walsall.pk}": "60000", f"area_{dudley.pk}": "40000.01", "effective_on": DAY}

    page = staff.ask(client, budget, "allocate", **told)

    assert "£100,000.01 cannot be allocated" in staff.problems(page)
    assert not budget.allocations.exists()


def test_an_empty_grid_asks_for_an_amount(client, finance):
    a.an_area("Walsall")

    page = staff.ask(client, a.a_budget(), "allocate", effective_on=DAY)

    assert "Write an amount beside at least one area" in staff.problems(page)


def test_a_budget_is_revised_and_vired(client, finance):
    budget = a.a_budget(100_000)
    other = a.a_budget(1_000)
    reasoned = {"reason": "Agreed.", "effective_on": DAY}

    told = {"direction": "out", "amount": "10000", **reasoned}
    page = staff.ask(client, budget, "revise", **told)
    assert "will go from £100,000.00 to £90,000.00" in staff.effect(page)
    staff.confirm(client, budget, "revise", page, **told)
    staff.use(client, budget, "vire", taker=other.pk, amount="500", **reasoned)

    for row in (budget, other):
        row.refresh_from_db()
    assert (budget.amount, other.amount) == (Decimal("89500.00"), Decimal("1500.00"))


def test_a_margin_lets_more_be_allocated_and_says_so(client, chief):
    budget, walsall = a.a_budget(1_000), a.an_area("Walsall")
    staff.use(client, budget, "margin", margin="100", reason="By decision 12.", starts_on=DAY)
    told = {f"area_{walsall.pk}": "1050", "effective_on": DAY}
    own = staff.ask(client, budget, "allocate", **told)
    assert "which you authorised yourself" in staff.problems(own)

    client.force_login(a.a_finance_officer())
    page = staff.ask(client, budget, "allocate", **told)

    assert "£50.00 of what is allocated will stand on the over-allocation margin" in (
        staff.effect(page)
    )


def test_an_allocation_is_revised_and_vired(client, finance):
    walsall, dudley = staff.walsall(), a.an_allocation(1_000)
    reasoned = {"reason": "Agreed.", "effective_on": DAY}

    page = staff.ask(client, walsall, "vire", taker=dudley.pk, amount="40000.01", **reasoned)
    assert "£40,000.01 cannot be taken from" in staff.problems(page)
    staff.use(client, walsall, "vire", taker=dudley.pk, amount="5000", **reasoned)
    staff.use(client, walsall, "revise", direction="in", amount="100", **reasoned)
    staff.use(client, walsall, "revise", direction="out", amount="200", **reasoned)

    walsall.refresh_from_db()
    dudley.refresh_from_db()
    assert (walsall.amount, dudley.amount) == (Decimal("34900.00"), Decimal("6000.00"))


def test_a_closed_year_refuses_and_can_be_reopened(client, chief):
    budget = a.a_budget()
    closed = funds.close_year(FinancialYear(2026), by=a.a_finance_officer())
    told = {"direction": "in", "amount": "1", "reason": "Late.", "effective_on": DAY}

    page = staff.ask(client, budget, "revise", **told)
    assert "closed financial year" in staff.problems(page)
    staff.use(client, closed, "reopen", reason="One invoice was forgotten.")

    staff.use(client, budget, "revise", **told)
    budget.refresh_from_db()
    assert budget.amount == Decimal("100001.00")
    assert ClosedYear.objects.get().reopened_by == chief
