"""`check_records` finds whatever came into the tables behind the back of the database's guards."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commissioning import triggers
from commissioning.actions import awards, funds
from commissioning.models import Area, ClosedYear, Entry, JournalGuard, Payment
from commissioning.years import FinancialYear
from search import index
from tests import builders as a
from tests.breaking import HOW, an_entry, change, take_away, total, unguard

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]


def check_records() -> tuple[int, str]:
    """(exit status, what it printed)."""
    out = StringIO()
    try:
        call_command("check_records", stdout=out)
    except SystemExit as end:
        return end.code, out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def undone():
    """Whatever the test does to the tables, and to their guards, is undone at its end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def a_busy_office():
    """Every kind of entry there is, all by the book."""
    budget = a.a_budget(100_000)
    allocation, other = a.an_allocation(40_000, budget), a.an_allocation(10_000, budget)
    award = a.an_award(12_000, allocation)
    a.a_payment(5_000, award)
    a.a_payment(1_000, award, kind=Payment.Kind.RECOVERY, paid_on=date(2026, 7, 1))
    approver, finance = a.an_approver(), a.a_finance_officer()
    details = {"decision": a.a_decision(), "effective_on": date(2026, 8, 1)}
    awards.vary(
        award, [(other, a.pounds(50))], kind="increase", reason="More.", by=approver, **details
    )
    funds.vire(allocation, other, a.pounds(99), note="Moved.", by=finance, **details)
    next_year = a.a_budget(
        1,
        fund=budget.fund,
        source=budget.source,
        starts_on=date(2027, 4, 1),
        ends_on=date(2028, 3, 31),
    )
    funds.carry_forward(budget, next_year, a.pounds("0.01"), note="Unspent.", by=finance)
    ended = a.an_award(500, allocation)
    awards.terminate(ended, reason="It closed.", by=approver, **details)
    closed = funds.close_year(FinancialYear(2026), by=finance)
    funds.reopen_year(closed, reason="An invoice came late.", by=finance)
    a.a_payment(1, award)
    funds.close_year(FinancialYear(2026), by=finance)
    return award


def test_records_kept_by_the_actions_agree():
    a_busy_office()
    index.rebuild()

    status, said = check_records()

    assert status == 0
    agree = rf"All records agree: \d\d rules over {Entry.objects.count()} entries\."
    assert re.fullmatch(agree, said.splitlines()[0])


def made_together(names: list[str]) -> dict[str, Callable]:
    """Ways to break as many of these constraints as one database takes; the first always."""
    harms = {}
    for name in names:
        try:
            with transaction.atomic():
                harms[name] = HOW[name]()
        except (IntegrityError, ValidationError):
            if not harms:
                raise
    return harms


def test_every_row_that_breaks_a_constraint_is_reported():
    left, rounds = sorted(HOW), 0
    while left:
        with transaction.atomic():
            harms = made_together(left)
            unguard()
            for name, harm in harms.items():
                take_away(name)
                harm()
            status, said = check_records()
            transaction.set_rollback(True)
        assert status == 1
        assert [name for name in harms if f"the rule {name}:" not in said] == []
        left = [name for name in left if name not in harms]
        rounds += 1
    # Most of them at once, so that the test stays a test and not a sweep.
    assert rounds < 10


def test_a_constraint_that_is_gone_is_reported(undone):
    take_away("entry_releases_a_payment_once")

    assert "The database lacks the rule entry_releases_a_payment_once." in check_records()[1]


def test_a_trigger_that_is_gone_is_reported(undone):
    unguard()

    status, said = check_records()

    assert status == 1
    for name, _ in triggers.names(connection.vendor):
        assert f"lacks the trigger {name}." in said


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite's triggers ask the guard")
def test_an_open_guard_of_the_totals_is_reported():
    JournalGuard.objects.update(is_open=True)

    assert "guard of the totals is missing or open" in check_records()[1]


@pytest.mark.parametrize(
    ("record", "totals"),
    [
        (lambda award: award.commitments.get().allocation.budget, ["amount", "allocated"]),
        (lambda award: award.commitments.get().allocation, ["amount", "committed", "paid"]),
        (lambda award: award.commitments.get(), ["amount", "paid"]),
        (lambda award: award, ["amount", "paid"]),
    ],
    ids=["budget", "allocation", "commitment", "award"],
)
def test_a_total_that_drifted_by_a_penny_is_reported_with_both_figures(record, totals, undone):
    row = record(a.a_payment(5_000, a.an_award(12_000)).commitment.award)
    for name in totals:
        value = getattr(row, name)
        penny = a.pounds("0.01") if name == "amount" else -a.pounds("0.01")
        total(row, **{name: value + penny})()

        status, said = check_records()

        assert status == 1
        assert (
            f"states £{value + penny:,.2f} {name}, but its entries add up to £{value:,.2f}." in said
        )


def test_an_unknown_amount_that_became_nothing_is_reported(undone):
    draft = a.a_draft()
    total(draft, amount=a.pounds(0))()

    assert "states £0.00 amount, but its entries add up to nothing." in check_records()[1]


