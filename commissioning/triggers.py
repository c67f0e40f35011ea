"""Database triggers that keep the journal: append-only entries and the totals above them.

They hold for the admin, imports, bulk writes, raw SQL and concurrent users alike. Django's SQLite
schema editor rebuilds a table that a migration alters, and so drops its triggers: they are
therefore installed anew after every migrate, and a system check (checks.py) proves that they stand.

A refusal begins with the name of its rule and a colon, in both dialects, so that
actions/journal.py can tell staff in their words what was refused.
"""

from collections.abc import Iterator

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

# Tables whose rows are never changed or removed, and the sentence that says so.
APPEND_ONLY = {
    "commissioning_entry": "entry_is_never_changed: Entries are never changed or removed. "
    "Post a correction instead.",
    "commissioning_historyevent": "history_is_never_changed: History is never changed or removed.",
}

# Totals that only the journal writes, and what may not change under a row once money stands on it.
TOTALS = {
    "budget": ["amount", "allocated"],
    "allocation": ["amount", "committed", "paid"],
    "commitment": ["amount", "paid"],
    "award": ["amount", "paid"],
}
ANCHORS = {
    "budget": ["fund_id", "source_id", "starts_on", "ends_on"],
    "allocation": ["budget_id", "area_id"],
    "commitment": ["award_id", "allocation_id"],
    "payment": ["commitment_id", "kind", "amount"],
}

