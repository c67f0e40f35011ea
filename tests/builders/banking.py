"""Bank accounts, batches and their files for tests."""

from contextlib import nullcontext
from datetime import date, timedelta

from django.utils import timezone

from commissioning.models import Organisation, Payment, User
from finance import bank_details
from finance.actions import bank, batches
from finance.bank_details import BankDetails
from finance.models import BankAccount, LayoutColumn, PaymentBatch, PaymentFileLayout
from tests import clock
from tests.builders.ledger import a_request, an_organisation
from tests.builders.people import a_finance_officer, numbers, saved

# Tomorrow: a batch is released before it is paid, also by a test that began before midnight.
PAY_DAY = timezone.localdate() + timedelta(days=1)


def some_details(
    name: str = "Good Charity", sort_code: str = "12-34-56", number: str | None = None
) -> BankDetails:
    """An account of its own, unless its number is given."""
    return bank_details.read(name, sort_code, number or f"{next(numbers):08d}")


def a_proposed_account(
    organisation: Organisation | None = None,
    details: BankDetails | None = None,
    by: User | None = None,
    **fields,
) -> BankAccount:
    fields = {"checked_how": "Called the treasurer on the number in our file.", **fields}
    account = BankAccount(organisation=organisation or an_organisation(), **fields)
    return bank.propose(account, details or some_details(), by=by or a_finance_officer())


def an_account(
    organisation: Organisation | None = None, details: BankDetails | None = None
) -> BankAccount:
    """A confirmed account."""
    account = a_proposed_account(organisation, details)
    second = a_finance_officer()
    bank.look_at(account, by=second)
    bank.confirm(account, reason="Called the chair.", by=second)
    return account


def a_payable_request(amount: str | int = 1_000, **fields) -> Payment:
    """A requested payment to an organisation with a confirmed account."""
    payment = a_request(amount, **fields)
    recipient = payment.commitment.award.recipient
    if not BankAccount.objects.confirmed().filter(organisation=recipient).exists():
        an_account(recipient)
    return payment


def a_batch(*requested: Payment, by: User | None = None, pay_on: date = PAY_DAY) -> PaymentBatch:
    """A drafted batch of these payments, of one unless said otherwise, put together in time."""
    batch = PaymentBatch(pay_on=pay_on)
    requested = requested or [a_payable_request()]
    in_time = clock.on(pay_on) if pay_on < timezone.localdate() else nullcontext()
    with in_time:
        return batches.draft(batch, requested, by=by or a_finance_officer())


def a_released_batch(*requested: Payment, **details) -> PaymentBatch:
    batch = a_batch(*requested)
    batches.release(batch, by=a_finance_officer(), **details)
    return batch


def a_layout(*columns: str, **fields) -> PaymentFileLayout:
    """A layout with columns that hold these, headed by their own names."""
    layout = saved(PaymentFileLayout(**{"name": f"Layout {next(numbers)}", **fields}))
    for position, holds in enumerate(columns or ("sort_code", "account_number", "amount"), start=1):
        saved(LayoutColumn(layout=layout, position=position, holds=holds, heading=holds))
    return layout
