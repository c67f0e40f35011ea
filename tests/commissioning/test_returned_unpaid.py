"""Payments that the bank returned unpaid: marked, confirmed, committed again and paid once more."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from commissioning import figures, roles
from commissioning.actions import funds, payments, returns
from commissioning.figures.awards import award_position
from commissioning.models import Entry, HistoryEvent, Instalment, Payment
from commissioning.resources.base import load_rows
from commissioning.resources.payments import PaymentResource
from commissioning.rules import RuleBroken
from commissioning.rules.duplicates import payments_alike
from commissioning.years import FinancialYear
from tests import builders as a
from tests.commissioning import staff
from tests.ties import ties

pytestmark = pytest.mark.django_db

JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)
CLOSED = Payment.BankReason.ACCOUNT_CLOSED


def mark(payment: Payment, by=None, on: date = JULY, **given) -> Payment:
    given = {"bank_reason": CLOSED, **given}
    (marked,) = returns.mark([payment], on=on, by=by or a.a_finance_officer(), **given)
    return marked


# --- What it does ---------------------------------------------------------------------------------


@pytest.mark.dialect
def test_a_returned_payment_is_committed_again_and_past_readings_stay():
    award = a.an_award(1_000)
    payment = a.a_payment(400, award)
    a.a_payment(100, award)
    row = a.a_returned_payment(payment, on=JULY)

    award.refresh_from_db()
    entry = row.entries.get()
    assert (entry.reason, entry.amount, entry.effective_on) == ("return", -400, JULY)
    assert (award.paid, award.commitments.get().unpaid) == (100, 900)
    payment.refresh_from_db()
    assert (payment.status, payment.paid_on) == ("released", JUNE)
    before, after = award_position(award, date(2026, 6, 30)), award_position(award, JULY)
    assert (before.paid, before.returned_unpaid) == (500, 0)
    assert (after.paid, after.recovered, after.returned_unpaid) == (100, 0, 400)
    whole = figures.position(figures.Slice())
    assert (whole.paid, whole.recovered, whole.returned_unpaid) == (100, 0, 400)
    assert ties(JUNE, JULY, everything=True) == []


@pytest.mark.dialect
def test_the_instalment_is_due_again_and_is_paid_once_more():
    first = a.instalments_of(a.a_scheduled_award())[0]
    payment = a.a_paid_instalment(first)
    assert a.instalments_of(first.commitment.award)[0].commitment.paid == 3_000

    with pytest.raises(RuleBroken, match="Nothing is outstanding"):
        a.a_requested_instalment(first)
    mark(payment)
    with pytest.raises(RuleBroken, match="Nothing is outstanding"):
        a.a_requested_instalment(first)
    returns.confirm(payment.returns.all(), by=a.a_finance_officer())
    again = a.a_requested_instalment(first)
    payments.release(again, paid_on=timezone.localdate(), by=a.a_finance_officer())

    with pytest.raises(RuleBroken, match="Nothing is outstanding"):
        a.a_requested_instalment(first)
    assert ties(JUNE, JULY) == []


def test_the_money_of_an_instalment_that_a_later_schedule_replaced_is_planned_anew():
    award = a.a_scheduled_award()
    payment = a.a_paid_instalment(a.instalments_of(award)[0])
    Instalment.objects.filter(pk=payment.instalment_id).update(dropped_at=timezone.now())

    a.a_returned_payment(payment, on=JULY)

    assert sum(each.amount for each in a.instalments_of(award)) == 12_000


def test_the_invoice_reference_is_used_again_for_the_replacement_alone():
    award = a.an_award(5_000)
    same = a.an_award(5_000, recipient=award.recipient)
    payment = a.a_payment(500, award, reference="INV-77")

    mark(payment)
    with pytest.raises(RuleBroken, match="is on another payment"):
        a.a_request(500, award, reference="inv 77")
    returns.confirm(payment.returns.all(), by=a.a_finance_officer())

    for amount, of in [(500, same), ("500.01", award)]:
        with pytest.raises(RuleBroken, match="is on another payment"):
            a.a_request(amount, of, reference="inv 77")
    a.a_request(500, award, reference="inv 77")
    with pytest.raises(RuleBroken, match="is on another payment"):
        a.a_request(1, award, reference="INV 77")


def test_a_replacement_is_no_duplicate_and_does_not_count_twice_towards_a_limit():
    a.a_limit(5_000, act="release", role=roles.FINANCE)
    finance, award = a.a_finance_officer(), a.an_award(10_000)
    payment = a.a_payment(4_000, award)
    again = a.a_request(4_000, award)

    with pytest.raises(RuleBroken, match=r"together these are £8,000\.00"):
        payments.release(again, paid_on=JULY, by=finance)
    asked = Payment(commitment=award.commitments.get(), kind="payment", amount=payment.amount)
    assert payment in payments_alike([asked])
    a.a_returned_payment(payment)

    assert payments_alike([asked]) == [again]
    payments.release(again, paid_on=JULY, by=finance)


def test_the_public_reads_what_was_paid_less_what_came_back_unpaid(client):
    award = a.an_award(1_000, published=True)
    a.a_payment(100, award)
    row = a.a_returned_payment(a.a_payment(400, award), on=JULY, note="Out of public sight.")

    listed = client.get("/api/v1/payments/").json()["results"]
    pages = [
        client.get(where).getvalue().decode()
        for where in (award.get_absolute_url(), "/payments/", "/payments.csv", "/")
    ]

    assert {(each["kind"], each["amount"]) for each in listed} == {
        ("payment", "100.00"),
        ("payment", "400.00"),
        ("return", "-400.00"),
    }
    assert "£100.00" in pages[0] or "£100" in pages[0]
    assert "eturned unpaid" in pages[1]
    for page in pages:
        assert "recovered" not in page.replace("what was recovered or", "")
        assert row.get_bank_reason_display() not in page
        assert row.note not in page


# --- What is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of", "on", "sentence"),
    [
        (a.a_request, JULY, "can only return a payment that was released"),
        (
            lambda: a.a_recovery(5, a.a_payment(10).commitment.award),
            JULY,
            "can only return a payment that was released",
        ),
        (a.a_payment, JUNE - timedelta(days=1), "before the payment was made"),
        (a.a_payment, timezone.localdate() + timedelta(days=2), "still to come"),
        (a.a_payment_marked_returned, JULY, "can only return a payment that was released"),
    ],
)
def test_only_a_released_payment_comes_back_on_a_day_that_can_be(of, on, sentence):
    payment, before = of(), Payment.objects.count()

    with pytest.raises(RuleBroken, match=sentence):
        mark(payment, on=on)

    assert Payment.objects.count() == before
    assert not Entry.objects.filter(reason="return").exists()


def test_a_payment_is_returned_once():
    payment = a.a_payment()
    row = mark(payment)
    for _ in range(2):
        with pytest.raises(RuleBroken, match="already marked as returned unpaid"):
            mark(payment)
        if row.status == "requested":
            returns.confirm([row], by=a.a_finance_officer())
            row.refresh_from_db()
    with pytest.raises(RuleBroken, match="already released"):
        returns.confirm([row], by=a.a_finance_officer())


def test_a_return_that_was_refused_is_marked_again():
    payment = a.a_payment()
    payments.refuse(mark(payment), reason="It was another payment.", by=a.a_finance_officer())

    a.a_returned_payment(payment)

    assert payment.commitment.entries.filter(reason="return").count() == 1


@pytest.mark.parametrize("superuser", [False, True])
def test_whoever_marked_a_return_does_not_confirm_it(superuser):
    finance = a.a_user(roles.FINANCE, superuser=superuser)
    row = mark(a.a_payment(), by=finance)

    with pytest.raises(RuleBroken, match="You marked this payment as returned"):
        returns.confirm([row], by=finance)

    assert not row.entries.exists()


def test_no_more_comes_back_than_is_still_paid():
    award = a.an_award(1_000)
    payment = a.a_payment(400, award)
    marked = mark(payment)
    a.a_recovery(100, award, "repayment")

    with pytest.raises(RuleBroken, match=r"£400.00 cannot be returned unpaid .* paid £300.00"):
        returns.confirm([marked], by=a.a_finance_officer())
    payments.refuse(marked, reason="It was recovered.", by=a.a_finance_officer())
    with pytest.raises(RuleBroken, match=r"£400.00 cannot be returned unpaid .* paid £300.00"):
        mark(payment)


def test_a_closed_year_takes_no_return():
    payment, other = a.a_payment(), a.a_payment()
    marked = mark(payment)
    funds.close_year(FinancialYear(2026), by=a.a_chief_finance_officer())

    with pytest.raises(RuleBroken, match="closed"):
        mark(other)
    with pytest.raises(RuleBroken, match="closed"):
        returns.confirm([marked], by=a.a_finance_officer())


def by_import(payment: Payment) -> None:
    award = payment.commitment.award
    row = {"award_reference": award.reference, "kind": "return", "amount": "5"}
    load_rows(PaymentResource, [row], by=a.an_officer())


def by_request(payment: Payment) -> None:
    given = {"commitment": payment.commitment, "amount": payment.amount, "paid_on": JULY}
    payments.request(Payment(kind="return", **given), by=a.an_officer())


@pytest.mark.parametrize("ask", [by_import, by_request])
def test_a_return_is_not_requested(ask):
    payment = a.a_payment()

    with pytest.raises(ValidationError, match="mark it as returned unpaid"):
        ask(payment)

    assert Payment.objects.count() == 1


def test_an_import_of_the_same_file_does_not_pay_a_returned_payment_again():
    payment = a.a_payment(100, reference="INV 5")
    a.a_returned_payment(payment)
    award = payment.commitment.award
    row = {"award_reference": award.reference, "amount": "100.00", "reference": "INV 5"}

    load_rows(PaymentResource, [row], by=a.an_officer())

    assert Payment.objects.filter(kind="payment").count() == 1


# --- The database ---------------------------------------------------------------------------------


@pytest.mark.dialect
@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": -99},
        {"effective_on": JUNE - timedelta(days=1)},
        {"returned_payment": "of another commitment"},
    ],
)
def test_the_database_refuses_an_entry_that_returns_anything_else(wrong):
    payment = a.a_payment(100)
    row = mark(payment)
    Payment.objects.filter(pk=row.pk).update(
        status="released", released_by=a.a_finance_officer(), released_at=timezone.now()
    )
    of_payment = payment.entries.values(
        "kind", "budget_id", "allocation_id", "commitment_id", "recorded_by_id"
    ).get()
    entry = {**of_payment, "payment_id": row.pk, "amount": -100, "effective_on": JULY}
    if "returned_payment" in wrong:
        Payment.objects.filter(pk=row.pk).update(returned_payment=a.a_payment(100))
    else:
        entry |= wrong

    with pytest.raises(IntegrityError, match=r"return_takes_back|A return takes back"):
        Entry.objects.create(reason="return", **entry)


@pytest.mark.dialect
@pytest.mark.parametrize("change", [{"returned_payment": None}, {"amount": 1}, {"paid_on": JUNE}])
def test_the_database_keeps_what_a_confirmed_return_returned(change):
    row = a.a_returned_payment(on=JULY)
    if "returned_payment" in change:
        change = {"returned_payment": a.a_payment()}

    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=row.pk).update(**change)


# --- The staff site -------------------------------------------------------------------------------


def test_finance_marks_and_confirms_what_the_bank_returned_and_nobody_else(client):
    payment = a.a_payment(400)
    client.force_login(a.an_officer())
    assert client.get(staff.address(payment, "mark-returned")).status_code == 403

    client.force_login(a.a_finance_officer())
    given = {"on": "2026-07-01", "bank_reason": CLOSED, "note": "On the report."}
    page = staff.effect(staff.ask(client, payment, "mark-returned", **given))
    assert "£400.00 to" in page
    assert "Nothing changes in the journal yet" in page
    staff.use(client, payment, "mark-returned", **given)
    marked = payment.returns.get()
    assert (marked.status, marked.paid_on, marked.note) == ("requested", JULY, "On the report.")
    own = client.get(staff.address(marked)).content.decode()
    assert "You marked this payment as returned" in own

    client.force_login(a.a_finance_officer())
    effect = staff.effect(staff.ask(client, marked, "confirm-return"))
    assert "£400.00 paid under award" in effect
    assert "recorded as returned unpaid" in effect
    assert "recovered" not in effect
    staff.use(client, marked, "confirm-return")

    marked.refresh_from_db()
    assert marked.status == "released"
    page = client.get(staff.address(payment)).content.decode()
    assert "by the bank on 1 July 2026: the account is closed" in page
    listed = client.get(staff.list_of(Payment)).content.decode()
    assert "released, returned unpaid" in listed
    said = HistoryEvent.objects.filter(subject_type="payment", subject_id=str(payment.pk))
    assert {"marked as returned unpaid £400.00", "returned unpaid £400.00"} <= set(
        said.values_list("verb", flat=True)
    )


def test_the_form_of_a_payment_does_not_offer_a_return(client):
    client.force_login(a.an_officer())

    page = client.get(staff.list_of(Payment, "add")).content.decode()

    assert 'value="recovery"' in page
    assert 'value="return"' not in page
