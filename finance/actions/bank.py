"""Bank accounts: proposed by one person, confirmed by another, looked at under one's name."""

from django.db import transaction
from django.utils import timezone

from commissioning.actions import history, records
from commissioning.models import Organisation, User
from commissioning.rules import RuleBroken, has_no_interest, reason_is_given
from finance import bank_details, hooks
from finance.bank_details import BankDetails
from finance.models import BankAccount
from finance.rules import bank as rules

Status = BankAccount.Status


@transaction.atomic
def propose(account: BankAccount, details: BankDetails, *, by: User) -> BankAccount:
    """Put an organisation's account, or its new one, forward; nothing is paid until it is decided.

    The row holds the organisation and how the details were checked.
    """
    rules.details_are_not_told(details, account.checked_how, "checked_how")
    for check in hooks.bank_detail_checks:
        check(details)
    bank_details.put(details, account)
    account.status, account.proposed_by = Status.PROPOSED, by
    account.full_clean(validate_constraints=False)
    has_no_interest(by, account.organisation)
    _lock_organisation(account)
    if BankAccount.objects.proposed().filter(organisation=account.organisation_id).exists():
        raise RuleBroken(
            f"A bank account of {account.organisation} already waits to be confirmed. Have it "
            "confirmed or refused first.",
            "bank_account_is_proposed_once_per_organisation",
        )
    records.save_checked(account)
    history.record("proposed", account, by, after=_told(account))
    return account


@transaction.atomic
def confirm(account: BankAccount, *, reason: str, by: User) -> None:
    """Let money go to the account from now on, as somebody else; `reason` says how it was checked.

    The organisation's account so far is superseded.
    """
    _decide(account, reason, by)
    rules.details_were_looked_at(account, by)
    rules.details_are_not_told(bank_details.opened(account), reason, "reason")
    before = BankAccount.objects.confirmed().filter(organisation=account.organisation_id)
    for old in before.select_for_update(no_key=True, of=("self",)).select_related("organisation"):
        records.move(old, Status.SUPERSEDED, by=by, reason="Another account was confirmed.")
    records.move(account, Status.CONFIRMED, by=by, reason=reason)


@transaction.atomic
def refuse(account: BankAccount, *, reason: str, by: User) -> None:
    """Turn a proposed account down, as somebody else; the one so far stays."""
    _decide(account, reason, by)
    records.move(account, Status.REFUSED, by=by, reason=reason)


@transaction.atomic
def look_at(account: BankAccount, *, by: User) -> BankDetails:
    """The details in the clear, for one pair of eyes; history says whose."""
    details = bank_details.opened(account)
    history.record(rules.LOOKED_AT, account, by)
    return details


def _decide(account: BankAccount, reason: str, by: User) -> None:
    """What confirming and refusing ask in common; marks the row as decided, unsaved."""
    reason_is_given(reason)
    _lock_organisation(account)
    records.lock(account)
    rules.account_is_proposed(account)
    rules.decider_is_not_proposer(account, by)
    has_no_interest(by, account.organisation)
    account.decided_by, account.decided_at, account.reason = by, timezone.now(), reason


def _lock_organisation(account: BankAccount) -> None:
    """One at a time decides where an organisation's money goes; batches wait as well."""
    Organisation.objects.select_for_update(no_key=True).get(pk=account.organisation_id)


def _told(account: BankAccount) -> dict:
    """The row for history: nothing of the details, sealed or not."""
    return {
        "organisation_id": str(account.organisation_id),
        "checked_how": account.checked_how,
        "status": account.status,
    }
