"""Database triggers that keep the journal: append-only entries and the totals above them.

They hold for the admin, imports, bulk writes, raw SQL and concurrent users alike. Django's SQLite
schema editor rebuilds a table that a migration alters: that drops its triggers, and fails while
those of other tables speak of it. So they make way before a migration, are installed anew after
every migrate, and a system check (checks.py) proves that they stand.

A refusal begins with the name of its rule and a colon, in both dialects, so that
actions/journal.py can tell staff in their words what was refused.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import UniqueConstraint

# Tables whose rows are never changed or removed, and the sentence that says so. Apps that stand on
# this one add theirs.
APPEND_ONLY = {
    "commissioning_entry": "entry_is_never_changed: Entries are never changed or removed. "
    "Post a correction instead.",
    "commissioning_historyevent": "history_is_never_changed: History is never changed or removed.",
    "commissioning_historylink": "history_is_never_changed: History is never changed or removed.",
    "commissioning_pipelineentry": "entry_is_never_changed: Entries are never changed or removed. "
    "Post a correction instead.",
    "commissioning_marginauthority": "authority_is_never_changed: An authority is never changed or "
    "removed. Give another instead.",
    "commissioning_receipt": "receipt_is_never_changed: What came in is never changed or removed. "
    "Record a correction instead.",
}

# Totals that only the journal writes, and what may not change under a row once money stands on it.
TOTALS = {
    "budget": ["amount", "allocated"],
    "allocation": ["amount", "committed", "paid"],
    "commitment": ["amount", "paid"],
    "award": ["amount", "paid"],
}
ANCHORS = {
    "budget": ["id", "fund_id", "source_id", "starts_on", "ends_on"],
    "allocation": ["id", "budget_id", "area_id"],
    "commitment": ["id", "award_id", "allocation_id"],
    "payment": ["id", "commitment_id", "kind", "amount", "status", "paid_on"],
}

TOTALS_RULE = (
    "totals_are_kept_by_the_journal: Totals are kept by the journal. Post an entry instead."
)
ANCHOR_RULE = (
    "money_stays_where_it_was_put: Money stands on this record, so it cannot be moved by editing "
    "it. Vire, vary or correct it instead."
)
CHAIN_RULE = "entry_follows_its_chain: The entry names records that do not belong together."
SHUT = "commissioning_entry_shut"
SHUT_RULE = "journal_is_shut: The database is being upgraded. Try again when that is done."
REPLACE_RULE = "record_is_never_replaced: A record with this number is already there."
RELEASED_RULE = "entry_releases_a_payment_once: This payment has already been released."
FIT_RULE = "entry_fits_its_chain: The entry does not fit under the records above it."
CLOSED_RULE = (
    "year_is_closed: That day lies in a closed financial year. Use a later day, or ask finance to "
    "reopen the year."
)


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
                f"BEGIN {_refuse(SHUT_RULE, '1')} END"
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


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take every trigger away: nothing guards the money until they are installed again."""
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
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
        yield from POSTGRESQL_FUNCTIONS
    else:
        # Not an upsert: the row's identity is fixed, and an open guard must not survive a crash.
        yield "INSERT OR REPLACE INTO commissioning_journalguard (id, is_open) VALUES (1, 0)"
        yield f"DROP TRIGGER IF EXISTS {SHUT}"
    for name, table, body in _triggers(vendor):
        if table not in present:
            continue  # of an app that is not migrated yet
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
    # Whoever closes a year waits for the entries under way, and entries wait for them.
    """
    CREATE OR REPLACE FUNCTION commissioning_close_year() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock('commissioning_closedyear'::regclass::oid::bigint);
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
        PERFORM pg_advisory_xact_lock_shared('commissioning_closedyear'::regclass::oid::bigint);
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
    yield (
        "commissioning_closedyear_close",
        "commissioning_closedyear",
        "BEFORE INSERT ON commissioning_closedyear FOR EACH STATEMENT "
        "EXECUTE FUNCTION commissioning_close_year()",
    )


# --- SQLite ---------------------------------------------------------------------------------------


def _refuse(sentence: str, condition: str) -> str:
    return f"SELECT RAISE(ABORT, {_sql_text(sentence)}) WHERE {condition};"


def _add(table: str, row: str, **kinds: str) -> str:
    """An UPDATE that adds the new entry to the columns whose entry kind it is.

    INSERT OR IGNORE, which is what ignore_conflicts=True becomes, would skip an UPDATE that breaks
    a CHECK and keep the entry: changes() tells that it was skipped.
    """
    sets = ", ".join(
        f"{column} = COALESCE({column}, 0) + CASE NEW.kind WHEN '{kind}' THEN NEW.amount ELSE 0 END"
        for column, kind in kinds.items()
    )
    known = ", ".join(f"'{kind}'" for kind in kinds.values())
    return (
        f"UPDATE commissioning_{table} SET {sets} WHERE id = {row} AND NEW.kind IN ({known}); "
        + _refuse(FIT_RULE, f"NEW.kind IN ({known}) AND changes() <> 1")
    )


def _replaceable() -> Iterator[tuple[str, str]]:
    """(table, condition on NEW) under which an insert would meet a row that money stands on.

    INSERT OR REPLACE removes the row in its way without asking the triggers on DELETE.
    """
    for table in APPEND_ONLY:
        yield table, f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"
    for noun in ANCHORS:
        entries = f"SELECT 1 FROM commissioning_entry WHERE {noun}_id = NEW.id"
        yield f"commissioning_{noun}", f"EXISTS ({entries})"
    with_money = "SELECT 1 FROM commissioning_award WHERE id = NEW.id AND amount IS NOT NULL"
    yield "commissioning_award", f"EXISTS ({with_money})"


def _standing_once() -> Iterator[tuple[str, str, str, str]]:
    """(table, constraint, sentence, condition on NEW) for what append-only tables hold once.

    INSERT OR REPLACE with a new number removes the row that a unique index keeps single.
    """
    for model in apps.get_models():
        table = model._meta.db_table
        unique = (one for one in model._meta.constraints if isinstance(one, UniqueConstraint))
        for constraint in unique:
            if table not in APPEND_ONLY or not constraint.fields or constraint.condition:
                continue
            columns = [model._meta.get_field(name).column for name in constraint.fields]
            same = " AND ".join(f"{column} = NEW.{column}" for column in columns)
            sentence = str(constraint.violation_error_message)
            condition = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"
            yield table, constraint.name, sentence, condition


def _sqlite_triggers() -> Iterator[tuple[str, str, str]]:
    for table, sentence in APPEND_ONLY.items():
        for event in ("UPDATE", "DELETE"):
            yield (
                f"{table}_no_{event.lower()}",
                table,
                f"BEFORE {event} ON {table} BEGIN {_refuse(sentence, '1')} END",
            )
    for table, in_the_way in _replaceable():
        yield (
            f"{table}_no_replace",
            table,
            f"BEFORE INSERT ON {table} BEGIN {_refuse(REPLACE_RULE, in_the_way)} END",
        )
    for table, name, sentence, in_the_way in _standing_once():
        yield (
            f"{table}_{name}",
            table,
            f"BEFORE INSERT ON {table} BEGIN {_refuse(f'{name}: {sentence}', in_the_way)} END",
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
    # The unique index says so too, but INSERT OR REPLACE would remove the first entry.
    released = (
        "NEW.reason IN ('payment', 'recovery') AND EXISTS (SELECT 1 FROM commissioning_entry "
        "WHERE payment_id = NEW.payment_id AND reason IN ('payment', 'recovery'))"
    )
    yield (
        "commissioning_entry_check",
        "commissioning_entry",
        "BEFORE INSERT ON commissioning_entry BEGIN "
        f"{_refuse(CHAIN_RULE, chain)} {_refuse(CLOSED_RULE, closed)} "
        f"{_refuse(RELEASED_RULE, released)} END",
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
