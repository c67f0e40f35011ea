"""The chain over history: each event's fingerprint holds that of the link before it.

Written and proved in SQL, by the database that holds the events, so that no row passes through
Python and the text that is fingerprinted is the same both times. (SQLite has SHA256 from Django.)
"""

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

# The fingerprint before the link that is being written; nothing before the first.
LAST = "COALESCE((SELECT sha256 FROM commissioning_historylink ORDER BY number DESC LIMIT 1), '')"
NEXT = "(SELECT COALESCE(MAX(number), 0) + 1 FROM commissioning_historylink)"
COLUMNS = [
    "id",
    "by_id",
    "by_name",
    "verb",
    "subject_type",
    "subject_id",
    "subject_label",
    "before",
    "after",
    "reason",
]


def fingerprint(vendor: str, before: str, row: str) -> str:
    """SQL for the SHA-256 of an event after the link whose fingerprint is the SQL `before`.

    The fingerprint of its states stands behind the rest: an event from before there were any has
    none, and the link that it had.
    """
    columns = ", ".join(f"{row}.{column}" for column in COLUMNS)
    if vendor == "postgresql":
        # Seconds since 1970: the time itself would read differently in every time zone.
        told = f"jsonb_build_array(EXTRACT(EPOCH FROM {row}.at), {columns})::text"
        return (
            f"encode(sha256(convert_to({before} || {told} || {row}.states_sha256, 'UTF8')), 'hex')"
        )
    return f"SHA256({before} || json_array({row}.at, {columns}) || {row}.states_sha256)"


def begin(connection: BaseDatabaseWrapper) -> None:
    """Link the events of a database that has no chain yet; leave any chain as it is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM commissioning_historylink LIMIT 1")
        if cursor.fetchone():
            return
        cursor.execute("SELECT id FROM commissioning_historyevent ORDER BY id")
        for (key,) in cursor.fetchall():
            cursor.execute(
                "INSERT INTO commissioning_historylink (number, event_id, sha256) "
                f"SELECT {NEXT}, e.id, "
                f"{fingerprint(connection.vendor, LAST, 'e')} "
                "FROM commissioning_historyevent e WHERE e.id = %s",
                [key],
            )


def last(connection: BaseDatabaseWrapper) -> tuple[int, str]:
    """(number, fingerprint) of the last link: (0, "") before the first.

    Written down elsewhere, it proves later that nothing up to there was removed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, sha256 FROM commissioning_historylink ORDER BY number DESC LIMIT 1"
        )
        return cursor.fetchone() or (0, "")


def broken(connection: BaseDatabaseWrapper) -> Iterator[int]:
    """Numbers of the links that do not fit their event and the link before them."""
    proof = fingerprint(connection.vendor, "COALESCE(earlier.sha256, '')", "event")
    with connection.cursor() as cursor:
        finish(connection, cursor)
        cursor.execute(
            "SELECT link.number FROM commissioning_historylink link "
            "LEFT JOIN commissioning_historylink earlier ON earlier.number = link.number - 1 "
            "LEFT JOIN commissioning_historyevent event ON event.id = link.event_id "
            "WHERE event.id IS NULL OR (link.number > 1 AND earlier.number IS NULL) "
            f"OR link.sha256 <> {proof} ORDER BY link.number"
        )
        yield from (number for (number,) in cursor.fetchall())


def unlinked(connection: BaseDatabaseWrapper) -> Iterator[int]:
    """Keys of the events that no link holds."""
    with connection.cursor() as cursor:
        finish(connection, cursor)
        cursor.execute(
            "SELECT id FROM commissioning_historyevent event WHERE NOT EXISTS "
            "(SELECT 1 FROM commissioning_historylink WHERE event_id = event.id) ORDER BY id"
        )
        yield from (key for (key,) in cursor.fetchall())


def finish(connection: BaseDatabaseWrapper, cursor) -> None:
    """Link what this very transaction has written, which PostgreSQL would do at its end."""
    if connection.vendor != "postgresql" or not connection.in_atomic_block:
        return
    cursor.execute("SELECT 1 FROM pg_trigger WHERE tgname = 'commissioning_historyevent_link'")
    if cursor.fetchone():
        cursor.execute("SET CONSTRAINTS commissioning_historyevent_link IMMEDIATE")
        cursor.execute("SET CONSTRAINTS commissioning_historyevent_link DEFERRED")
