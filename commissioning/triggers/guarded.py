"""What the database guards, and the sentences in which it refuses.

A refusal begins with the name of its rule and a colon, in both dialects, so that
actions/journal.py can tell staff in their words what was refused.
"""

from collections.abc import Mapping

from commissioning import hooks

# Tables whose rows are never changed or removed, and the sentence that says so.
APPEND_ONLY = {
    "commissioning_entry": "entry_is_never_changed: Entries are never changed or removed. "
    "Post a correction instead.",
    "commissioning_historyevent": "history_is_never_changed: History is never changed or removed.",
    "commissioning_historylink": "history_is_never_changed: History is never changed or removed.",
    "commissioning_recordstate": "history_is_never_changed: History is never changed or removed.",
    "commissioning_pipelineentry": "entry_is_never_changed: Entries are never changed or removed. "
    "Post a correction instead.",
    "commissioning_marginauthority": "authority_is_never_changed: An authority is never changed or "
    "removed. Give another instead.",
    "commissioning_decisioncorrection": "correction_is_never_changed: A correction of a notice is "
    "never changed or removed. Make another.",
    "commissioning_receipt": "receipt_is_never_changed: What came in is never changed or removed. "
    "Record a correction instead.",
    "commissioning_givenreference": "given_reference_is_never_changed: A reference that was given "
    "stays with its record.",
}

# Tables whose rows are numbered and never removed, so that no number is used twice.
KEPT = {
    "commissioning_payment": "payment_is_kept: A payment is never removed. Cancel or refuse the "
    "request instead.",
    "commissioning_variation": "variation_is_kept: A variation is never removed. Make another.",
}


def append_only() -> Mapping[str, str]:
    """Tables of every app whose rows are never changed or removed, each with its sentence."""
    return {
        table: says
        for tables in (APPEND_ONLY, *hooks.append_only_tables)
        for table, says in tables.items()
    }


def kept() -> Mapping[str, str]:
    """Tables of every app whose rows are numbered and never removed, each with its sentence."""
    return {table: says for tables in (KEPT, *hooks.kept_tables) for table, says in tables.items()}


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
    "payment": [
        "id",
        "commitment_id",
        "kind",
        "amount",
        "status",
        "paid_on",
        "returned_payment_id",
    ],
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
# The reasons of entries by which a payment is released, in SQL.
RELEASES = "('payment', 'recovery', 'return')"
RETURN_RULE = (
    "return_takes_back_its_payment: A return takes back the whole of one released payment under "
    "the same commitment, on the day on which that was paid or later."
)
FIT_RULE = "entry_fits_its_chain: The entry does not fit under the records above it."
WEIGHTING_RULE = (
    "weighting_stays: Allocations stand on this weighting, so it stays as it is. Record other "
    "numbers as another weighting."
)
# What of a weighting an allocation decided beside it cites.
WEIGHTING_CITED = ["id", "code", "name", "kind", "released_on", "source_ref"]
DECISION_RULE = (
    "decision_stays: Money relies on this decision notice, so what it says stays. Correct it by a "
    "numbered correction."
)
# What a notice says, and the tables by which money relies on it. (A carry-forward posts entries.)
DECISION_SAYS = ["id", "reference", "title", "decided_on", "signatory", "summary"]
RELYING = [
    "commissioning_award",
    "commissioning_variation",
    "commissioning_entry",
    "commissioning_marginauthority",
]
CLOSED_RULE = (
    "year_is_closed: That day lies in a closed financial year. Use a later day, or ask finance to "
    "reopen the year."
)


def changed(columns: list[str]) -> str:
    return " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)


def rewritten() -> str:
    """Whether a decision notice says something else than before; a link may be filled in."""
    link = "OLD.document_url <> '' AND OLD.document_url <> NEW.document_url"
    return f"{changed(DECISION_SAYS)} OR ({link})"


def relied_on(key: str) -> str:
    """Whether anything was allowed under the decision notice."""
    rows = (f"EXISTS (SELECT 1 FROM {table} WHERE decision_id = {key})" for table in RELYING)
    return " OR ".join(rows)


def returns_nothing(entry: str) -> str:
    """Whether an entry says that a payment came back unpaid, and no such payment did."""
    return f"""
        {entry}.reason = 'return' AND NOT EXISTS (
            SELECT 1 FROM commissioning_payment r
            JOIN commissioning_payment p ON p.id = r.returned_payment_id
            WHERE r.id = {entry}.payment_id AND r.kind = 'return' AND r.status = 'released'
              AND p.kind = 'payment' AND p.status = 'released'
              AND p.commitment_id = r.commitment_id AND {entry}.amount = -p.amount
              AND {entry}.effective_on >= p.paid_on)
    """


def starts_with_money(columns: list[str]) -> str:
    return " OR ".join(f"COALESCE(NEW.{column}, 0) <> 0" for column in columns)


def sql_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
