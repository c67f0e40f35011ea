"""Every figure against sums done by hand, and every total against its rows and entries."""

from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from itertools import product

import pytest
from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from commissioning import figures, triggers
from commissioning.actions import awards, funds, publication
from commissioning.figures import Cell, Position, Slice
from commissioning.models import Entry, Payment
from commissioning.money import NOTHING
from commissioning.years import FinancialYear
from tests import builders as a
from tests.standing import for_the_module

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]

YEAR = FinancialYear(2026)


def revise(budget, amount, on=date(2026, 6, 1)) -> None:
    funds.revise_budget(
        budget, a.pounds(amount), effective_on=on, note="Changed.", by=a.a_finance_officer()
    )


def vary(award, allocation, amount, on=date(2026, 7, 1)) -> None:
    awards.vary(
        award,
        [(allocation, a.pounds(amount))],
        kind="increase" if amount > 0 else "decrease",
        reason="Changed.",
        decision=a.a_decision(),
        effective_on=on,
        by=a.an_approver(),
    )


def recommended(amount, allocation):
    draft = a.a_draft(amount, allocation)
    awards.recommend(draft, by=a.an_officer())
    return draft


# --- Positions ------------------------------------------------------------------------------------


def test_a_fund_stands_as_its_entries_add_up():
    budget = a.a_budget("100000.10")
    revise(budget, "2500.05")
    revise(budget, "-0.15")
    finance = a.a_finance_officer()
    funds.authorise_margin(budget, a.pounds(1_000), reason="Late grant.", by=finance)
    allocation = a.an_allocation("40000.33", budget)
    award = a.an_award("12000.01", allocation)
    vary(award, allocation, Decimal("-1000.02"))
    a.a_payment("5000.99", award)
    a.a_payment("100.98", award, kind=Payment.Kind.RECOVERY)
    recommended("6000.07", allocation)

    position = figures.fund_position(budget.fund)

    assert position == Position(
        original=Decimal("100000.10"),
        revisions=Decimal("2499.90"),
        margin=Decimal("1000.00"),
        allocated=Decimal("40000.33"),
        committed=Decimal("10999.99"),
        paid=Decimal("4900.01"),
        recovered=Decimal("100.98"),
        pipeline=Decimal("6000.07"),
    )
    assert position.budget == Decimal("102500.00")
    assert position.unallocated == Decimal("63499.67")
    assert position.uncommitted == Decimal("29000.34")
    assert position.unpaid == Decimal("6099.98")
    assert position.available == Decimal("92500.01")


def test_a_position_as_at_a_day_counts_what_was_effective_by_then():
    budget = a.a_budget(1_000)
    revise(budget, 200, on=date(2026, 6, 1))
    allocation = a.an_allocation(500, budget)
    award = a.an_award(300, allocation, effective_on=date(2026, 7, 1))
    a.a_payment(100, award, paid_on=date(2026, 8, 1))

    def as_at(month, day):
        position = figures.fund_position(budget.fund, as_at=date(2026, month, day))
        return [position.budget, position.allocated, position.committed, position.paid]

    assert as_at(3, 31) == [0, 0, 0, 0]
    assert as_at(4, 1) == [1_000, 500, 0, 0]
    assert as_at(5, 31) == [1_000, 500, 0, 0]
    assert as_at(6, 1) == [1_200, 500, 0, 0]
    assert as_at(7, 1) == [1_200, 500, 300, 0]
    assert as_at(7, 31) == [1_200, 500, 300, 0]
    assert as_at(8, 1) == [1_200, 500, 300, 100]


def recorded(entry: Entry, days_ago: int) -> None:
    """As if the entry had been typed in so many days ago."""
    connection.check_constraints()
    triggers.remove(connection)
    Entry.objects.filter(pk=entry.pk).update(recorded_at=timezone.now() - timedelta(days_ago))
    connection.check_constraints()
    triggers.install(connection)


def test_a_position_as_known_at_a_moment_leaves_out_what_was_recorded_later():
    budget = a.a_budget(1_000)
    recorded(budget.entries.get(), days_ago=30)
    revise(budget, 200, on=date(2026, 4, 2))
    late = budget.entries.latest("pk")
    recorded(late, days_ago=10)
    a_while_ago = timezone.now() - timedelta(days=20)

    def known(**when):
        return figures.fund_position(budget.fund, **when).budget

    assert known(known_at=a_while_ago) == 1_000
    assert known(known_at=a_while_ago, as_at=date(2026, 4, 2)) == 1_000
    assert known(as_at=date(2026, 4, 2)) == 1_200
    assert known(as_at=date(2026, 4, 1)) == 1_000
    assert known() == 1_200


