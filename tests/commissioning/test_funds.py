"""Margins, virements, carry-forwards and the close of a year."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from commissioning.actions import funds, journal, payments
from commissioning.models import Budget, Entry
from commissioning.rules import RuleBroken
from commissioning.years import FinancialYear
from tests import builders as a
from tests.chain import JUNE, MAY, PENNY, allocate, approve, cut, vary

pytestmark = pytest.mark.django_db


def test_a_margin_widens_a_budget_by_exactly_its_amount(chain):
    finance = a.a_finance_officer()
    late = {"reason": "Late grant.", "starts_on": MAY}
    funds.authorise_margin(chain.budget, a.pounds(500), by=finance, **late)

    with pytest.raises(
        RuleBroken, match=r"margin £500.00, allocated £40,000.00, available £60,500"
    ):
        allocate(chain, a.pounds("60500.01"))
    allocate(chain, a.pounds(60_500))

    with pytest.raises(RuleBroken, match=r"£500.00 more than the budget"):
        funds.authorise_margin(chain.budget, a.pounds("499.99"), reason="Less.", by=finance)


@pytest.mark.parametrize("margin", [Decimal("-0.01"), Decimal("0.001"), Decimal("NaN")])
def test_a_margin_is_an_exact_amount_of_money(margin, chain):
    with pytest.raises(ValidationError):
        funds.authorise_margin(chain.budget, margin, reason="Odd.", by=a.a_finance_officer())


def an_own_margin(**fields):
    """A budget of £100 with a margin of £50, and the colleague who authorised it."""
    finance = a.a_finance_officer()
    budget = a.a_budget(100, **fields)
    late = {"reason": "Late grant.", "starts_on": budget.starts_on}
    funds.authorise_margin(budget, a.pounds(50), by=finance, **late)
    budget.refresh_from_db()
    return budget, finance


def test_nobody_allocates_from_a_margin_that_is_their_own():
    budget, finance = an_own_margin()
    allocation = a.an_allocation(100, budget, by=finance)

    with pytest.raises(RuleBroken, match="which you authorised yourself"):
        funds.allocate([(allocation, PENNY)], effective_on=MAY, by=finance)
    allocation.refresh_from_db()
    assert allocation.amount == 100

    funds.allocate([(allocation, a.pounds(50))], effective_on=MAY, by=a.a_finance_officer())
    funds.allocate([(allocation, a.pounds(-1))], effective_on=MAY, note="Back.", by=finance)


OUT_OF = {
    "revised": lambda giver, taker, **told: funds.revise_budget(
        giver, -PENNY, effective_on=MAY, **told
    ),
    "vired": lambda giver, taker, **told: funds.vire(giver, taker, PENNY, effective_on=MAY, **told),
    "carried forward": lambda giver, taker, **told: funds.carry_forward(
        giver, taker, PENNY, **told
    ),
}


@pytest.mark.parametrize("way", OUT_OF)
def test_nobody_takes_money_out_of_a_budget_onto_their_own_margin(way):
    budget, finance = an_own_margin()
    a.an_allocation(100, budget)
    later = a.a_budget(
        1, budget.fund, budget.source, starts_on=date(2027, 4, 1), ends_on=date(2028, 3, 31)
    )

    with pytest.raises(RuleBroken, match="which you authorised yourself"):
        OUT_OF[way](budget, later, by=finance, note="Elsewhere.")

    budget.refresh_from_db()
    assert budget.amount == 100


def test_a_margin_that_ended_is_nobody_s():
    budget, finance = an_own_margin()

    funds.authorise_margin(budget, a.pounds(0), reason="", by=finance)

    budget.refresh_from_db()
    assert (budget.margin, budget.margin_authorised_by) == (0, None)


def vire(giver, taker, amount, **fields) -> None:
    fields = {"effective_on": MAY, "note": "Moved.", "by": a.a_finance_officer(), **fields}
    funds.vire(giver, taker, amount, **fields)


def test_a_virement_between_budgets_leaves_the_sum_as_it_was(chain):
    taker = a.a_budget(1)

    vire(chain.budget, taker, a.pounds(60_000))

    chain.budget.refresh_from_db()
    taker.refresh_from_db()
    assert (chain.budget.amount, taker.amount) == (a.pounds(40_000), a.pounds(60_001))
    with pytest.raises(RuleBroken, match=r"available £0.00"):
        vire(chain.budget, taker, PENNY)


def test_a_virement_between_allocations_of_two_budgets_moves_both_budgets(chain):
    other = a.an_allocation(1, a.a_budget(1))

    vire(chain.allocation, other, a.pounds(28_000))

    for row in (chain.budget, chain.allocation, other, other.budget):
        row.refresh_from_db()
    assert (chain.budget.amount, chain.allocation.amount) == (a.pounds(72_000), a.pounds(12_000))
    assert (other.budget.amount, other.amount) == (a.pounds(28_001), a.pounds(28_001))
    assert Entry.objects.exclude(transfer=None).values("transfer").distinct().count() == 1
    with pytest.raises(RuleBroken, match=r"available £0.00"):
        vire(chain.allocation, other, PENNY)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"amount": a.pounds(0)}, "more than £0.00"),
        ({"amount": a.pounds(-5)}, "more than £0.00"),
        ({"amount": Decimal("0.005")}, "parts of a penny"),
        ({"amount": Decimal("Infinity")}, "not an amount of money"),
        ({"note": " "}, "Say why"),
        ({"taker": "budget"}, "two different"),
        ({"taker": "allocation"}, "between two budgets or between two allocations"),
    ],
)
def test_a_virement_that_makes_no_sense_is_refused_with_a_sentence(change, sentence, chain):
    taker = getattr(chain, change.pop("taker", ""), None) or a.a_budget()
    before = chain.state()

    with pytest.raises(ValidationError, match=sentence), transaction.atomic():
        vire(chain.budget, taker, change.pop("amount", a.pounds(1)), **change)

    assert chain.state() == before


def a_later_budget(budget: Budget, **fields) -> Budget:
    fields = {"starts_on": date(2027, 4, 1), "ends_on": date(2028, 3, 31), **fields}
    return a.a_budget(1, **{"fund": budget.fund, "source": budget.source, **fields})


def test_a_carry_forward_posts_to_both_years(chain):
    later = a_later_budget(chain.budget)

    funds.carry_forward(
        chain.budget, later, a.pounds(60_000), note="Unspent.", by=a.a_finance_officer()
    )

    moved = Entry.objects.filter(reason="carry_forward").order_by("effective_on")
    assert [(entry.effective_on, entry.amount) for entry in moved] == [
        (date(2027, 3, 31), a.pounds(-60_000)),
        (date(2027, 4, 1), a.pounds(60_000)),
    ]
    with pytest.raises(RuleBroken, match=r"available £0.00"):
        funds.carry_forward(chain.budget, later, PENNY, note="More.", by=a.a_finance_officer())


def test_money_is_carried_forward_within_one_fund_and_source_to_a_later_period(chain):
    finance = a.a_finance_officer()
    for other in (
        a_later_budget(chain.budget, fund=a.a_fund()),
        a_later_budget(chain.budget, source=a.a_source()),
        a_later_budget(chain.budget, starts_on=date(2025, 4, 1), ends_on=date(2026, 3, 31)),
    ):
        with pytest.raises(RuleBroken):
            funds.carry_forward(chain.budget, other, a.pounds(1), note="Unspent.", by=finance)


def test_a_closed_year_refuses_every_verb_and_a_reopened_one_takes_them_again(chain):
    finance = a.a_finance_officer()
    later = a_later_budget(chain.budget)
    request = a.a_request(1, chain.award)
    closed = funds.close_year(FinancialYear(2026), by=finance)
    verbs = [
        lambda: cut(chain, a.pounds(1)),
        lambda: allocate(chain, a.pounds(1)),
        lambda: approve(chain, a.pounds(1)),
        lambda: vary(chain, a.pounds(1)),
        lambda: vire(chain.budget, later, a.pounds(1)),
        lambda: payments.release(request, paid_on=JUNE, by=finance),
        lambda: funds.carry_forward(chain.budget, later, a.pounds(1), note="Late.", by=finance),
        lambda: journal.correct(
            chain.budget.entries.first(), PENNY, effective_on=MAY, note="A slip.", by=finance
        ),
    ]
    for verb in verbs:
        before = chain.state()
        with pytest.raises(RuleBroken, match=r"financial year"), transaction.atomic():
            verb()
        assert chain.state() == before

    funds.reopen_year(closed, reason="A late invoice.", by=finance)

    for verb in verbs:
        verb()


def test_a_year_is_closed_once_and_reopened_once():
    finance = a.a_finance_officer()
    closed = funds.close_year(FinancialYear(2026), by=finance)
    with pytest.raises(ValidationError, match=r"already closed"):
        funds.close_year(FinancialYear(2026), by=finance)
    with pytest.raises(RuleBroken, match=r"Say why"):
        funds.reopen_year(closed, reason="", by=finance)
    funds.reopen_year(closed, reason="A late invoice.", by=finance)
    with pytest.raises(RuleBroken, match=r"already open again"):
        funds.reopen_year(closed, reason="Again.", by=finance)
    funds.close_year(FinancialYear(2026), by=finance)
