"""From a record of the ledger to what finance keeps of it: links for those who may follow them."""

import pytest

from commissioning import roles
from commissioning.models import Organisation, Payment
from finance.models import BankAccount, PaymentBatch
from tests import builders as a
from tests.commissioning import staff

pytestmark = pytest.mark.django_db

READERS = [roles.FINANCE, roles.CHIEF_FINANCE, roles.AUDITOR]


def ways_on(client, role: str, row) -> dict[str, str]:
    client.force_login(a.a_user(role))
    return dict(client.get(staff.address(row)).context["next_steps"])


@pytest.mark.parametrize("role", READERS)
def test_a_released_payment_leads_to_its_reconciliation(client, role):
    payment = a.a_payment(10)

    page = client.get(ways_on(client, role, payment)["Reconciliation"])

    assert page.status_code == 200
    assert payment.commitment.award.reference in page.content.decode()


def test_a_payment_that_is_only_requested_is_not_reconciled(client):
    assert "Reconciliation" not in ways_on(client, roles.FINANCE, a.a_request(10))


@pytest.mark.parametrize("role", READERS)
def test_a_payment_leads_to_the_batch_that_it_went_with(client, role):
    a.a_released_batch()
    batch = PaymentBatch.objects.get()
    payment = Payment.objects.filter(batch_lines__batch=batch).first()

    assert client.get(ways_on(client, role, payment)["Payment batch"]).context["original"] == batch


@pytest.mark.parametrize("role", [roles.FINANCE, roles.CHIEF_FINANCE])
def test_an_organisation_leads_finance_to_its_bank_accounts(client, role):
    account = a.an_account()
    a.an_account()

    page = client.get(ways_on(client, role, account.organisation)["Bank accounts"])

    assert list(page.context["cl"].queryset) == [account]


@pytest.mark.parametrize("role", sorted(set(roles.ROLES) - {roles.ADMINISTRATOR}))
def test_nobody_is_led_where_they_may_not_go(client, role):
    a.a_released_batch()
    payment = Payment.objects.filter(batch_lines__isnull=False).first()
    account = BankAccount.objects.first()
    organisation = Organisation.objects.get(pk=account.organisation_id)

    for row in (payment, organisation):
        for label, address in ways_on(client, role, row).items():
            assert client.get(address).status_code == 200, label
