"""The triggers as PostgreSQL has them."""

from collections.abc import Iterator

from commissioning.triggers import history_chain
from commissioning.triggers.guarded import (
    ANCHOR_RULE,
    ANCHORS,
    CHAIN_RULE,
    CLOSED_RULE,
    DECISION_RULE,
    RETURN_RULE,
    TOTALS,
    TOTALS_RULE,
    WEIGHTING_CITED,
    WEIGHTING_RULE,
    append_only,
    changed,
    kept,
    relied_on,
    returns_nothing,
    rewritten,
    sql_text,
    starts_with_money,
)

# Refusals have the SQLSTATE of a broken check, so that Django raises IntegrityError for them.
FUNCTIONS = [
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
    # Whoever allows something under a notice has locked it: an edit waits, and then sees it.
    f"""
    CREATE OR REPLACE FUNCTION commissioning_guard_decision() RETURNS trigger
    LANGUAGE plpgsql AS $$
    BEGIN
        IF {relied_on("OLD.id")} THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = TG_ARGV[0],
                CONSTRAINT = split_part(TG_ARGV[0], ':', 1);
        END IF;
        RETURN NEW;
    END $$
    """,
    # The lock waits for allocations that are being decided beside the weighting, and they for it.
    """
    CREATE OR REPLACE FUNCTION commissioning_guard_weighting() RETURNS trigger
    LANGUAGE plpgsql AS $$
    DECLARE cited bigint[];
    BEGIN
        IF TG_TABLE_NAME = 'commissioning_weighting' THEN
            cited := ARRAY[OLD.id];
        ELSIF TG_OP = 'INSERT' THEN
            cited := ARRAY[NEW.weighting_id];
        ELSIF TG_OP = 'DELETE' THEN
            cited := ARRAY[OLD.weighting_id];
        ELSE
            cited := ARRAY[OLD.weighting_id, NEW.weighting_id];
        END IF;
        PERFORM 1 FROM commissioning_weighting WHERE id = ANY (cited) ORDER BY id FOR UPDATE;
        IF EXISTS (SELECT 1 FROM commissioning_allocation WHERE weighting_id = ANY (cited)) THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = TG_ARGV[0],
                CONSTRAINT = split_part(TG_ARGV[0], ':', 1);
        END IF;
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
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
            RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = {sql_text(CHAIN_RULE)},
                CONSTRAINT = 'entry_follows_its_chain';
        END IF;
        IF EXISTS (SELECT 1 FROM posted e WHERE {returns_nothing("e")}) THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = {sql_text(RETURN_RULE)},
                CONSTRAINT = 'return_takes_back_its_payment';
        END IF;
        PERFORM pg_advisory_xact_lock_shared('commissioning_closedyear'::regclass::oid::bigint);
        IF EXISTS (
            SELECT 1 FROM posted e JOIN commissioning_closedyear y
              ON e.effective_on BETWEEN y.first_day AND y.last_day AND y.reopened_at IS NULL
        ) THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = {sql_text(CLOSED_RULE)},
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
    # Runs as the transaction commits, one transaction at a time. Whoever waits here asks for no
    # further lock, so that nobody waits in a ring.
    f"""
    CREATE OR REPLACE FUNCTION commissioning_link_history() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock('commissioning_historylink'::regclass::oid::bigint);
        INSERT INTO commissioning_historylink (number, event_id, sha256)
        SELECT COALESCE(MAX(number), 0) + 1, NEW.id, {
        history_chain.fingerprint("postgresql", history_chain.LAST, "NEW")
    } FROM commissioning_historylink;
        RETURN NULL;
    END $$
    """,
]


def triggers() -> Iterator[tuple[str, str, str]]:
    for table, sentence in append_only().items():
        yield (
            f"{table}_append_only",
            table,
            f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT "
            f"EXECUTE FUNCTION commissioning_refuse({sql_text(sentence)})",
        )
    for table, sentence in kept().items():
        yield (
            f"{table}_kept",
            table,
            f"BEFORE DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT "
            f"EXECUTE FUNCTION commissioning_refuse({sql_text(sentence)})",
        )
    for noun, columns in TOTALS.items():
        table, rule = f"commissioning_{noun}", sql_text(TOTALS_RULE)
        yield (
            f"{table}_totals_on_update",
            table,
            f"BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({changed(columns)}) "
            f"EXECUTE FUNCTION commissioning_guard_totals({rule})",
        )
        yield (
            f"{table}_totals_on_insert",
            table,
            f"BEFORE INSERT ON {table} FOR EACH ROW WHEN ({starts_with_money(columns)}) "
            f"EXECUTE FUNCTION commissioning_guard_totals({rule})",
        )
    for noun, columns in ANCHORS.items():
        table = f"commissioning_{noun}"
        yield (
            f"{table}_anchor",
            table,
            f"BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({changed(columns)}) "
            f"EXECUTE FUNCTION commissioning_guard_anchor({sql_text(ANCHOR_RULE)}, '{noun}_id')",
        )
    yield (
        "commissioning_decisionnotice_stays",
        "commissioning_decisionnotice",
        f"BEFORE UPDATE ON commissioning_decisionnotice FOR EACH ROW WHEN ({rewritten()}) "
        f"EXECUTE FUNCTION commissioning_guard_decision({sql_text(DECISION_RULE)})",
    )
    guard = f"EXECUTE FUNCTION commissioning_guard_weighting({sql_text(WEIGHTING_RULE)})"
    yield (
        "commissioning_weight_stays",
        "commissioning_weight",
        f"BEFORE INSERT OR UPDATE OR DELETE ON commissioning_weight FOR EACH ROW {guard}",
    )
    yield (
        "commissioning_weighting_stays",
        "commissioning_weighting",
        "BEFORE UPDATE ON commissioning_weighting FOR EACH ROW "
        f"WHEN ({changed(WEIGHTING_CITED)}) {guard}",
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
    yield (
        "commissioning_historyevent_link",
        "commissioning_historyevent",
        "AFTER INSERT ON commissioning_historyevent DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
        "EXECUTE FUNCTION commissioning_link_history()",
    )
