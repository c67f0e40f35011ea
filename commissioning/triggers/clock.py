"""The guard of the clock: nothing is recorded far from the moment of the last event of history.

A clock that was wrong would have figures “as known on” a day tell of another one. Judged by the
clock of the database, by which every event and entry is dated, and against the newest event by its
number, so that one wrong moment does not decide for good: “manage.py accept_clock” records, under a
name, that the clock is right again.
"""

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

SECONDS_BEHIND, DAYS_AHEAD = 60, 92
# The event that may be recorded whatever the clock says.
ACCEPTED = "accepted the time of"
RULE = "clock_is_right"
SENTENCE = (
    "The clock of the database is more than a minute behind the last event of history, or more "
    f"than {DAYS_AHEAD} days ahead of it. Nothing is recorded. Ask your system administrator to "
    "put the clock right; if it is right, to run “manage.py accept_clock”."
)
TABLES = {"commissioning_historyevent": "at", "commissioning_entry": "recorded_at"}
LAST = "SELECT at FROM commissioning_historyevent ORDER BY id DESC LIMIT 1"


def _sqlite_seconds(moment: str) -> str:
    return f"(julianday({moment}) * 86400.0)"


def triggers(vendor: str) -> Iterator[tuple[str, str, str]]:
    """(name, table, body) of the guard on each table."""
    for table, column in TABLES.items():
        name = f"{table}_clock"
        is_event = table == "commissioning_historyevent"
        if vendor == "postgresql":
            yield (
                name,
                table,
                f"BEFORE INSERT ON {table} FOR EACH ROW "
                + (f"WHEN (NEW.verb <> '{ACCEPTED}') " if is_event else "")
                + f"EXECUTE FUNCTION commissioning_guard_clock('{column}')",
            )
            continue
        moment, last = _sqlite_seconds(f"NEW.{column}"), _sqlite_seconds(f"({LAST})")
        wrong = (
            f"({moment} < {last} - {SECONDS_BEHIND} OR {moment} > {last} + {DAYS_AHEAD * 86400})"
        )
        exempt = f"NEW.verb <> '{ACCEPTED}' AND " if is_event else ""
        yield (
            name,
            table,
            f"BEFORE INSERT ON {table} BEGIN "
            f"SELECT RAISE(ABORT, '{RULE}: {SENTENCE}') WHERE {exempt}{wrong}; END",
        )


POSTGRESQL_FUNCTION = f"""
    CREATE OR REPLACE FUNCTION commissioning_guard_clock() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE last timestamptz; moment timestamptz;
    BEGIN
        {LAST} INTO last;
        moment := (to_jsonb(NEW) ->> TG_ARGV[0])::timestamptz;
        IF moment < last - interval '{SECONDS_BEHIND} seconds'
           OR moment > last + interval '{DAYS_AHEAD} days' THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation',
                MESSAGE = '{RULE}: {SENTENCE}', CONSTRAINT = '{RULE}';
        END IF;
        RETURN NEW;
    END $$
    """


def out_of_order(connection: BaseDatabaseWrapper) -> Iterator[tuple[int, int]]:
    """(event, the one before it) wherever the clock went back, or leapt, and nobody accepted it."""
    if connection.vendor == "postgresql":
        step = "EXTRACT(EPOCH FROM (at - earlier_at))"
    else:
        step = f"({_sqlite_seconds('at')} - {_sqlite_seconds('earlier_at')})"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, earlier FROM (SELECT id, at, verb, "
            "LAG(id) OVER (ORDER BY id) AS earlier, LAG(at) OVER (ORDER BY id) AS earlier_at "
            "FROM commissioning_historyevent) steps WHERE verb <> %s "
            f"AND ({step} < %s OR {step} > %s) ORDER BY id",
            [ACCEPTED, -SECONDS_BEHIND, DAYS_AHEAD * 86400],
        )
        yield from cursor.fetchall()
