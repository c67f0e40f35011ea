"""Database triggers that keep the journal: append-only entries and the totals above them.

They hold for the admin, imports, bulk writes, raw SQL and concurrent users alike. Django's SQLite
schema editor rebuilds a table that a migration alters: that drops its triggers, and fails while
those of other tables speak of it. So they make way before a migration, are installed anew after
every migrate, and a system check (checks.py) proves that they stand.

A refusal begins with the name of its rule and a colon, in both dialects, so that
actions/journal.py can tell staff in their words what was refused.
"""

from collections.abc import Iterator

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from commissioning.triggers import clock, history_chain, postgresql, references, sqlite
from commissioning.triggers.guarded import SHUT, SHUT_RULE, append_only, kept
from commissioning.triggers.references import series

__all__ = [
    "append_only",
    "install",
    "kept",
    "make_way_before_migrate",
    "missing",
    "names",
    "remove",
    "series",
]


def make_way_before_migrate(sender, using: str, plan, **kwargs) -> None:
    """Receiver of pre_migrate: take the triggers away on SQLite, if there is anything to migrate.

    The journal is shut meanwhile, and stays shut if the migration fails.
    """
    connection = connections[using]
    if not plan or connection.vendor != "sqlite":
        return
    if "commissioning_entry" in connection.introspection.table_names():
        remove(connection)
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TRIGGER {SHUT} BEFORE INSERT ON commissioning_entry "
                f"BEGIN {sqlite.refuse(SHUT_RULE, '1')} END"
            )


def install_after_migrate(sender, using: str, **kwargs) -> None:
    """Receiver of post_migrate."""
    install(connections[using])


def install(connection: BaseDatabaseWrapper) -> None:
    """Create every trigger anew; harmless to repeat."""
    present = set(connection.introspection.table_names())
    if "commissioning_entry" not in present:
        return
    with connection.cursor() as cursor:
        for statement in statements(connection.vendor, present):
            cursor.execute(statement)
    if "commissioning_historylink" in present:
        history_chain.begin(connection)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take every trigger away: nothing guards the money until they are installed again."""
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        # PostgreSQL removes no trigger that has yet to run.
        history_chain.finish(connection, cursor)
        for name, table in sorted({*names(connection.vendor), (SHUT, "commissioning_entry")}):
            if table not in present:
                continue
            on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


def missing(connection: BaseDatabaseWrapper) -> set[str]:
    """Names of triggers that should stand in the database and do not."""
    if connection.vendor == "postgresql":
        query = "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE tgenabled = 'O'"
    else:
        query = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        standing = {tuple(row) for row in cursor.fetchall()}
    return {name for name, table in names(connection.vendor) - standing}


def names(vendor: str) -> set[tuple[str, str]]:
    """(trigger, table) of every trigger."""
    return {(name, table) for name, table, _ in _triggers(vendor)}


def statements(vendor: str, present: set[str]) -> Iterator[str]:
    """SQL that installs everything on the tables that are present, in order."""
    if vendor == "postgresql":
        yield from postgresql.FUNCTIONS
        yield clock.POSTGRESQL_FUNCTION
        yield references.POSTGRESQL_FUNCTION
    else:
        # Not an upsert: the row's identity is fixed, and an open guard must not survive a crash.
        yield "INSERT OR REPLACE INTO commissioning_journalguard (id, is_open) VALUES (1, 0)"
        yield f"DROP TRIGGER IF EXISTS {SHUT}"
    for name, table, body in _triggers(vendor):
        if table not in present:
            continue  # of an app that is not migrated yet
        if vendor == "postgresql" and "DEFERRABLE" in body:
            # PostgreSQL cannot replace this kind.
            yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
            yield f"CREATE CONSTRAINT TRIGGER {name} {body}"
        elif vendor == "postgresql":
            yield f"CREATE OR REPLACE TRIGGER {name} {body}"
        else:
            yield f"DROP TRIGGER IF EXISTS {name}"
            yield f"CREATE TRIGGER {name} {body}"


def _triggers(vendor: str) -> Iterator[tuple[str, str, str]]:
    yield from postgresql.triggers() if vendor == "postgresql" else sqlite.triggers()
    yield from clock.triggers(vendor)
    yield from references.triggers(vendor)
