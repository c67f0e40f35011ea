"""What finance sees of payments that the bank returned unpaid: batches, accounts, the ledger."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from commissioning import figures
from commissioning.actions import payments, returns
from commissioning.figures.days import Slice
from commissioning.models import Payment
from commissioning.rules import RuleBroken
from finance.actions import batches
from finance.actions import reconciliation as matching
from finance.figures import candidates
from finance.figures.accruals import handed_down
from finance.figures.reconciliation import ledger_lines, reconcile
from finance.figures.splits import possible_duplicates
from finance.models import BankAccount, PaymentBatch
from finance.months import Month
from tests import builders as a
from tests import clock, racing
from tests.commissioning import staff
from tests.finance.month_of_forty import breaches

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
JULY = Month(date(2026, 7, 1))


def a_batch_of(*amounts: int, released: bool = True) -> tuple[PaymentBatch, list[Payment]]:
    requests = [a.a_payable_request(amount) for amount in amounts]
    batch = a.a_batch(*requests, pay_on=TODAY)
    if released:
        batches.release(batch, by=a.a_finance_officer())
    return batch, [Payment.objects.get(pk=request.pk) for request in requests]


def page_of(client, batch: PaymentBatch, **who) -> str:
    client.force_login(a.a_user(superuser=True))
    return client.get(staff.address(batch)).content.decode()


# --- Batches --------------------------------------------------------------------------------------


def test_a_batch_says_how_many_of_its_payments_the_bank_returned(client):
    batch, (first, *_) = a_batch_of(25, 20, 1)
    a.a_returned_payment(first)

    page = page_of(client, batch)
    listed = client.get(staff.list_of(PaymentBatch)).content.decode()

    assert "3 payments, 1 returned unpaid" in page
    assert "£46.00, of which £25.00 was returned unpaid and £21.00 is left" in page
    assert "released, returned unpaid" in page
    assert "3 payments, 1 returned unpaid" in listed
    assert breaches() == []


def test_a_return_that_nobody_confirmed_changes_no_batch(client):
    batch, (first, _) = a_batch_of(25, 20)
    a.a_payment_marked_returned(first)

    page = page_of(client, batch)

    assert "£45.00, of which" not in page
    assert "2 payments, 1 returned" not in page


def cancelled(client, request: Payment) -> None:
    client.force_login(a.an_officer())
    assert "It leaves Batch" in staff.effect(staff.ask(client, request, "cancel", reason="A slip."))
    staff.use(client, request, "cancel", reason="A slip.")


def refused(client, request: Payment) -> None:
    client.force_login(a.a_finance_officer())
    staff.use(client, request, "refuse", reason="No invoice.")


@pytest.mark.parametrize("end", [cancelled, refused])
def test_a_request_that_comes_to_nothing_leaves_its_drafted_batch(client, end):
    batch, (kept, gone) = a_batch_of(20, 25, released=False)

    end(client, gone)

    batch.refresh_from_db()
    assert (batch.count, batch.total) == (1, a.pounds(20))
    assert "1 payment<" in page_of(client, batch)
    assert breaches() == []
    batches.release(batch, by=a.a_finance_officer())
    kept.refresh_from_db()
    assert kept.status == "released"


def test_a_batch_of_before_says_that_a_request_in_it_came_to_nothing(client):
    batch, (_, gone) = a_batch_of(20, 25, released=False)
    Payment.objects.filter(pk=gone.pk).update(status="cancelled")

    page = page_of(client, batch)

    assert "2 payments, 1 cancelled or refused" in page
    assert "£45.00, of which £25.00 was cancelled or refused and £20.00 is left" in page


# --- Bank accounts --------------------------------------------------------------------------------


def test_the_account_of_a_returned_payment_counts_as_new(client):
    _, (payment,) = a_batch_of(25)
    account = BankAccount.objects.get(organisation=payment.commitment.award.recipient)
    # A payment that went through before proves nothing any more.
    a.a_payment(5, payment.commitment.award)
    a.a_returned_payment(payment)
    again = a.a_request(25, payment.commitment.award)

    with pytest.raises(RuleBroken, match="counts as new, because the bank returned a payment"):
        payments.release(again, paid_on=TODAY, by=account.decided_by)
    client.force_login(a.a_finance_officer())
    alone = staff.ask(client, again, "release", paid_on=TODAY.isoformat())
    together = staff.ask(client, a.a_batch(again), "release")
    for page in (alone, together):
        assert "counts as new, because the bank returned a payment" in page.content.decode()
        assert "The bank said: the account is closed." in staff.effect(page)
    batches.release(again.batch_lines.get().batch, by=a.a_finance_officer())

    second = a.a_request(10, payment.commitment.award)
    payments.release(second, paid_on=TODAY, by=account.decided_by)


def test_days_after_the_return_whoever_confirmed_the_account_releases_again(settings):
    settings.BANK_COOLING_OFF_DAYS = 5
    _, (payment,) = a_batch_of(25)
    account = BankAccount.objects.filter(organisation=payment.commitment.award.recipient)
    long_ago = timezone.now() - timedelta(days=40)
    account.update(decided_at=long_ago, proposed_at=long_ago)
    a.a_returned_payment(payment, on=TODAY)
    again, by = a.a_request(25, payment.commitment.award), account.get().decided_by

    with clock.on(TODAY + timedelta(days=4)), pytest.raises(RuleBroken, match="counts as new"):
        payments.release(again, paid_on=TODAY, by=by)
    with clock.on(TODAY + timedelta(days=5)):
        payments.release(again, paid_on=TODAY, by=by)


# --- The ledger -----------------------------------------------------------------------------------


def test_a_return_is_matched_with_the_line_by_which_the_money_came_back():
    payment = a.a_payment(100, paid_on=date(2026, 7, 6))
    row = a.a_returned_payment(payment, on=date(2026, 7, 9))
    out = a.a_ledger_line(100, "X", day=date(2026, 7, 6))
    back = a.a_ledger_line(-100, "X", day=date(2026, 7, 9))

    assert [found.pk for found, _ in candidates.for_line(ledger_lines().get(pk=back.pk))] == [
        row.pk
    ]
    with pytest.raises(RuleBroken, match="went back, so it cannot"):
        matching.match_by_hand([back], [payment], by=a.a_finance_officer())
    matching.match_by_hand([out], [payment], by=a.a_finance_officer())
    matching.match_by_hand([back], [row], by=a.a_finance_officer())

    july = reconcile(JULY)
    assert (july.ledger.total, july.payments.total, july.difference) == (0, 0, 0)
    assert july.is_settled
    assert breaches() == []


def test_a_month_that_is_signed_off_takes_no_return():
    payment = a.a_payment(100, paid_on=date(2026, 7, 6))
    a.a_match(a.a_ledger_line(100, "X", day=date(2026, 7, 6)), payment)
    marked = a.a_payment_marked_returned(payment)
    a.a_signed_month(JULY)

    with pytest.raises(RuleBroken, match="July 2026 is signed off"):
        returns.confirm([marked], by=a.a_finance_officer())
    payments.refuse(marked, reason="Another day.", by=a.a_finance_officer())
    with pytest.raises(RuleBroken, match="July 2026 is signed off"):
        a.a_payment_marked_returned(payment)
    a.a_returned_payment(payment, on=date(2026, 8, 3))


# --- Reports --------------------------------------------------------------------------------------


def test_what_was_delivered_and_came_back_unpaid_is_accrued_again():
    award = a.a_scheduled_award(timing="arrears")
    payment = a.a_paid_instalment(a.instalments_of(award)[0])
    day = date(2026, 7, 31)
    before = delivered_and_unpaid(day)
    a.a_returned_payment(payment, on=date(2026, 7, 9))

    assert delivered_and_unpaid(day) - before == 3_000
    assert figures.position(Slice(as_at=date(2026, 7, 8))).paid == 3_000


def delivered_and_unpaid(day: date) -> Decimal:
    return sum(row.to_pay for row in handed_down(Slice(as_at=day)))


def test_a_payment_and_the_one_in_its_place_are_no_possible_duplicate():
    award = a.an_award()
    payment = a.a_payment(100, award)
    a.a_returned_payment(payment)
    a.a_payment(100, award)

    assert possible_duplicates(TODAY - timedelta(days=1)) == []


# --- Races ----------------------------------------------------------------------------------------


@pytest.mark.dialect
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["mark", "confirm"])
def test_of_two_who_press_at_once_one_returns_the_payment(what, tmp_path):
    payment = a.a_payment(100)
    people = [a.a_finance_officer() for _ in range(4)]
    marked = a.a_payment_marked_returned(payment) if what == "confirm" else None

    def press(by):
        try:
            if marked:
                returns.confirm([Payment.objects.get(pk=marked.pk)], by=by)
            else:
                a.a_payment_marked_returned(Payment.objects.get(pk=payment.pk), by=by)
        except RuleBroken as refusal:
            return refusal.code
        return "done"

    with racing.database_in_a_file(tmp_path):
        said = racing.race([lambda by=by: press(by) for by in people])
        standing = Payment.objects.filter(kind="return").count()
        paid = Payment.objects.get(pk=payment.pk).commitment.paid

    assert said.count("done") == 1, said
    assert (standing, paid) == (1, 0 if marked else 100)
