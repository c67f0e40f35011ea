"""Sealing everything anew with the newest key."""

from dataclasses import dataclass, field

from django.db import transaction

from commissioning.rules import RuleBroken
from finance import sealing
from finance.bank_details import BankDetails
from finance.models import BankAccount, PaymentFile


@dataclass
class Resealed:
    """How many were sealed anew, and what could not be opened, each in a sentence."""

    accounts: int = 0
    files: int = 0
    refusals: list[str] = field(default_factory=list)


def reseal_all() -> Resealed:
    """Seal every bank account and payment file with the newest key; harmless to repeat."""
    done = Resealed()
    for key in BankAccount.objects.order_by("pk").values_list("pk", flat=True):
        try:
            _reseal_account(key)
            done.accounts += 1
        except RuleBroken as refusal:
            done.refusals.append(f"Bank account {key}: {refusal.message}")
    for key in PaymentFile.objects.order_by("pk").values_list("pk", flat=True):
        try:
            _reseal_file(key)
            done.files += 1
        except RuleBroken as refusal:
            done.refusals.append(f"Payment file {key}: {refusal.message}")
    return done


@transaction.atomic
def _reseal_account(key: int) -> None:
    account = BankAccount.objects.select_for_update(no_key=True).get(pk=key)
    details = BankDetails.opened(account.sealed)
    account.sealed, account.fingerprint = details.sealed(), details.fingerprint
    account.save(update_fields=["sealed", "fingerprint"])


@transaction.atomic
def _reseal_file(key: int) -> None:
    file = PaymentFile.objects.select_for_update(no_key=True).get(pk=key)
    file.sealed = sealing.sealed_anew(file.sealed)
    file.save(update_fields=["sealed"])
