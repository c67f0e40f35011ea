"""Money moves by entries only, and never further than its parent holds."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from commissioning import figures
from commissioning.actions import funds, journal
from commissioning.models import Allocation, Entry, Payment
from commissioning.rules import RuleBroken
from tests import builders as a

pytestmark = pytest.mark.django_db


def test_a_pound_is_followed_from_source_to_payment():
    budget = a.a_budget(100_000)
    allocation = a.an_allocation(40_000, budget)
    award = a.an_award(12_000, allocation)
    a.a_payment(5_000, award)

    position = figures.fund_position(budget.fund)

    assert position.budget == Decimal("100000.00")
    assert position.allocated == Decimal("40000.00")
    assert position.committed == Decimal("12000.00")
    assert position.paid == Decimal("5000.00")
    assert position.available == Decimal("88000.00")
    award.refresh_from_db()
    assert (award.amount, award.paid) == (Decimal("12000.00"), Decimal("5000.00"))


@pytest.mark.parametrize(
    "overspend",
    [
        lambda budget, allocation, award: funds.allocate(
            [(Allocation(budget=budget, area=a.an_area()), a.pounds("60000.01"))],
            effective_on=date(2026, 4, 1),
            by=a.a_finance_officer(),
        ),
        lambda budget, allocation, award: a.an_award("28000.01", allocation),
        lambda budget, allocation, award: journal.pay(
            [
                Payment.objects.create(
                    commitment=award.commitments.get(),
                    amount=a.pounds("12000.01"),
                    paid_on=date(2026, 6, 1),
                    requested_by=a.an_officer(),
                )
            ],
            by=a.a_finance_officer(),
        ),
        lambda budget, allocation, award: funds.revise_budget(
            budget,
            a.pounds("-60000.01"),
            effective_on=date(2026, 5, 1),
            note="Cut.",
            by=a.a_finance_officer(),
        ),
    ],
    ids=["allocate", "commit", "pay", "reduce the budget"],
)
def test_a_penny_too_much_is_refused_with_every_figure_and_changes_nothing(overspend):
    budget = a.a_budget(100_000)
    allocation = a.an_allocation(40_000, budget)
    award = a.an_award(12_000, allocation)
    entries = Entry.objects.count()

    with pytest.raises(RuleBroken) as refusal, transaction.atomic():
        overspend(budget, allocation, award)

    assert refusal.value.message.count("£") >= 4
    assert Entry.objects.count() == entries
