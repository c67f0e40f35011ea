"""Triggers: whoever takes them away is told, and migrations give them back."""

from datetime import date

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.sql import emit_pre_migrate_signal
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations import Migration

from commissioning import checks, triggers
from commissioning.actions import funds
from commissioning.models import (
    Budget,
    Entry,
    JournalGuard,
)
from commissioning.rules import RuleBroken
from tests import builders as a

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]

on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own statements")
on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="no TRUNCATE elsewhere"
)


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def problems() -> list[str]:
    return [problem.msg for problem in checks.triggers_stand(None, databases=["default"])]


def test_the_system_check_names_a_trigger_that_is_gone():
    assert problems() == []
    name, table = sorted(triggers.names(connection.vendor))[0]
    on_table = f" ON {table}" if connection.vendor == "postgresql" else ""

    sql(f"DROP TRIGGER {name}{on_table}")

    assert [name in problem for problem in problems()] == [True]


@on_postgresql
def test_the_system_check_names_a_trigger_that_is_switched_off():
    connection.check_constraints()
    sql("ALTER TABLE commissioning_entry DISABLE TRIGGER commissioning_entry_post")

    assert "commissioning_entry_post" in problems()[0]


def test_installing_the_triggers_again_changes_nothing():
    budget = a.a_budget(100)
    connection.check_constraints()

    triggers.install(connection)

    funds.revise_budget(
        budget, a.pounds(1), effective_on=date(2026, 5, 1), note="More.", by=a.a_finance_officer()
    )
    assert Budget.objects.get().amount == a.pounds(101)


def before_migrating() -> None:
    """What the migrate command sends out when it has something to do."""
    plan = [(Migration("9999_next", "commissioning"), False)]
    emit_pre_migrate_signal(verbosity=0, interactive=False, db="default", apps=apps, plan=plan)


@on_sqlite
def test_the_journal_is_shut_while_its_triggers_make_way_for_a_migration():
    budget = a.a_budget()

    before_migrating()

    with pytest.raises(RuleBroken, match="The database is being upgraded"):
        funds.revise_budget(
            budget,
            a.pounds(1),
            effective_on=date(2026, 5, 1),
            note="More.",
            by=a.a_finance_officer(),
        )


@pytest.mark.django_db(transaction=True)
def test_a_migration_that_rebuilds_a_table_gives_it_its_triggers_again():
    a.a_payment()
    column = models.IntegerField(null=True)
    column.set_attributes_from_name("ballast")

    before_migrating()
    with connection.schema_editor() as editor:
        editor.add_field(Entry, column)
        # On SQLite a field with a new type has the whole table made anew.
        wider = models.BigIntegerField(null=True, default=0)
        wider.set_attributes_from_name("ballast")
        wider.model = column.model = Entry
        editor.alter_field(Entry, column, wider)
        editor.remove_field(Entry, wider)
    call_command("migrate", verbosity=0)

    assert triggers.missing(connection) == set()
    with pytest.raises(IntegrityError, match="entry_is_never_changed"), transaction.atomic():
        Entry.objects.update(note="Other.")


@pytest.mark.django_db(transaction=True)
def test_triggers_that_are_missing_do_not_stop_the_migration_that_installs_them():
    triggers.remove(connection)

    call_command("migrate", verbosity=0, skip_checks=False)

    assert triggers.missing(connection) == set()


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_starts_from_an_empty_and_guarded_database_once():
    assert Entry.objects.count() == 0
    a.a_payment()


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_starts_from_an_empty_and_guarded_database_twice():
    assert Entry.objects.count() == 0
    assert triggers.missing(connection) == set()
    assert list(JournalGuard.objects.values_list("pk", "is_open")) in ([], [(1, False)])
    assert a.a_finance_officer().has_perm("commissioning.release_payment")
    a.a_payment()
