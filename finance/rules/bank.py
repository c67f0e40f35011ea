"""Rules about bank accounts."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from commissioning.actions.history import VIEWED
from commissioning.days import in_words
from commissioning.models import HistoryEvent, Payment, User
from commissioning.rules import RuleBroken
from finance.bank_details import BankDetails, are_told_in
from finance.models import BankAccount

# What history says of somebody who looked at the details.
LOOKED_AT = f"{VIEWED} bank details of"


def account_is_proposed(account: BankAccount) -> None:
    """Only a proposed bank account is confirmed or refused."""
    if account.status != BankAccount.Status.PROPOSED:
        raise RuleBroken(
            f"This bank account is already {account.get_status_display()}.", "wrong_state"
        )


def decider_is_not_proposer(account: BankAccount, by: User) -> None:
    """Whoever proposed a bank account neither confirms nor refuses it, superusers included."""
    if account.proposed_by_id == by.pk:
        raise RuleBroken(
            "You proposed this bank account, so you cannot decide on it. Ask a colleague in "
            "finance.",
            "same_person",
        )


def details_were_looked_at(account: BankAccount, by: User) -> None:
    """Whoever confirms a bank account has looked at its details."""
    looked = HistoryEvent.objects.filter(
        subject_type=account._meta.model_name,
        subject_id=str(account.pk),
        verb=LOOKED_AT,
        by_id=by.pk,
    )
    if not looked.exists():
        raise RuleBroken(
            "Press “Show the details” first, and compare them with what the organisation told "
            "you when you called it.",
            "not_looked_at",
        )


def details_are_not_told(details: BankDetails, text: str, field: str = "") -> None:
    """What is kept in history holds no sort code and no account number."""
    if are_told_in(details, text):
        raise RuleBroken(
            "Leave the sort code and the account number out of this text: it is kept in the "
            "history, which more people may read.",
            "details_told",
            field,
        )


def recipient_has_no_open_change(payment: Payment, paid_on: date, by: User) -> None:
    """While a bank account of the recipient waits to be confirmed, nothing is paid to it."""
    recipient = payment.commitment.award.recipient_id
    if payment.kind != Payment.Kind.PAYMENT or recipient is None:
        return
    waiting = BankAccount.objects.proposed().filter(organisation=recipient)
    for account in waiting.select_related("organisation", "proposed_by"):
        raise RuleBroken(
            f"New bank details of {account.organisation}, proposed by {account.proposed_by} on "
            f"{in_words(account.proposed_at)}, wait to be confirmed or refused. Nothing is paid "
            "to it until then.",
            "bank_account_proposed",
        )


def last_return(account: BankAccount) -> Payment | None:
    """What the bank returned unpaid last to this organisation since the account was confirmed."""
    returned = Payment.objects.filter(
        status=Payment.Status.RELEASED,
        kind=Payment.Kind.RETURN,
        commitment__award__recipient=account.organisation_id,
        released_at__gt=account.decided_at,
    )
    return returned.order_by("-released_at").first()


def _in_doubt_since(account: BankAccount) -> datetime:
    """When the account was confirmed, or a payment to its organisation was last returned."""
    returned = last_return(account)
    return returned.released_at if returned else account.decided_at


def is_new_account(account: BankAccount) -> bool:
    """Whether nothing has been paid to its organisation since it was confirmed.

    A payment that the bank returned unpaid was not paid, and the account is new again.
    """
    paid = Payment.objects.not_returned().filter(
        status=Payment.Status.RELEASED,
        kind=Payment.Kind.PAYMENT,
        commitment__award__recipient=account.organisation_id,
        entries__recorded_at__gt=_in_doubt_since(account),
    )
    return not paid.exists()


def why_new(account: BankAccount) -> str:
    """What makes a new account new, as the end of a sentence that begins with the account."""
    returned = last_return(account)
    if returned is None:
        return "is new since the last payment"
    return f"counts as new, because the bank returned a payment on {in_words(returned.paid_on)}"


def first_payment_is_seen_by_a_third_person(payment: Payment, paid_on: date, by: User) -> None:
    """The first payment into an account is released by a third person, or after some days.

    Whoever proposed or confirmed the account releases it only when the days in the setting
    BANK_COOLING_OFF_DAYS have passed since it was confirmed (docs/decisions/0023), or since the
    bank returned a payment to it (0029).
    """
    recipient, days = payment.commitment.award.recipient_id, settings.BANK_COOLING_OFF_DAYS
    if payment.kind != Payment.Kind.PAYMENT or recipient is None or not days:
        return
    accounts = BankAccount.objects.confirmed().filter(organisation=recipient)
    for account in accounts.select_related("organisation", "proposed_by", "decided_by"):
        free_on = timezone.localdate(_in_doubt_since(account)) + timedelta(days=days)
        is_own = by.pk in (account.proposed_by_id, account.decided_by_id)
        if is_own and timezone.localdate() < free_on and is_new_account(account):
            raise RuleBroken(
                f"The bank account of {account.organisation} {why_new(account)}, and you proposed "
                f"or confirmed it on {in_words(account.decided_at)}. Ask a colleague who did "
                f"neither to release this payment, or release it from {in_words(free_on)}.",
                "first_payment",
            )