def test_an_entry_that_was_added_changed_or_removed_is_reported(undone):
    budget = a.a_budget(100)
    entry = budget.entries.get()
    harms = [
        change(entry, amount=a.pounds(99)),
        lambda: Entry.objects.filter(pk=entry.pk)._raw_delete("default"),
        an_entry(budget=budget),
    ]
    unguard()
    for harm in harms:
        with transaction.atomic():
            harm()
            assert "states £100.00 amount, but its entries add up to" in check_records()[1]
            transaction.set_rollback(True)


def test_an_entry_with_a_wrong_chain_is_reported(undone):
    entry = a.an_allocation().entries.get()
    harm = change(entry, budget=a.a_budget())
    unguard()
    harm()

    assert f"Entry {entry.pk} (Entry {entry.pk}) names records that do not" in check_records()[1]


def test_an_entry_in_a_closed_year_is_reported_unless_the_year_was_open(undone):
    budget = a.a_budget()
    now = timezone.now()
    year = ClosedYear.objects.create(
        start_year=2026,
        first_day=date(2026, 4, 1),
        last_day=date(2027, 3, 31),
        closed_by=a.a_finance_officer(),
    )
    change(year, closed_at=now - timedelta(days=9))()
    harm = an_entry(budget=budget)
    unguard()
    entry = harm()[0]
    change(budget, amount=a.pounds(100_001))()
    assert "was entered in 2026/27 while it was closed." in check_records()[1]

    reopening = {"reopened_by": a.an_officer(), "reopened_reason": "Late."}
    change(year, reopened_at=now - timedelta(days=2), **reopening)()
    assert "while it was closed" not in check_records()[1]

    change(entry, recorded_at=now - timedelta(days=3))()
    assert "was entered in 2026/27 while it was closed." in check_records()[1]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"status": "requested"}, "is requested, but its entry moved £1,000.00 on 2026-06-01."),
        ({"amount": a.pounds(999)}, "is released, but its entry moved £1,000.00 on 2026-06-01."),
        ({"paid_on": date(2026, 6, 2)}, "is released, but its entry moved £1,000.00"),
        ({"kind": "recovery"}, "is released, but its entry moved £1,000.00"),
    ],
    ids=["not released", "another amount", "another day", "another direction"],
)
def test_a_payment_that_differs_from_its_entry_is_reported(fields, sentence, undone):
    harm = change(a.a_payment(1_000, paid_on=date(2026, 6, 1)), **fields)
    unguard()
    harm()

    assert sentence in check_records()[1]


def test_a_released_payment_without_an_entry_is_reported(undone):
    change(
        a.a_request(),
        status="released",
        paid_on=date(2026, 6, 1),
        released_at=timezone.now(),
        released_by=a.a_finance_officer(),
    )()

    assert "is released, but no entry says that it moved." in check_records()[1]


def test_a_promise_that_nothing_commits_is_reported():
    award = a.an_award()
    award.commitments.create(allocation=a.an_allocation(), proposed=a.pounds(1))

    assert "is promised, but no entry commits it." in check_records()[1]


def test_a_variation_by_the_recommender_is_reported():
    award = a.an_award()
    awards.vary(
        award,
        [],
        kind="extension",
        reason="More time.",
        decision=a.a_decision(),
        effective_on=date(2026, 8, 1),
        ends_on=date(2027, 3, 31),
        by=a.an_approver(),
    )
    change(award.variations.get(), approved_by=award.recommended_by)()

    assert "was made by whoever recommended the award." in check_records()[1]


def test_a_transfer_whose_sides_differ_is_reported(undone):
    giver, taker = a.a_budget(), a.a_budget()
    funds.vire(
        giver,
        taker,
        a.pounds(10),
        effective_on=date(2026, 5, 1),
        note="Moved.",
        by=a.a_finance_officer(),
    )
    harms = [
        change(giver.entries.get(amount=a.pounds(-10)), amount=a.pounds("-9.99")),
        an_entry(reason="virement"),
    ]
    unguard()
    for harm in harms:
        harm()
    lone = Entry.objects.latest("pk")

    said = check_records()[1]

    assert "differ by £0.01." in said
    assert f"Entry {lone.pk} (Entry {lone.pk}) is one side of a transfer without" in said


def test_a_schedule_of_more_than_its_commitment_is_reported():
    instalment = a.instalments_of(a.a_scheduled_award(12_000))[0]
    change(instalment, amount=a.pounds("3000.01"))()

    assert "is of £12,000.00, but instalments of £12,000.01 stand on it." in check_records()[1]


def test_a_long_list_of_breaches_is_cut_short(undone):
    for _ in range(22):
        a.an_area()
    unguard()
    take_away("area_kind_is_known")
    Area.objects.update(kind="galaxy")

    said = check_records()[1]

    assert said.count("the rule area_kind_is_known:") == 20
    assert "… and 2 more like the last one." in said


def test_the_number_of_queries_does_not_grow_with_the_records(django_assert_num_queries):

    a.a_payment()
    with CaptureQueriesContext(connection) as few:
        check_records()
    for _ in range(3):
        a.a_payment()
    with django_assert_num_queries(len(few)):
        check_records()
