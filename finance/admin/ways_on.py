"""Ways on from records of the ledger to what finance keeps of them, for those who may look."""

from django.http import HttpRequest
from django.urls import reverse

from commissioning.admin.columns import list_address
from commissioning.admin.links import record_url
from commissioning.models import Organisation, Payment
from finance.models import BankAccount

Step = tuple[str, str]


def to_reconciliation(request: HttpRequest, payment: Payment) -> list[Step]:
    """A released payment beside the ledger lines that it is matched with."""
    is_released = payment.status == Payment.Status.RELEASED
    if not (is_released and request.user.has_perm("finance.view_ledgerline")):
        return []
    return [("Reconciliation", reverse("admin:reconciliation_payment", args=[payment.pk]))]


def to_batch(request: HttpRequest, payment: Payment) -> list[Step]:
    """The batch in which a payment stands, or stood last."""
    if not request.user.has_perm("finance.view_paymentbatch"):
        return []
    last = payment.batch_lines.select_related("batch").order_by("-pk").first()
    return [] if last is None else [("Payment batch", record_url(last.batch))]


def to_bank_accounts(request: HttpRequest, organisation: Organisation) -> list[Step]:
    """Where an organisation is paid; for finance's eyes."""
    if not request.user.has_perm("finance.view_bankaccount"):
        return []
    return [("Bank accounts", list_address(BankAccount, organisation__id__exact=organisation.pk))]
