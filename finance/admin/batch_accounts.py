"""Into which accounts payments go: what staff read of them before they let money go."""

from commissioning.admin.facts import Facts
from commissioning.days import in_words
from commissioning.models import Payment
from finance.models import BankAccount, PaymentBatch
from finance.rules.bank import is_new_account, last_return, why_new


def lacks_account(payment: Payment) -> bool:
    recipient = payment.commitment.award.recipient
    return not BankAccount.objects.confirmed().filter(organisation=recipient).exists()


def recipient_of(payment: Payment) -> str:
    award = payment.commitment.award
    return str(award.recipient or award.recipient_note)


def warns_paid_otherwise(payment: Payment) -> list[str]:
    """A single release records what was paid by another way than a file of this office."""
    if payment.kind != Payment.Kind.PAYMENT or not lacks_account(payment):
        return []
    return [
        f"No confirmed bank account of {recipient_of(payment)} is recorded here. Go on only if the "
        "money is paid by another way."
    ]


def paid_into(payment: Payment) -> Facts:
    """The account that the money goes to, by its ending alone."""
    if payment.kind != Payment.Kind.PAYMENT:
        return []
    account = _account_of(payment)
    if account is None:
        return [("Account", "none confirmed here")]
    new = f", {why_new(account).removeprefix('is ')}" if is_new_account(account) else ""
    return [("Account", f"ends in {account.ending}{new}")]


def _account_of(payment: Payment) -> BankAccount | None:
    recipient = payment.commitment.award.recipient_id
    confirmed = BankAccount.objects.confirmed().filter(organisation=recipient)
    return confirmed.select_related("organisation", "proposed_by", "decided_by").first()


def warns_of_new_account(payment: Payment) -> list[str]:
    """The first payment into an account is the one that a fraud is after."""
    account = _account_of(payment) if payment.kind == Payment.Kind.PAYMENT else None
    if account is None or not is_new_account(account):
        return []
    said = (
        f"The account of {account.organisation} ending in {account.ending} {why_new(account)}: "
        f"{account.proposed_by} proposed it and {account.decided_by} confirmed it on "
        f"{in_words(account.decided_at)}."
    )
    returned = last_return(account)
    if returned is None:
        return [said]
    why = returned.get_bank_reason_display()
    return [f"{said} The bank said: {why}. Confirm the details with the payee before you pay."]


def warns_of_new_accounts(batch: PaymentBatch, given: dict) -> list[str]:
    lines = batch.lines.standing().select_related("payment__commitment__award")
    said = [sentence for line in lines for sentence in warns_of_new_account(line.payment)]
    return list(dict.fromkeys(said))