def test_a_margin_does_not_count_before_the_first_entry_of_its_budget():
    budget = a.a_budget(1_000)
    finance = a.a_finance_officer()
    funds.authorise_margin(
        budget, a.pounds(50), reason="Late grant.", starts_on=date(2026, 3, 1), by=finance
    )

    before = {"as_at": date(2026, 3, 31)}
    assert figures.fund_position(budget.fund, **before) == figures.source_totals(**before).total
    assert figures.fund_position(budget.fund, **before).available == 0
    assert figures.fund_position(budget.fund, as_at=date(2026, 4, 1)).available == 1_050


# --- Slices and tables ----------------------------------------------------------------------------


def test_a_year_has_the_budgets_that_lie_in_it_and_not_those_that_reach_beyond():
    within = a.a_budget(100)
    fund = within.fund
    half = {"starts_on": date(2026, 10, 1), "ends_on": date(2027, 3, 31)}
    a.a_budget(20, fund, **half)
    a.a_budget(3, fund, starts_on=date(2025, 4, 1), ends_on=date(2028, 3, 31))
    a.a_budget(4_000, fund, starts_on=date(2025, 4, 1), ends_on=date(2026, 3, 31))

    assert figures.fund_position(fund, year=YEAR).budget == 120
    assert figures.fund_position(fund, year=FinancialYear(2025)).budget == 4_000
    assert figures.fund_position(fund, year=FinancialYear(2027)).budget == 0
    assert figures.fund_position(fund).budget == 4_123
    assert figures.position(Slice(fund=fund, year=YEAR, beyond_year=True)).budget == 3
    assert figures.years_with_money() == [FinancialYear(2026), FinancialYear(2025)]
    assert figures.years_reached() == [
        FinancialYear(2027),
        FinancialYear(2026),
        FinancialYear(2025),
    ]


def test_neighbourhood_units_count_with_the_area_that_they_lie_in():
    force = a.an_area("Force area", kind="force")
    dudley = a.an_area("Dudley", parent=force)
    walsall = a.an_area("Walsall", parent=force)
    unit = a.an_area("Brierley Hill", kind="neighbourhood_unit", parent=dudley)
    budget = a.a_budget(1_000)
    for place, amount in [(force, 500), (dudley, 40), (unit, 3), (walsall, 200)]:
        a.an_allocation(amount, budget, place)

    table = figures.area_totals()

    assert [(row.label, row.position.allocated) for row in table] == [
        ("Dudley", 43),
        ("Force area", 500),
        ("Walsall", 200),
    ]
    assert table.total.allocated == 743
    assert table.of(dudley).allocated == 43
    assert figures.area_totals(area=unit).of(unit).allocated == 3
    assert figures.position(Slice(area=dudley)).allocated == 43
    assert figures.totals_within()[force.pk].allocated == 743


def test_an_area_has_allocations_and_no_budget():
    allocation = a.an_allocation(40)
    elsewhere = a.an_area()

    table = figures.area_totals()

    for position in (table.total, table.of(allocation.area), table.of(elsewhere)):
        assert position.budget is position.margin is position.unallocated is None
    assert table.of(allocation.area).available == 40
    assert table.of(elsewhere).available == 0
    assert figures.area_totals(fund=a.a_fund()).total.allocated == 0


def make_office():
    """Funds, sources, years and areas that cross, with odd pennies and every kind of entry."""
    dudley = a.an_area()
    areas = [dudley, a.an_area(), a.an_area(kind="neighbourhood_unit", parent=dudley)]
    sources = [a.a_source(), a.a_source()]
    money = [a.a_fund(), a.a_fund(), a.a_fund(published=False)]
    periods = [
        (date(2026, 4, 1), date(2027, 3, 31)),
        (date(2025, 4, 1), date(2028, 3, 31)),
    ]
    for n, fund in enumerate(money):
        for m, (first, last) in enumerate(periods):
            budget = a.a_budget(f"{1000 + n}.{m + 1}7", fund, sources[(n + m) % 2], first, last)
            revise(budget, f"{n - 1}.0{m + 1}")
            for k, area in enumerate(areas):
                allocation = a.an_allocation(f"{100 + n}.{k}9", budget, area)
                award = a.an_award(f"{50 + k}.{m}1", allocation, published=(k + m) % 2 == 0)
                a.a_payment("20.03", award, paid_on=date(2026, 6, 1))
                if k == 2:
                    a.a_payment("1.01", award, kind="recovery", paid_on=date(2026, 7, 1))
                    recommended("3.33", allocation)
    return money[0]


office = for_the_module(make_office)


SLICES = [
    Slice(),
    Slice(year=YEAR),
    Slice(year=YEAR, beyond_year=True),
    Slice(as_at=date(2026, 6, 15)),
    Slice(known_at=timezone.now() + timedelta(days=365)),
    Slice(published=True),
]
BY = ["fund", "source", "period", "budget", "area", "allocation"]


