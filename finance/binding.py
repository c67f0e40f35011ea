"""Giving seals from before version 1.1 their owner, once: the details must fit their own record.

A seal without an owner is never used otherwise, because it may have been copied from anywhere.
"""

import hashlib
import json

from commissioning.rules import RuleBroken
from finance import sealing


def bind_all(account_model, file_model) -> list[str]:
    """Seal each account and payment file that names no owner for its own record.

    Takes the models, so that a migration may call it too. What does not open, or is not what its
    record says, is left as it is, and named in a sentence; it cannot be used.
    """
    refused = []
    for account in account_model.objects.order_by("pk").iterator():
        refused += _bound(account, f"Bank account {account.pk}", _account_text)
    for file in file_model.objects.select_related("batch").order_by("pk").iterator():
        refused += _bound(file, f"Payment file {file.pk}", _file_text)
    return refused


def _bound(row, name: str, checked) -> list[str]:
    try:
        if not sealing.has_owner(row.sealed):
            owner, text = checked(row, sealing.opened_without_owner(row.sealed))
            row.sealed = sealing.seal(text, owner)
            row.save(update_fields=["sealed"])
    except RuleBroken as refusal:
        return [f"{name}: {refusal.message}"]
    return []


def _account_text(account, text: str) -> tuple[str, str]:
    _, sort_code, number = json.loads(text)
    known_by = f"{sort_code} {number}"
    if account.ending != number[-2:] or not sealing.is_fingerprint(account.fingerprint, known_by):
        raise RuleBroken("These are not the details that were recorded for it.", "wrong_details")
    return f"organisation {account.organisation_id}", text


def _file_text(file, text: str) -> tuple[str, str]:
    if hashlib.sha256(text.encode()).hexdigest() != file.batch.sha256:
        raise RuleBroken("This is not the file that was released.", "wrong_checksum")
    return f"batch {file.batch.reference}", text
