"""Batches of payments: put together by one person, for another to release."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from commissioning import integrity
from commissioning.actions import payments
from commissioning.models import Entry, Payment
from commissioning.rules import RuleBroken
from finance.actions import batches
from finance.models import BankAccount, PaymentBatch
from tests import builders as a
from tests.chain import JUNE
from tests.commissioning import staff

pytestmark = pytest.mark.django_db

TOLD = {"pay_on": str(a.PAY_DAY)}
LATER = a.PAY_DAY + timedelta(days=7)


def statuses() -> list[str]:
    return sorted(Payment.objects.values_list("status", flat=True))


def paid() -> int:
    return Entry.objects.filter(kind="payment").count()


# --- Putting together -----------------------------------------------------------------------------


def test_a_batch_has_its_own_reference_and_adds_up():
    first = a.a_batch(a.a_request(100), a.a_request("50.50"))
    second = a.a_batch()

    assert (first.reference, second.reference) == ("PB-00001", "PB-00002")
    assert (first.count, first.total) == (2, a.pounds("150.50"))
    assert statuses() == ["requested"] * 3
    assert list(integrity.breaches()) == []


def test_what_cannot_stand_in_a_batch_is_told_at_once_with_figures():
    award = a.an_award(1_000)
    a.a_payment(300, award)
    back = a.a_request(20, award, kind=Payment.Kind.RECOVERY)
    refused, batched, free = (a.a_request(n, award) for n in (30, 40, 50))
    payments.refuse(refused, reason="No invoice.", by=a.a_finance_officer())
    a.a_batch(batched)

    with pytest.raises(ValidationError) as posted:
        a.a_batch(back, refused, batched, free)

    said = " ".join(posted.value.messages)
    assert "£20.00 to " in said
    assert "Money that comes back does not go into batches." in said
    assert "£30.00 to " in said
    assert "already refused" in said
    assert "£40.00 to " in said
    assert "already stands in Batch PB-00001" in said
    assert "£50.00" not in said
    assert PaymentBatch.objects.count() == 1


def test_a_payment_taken_out_goes_into_another_batch():
    batch = a.a_batch(a.a_request(100), a.a_request(50))
    line = batch.lines.get(payment__amount=a.pounds(50))

    batches.take_out(batch, [line], by=a.a_finance_officer())
    other = a.a_batch(line.payment)

    batch.refresh_from_db()
    assert (batch.count, batch.total) == (1, a.pounds(100))
    assert (other.count, other.total) == (1, a.pounds(50))
    assert list(integrity.breaches()) == []


def test_a_cancelled_batch_frees_its_payments():
    request = a.a_payable_request(100)
    batch = a.a_batch(request)

    batches.cancel(batch, reason="Wrong day.", by=a.a_finance_officer())
    again = a.a_batch(request)

    assert batch.status == "cancelled"
    assert again.count == 1
    with pytest.raises(RuleBroken, match="already cancelled"):
        batches.release(batch, by=a.a_finance_officer())


def test_the_pay_date_of_a_batch_is_changed_before_its_release_only():
    batch = a.a_batch()

    batches.reschedule(batch, LATER, by=a.a_finance_officer())
    batches.release(batch, by=a.a_finance_officer())

    assert Payment.objects.get().paid_on == LATER
    with pytest.raises(RuleBroken, match="already released"):
        batches.reschedule(batch, JUNE, by=a.a_finance_officer())


@pytest.mark.parametrize(
    ("days", "sentence"), [(-1, "is past. Set a new one"), (61, "is too far ahead")]
)
def test_a_batch_is_paid_from_today_to_sixty_days_ahead(client, days, sentence):
    pay_on = timezone.localdate() + timedelta(days=days)
    client.force_login(a.a_finance_officer())

    page = client.post(staff.list_of(PaymentBatch, "add"), {"pay_on": str(pay_on)})
    assert sentence in page.content.decode()
    assert not PaymentBatch.objects.exists()

    batch = a.a_batch()
    page = staff.ask(client, batch, "reschedule", pay_on=str(pay_on))
    assert sentence in page.content.decode()
    batch.refresh_from_db()
    assert batch.pay_on == a.PAY_DAY


def test_a_batch_whose_pay_date_is_past_waits_for_a_new_one(client):
    batch, second = a.a_batch(pay_on=JUNE), a.a_finance_officer()
    client.force_login(second)

    assert "1 June 2026 is past. Set a new one" in (
        client.get(staff.address(batch, "release")).content.decode()
    )
    with pytest.raises(RuleBroken, match="1 June 2026 is past"):
        batches.release(batch, by=second)
    assert paid() == 0
    batches.reschedule(batch, timezone.localdate(), by=second)
    batches.release(batch, by=second)

    assert paid() == 1


def test_what_is_due_and_payable_is_put_in_and_the_rest_is_counted(client):
    due = a.a_payable_request(100, due_on=JUNE)
    a.a_payable_request(70, due_on=date(2026, 9, 1))
    a.a_request(30, due_on=JUNE)
    changing = a.a_payable_request(20, due_on=JUNE)
    a.a_proposed_account(changing.commitment.award.recipient)
    batch = a.a_batch(a.a_payable_request(5))
    client.force_login(a.a_finance_officer())

    page = staff.ask(client, batch, "add-due", due_by="2026-07-01")
    staff.confirm(client, batch, "add-due", page, due_by="2026-07-01")

    assert "1 payment of £100.00 in all will be put into Batch PB-00001" in staff.effect(page)
    assert "2 payments of £50.00 in all will be left out" in staff.effect(page)
    assert due.batch_lines.get().batch == batch
    batch.refresh_from_db()
    assert (batch.count, batch.total) == (2, a.pounds(105))


def test_chosen_payments_are_put_into_a_batch_from_their_list(client):
    requests = [a.a_payable_request(100), a.a_request(50)]
    client.force_login(a.a_finance_officer())
    address = staff.list_of(Payment, "put-into-batch_many")
    posted = {**TOLD, "rows": ",".join(str(one.pk) for one in requests), "asked": "yes"}

    page = client.post(address, posted)
    client.post(address, {**posted, "confirmed": page.context["effect"].fingerprint})

    assert "has no confirmed bank account" in staff.effect(page)
    assert PaymentBatch.objects.get().count == 2


def test_a_new_batch_says_what_is_left_out_and_whose_account_is_wanting(client):
    first, second = a.a_request(7_000, due_on=JUNE), a.a_request(5_000, due_on=JUNE)
    client.force_login(a.a_finance_officer())
    posted = {**TOLD, "due_by": str(JUNE)}

    page = client.post(staff.list_of(PaymentBatch, "add"), posted, follow=True)

    said = page.content.decode()
    assert "2 payments of £12,000.00 in all are left out: no confirmed bank account" in said
    for request in (first, second):
        recipient = request.commitment.award.recipient
        accounts = staff.list_of(BankAccount) + f"?organisation__id__exact={recipient.pk}"
        assert f'<a href="{accounts}">{recipient}</a>' in said
        assert client.get(accounts).status_code == 200


def test_a_batch_is_begun_on_its_own_page_with_what_is_due(client):
    a.a_payable_request(100, due_on=JUNE)
    client.force_login(a.a_finance_officer())

    posted = {"pay_on": str(a.PAY_DAY), "due_by": "2026-07-01"}
    page = client.post(staff.list_of(PaymentBatch, "add"), posted, follow=True)

    assert PaymentBatch.objects.get().count == 1
    assert "PB-00001" in page.content.decode()