def test_a_total_is_the_sum_of_its_rows_and_each_figure_the_sum_of_its_entries(office):
    for slice_, by in product(SLICES, BY):
        table = figures.positions(by, slice_)
        assert table.rows
        the_total_is_the_sum_of_the_rows(table, figures.position(slice_))
        each_figure_is_the_sum_of_its_entries(table, slice_, by)


def the_total_is_the_sum_of_the_rows(table, whole) -> None:
    for field in fields(Position):
        figure = getattr(table.total, field.name)
        listed = [getattr(row.position, field.name) for row in table]
        if figure is not None:
            assert figure == sum(listed) == getattr(whole, field.name)


def each_figure_is_the_sum_of_its_entries(table, slice_, by) -> None:
    for key, position in [(None, table.total), *((row.key, row.position) for row in table)]:
        for name in ("original", "revisions", "budget", "allocated", "committed", "paid"):
            figure = getattr(position, name)
            if figure is not None:
                entries = Cell(slice_, by, key).entries(name)
                assert figure == (entries.aggregate(sum=Sum("amount"))["sum"] or NOTHING)


def test_one_fund_has_the_same_figures_alone_as_in_the_table(office):
    for part in ({}, {"year": YEAR}, {"as_at": date(2026, 6, 15)}):
        assert figures.fund_position(office, **part) == figures.positions("fund", Slice(**part)).of(
            office
        )


def test_the_number_of_queries_does_not_grow_with_the_rows(office, django_assert_max_num_queries):
    for by in BY:
        with django_assert_max_num_queries(4):
            assert figures.positions(by, Slice()).rows
    with django_assert_max_num_queries(3):
        figures.position(Slice())


# --- Published ------------------------------------------------------------------------------------


def test_the_public_slice_has_published_funds_and_published_awards_only():
    allocation = a.an_allocation(1_000)
    shown = a.an_award(100, allocation, published=True)
    hidden = a.an_award(20, allocation)
    a.a_payment(10, shown)
    a.a_payment(2, hidden)
    secret = a.an_allocation(500, a.a_budget(fund=a.a_fund(published=False)))
    a.an_award(300, secret, published=True)

    public = figures.position(Slice(published=True))

    assert (public.allocated, public.committed, public.paid) == (1_000, 100, 10)
    assert public.pipeline is None
    assert [row.key for row in figures.positions("fund", Slice(published=True))] == [
        allocation.budget.fund
    ]
    publication.withdraw([shown], reason="A slip.", by=a.an_officer())
    assert figures.position(Slice(published=True)).committed == 0


# --- Awards ---------------------------------------------------------------------------------------


def test_an_award_shows_what_it_was_and_is_worth_and_what_was_paid():
    first, second = a.an_allocation(1_000), a.an_allocation(1_000)
    award = a.an_award("300.03", first)
    vary(award, first, Decimal("-100.01"), on=date(2026, 7, 1))
    vary(award, second, Decimal("50.50"), on=date(2026, 8, 1))
    a.a_payment("60.60", award, paid_on=date(2026, 7, 15))
    a.a_payment("10.10", award, kind="recovery", paid_on=date(2026, 9, 1))

    position = figures.award_position(award)

    assert [
        (line.commitment.allocation, line.original, line.variations, line.paid, line.recovered)
        for line in position.lines
    ] == [
        (first, Decimal("300.03"), Decimal("-100.01"), Decimal("50.50"), Decimal("10.10")),
        (second, NOTHING, Decimal("50.50"), NOTHING, NOTHING),
    ]
    assert position.original == Decimal("300.03")
    assert position.variations == Decimal("-49.51")
    assert position.current == Decimal("250.52")
    assert position.paid == Decimal("50.50")
    assert position.recovered == Decimal("10.10")
    assert position.unpaid == Decimal("200.02")
    assert position.is_known

    before = figures.award_position(award, as_at=date(2026, 7, 31))
    assert (before.current, before.paid) == (Decimal("200.02"), Decimal("60.60"))
    assert len(before.lines) == 1
    assert not figures.award_position(award, as_at=date(2026, 4, 30)).is_known


def test_a_terminated_award_is_worth_what_was_paid():
    award = a.an_award(300)
    a.a_payment("60.60", award)
    awards.terminate(
        award,
        reason="It closed.",
        decision=a.a_decision(),
        effective_on=date(2026, 9, 1),
        by=a.an_approver(),
    )

    position = figures.award_position(award)

    assert (position.original, position.current) == (a.pounds(300), Decimal("60.60"))
    assert position.unpaid == 0


def test_an_award_with_no_money_committed_is_unknown_rather_than_nothing():
    position = figures.award_position(a.a_draft(300))

    assert not position.is_known
    assert position.lines == ()
