"""On PostgreSQL the application can work without owning its tables."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from commissioning import integrity, triggers
from commissioning.models import Budget, Entry
from tests import builders as a

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no roles"),
]
ROLE = "register_application_in_tests"


@pytest.fixture
def application():
    """Everything is done as a role that owns nothing, and undone at the end of the test."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")
        call_command("grant_application_role", ROLE, stdout=StringIO())
        cursor.execute(f"SET ROLE {ROLE}")
        yield cursor
        cursor.execute("RESET ROLE")


def test_the_application_s_role_does_the_work_of_an_office(application):
    award = a.an_award(5_000)
    a.a_payment(1_000, award)
    a.a_released_batch()
    a.a_forecast(budget=a.a_budget())
    a.a_victims_service()
    a.an_accepted_return()
    connection.check_constraints()  # links of history too, as at the end of a transaction

    assert Entry.objects.exists()
    assert triggers.missing(connection) == set()
    assert list(integrity.triggers_stand()) == []


def test_the_application_s_role_runs_the_commands_of_every_day(application):
    a.an_award(5_000, published=True)
    connection.check_constraints()

    # The index first: it follows a transaction when that ends, which this one does not.
    for command in ("rebuild_search", "check_records", "schedule_returns", "load_indicator_set"):
        call_command(command, stdout=StringIO())


def test_the_owner_may_migrate():
    call_command("may_migrate", stdout=StringIO())


def test_the_application_s_role_may_not_and_the_site_starts_without_it(application):
    with pytest.raises(SystemExit) as refused:
        call_command("may_migrate", stdout=StringIO())
    assert refused.value.code == 3  # as scripts/start.py expects


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE commissioning_entry DISABLE TRIGGER ALL",
        "ALTER TABLE commissioning_entry DISABLE TRIGGER commissioning_entry_post",
        "DROP TRIGGER commissioning_entry_append_only ON commissioning_entry",
        "CREATE OR REPLACE FUNCTION commissioning_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RETURN NEW; END $$",
        "ALTER TABLE commissioning_payment DROP CONSTRAINT payment_is_positive",
        "ALTER TABLE commissioning_award ADD COLUMN extra integer",
        "DROP TABLE commissioning_historylink",
        "TRUNCATE commissioning_historyevent CASCADE",
        "DELETE FROM commissioning_entry",
        "DELETE FROM commissioning_recordstate",
        "DELETE FROM django_migrations",
        "CREATE TABLE public.anything (id integer)",
        "SET session_replication_role = replica",
    ],
)
def test_the_application_s_role_changes_no_table_and_no_guard(application, statement):
    with pytest.raises(ProgrammingError), transaction.atomic():
        application.execute(statement)


def test_the_owner_itself_is_refused_as_the_role_of_the_application():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (owner,) = cursor.fetchone()

    with pytest.raises(CommandError, match="Name one that owns nothing"):
        call_command("grant_application_role", owner)
    assert not Budget.objects.exists()


def test_a_role_that_is_not_there_is_refused():
    with pytest.raises(CommandError, match="There is no role “nobody_here”"):
        call_command("grant_application_role", "nobody_here")
