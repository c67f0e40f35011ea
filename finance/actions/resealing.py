"""Sealing everything anew with the newest key."""

from dataclasses import dataclass, field

from django.db import transaction

from commissioning.actions import history
from commissioning.actions.people import account_of_nobody
from commissioning.models import User
from commissioning.rules import RuleBroken
from finance import bank_details, sealing
from finance.models import BankAccount, PaymentFile
from finance.payment_files import file_owner

RESEALED, RESEALED_FILE = "sealed with the newest key", "sealed the file with the newest key:"


@dataclass
class Resealed:
    """How many were sealed anew, and what could not be opened, each in a sentence."""

    accounts: int = 0
    files: int = 0
    refusals: list[str] = field(default_factory=list)


def reseal_all() -> Resealed:
    """Seal every bank account and payment file with the newest key; harmless to repeat."""
    done, by = Resealed(), account_of_nobody("key-changer", "By", "a change of keys")
    for key in BankAccount.objects.order_by("pk").values_list("pk", flat=True):
        try:
            _reseal_account(key, by)
            done.accounts += 1
        except RuleBroken as refusal:
            done.refusals.append(f"Bank account {key}: {refusal.message}")
    for key in PaymentFile.objects.order_by("pk").values_list("pk", flat=True):
        try:
            _reseal_file(key, by)
            done.files += 1
        except RuleBroken as refusal:
            done.refusals.append(f"Payment file {key}: {refusal.message}")
    return done


@transaction.atomic
def _reseal_account(key: int, by: User) -> None:
    account = BankAccount.objects.select_for_update(no_key=True).get(pk=key)
    bank_details.put(bank_details.opened(account), account)
    account.save(update_fields=["sealed", "ending", "fingerprint"])
    history.record(RESEALED, account, by)


@transaction.atomic
def _reseal_file(key: int, by: User) -> None:
    file = PaymentFile.objects.select_for_update(no_key=True).get(pk=key)
    file.sealed = sealing.sealed_anew(file.sealed, file_owner(file.batch))
    file.save(update_fields=["sealed"])
    history.record(RESEALED_FILE, file.batch, by)
