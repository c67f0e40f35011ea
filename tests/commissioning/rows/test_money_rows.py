"""Sheets of funds, budgets and allocations."""

from datetime import date
from decimal import Decimal

import pytest

from commissioning.actions import funds
from commissioning.models import (
    Allocation,
    Budget,
    Entry,
)
from commissioning.resources.funds import (
    AllocationResource,
    BudgetResource,
)
from commissioning.years import FinancialYear
from tests import builders as a
from tests.commissioning.rows.loading import load, refusals

pytestmark = pytest.mark.django_db


def a_budget_row(**cells) -> dict:
    fund, source = a.a_fund(), a.a_source()
    row = {"fund_code": fund.code, "source_code": source.code, "amount": "100,000"}
    return {**row, "starts_on": "2021-04-01", "ends_on": "2022-03-31", **cells}


def test_a_budget_is_opened_with_its_amount_which_no_import_changes():
    row = a_budget_row()

    assert load(BudgetResource, row) == "1 added, 0 changed, 0 unchanged"
    assert load(BudgetResource, row) == "0 added, 0 changed, 1 unchanged"
    budget = Budget.objects.get()
    entry = Entry.objects.get()
    assert (entry.amount, entry.effective_on) == (Decimal("100000.00"), date(2021, 4, 1))
    assert refusals(BudgetResource, {**row, "amount": "100,000.01"}) == [
        f"Row 2, amount: {budget} holds £100,000.00, not £100,000.01. An import does not change an "
        "amount: revise or vire it."
    ]
    assert load(BudgetResource, {**row, "note": "Seen."}) == "0 added, 1 changed, 0 unchanged"


def test_a_penny_too_much_in_the_last_row_keeps_all_allocations_out():
    row = a_budget_row()
    load(BudgetResource, row)
    first, second = a.an_area(), a.an_area()
    rows = [
        {"fund_code": row["fund_code"], "area_code": first.code, "amount": 60_000},
        {"fund_code": row["fund_code"], "area_code": second.code, "amount": "40,000.01"},
    ]

    (sentence,) = refusals(AllocationResource, *rows)

    assert sentence.startswith("Row 3: £40,000.01 cannot be allocated from")
    assert sentence.count("£") == 6
    assert not Allocation.objects.exists()
    rows[1]["amount"] = 40_000
    assert load(AllocationResource, *rows) == "2 added, 0 changed, 0 unchanged"
    assert Budget.objects.get().unallocated == 0


def test_an_allocation_says_which_of_several_budgets_it_stands_on():
    row = a_budget_row()
    later = {**row, "starts_on": "2022-04-01", "ends_on": "2023-03-31"}
    load(BudgetResource, row, later)
    rows = {"fund_code": row["fund_code"], "area_code": a.an_area().code, "amount": 5}

    assert refusals(AllocationResource, rows) == [
        f"Row 2: there are 2 budgets of fund “{row['fund_code']}”. Give its source and its first "
        "and last day."
    ]
    load(AllocationResource, {**rows, "starts_on": "2022-04-01"})
    assert Allocation.objects.get().budget.starts_on == date(2022, 4, 1)
    assert Entry.objects.get(kind="allocation").effective_on == date(2022, 4, 1)


def test_money_is_not_taken_into_a_closed_year():
    row = a_budget_row()
    funds.close_year(FinancialYear(2021), by=a.a_finance_officer())

    (sentence,) = refusals(BudgetResource, row)

    assert "closed" in sentence
