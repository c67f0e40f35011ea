"""The triggers as SQLite has them."""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import UniqueConstraint

from commissioning.triggers import history_chain
from commissioning.triggers.guarded import (
    ANCHOR_RULE,
    ANCHORS,
    CHAIN_RULE,
    CLOSED_RULE,
    DECISION_RULE,
    FIT_RULE,
    RELEASED_RULE,
    RELEASES,
    REPLACE_RULE,
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


def refuse(sentence: str, condition: str) -> str:
    return f"SELECT RAISE(ABORT, {sql_text(sentence)}) WHERE {condition};"


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
        + refuse(FIT_RULE, f"NEW.kind IN ({known}) AND changes() <> 1")
    )


def _replaceable() -> Iterator[tuple[str, str]]:
    """(table, condition on NEW) under which an insert would meet a row that money stands on.

    INSERT OR REPLACE removes the row in its way without asking the triggers on DELETE.
    """
    keys = {model._meta.db_table: model._meta.pk.column for model in apps.get_models()}
    for table in append_only():
        key = keys[table]
        yield table, f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"
    for noun in ANCHORS:
        entries = f"SELECT 1 FROM commissioning_entry WHERE {noun}_id = NEW.id"
        yield f"commissioning_{noun}", f"EXISTS ({entries})"
    yield "commissioning_decisionnotice", relied_on("NEW.id")
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
            if table not in append_only() or not constraint.fields or constraint.condition:
                continue
            columns = [model._meta.get_field(name).column for name in constraint.fields]
            same = " AND ".join(f"{column} = NEW.{column}" for column in columns)
            sentence = str(constraint.violation_error_message)
            condition = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"
            yield table, constraint.name, sentence, condition


def _weightings() -> Iterator[tuple[str, str, str]]:
    """Numbers that an allocation was decided beside stay; INSERT OR REPLACE included."""

    def used(*rows: str) -> str:
        of_these = f"weighting_id IN ({', '.join(rows)})"
        return f"EXISTS (SELECT 1 FROM commissioning_allocation WHERE {of_these})"

    refused = {
        "INSERT": used("NEW.weighting_id"),
        "UPDATE": used("OLD.weighting_id", "NEW.weighting_id"),
        "DELETE": used("OLD.weighting_id"),
    }
    for event, condition in refused.items():
        yield (
            f"commissioning_weight_stays_on_{event.lower()}",
            "commissioning_weight",
            f"BEFORE {event} ON commissioning_weight BEGIN {refuse(WEIGHTING_RULE, condition)} END",
        )
    yield (
        "commissioning_weighting_stays",
        "commissioning_weighting",
        f"BEFORE UPDATE ON commissioning_weighting WHEN ({changed(WEIGHTING_CITED)}) "
        f"BEGIN {refuse(WEIGHTING_RULE, used('OLD.id'))} END",
    )
    yield (
        "commissioning_weighting_no_replace",
        "commissioning_weighting",
        "BEFORE INSERT ON commissioning_weighting "
        f"BEGIN {refuse(WEIGHTING_RULE, used('NEW.id'))} END",
    )


def triggers() -> Iterator[tuple[str, str, str]]:
    yield from _weightings()
    for table, sentence in append_only().items():
        for event in ("UPDATE", "DELETE"):
            yield (
                f"{table}_no_{event.lower()}",
                table,
                f"BEFORE {event} ON {table} BEGIN {refuse(sentence, '1')} END",
            )
    for table, sentence in kept().items():
        yield f"{table}_kept", table, f"BEFORE DELETE ON {table} BEGIN {refuse(sentence, '1')} END"
    for table, in_the_way in _replaceable():
        yield (
            f"{table}_no_replace",
            table,
            f"BEFORE INSERT ON {table} BEGIN {refuse(REPLACE_RULE, in_the_way)} END",
        )
    for table, name, sentence, in_the_way in _standing_once():
        yield (
            f"{table}_{name}",
            table,
            f"BEFORE INSERT ON {table} BEGIN {refuse(f'{name}: {sentence}', in_the_way)} END",
        )
    shut = "(SELECT is_open FROM commissioning_journalguard WHERE id = 1) IS NOT 1"
    for noun, columns in TOTALS.items():
        table = f"commissioning_{noun}"
        yield (
            f"{table}_totals_on_update",
            table,
            f"BEFORE UPDATE ON {table} WHEN ({changed(columns)}) "
            f"BEGIN {refuse(TOTALS_RULE, shut)} END",
        )
        yield (
            f"{table}_totals_on_insert",
            table,
            f"BEFORE INSERT ON {table} WHEN ({starts_with_money(columns)}) "
            f"BEGIN {refuse(TOTALS_RULE, '1')} END",
        )
    for noun, columns in ANCHORS.items():
        table = f"commissioning_{noun}"
        stands = f"EXISTS (SELECT 1 FROM commissioning_entry WHERE {noun}_id = OLD.id)"
        yield (
            f"{table}_anchor",
            table,
            f"BEFORE UPDATE ON {table} WHEN ({changed(columns)}) "
            f"BEGIN {refuse(ANCHOR_RULE, stands)} END",
        )
    yield (
        "commissioning_decisionnotice_stays",
        "commissioning_decisionnotice",
        f"BEFORE UPDATE ON commissioning_decisionnotice WHEN ({rewritten()}) "
        f"BEGIN {refuse(DECISION_RULE, relied_on('OLD.id'))} END",
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
        f"NEW.reason IN {RELEASES} AND EXISTS (SELECT 1 FROM commissioning_entry "
        f"WHERE payment_id = NEW.payment_id AND reason IN {RELEASES})"
    )
    yield (
        "commissioning_entry_check",
        "commissioning_entry",
        "BEFORE INSERT ON commissioning_entry BEGIN "
        f"{refuse(CHAIN_RULE, chain)} {refuse(CLOSED_RULE, closed)} "
        f"{refuse(RELEASED_RULE, released)} {refuse(RETURN_RULE, returns_nothing('NEW'))} END",
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
    # One writer at a time: nobody else links between this event and the one before it.
    yield (
        "commissioning_historyevent_link",
        "commissioning_historyevent",
        "AFTER INSERT ON commissioning_historyevent BEGIN "
        "INSERT INTO commissioning_historylink (number, event_id, sha256) "
        "SELECT COALESCE(MAX(number), 0) + 1, NEW.id, "
        f"{history_chain.fingerprint('sqlite', history_chain.LAST, 'NEW')} "
        "FROM commissioning_historylink; END",
    )
