"""The journal, history and totals cannot be written by any door but the journal's own."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F

from commissioning.actions import funds
from commissioning.models import (
    Allocation,
    Award,
    Budget,
    Commitment,
    Entry,
    HistoryEvent,
    Payment,
)
from commissioning.years import FinancialYear
from tests import builders as a

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]

on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own statements")
on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="no TRUNCATE elsewhere"
)


def sql(statement: str, *values) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def refused(deed, name: str) -> None:
    """The database refuses the deed by the rule of that name."""
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        deed()


# --- Append-only ----------------------------------------------------------------------------------


def saved_again(row, field: str, value) -> None:
    setattr(row, field, value)
    row.save()


def bulk_updated(row, field: str, value) -> None:
    setattr(row, field, value)
    type(row).objects.bulk_update([row], [field])


WRITES = {
    "save": lambda row, field, value: saved_again(row, field, value),
    "QuerySet.update": lambda row, field, value: type(row).objects.update(**{field: value}),
    "bulk_update": bulk_updated,
    "raw update": lambda row, field, value: sql(
        f"UPDATE {row._meta.db_table} SET {field} = {field}"  # noqa: S608
    ),
    "delete": lambda row, field, value: row.delete(),
    "QuerySet.delete": lambda row, field, value: type(row).objects.all().delete(),
    "raw delete": lambda row, field, value: sql(f"DELETE FROM {row._meta.db_table}"),  # noqa: S608
}


@pytest.mark.parametrize("write", WRITES)
def test_an_entry_is_never_changed_or_removed(write):
    entry = a.a_budget().entries.get()

    refused(lambda: WRITES[write](entry, "note", "Other."), "entry_is_never_changed")

    assert Entry.objects.get().note == ""


@pytest.mark.parametrize("write", WRITES)
def test_history_is_never_changed_or_removed(write):
    a.a_budget()
    event = HistoryEvent.objects.first()

    refused(lambda: WRITES[write](event, "verb", "dreamt of"), "history_is_never_changed")

    assert not HistoryEvent.objects.filter(verb="dreamt of").exists()


@on_postgresql
@pytest.mark.parametrize(
    ("table", "rule"),
    [
        ("commissioning_entry", "entry_is_never_changed"),
        ("commissioning_historyevent", "history_is_never_changed"),
        ("commissioning_budget", "entry_is_never_changed"),
    ],
)
def test_the_journal_is_not_emptied_by_truncate(table, rule):
    a.a_budget()
    connection.check_constraints()

    refused(lambda: sql(f"TRUNCATE {table} CASCADE"), rule)


def test_an_entry_is_not_overwritten_by_an_upsert():
    entry = a.a_budget().entries.get()
    entry.amount = a.pounds(1)

    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.bulk_create(
            [entry], update_conflicts=True, unique_fields=["id"], update_fields=["amount"]
        )

    assert Entry.objects.get().amount == a.pounds(100_000)


@on_sqlite
@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (lambda: a.a_budget().entries.get(), "record_is_never_replaced"),
        (lambda: a.a_budget() and HistoryEvent.objects.first(), "record_is_never_replaced"),
        (lambda: a.a_payment().entries.get(), "entry_releases_a_payment_once|never_replaced"),
    ],
    ids=["entry", "history", "release of a payment"],
)
def test_insert_or_replace_takes_no_row_away(make, rule):
    row = make()
    table = row._meta.db_table

    refused(lambda: sql(f"REPLACE INTO {table} SELECT * FROM {table}"), rule)  # noqa: S608


@on_sqlite
def test_insert_or_replace_does_not_release_a_payment_twice():
    entry = a.a_payment().entries.get()
    columns = ", ".join(
        field.column for field in Entry._meta.concrete_fields if not field.primary_key
    )

    refused(
        lambda: sql(
            f"REPLACE INTO commissioning_entry ({columns}) "  # noqa: S608
            f"SELECT {columns} FROM commissioning_entry WHERE id = {entry.pk}"
        ),
        "entry_releases_a_payment_once",
    )


@on_sqlite
@pytest.mark.parametrize("model", [Budget, Allocation, Commitment, Award, Payment])
def test_insert_or_replace_does_not_put_another_row_under_the_money(model):
    a.a_payment()
    totals = dict.fromkeys(("amount", "allocated", "committed", "paid"), "0")
    columns = [field.column for field in model._meta.concrete_fields]
    values = [totals.get(name, name) if model is not Payment else name for name in columns]
    table = model._meta.db_table

    refused(
        lambda: sql(
            f"REPLACE INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table}"  # noqa: S608
        ),
        "record_is_never_replaced",
    )


# --- Totals ---------------------------------------------------------------------------------------

TOTALS = [
    (model, field.name)
    for model in (Budget, Allocation, Commitment, Award)
    for field in model._meta.concrete_fields
    if field.name in ("amount", "allocated", "committed", "paid")
]


@pytest.mark.parametrize(("model", "total"), TOTALS)
def test_no_one_but_the_journal_writes_a_total(model, total):
    a.a_payment()
    table, row = model._meta.db_table, model.objects.get()
    before = getattr(row, total)
    setattr(row, total, before + 1)

    refused(lambda: model.objects.update(**{total: before - 1}), "totals_are_kept_by_the_journal")
    refused(lambda: model.objects.update(**{total: F(total) - 1}), "totals_are_kept")
    refused(lambda: sql(f"UPDATE {table} SET {total} = {total} - 1"), "totals_are_kept")  # noqa: S608
    refused(lambda: model.objects.bulk_update([row], [total]), "totals_are_kept")
    row.save()

    assert getattr(model.objects.get(), total) == before


def test_saving_a_row_that_was_read_earlier_keeps_the_totals():
    allocation = a.an_allocation(40_000)
    stale = Allocation.objects.get(pk=allocation.pk)
    a.an_award(12_000, allocation)

    stale.note = "Seen before the award."
    stale.save()

    allocation.refresh_from_db()
    assert (allocation.committed, allocation.note) == (a.pounds(12_000), "Seen before the award.")


@pytest.mark.parametrize(("model", "total"), TOTALS)
def test_a_row_cannot_come_with_a_total(model, total):
    a.a_payment()
    row = model.objects.get()
    row.pk = None
    for _, name in [pair for pair in TOTALS if pair[0] is model]:
        setattr(row, name, a.pounds(1) if name == total else a.pounds(0))

    refused(lambda: model.objects.bulk_create([row]), "totals_are_kept_by_the_journal")


# --- What money stands on -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "move"),
    [
        (Budget, lambda: {"fund": a.a_fund()}),
        (Budget, lambda: {"source": a.a_source()}),
        (Budget, lambda: {"starts_on": date(2026, 5, 1)}),
        (Budget, lambda: {"ends_on": date(2027, 4, 30)}),
        (Budget, lambda: {"id": 987_654}),
        (Allocation, lambda: {"budget": a.a_budget()}),
        (Allocation, lambda: {"area": a.an_area()}),
        (Commitment, lambda: {"award": a.a_draft(amount=None)}),
        (Commitment, lambda: {"allocation": a.an_allocation()}),
        (Payment, lambda: {"commitment": a.an_award().commitments.get()}),
        (Payment, lambda: {"amount": a.pounds(999)}),
        (Payment, lambda: {"kind": "recovery"}),
        (Payment, lambda: {"status": "requested"}),
        (Payment, lambda: {"paid_on": date(2026, 6, 2)}),
    ],
)
def test_a_record_with_money_is_not_moved(model, move):
    payment = a.a_payment(paid_on=date(2026, 6, 1))
    commitment = payment.commitment
    rows = {
        Payment: payment,
        Commitment: commitment,
        Allocation: commitment.allocation,
        Budget: commitment.allocation.budget,
    }
    values = move()

    refused(
        lambda: model.objects.filter(pk=rows[model].pk).update(**values),
        "money_stays_where_it_was_put",
    )


def test_a_record_without_money_may_be_moved():
    fund = a.a_fund()
    budget = Budget.objects.create(
        fund=a.a_fund(),
        source=a.a_source(),
        starts_on=date(2026, 4, 1),
        ends_on=date(2027, 3, 31),
    )

    budget.fund = fund
    budget.save()

    assert Budget.objects.get().fund == fund


@pytest.mark.parametrize("model", [Budget, Allocation, Commitment, Award, Payment])
def test_a_record_with_money_is_not_removed(model):
    a.a_payment()

    with pytest.raises(models.ProtectedError), transaction.atomic():
        model.objects.all().delete()

    def raw_delete():
        sql(f"DELETE FROM {model._meta.db_table}")  # noqa: S608
        connection.check_constraints()

    refused(raw_delete, "(?i)foreign key|payment_is_kept")


def test_an_entry_names_records_that_belong_together():
    payment = a.a_payment()
    other = a.a_payment()
    good = payment.entries.get()
    for field in ("budget", "allocation", "commitment", "payment"):
        entry = Entry(
            kind="payment",
            reason="correction",
            amount=a.pounds(1),
            effective_on=date(2026, 7, 1),
            recorded_by=good.recorded_by,
            **{
                name: getattr(other.entries.get() if name == field else good, name)
                for name in ("budget", "allocation", "commitment", "payment")
            },
        )
        refused(lambda entry=entry: Entry.objects.bulk_create([entry]), "entry_follows_its_chain")


# --- Entries that do not fit ----------------------------------------------------------------------


def too_much(**fields) -> Entry:
    """An entry that allocates a penny more than its budget holds."""
    allocation = a.an_allocation(40_000, a.a_budget(100_000))
    return Entry(
        kind="allocation",
        reason="revision",
        amount=a.pounds("60000.01"),
        effective_on=date(2026, 5, 1),
        budget=allocation.budget,
        allocation=allocation,
        recorded_by=a.a_finance_officer(),
        **fields,
    )


def test_ignoring_conflicts_does_not_let_an_overspend_slip_in():
    entry = too_much()

    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.bulk_create([entry], ignore_conflicts=True)

    assert Entry.objects.filter(amount=entry.amount).count() == 0
    assert Budget.objects.get().allocated == a.pounds(40_000)


def test_ignoring_conflicts_does_not_let_an_entry_into_a_closed_year():
    entry = too_much()
    entry.amount = a.pounds(1)
    funds.close_year(FinancialYear(2026), by=entry.recorded_by)

    refused(lambda: Entry.objects.bulk_create([entry], ignore_conflicts=True), "year_is_closed")


def test_a_closed_year_takes_no_entry_by_any_path():
    entry = too_much()
    entry.amount = a.pounds(1)
    funds.close_year(FinancialYear(2026), by=entry.recorded_by)
    columns = [field.column for field in Entry._meta.concrete_fields if not field.primary_key]

    refused(entry.save, "year_is_closed")
    refused(lambda: Entry.objects.bulk_create([entry]), "year_is_closed")
    refused(
        lambda: sql(
            f"INSERT INTO commissioning_entry ({', '.join(columns)}) "  # noqa: S608
            f"SELECT {', '.join(columns)} FROM commissioning_entry"
        ),
        "year_is_closed",
    )

    entry.effective_on = date(2027, 4, 1)
    entry.save()
