"""Each database’s own full-text index over the documents, kept in step by the database itself.

PostgreSQL: a generated column of weighted stems with a GIN index. SQLite: an FTS5 table without
text of its own, and triggers on the documents. Both are made after every migrate, and again does
no harm; Django’s SQLite schema editor drops triggers with the table that it rebuilds.
"""

from django.db import DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "search_document"
# Any number that nothing else locks.
LOCK = 360_2020

POSTGRESQL = f"""
ALTER TABLE {TABLE} ADD COLUMN IF NOT EXISTS words tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector('simple'::regconfig, title), 'A')
    || setweight(to_tsvector('simple'::regconfig, about), 'B')
    || setweight(to_tsvector('simple'::regconfig, rest), 'C')
) STORED;
CREATE INDEX IF NOT EXISTS search_document_words ON {TABLE} USING gin (words);
"""

_TAKE_OUT = (
    "INSERT INTO search_words (search_words, rowid, title, about, rest) "
    "VALUES ('delete', old.id, old.title, old.about, old.rest);"
)
_PUT_IN = (
    "INSERT INTO search_words (rowid, title, about, rest) "
    "VALUES (new.id, new.title, new.about, new.rest);"
)
SQLITE_TRIGGERS = {
    "search_document_in": f"AFTER INSERT ON {TABLE} BEGIN {_PUT_IN} END",
    "search_document_out": f"AFTER DELETE ON {TABLE} BEGIN {_TAKE_OUT} END",
    "search_document_changed": f"AFTER UPDATE ON {TABLE} BEGIN {_TAKE_OUT} {_PUT_IN} END",
}
SQLITE = [
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_words USING fts5("
    f"title, about, rest, content='{TABLE}', content_rowid='id', tokenize='unicode61')",
    *[f"DROP TRIGGER IF EXISTS {name}" for name in SQLITE_TRIGGERS],
    *[f"CREATE TRIGGER {name} {body}" for name, body in SQLITE_TRIGGERS.items()],
]


def install_after_migrate(sender, using: str, **kwargs) -> None:
    """Receiver of post_migrate."""
    install(connections[using])


def install(connection: BaseDatabaseWrapper) -> None:
    """Make what is missing of the full-text index; harmless to repeat."""
    if TABLE not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for statement in SQLITE:
                cursor.execute(statement)
        elif not _is_installed(cursor):
            cursor.execute(POSTGRESQL)


def _is_installed(cursor) -> bool:
    """Asked first, because only the owner of the table may say so, even IF NOT EXISTS."""
    cursor.execute("SELECT to_regclass('search_document_words') IS NOT NULL")
    return cursor.fetchone()[0]


def refill(connection: BaseDatabaseWrapper) -> None:
    """Read all documents anew into SQLite’s table; PostgreSQL’s column cannot be out of step."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO search_words (search_words) VALUES ('rebuild')")


def is_in_step(connection: BaseDatabaseWrapper) -> bool:
    """Whether the full-text index holds the words of the documents."""
    if connection.vendor == "postgresql":
        return True
    check = "INSERT INTO search_words (search_words, rank) VALUES ('integrity-check', 1)"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(check)
    except DatabaseError:
        return False
    return True


def wait_for_my_turn(connection: BaseDatabaseWrapper) -> None:
    """One at a time brings the index up to date, until its transaction ends.

    On SQLite every transaction that writes has waited for the others when it begins.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
