"""Payments and recoveries: requested by one, released by another, once."""

import pytest
from django.core.exceptions import ValidationError

from commissioning import integrity
from commissioning.actions import payments
from commissioning.models import Entry, Payment
from commissioning.rules import RuleBroken
from tests import builders as a
from tests.chain import JUNE, terminate

pytestmark = pytest.mark.django_db


def test_a_payment_is_requested_by_one_and_released_by_another():
    award, officer, finance = a.an_award(1_000), a.an_officer(), a.a_finance_officer()

    request = a.a_request(400, award, by=officer)
    assert Entry.objects.filter(kind="payment").count() == 0
    payments.release(request, paid_on=JUNE, by=finance)

    request.refresh_from_db()
    assert (request.status, request.paid_on) == ("released", JUNE)
    assert (request.requested_by, request.released_by) == (officer, finance)
    entry = request.entries.get()
    assert (entry.amount, entry.effective_on, entry.reason) == (a.pounds(400), JUNE, "payment")


@pytest.mark.parametrize("superuser", [False, True])
def test_nobody_releases_what_they_requested(superuser):
    same = a.a_user(superuser=superuser)
    request = a.a_request(1, by=same)

    with pytest.raises(RuleBroken, match="You requested this payment"):
        payments.release(request, paid_on=JUNE, by=same)


def test_several_payments_are_released_whole_or_not_at_all():
    award = a.an_award(1_000)
    requests = [a.a_request(400, award), a.a_request(600, award), a.a_request(1, award)]

    with pytest.raises(RuleBroken, match=r"left to pay £1,000.00, asked £1,001.00"):
        payments.release_many(requests, paid_on=JUNE, by=a.a_finance_officer())

    assert set(Payment.objects.values_list("status", flat=True)) == {"requested"}
    assert Entry.objects.filter(kind="payment").count() == 0


@pytest.mark.parametrize("end", ["released", "refused", "cancelled"])
def test_a_payment_ends_once(end):
    request, finance = a.a_request(1), a.a_finance_officer()
    ends = {
        "released": lambda: payments.release(request, paid_on=JUNE, by=finance),
        "refused": lambda: payments.refuse(request, reason="No invoice.", by=finance),
        "cancelled": lambda: payments.cancel(request, reason="A slip.", by=a.an_officer()),
    }
    ends[end]()

    for again in ends.values():
        with pytest.raises(RuleBroken, match=f"This payment is already {end}"):
            again()

    with pytest.raises(RuleBroken, match=f"This payment is already {end}"):
        payments.request(Payment.objects.get(pk=request.pk), by=a.an_officer())


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("1000.01", "left to pay £1,000.00, asked £1,000.01"),
        ("0", "must be more than £0.00"),
        ("-5", "must be more than £0.00"),
    ],
)
def test_a_request_that_could_not_be_released_is_refused_at_once(amount, sentence):
    award = a.an_award(1_000)

    with pytest.raises(ValidationError, match=sentence):
        a.a_request(amount, award)

    assert Payment.objects.count() == 0


def test_no_more_is_recovered_than_was_paid_and_the_request_says_so_at_once():
    award = a.an_award(1_000)
    a.a_payment(300, award)

    with pytest.raises(RuleBroken, match=r"£300.01 cannot be recovered .* paid £300.00"):
        a.a_request("300.01", award, kind=Payment.Kind.RECOVERY)

    a.a_payment(300, award, kind=Payment.Kind.RECOVERY)
    award.refresh_from_db()
    assert (award.amount, award.paid) == (a.pounds(1_000), a.pounds(0))


def test_money_is_recovered_from_an_award_that_has_ended():
    award = a.an_award(100)
    a.a_payment(60, award)
    terminate(award)

    a.a_payment(10, award, kind=Payment.Kind.RECOVERY)

    award.refresh_from_db()
    assert award.paid == a.pounds(50)
    assert list(integrity.breaches()) == []


def test_a_payment_is_not_released_under_an_award_that_has_ended():
    award = a.an_award(100)
    request = a.a_request(10, award)
    terminate(award)

    with pytest.raises(RuleBroken, match="Money moves only under"):
        payments.release(request, paid_on=JUNE, by=a.a_finance_officer())
