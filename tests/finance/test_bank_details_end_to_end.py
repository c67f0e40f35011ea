"""Bank details stay those of their organisation, from the row to the file and the first payment."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from commissioning.actions import payments
from commissioning.models import Payment
from commissioning.rules import RuleBroken
from finance import bank_details, integrity, sealing
from finance.actions import bank, batches
from finance.binding import bind_all
from finance.models import BankAccount, PaymentFile
from tests import builders as a
from tests import clock
from tests.commissioning import staff

pytestmark = pytest.mark.django_db

COPIED = ["sealed"], ["sealed", "ending", "fingerprint"]


def write(account: BankAccount, **columns) -> None:
    """Write the row as somebody would who has the database and no key."""
    BankAccount.objects.filter(pk=account.pk).update(**columns)
    account.refresh_from_db()


def copy_from(other: BankAccount, account: BankAccount, columns) -> None:
    write(account, **{column: getattr(other, column) for column in columns})


# --- Every use ------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", COPIED, ids=["seal", "seal and marks"])
def test_details_copied_from_another_organisation_are_never_used(columns):
    request = a.a_payable_request()
    account = BankAccount.objects.get(organisation=request.commitment.award.recipient)
    batch = a.a_batch(request)
    copy_from(a.an_account(), account, columns)

    for use in (
        lambda: bank.look_at(account, by=a.a_finance_officer()),
        lambda: batches.release(batch, by=a.a_finance_officer()),
    ):
        with pytest.raises(
            RuleBroken, match=f"not sealed for organisation {account.organisation_id}:"
        ):
            use()

    assert Payment.objects.get(pk=request.pk).status == Payment.Status.REQUESTED
    (said,) = integrity.seals_open()
    assert said.startswith(f"Bank account of {account.organisation} ({account.pk}): This was not")


def test_copied_details_are_not_confirmed():
    account, by = a.a_proposed_account(), a.a_finance_officer()
    bank.look_at(account, by=by)
    copy_from(a.an_account(), account, COPIED[1])

    with pytest.raises(RuleBroken, match="not sealed for organisation"):
        bank.confirm(account, reason="Called the chair.", by=by)


@pytest.mark.parametrize("column", ["ending", "fingerprint"])
def test_details_that_differ_from_their_row_are_never_used(column):
    request = a.a_payable_request()
    account = BankAccount.objects.get(organisation=request.commitment.award.recipient)
    batch = a.a_batch(request)
    write(account, **{column: "xx"})

    with pytest.raises(RuleBroken, match="are not those that were recorded"):
        batches.release(batch, by=a.a_finance_officer())

    assert "are not those that were recorded" in "".join(integrity.seals_open())


# --- Seals from before ----------------------------------------------------------------------------


def unbound(account: BankAccount, details: bank_details.BankDetails) -> None:
    """As an earlier version sealed it, for nobody."""
    write(account, sealed=sealing._keyring().encrypt(details.text().encode()).decode())


def test_a_seal_from_before_gets_its_owner_if_it_fits_its_row():
    details, others = a.some_details(), a.some_details()
    account, forged = a.an_account(details=details), a.an_account()
    batch = a.a_released_batch()
    text = sealing.opened(batch.file.sealed, f"batch {batch.reference}")
    unsealed = sealing._keyring().encrypt(text.encode()).decode()
    PaymentFile.objects.filter(batch=batch).update(sealed=unsealed)
    unbound(account, details)
    unbound(forged, others)
    with pytest.raises(RuleBroken, match="from before seals named their owner"):
        bank_details.opened(account)

    refused = bind_all(BankAccount, PaymentFile)

    account.refresh_from_db()
    batch.file.refresh_from_db()
    assert refused == [
        f"Bank account {forged.pk}: These are not the details that were recorded for it."
    ]
    assert bank_details.opened(account) == details
    assert batches.download(batch, by=a.a_finance_officer())[1].decode() == text
    with pytest.raises(RuleBroken):
        bank_details.opened(forged)


def test_the_command_gives_owners_to_seals_from_before():
    details = a.some_details()
    account = a.an_account(details=details)
    unbound(account, details)

    call_command("reseal_bank_details", "--bind")

    account.refresh_from_db()
    assert bank_details.opened(account) == details


def test_a_further_check_of_account_numbers_is_asked_when_they_are_typed(monkeypatch):
    def modulus(details):
        raise RuleBroken("No bank has this account number. Ask again.", "modulus")

    monkeypatch.setattr("finance.hooks.bank_detail_checks", [modulus])

    with pytest.raises(RuleBroken, match="No bank has this account number"):
        a.a_proposed_account()
    assert not BankAccount.objects.exists()


# --- The first payment ----------------------------------------------------------------------------


def requested_with_account() -> tuple[Payment, BankAccount]:
    request = a.a_payable_request()
    return request, BankAccount.objects.get(organisation=request.commitment.award.recipient)


def release(way: str, request: Payment, by) -> None:
    if way == "batch":
        line = request.batch_lines.standing().first()
        batches.release(line.batch if line else a.a_batch(request), by=by)
    else:
        payments.release(request, paid_on=timezone.localdate(), by=by)


@pytest.mark.parametrize("way", ["batch", "alone"])
@pytest.mark.parametrize("who", ["proposed_by", "decided_by"])
def test_whoever_recorded_an_account_does_not_release_the_first_payment_to_it(who, way):
    request, account = requested_with_account()

    with pytest.raises(RuleBroken, match="is new since the last payment, and you proposed"):
        release(way, request, getattr(account, who))

    release(way, request, a.a_finance_officer())
    assert Payment.objects.get(pk=request.pk).status == Payment.Status.RELEASED


def test_they_release_it_when_the_days_have_passed(settings):
    settings.BANK_COOLING_OFF_DAYS = 5
    request, account = requested_with_account()
    today = timezone.localdate()

    with clock.on(today + timedelta(days=4)), pytest.raises(RuleBroken, match="from "):
        payments.release(request, paid_on=today, by=account.decided_by)
    with clock.on(today + timedelta(days=5)):
        payments.release(request, paid_on=today, by=account.decided_by)


def test_they_release_the_second_payment():
    request, account = requested_with_account()
    release("batch", request, a.a_finance_officer())
    second = a.a_request(10, request.commitment.award)

    release("alone", second, account.decided_by)


def test_an_office_may_do_without_the_rule(settings):
    settings.BANK_COOLING_OFF_DAYS = 0
    request, account = requested_with_account()

    release("alone", request, account.decided_by)


@pytest.mark.parametrize("way", ["batch", "alone"])
def test_the_release_page_says_which_account_is_new(client, way):
    request, account = requested_with_account()
    row = a.a_batch(request) if way == "batch" else request
    client.force_login(a.a_finance_officer())
    asked = {"asked": "1", "paid_on": timezone.localdate().isoformat()}

    page = client.post(staff.address(row, "release"), asked).content.decode()

    assert f"ends in {account.ending}, new since the last payment" in page
    assert f"{account.decided_by} confirmed it on" in page


def test_the_release_page_says_nothing_of_an_account_that_was_paid_into(client):
    request, account = requested_with_account()
    release("batch", request, a.a_finance_officer())
    batch = a.a_batch(a.a_request(10, request.commitment.award))
    client.force_login(a.a_finance_officer())

    page = client.post(staff.address(batch, "release"), {"asked": "1"}).content.decode()

    assert f"ends in {account.ending}" in page
    assert "new since the last payment" not in page


def test_details_keep_their_text_apart_from_their_owner():
    details = a.some_details("Good Charity", "12-34-56", "00123478")

    assert json.loads(details.text()) == ["Good Charity", "123456", "00123478"]
