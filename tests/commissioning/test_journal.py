"""Money moves by entries only, and never further than its parent holds."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from commissioning import figures
from commissioning.actions import funds, journal, payments
from commissioning.models import Entry, Payment
from commissioning.rules import RuleBroken
from tests import builders as a
from tests.chain import (
    JUNE,
    MAY,
    PENNY,
    Chain,
    a_chain,
    allocate,
    approve,
    cut,
    recover,
    release,
    take_back,
    vary,
    withdraw,
)
from tests.standing import for_the_module

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]

chain = for_the_module(a_chain)


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


# --- A penny too much -----------------------------------------------------------------------------


# Level: what is left of its parent, the verb, and the figures that a refusal must show.
LEVELS = {
    "allocate": (
        a.pounds(60_000),
        allocate,
        ["budget £100,000.00", "margin £0.00", "allocated £40,000.00", "available £60,000.00"],
    ),
    "approve": (
        a.pounds(28_000),
        approve,
        ["allocation £40,000.00", "committed £12,000.00", "available £28,000.00"],
    ),
    "vary": (
        a.pounds(28_000),
        vary,
        ["allocation £40,000.00", "committed £12,000.00", "available £28,000.00"],
    ),
    "release": (
        a.pounds(7_000),
        release,
        ["committed £12,000.00", "paid £5,000.00", "left to pay £7,000.00"],
    ),
}


@pytest.mark.parametrize("level", LEVELS)
def test_an_action_takes_the_last_penny_and_refuses_one_more_with_every_figure(level, chain):
    left, act, shown = LEVELS[level]
    before = chain.state()

    with pytest.raises(RuleBroken) as refusal, transaction.atomic():
        act(chain, left + PENNY)

    for figure in [*shown, f"asked £{left + PENNY:,.2f}."]:
        assert figure in refusal.value.message
    assert chain.state() == before
    act(chain, left)


@pytest.mark.parametrize("level", LEVELS)
def test_a_bulk_action_is_refused_whole_when_only_its_last_row_is_a_penny_too_much(level, chain):
    left, act, shown = LEVELS[level]
    third = (left / 4).quantize(PENNY)
    rest = left - 2 * third
    before = chain.state()

    with pytest.raises(RuleBroken) as refusal, transaction.atomic():
        act(chain, third, third, rest + PENNY)

    figures = [*shown, f"asked £{left + PENNY:,.2f}."]
    if level == "release":
        # Payments are requested first, and requests together are at most what is left.
        figures = [f"£{left:,.2f} is left to pay", f"£{2 * third:,.2f} of it is requested already"]
    for figure in figures:
        assert figure in refusal.value.message
    assert chain.state() == before
    act(chain, third, third, rest)


def entry_too_large(chain: Chain, level: str) -> tuple[Entry, str]:
    """An entry a penny larger than its parent has left, and the name of the rule it breaks."""
    known = {"budget": chain.budget, "effective_on": MAY, "recorded_by": a.a_finance_officer()}
    known["amount"] = LEVELS[level][0] + PENNY
    if level == "allocate":
        rule = "budget_allocates_no_more_than_it_holds"
        return Entry(
            kind="allocation", reason="revision", allocation=chain.allocation, **known
        ), rule
    known |= {"allocation": chain.allocation, "commitment": chain.line}
    if level in ("approve", "vary"):
        return (
            Entry(kind="commitment", reason="variation", **known),
            "allocation_commits_no_more_than_it_holds",
        )
    payment = a.a_request(1, chain.award)
    return (
        Entry(kind="payment", reason="payment", payment=payment, **known),
        "commitment_pays_no_more_than_it_holds",
    )


def raw_insert(entry: Entry) -> None:
    fields = [field for field in Entry._meta.concrete_fields if not field.primary_key]
    names = ", ".join(field.column for field in fields)
    holes = ", ".join("CURRENT_TIMESTAMP" if f.name == "recorded_at" else "%s" for f in fields)
    values = [
        field.get_db_prep_save(getattr(entry, field.attname), connection)
        for field in fields
        if field.name != "recorded_at"
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO commissioning_entry ({names}) VALUES ({holes})",  # noqa: S608
            values,
        )


DOORS = {
    "save": lambda entry: entry.save(),
    "bulk_create": lambda entry: Entry.objects.bulk_create([entry]),
    "raw SQL": raw_insert,
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("level", LEVELS)
def test_the_database_refuses_an_entry_of_a_penny_too_much_by_any_door(door, level, chain):
    entry, rule = entry_too_large(chain, level)
    before = chain.state()

    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        DOORS[door](entry)

    assert chain.state() == before
    entry.amount -= PENNY
    DOORS[door](entry)


def raw_update(model, column: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET {column} = 99999999")  # noqa: S608


TOTAL_DOORS = {
    "QuerySet.update": lambda model, column: model.objects.update(**{column: a.pounds(999_999)}),
    "raw SQL": raw_update,
}


@pytest.mark.parametrize("door", TOTAL_DOORS)
@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("budget", "allocated"),
        ("budget", "amount"),
        ("allocation", "committed"),
        ("allocation", "amount"),
        ("line", "paid"),
        ("line", "amount"),
        ("award", "amount"),
    ],
)
def test_a_total_cannot_be_written_to_make_room(door, row, column, chain):
    record = getattr(chain, row)
    before = chain.state()

    with pytest.raises(IntegrityError, match="totals_are_kept"), transaction.atomic():
        TOTAL_DOORS[door](type(record), column)

    assert chain.state() == before


def test_a_statement_that_fits_as_a_whole_is_taken_in_any_order(chain):
    """What makes room is posted before what takes it."""
    full = a.an_award(28_000, chain.allocation)
    line = full.commitments.get()

    journal.commit(
        [(chain.line, a.pounds(100)), (line, a.pounds(-100))],
        effective_on=MAY,
        reason=Entry.Reason.VARIATION,
        by=a.an_approver(),
    )

    chain.allocation.refresh_from_db()
    assert chain.allocation.committed == a.pounds(40_000)


# --- Taking money back ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "left", "shown"),
    [
        (recover, 5_000, ["cannot be recovered", "paid £5,000.00", "asked £5,000.01."]),
        (withdraw, 7_000, ["cannot be taken from", "left to pay £7,000.00", "asked −£7,000.01."]),
        (take_back, 28_000, ["cannot be taken from", "available £28,000.00", "asked −£28,000.01."]),
        (cut, 60_000, ["cannot be taken from", "available £60,000.00", "asked −£60,000.01."]),
    ],
    ids=["recover", "reduce an award", "reduce an allocation", "reduce a budget"],
)
def test_no_more_is_taken_back_than_is_there(act, left, shown, chain):
    before = chain.state()

    with pytest.raises(RuleBroken) as refusal, transaction.atomic():
        act(chain, left + PENNY)

    for figure in shown:
        assert figure in refusal.value.message
    assert chain.state() == before
    act(chain, a.pounds(left))


@pytest.mark.parametrize("amount", [12_001, 40_001, 999_999])
def test_an_award_is_not_reduced_below_nothing(amount, chain):
    award = a.an_award(12_000, a.an_allocation(12_000, chain.budget))
    unpaid = Chain(chain.budget, award.commitments.get().allocation, award)

    with pytest.raises(RuleBroken, match=r"committed £12,000.00, paid £0.00, left to pay £12,0"):
        withdraw(unpaid, a.pounds(amount))


def test_a_budget_with_a_margin_is_not_cut_below_nothing():
    budget = a.a_budget(100)
    finance = a.a_finance_officer()
    funds.authorise_margin(budget, a.pounds(50), reason="Late grant.", by=finance)

    with pytest.raises(
        RuleBroken, match=r"£100.01 cannot be taken from .* budget £100.00, margin £50"
    ):
        funds.revise_budget(budget, a.pounds("-100.01"), effective_on=MAY, note="Cut.", by=finance)


def test_a_release_is_refused_when_the_money_went_after_the_request(chain):
    request = a.a_request(7_000, chain.award)
    withdraw(chain, a.pounds(1))

    with pytest.raises(
        RuleBroken, match=r"committed £11,999.00, paid £5,000.00, left to pay £6,999"
    ):
        payments.release(request, paid_on=JUNE, by=a.a_finance_officer())

    request.refresh_from_db()
    assert request.status == Payment.Status.REQUESTED


def test_a_recovery_is_refused_when_the_money_came_back_already(chain):
    first, second = (a.a_request(5_000, chain.award, kind="recovery") for _ in range(2))
    payments.release(first, paid_on=JUNE, by=a.a_finance_officer())

    with pytest.raises(RuleBroken, match=r"£5,000.00 cannot be recovered .* paid £0.00, asked £5"):
        payments.release(second, paid_on=JUNE, by=a.a_finance_officer())


# --- Corrections and odd amounts ------------------------------------------------------------------


def test_a_correction_is_another_entry_beside_the_wrong_one(chain):
    wrong = Entry.objects.get(kind="payment")

    journal.correct(
        wrong, a.pounds(-500), effective_on=JUNE, note="A typing slip.", by=a.a_finance_officer()
    )

    chain.award.refresh_from_db()
    assert chain.award.paid == a.pounds(4_500)
    assert Entry.objects.filter(payment=wrong.payment).count() == 2
    with pytest.raises(RuleBroken, match=r"cannot be recovered|paid £4,500.00"):
        journal.correct(
            wrong, a.pounds(-4501), effective_on=JUNE, note="Too much.", by=a.a_finance_officer()
        )


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        (Decimal("0"), "must not be £0.00"),
        (Decimal("0.001"), "parts of a penny"),
        (Decimal("NaN"), "not an amount of money"),
        (Decimal("1e12"), "more than this system can hold"),
        (10.5, "not an exact amount"),
        (True, "not an exact amount"),
    ],
)
def test_what_is_not_an_amount_of_money_is_not_posted(amount, sentence, chain):
    before = chain.state()

    with pytest.raises(ValidationError, match=sentence), transaction.atomic():
        funds.revise_budget(
            chain.budget, amount, effective_on=MAY, note="Odd.", by=a.a_finance_officer()
        )

    assert chain.state() == before


@pytest.mark.parametrize("day", [date(202, 5, 1), date(1979, 12, 31), date(2100, 1, 1)])
def test_a_day_that_nobody_means_is_not_posted(day, chain):
    with pytest.raises(ValidationError, match=r"The year must be"):
        funds.revise_budget(
            chain.budget, PENNY, effective_on=day, note="Odd.", by=a.a_finance_officer()
        )


def test_a_number_of_entries_is_posted_by_a_constant_number_of_queries_per_thousand(
    chain, django_assert_max_num_queries
):
    """SQLite takes 71 entries a statement (999 values), PostgreSQL all of them."""
    by, line = a.a_finance_officer(), chain.line
    moves = [journal.Move(line, PENNY, "variation", MAY) for _ in range(1_000)]

    # One of them asks whether the money is there on every day.
    with django_assert_max_num_queries(20):
        journal.post(moves, by=by)

    chain.award.refresh_from_db()
    assert chain.award.amount == a.pounds(12_010)