TOTALS_RULE = (
    "totals_are_kept_by_the_journal: Totals are kept by the journal. Post an entry instead."
)
ANCHOR_RULE = (
    "money_stays_where_it_was_put: Money stands on this record, so it cannot be moved by editing "
    "it. Vire, vary or correct it instead."
)
CHAIN_RULE = "entry_follows_its_chain: The entry names records that do not belong together."
CLOSED_RULE = (
    "year_is_closed: That day lies in a closed financial year. Use a later day, or ask finance to "
    "reopen the year."
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
        for statement in statements(connection.vendor):
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take every trigger away. Only for emptying a test database: nothing guards the money then."""
    with connection.cursor() as cursor:
        for name, table in sorted(names(connection.vendor)):
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


def statements(vendor: str) -> Iterator[str]:
    """SQL that installs everything, in order."""
    if vendor == "postgresql":
        yield from POSTGRESQL_FUNCTIONS
    else:
        # Not an upsert: the row's identity is fixed, and an open guard must not survive a crash.
        yield "INSERT OR REPLACE INTO commissioning_journalguard (id, is_open) VALUES (1, 0)"
    for name, _, body in _triggers(vendor):
        if vendor == "postgresql":
            yield f"CREATE OR REPLACE TRIGGER {name} {body}"
        else:
            yield f"DROP TRIGGER IF EXISTS {name}"
            yield f"CREATE TRIGGER {name} {body}"


def _triggers(vendor: str) -> Iterator[tuple[str, str, str]]:
    return _postgresql_triggers() if vendor == "postgresql" else _sqlite_triggers()


def _changed(columns: list[str]) -> str:
    return " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)


def _starts_with_money(columns: list[str]) -> str:
    return " OR ".join(f"COALESCE(NEW.{column}, 0) <> 0" for column in columns)


def _sql_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


# --- PostgreSQL -----------------------------------------------------------------------------------

# Refusals have the SQLSTATE of a broken check, so that Django raises IntegrityError for them.
POSTGRESQL_FUNCTIONS = [
    """
    CREATE OR REPLACE FUNCTION commissioning_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = TG_ARGV[0],
            CONSTRAINT = split_part(TG_ARGV[0], ':', 1);
    END $$
    """,
    # The journal's own trigger is one deep; a total that it writes is checked two deep.
    """
    CREATE OR REPLACE FUNCTION commissioning_guard_totals() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF pg_trigger_depth() < 2 THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = TG_ARGV[0],
                CONSTRAINT = split_part(TG_ARGV[0], ':', 1);
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION commissioning_guard_anchor() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE stands boolean;
    BEGIN
        EXECUTE format(
            'SELECT EXISTS (SELECT 1 FROM commissioning_entry WHERE %I = $1)', TG_ARGV[1]
        ) INTO stands USING OLD.id;
        IF stands THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = TG_ARGV[0],
                CONSTRAINT = split_part(TG_ARGV[0], ':', 1);
        END IF;
        RETURN NEW;
    END $$
    """,
    f"""
    CREATE OR REPLACE FUNCTION commissioning_post_entries() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT 1 FROM posted e
            LEFT JOIN commissioning_allocation a ON a.id = e.allocation_id
            LEFT JOIN commissioning_commitment c ON c.id = e.commitment_id
            LEFT JOIN commissioning_payment p ON p.id = e.payment_id
            WHERE (e.allocation_id IS NOT NULL AND a.budget_id IS DISTINCT FROM e.budget_id)
               OR (e.commitment_id IS NOT NULL AND c.allocation_id IS DISTINCT FROM e.allocation_id)
               OR (e.payment_id IS NOT NULL AND p.commitment_id IS DISTINCT FROM e.commitment_id)
        ) THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = {_sql_text(CHAIN_RULE)},
                CONSTRAINT = 'entry_follows_its_chain';
        END IF;
        IF EXISTS (
            SELECT 1 FROM posted e JOIN commissioning_closedyear y
              ON e.effective_on BETWEEN y.first_day AND y.last_day AND y.reopened_at IS NULL
        ) THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = {_sql_text(CLOSED_RULE)},
                CONSTRAINT = 'year_is_closed';
        END IF;

        -- Parents are locked in one order and by id, so that two writers never wait for each other
        -- in a ring: awards first, because actions lock the award they change before they post.
        PERFORM 1 FROM commissioning_award WHERE id IN
            (SELECT c.award_id FROM commissioning_commitment c
               JOIN posted e ON e.commitment_id = c.id)
            ORDER BY id FOR NO KEY UPDATE;
        PERFORM 1 FROM commissioning_budget WHERE id IN
            (SELECT budget_id FROM posted WHERE kind IN ('funding', 'allocation'))
            ORDER BY id FOR NO KEY UPDATE;
        PERFORM 1 FROM commissioning_allocation WHERE id IN
            (SELECT allocation_id FROM posted WHERE kind <> 'funding')
            ORDER BY id FOR NO KEY UPDATE;
        PERFORM 1 FROM commissioning_commitment WHERE id IN
            (SELECT commitment_id FROM posted WHERE commitment_id IS NOT NULL)
            ORDER BY id FOR NO KEY UPDATE;

        UPDATE commissioning_budget b
           SET amount = b.amount + s.amount, allocated = b.allocated + s.allocated
          FROM (SELECT budget_id,
                       COALESCE(SUM(amount) FILTER (WHERE kind = 'funding'), 0)::bigint AS amount,
                       COALESCE(SUM(amount) FILTER (WHERE kind = 'allocation'), 0)::bigint
                           AS allocated
                  FROM posted WHERE kind IN ('funding', 'allocation') GROUP BY budget_id) s
         WHERE b.id = s.budget_id;
        UPDATE commissioning_allocation a
           SET amount = a.amount + s.amount, committed = a.committed + s.committed,
               paid = a.paid + s.paid
          FROM (SELECT allocation_id,
                       COALESCE(SUM(amount) FILTER (WHERE kind = 'allocation'), 0)::bigint
                           AS amount,
                       COALESCE(SUM(amount) FILTER (WHERE kind = 'commitment'), 0)::bigint
                           AS committed,
                       COALESCE(SUM(amount) FILTER (WHERE kind = 'payment'), 0)::bigint AS paid
                  FROM posted WHERE kind <> 'funding' GROUP BY allocation_id) s
         WHERE a.id = s.allocation_id;
        UPDATE commissioning_commitment c
           SET amount = c.amount + s.amount, paid = c.paid + s.paid
          FROM (SELECT commitment_id,
                       COALESCE(SUM(amount) FILTER (WHERE kind = 'commitment'), 0)::bigint
                           AS amount,
                       COALESCE(SUM(amount) FILTER (WHERE kind = 'payment'), 0)::bigint AS paid
                  FROM posted WHERE commitment_id IS NOT NULL GROUP BY commitment_id) s
         WHERE c.id = s.commitment_id;
        UPDATE commissioning_award w
           SET amount = COALESCE(w.amount, 0) + s.amount, paid = w.paid + s.paid
          FROM (SELECT c.award_id,
                       COALESCE(SUM(e.amount) FILTER (WHERE e.kind = 'commitment'), 0)::bigint
                           AS amount,
                       COALESCE(SUM(e.amount) FILTER (WHERE e.kind = 'payment'), 0)::bigint AS paid
                  FROM posted e JOIN commissioning_commitment c ON c.id = e.commitment_id
                 GROUP BY c.award_id) s
         WHERE w.id = s.award_id;
        RETURN NULL;
    END $$
    """,
]


def _postgresql_triggers() -> Iterator[tuple[str, str, str]]:
    for table, sentence in APPEND_ONLY.items():
        yield (
            f"{table}_append_only",
            table,
            f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT "
            f"EXECUTE FUNCTION commissioning_refuse({_sql_text(sentence)})",
        )
    for noun, columns in TOTALS.items():
        table, rule = f"commissioning_{noun}", _sql_text(TOTALS_RULE)
        yield (
            f"{table}_totals_on_update",
            table,
            f"BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({_changed(columns)}) "
            f"EXECUTE FUNCTION commissioning_guard_totals({rule})",
        )
        yield (
            f"{table}_totals_on_insert",
            table,
            f"BEFORE INSERT ON {table} FOR EACH ROW WHEN ({_starts_with_money(columns)}) "
            f"EXECUTE FUNCTION commissioning_guard_totals({rule})",
        )
    for noun, columns in ANCHORS.items():
        table = f"commissioning_{noun}"
        yield (
            f"{table}_anchor",
            table,
            f"BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({_changed(columns)}) "
            f"EXECUTE FUNCTION commissioning_guard_anchor({_sql_text(ANCHOR_RULE)}, '{noun}_id')",
        )
    yield (
        "commissioning_entry_post",
        "commissioning_entry",
        "AFTER INSERT ON commissioning_entry REFERENCING NEW TABLE AS posted FOR EACH STATEMENT "
        "EXECUTE FUNCTION commissioning_post_entries()",
    )


# --- SQLite ---------------------------------------------------------------------------------------


def _refuse(sentence: str, condition: str) -> str:
    return f"SELECT RAISE(ABORT, {_sql_text(sentence)}) WHERE {condition};"


def _add(table: str, row: str, **kinds: str) -> str:
    """An UPDATE that adds the new entry to the columns whose entry kind it is."""
    sets = ", ".join(
        f"{column} = COALESCE({column}, 0) + CASE NEW.kind WHEN '{kind}' THEN NEW.amount ELSE 0 END"
        for column, kind in kinds.items()
    )
    known = ", ".join(f"'{kind}'" for kind in kinds.values())
    return f"UPDATE commissioning_{table} SET {sets} WHERE id = {row} AND NEW.kind IN ({known});"


def _sqlite_triggers() -> Iterator[tuple[str, str, str]]:
    for table, sentence in APPEND_ONLY.items():
        for event in ("UPDATE", "DELETE"):
            yield (
                f"{table}_no_{event.lower()}",
                table,
                f"BEFORE {event} ON {table} BEGIN {_refuse(sentence, '1')} END",
            )
    shut = "(SELECT is_open FROM commissioning_journalguard WHERE id = 1) IS NOT 1"
    for noun, columns in TOTALS.items():
        table = f"commissioning_{noun}"
        yield (
            f"{table}_totals_on_update",
            table,
            f"BEFORE UPDATE ON {table} WHEN ({_changed(columns)}) "
            f"BEGIN {_refuse(TOTALS_RULE, shut)} END",
        )
        yield (
            f"{table}_totals_on_insert",
            table,
            f"BEFORE INSERT ON {table} WHEN ({_starts_with_money(columns)}) "
            f"BEGIN {_refuse(TOTALS_RULE, '1')} END",
        )
    for noun, columns in ANCHORS.items():
        table = f"commissioning_{noun}"
        stands = f"EXISTS (SELECT 1 FROM commissioning_entry WHERE {noun}_id = OLD.id)"
        yield (
            f"{table}_anchor",
            table,
            f"BEFORE UPDATE ON {table} WHEN ({_changed(columns)}) "
            f"BEGIN {_refuse(ANCHOR_RULE, stands)} END",
        )
    chain = """
        (NEW.allocation_id IS NOT NULL AND NEW.budget_id IS NOT
            (SELECT budget_id FROM commissioning_allocation WHERE id = NEW.allocation_id))
        OR (NEW.commitment_id IS NOT NULL AND NEW.allocation_id IS NOT
            (SELECT allocation_id FROM commissioning_commitment WHERE id = NEW.commitment_id))
        OR (NEW.payment_id IS NOT NULL AND NEW.commitment_id IS NOT
            (SELECT commitment_id FROM commissioning_payment WHERE id = NEW.payment_id))
    """
    closed = (
        "EXISTS (SELECT 1 FROM commissioning_closedyear WHERE reopened_at IS NULL "
        "AND NEW.effective_on BETWEEN first_day AND last_day)"
    )
    yield (
        "commissioning_entry_check",
        "commissioning_entry",
        "BEFORE INSERT ON commissioning_entry BEGIN "
        f"{_refuse(CHAIN_RULE, chain)} {_refuse(CLOSED_RULE, closed)} END",
    )
    award = "(SELECT award_id FROM commissioning_commitment WHERE id = NEW.commitment_id)"
    yield (
        "commissioning_entry_post",
        "commissioning_entry",
        "AFTER INSERT ON commissioning_entry BEGIN "
        "UPDATE commissioning_journalguard SET is_open = 1 WHERE id = 1; "
        + _add("budget", "NEW.budget_id", amount="funding", allocated="allocation")
        + _add(
            "allocation",
            "NEW.allocation_id",
            amount="allocation",
            committed="commitment",
            paid="payment",
        )
        + _add("commitment", "NEW.commitment_id", amount="commitment", paid="payment")
        + _add("award", award, amount="commitment", paid="payment")
        + " UPDATE commissioning_journalguard SET is_open = 0 WHERE id = 1; END",
    )
