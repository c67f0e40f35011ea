"""Payments and recoveries: requested by one, released by another, once."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from commissioning import integrity
from commissioning.actions import payments
from commissioning.models import Entry, Instalment, Payment
from commissioning.resources.base import load_rows
from commissioning.resources.payments import PaymentResource
from commissioning.rules import RuleBroken
from tests import builders as a
from tests.chain import JUNE, terminate
from tests.commissioning import staff

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
    requests = [a.a_request(400, award), a.a_request(599, award), a.a_request(1, award)]
    # As no request can be made any more.
    Payment.objects.filter(pk=requests[2].pk).update(amount=2)

    with pytest.raises(RuleBroken, match=r"left to pay £1,000.00, asked £1,001.00"):
        payments.release_many(requests, paid_on=JUNE, by=a.a_finance_officer())

    assert set(Payment.objects.values_list("status", flat=True)) == {"requested"}
    assert Entry.objects.filter(kind="payment").count() == 0


@pytest.mark.parametrize(
    ("paid_on", "sentence"),
    [
        ("2079-05-01", "1 May 2079 is too far ahead"),
        ("1985-05-01", "1 May 1985 is before the money was committed"),
        ("2026-04-30", "counts from 1 May 2026"),
    ],
)
def test_no_payment_goes_on_a_day_that_cannot_be_true(client, paid_on, sentence):
    request = a.a_request(1, a.an_award(10, effective_on=date(2026, 5, 1)))
    client.force_login(a.a_finance_officer())

    page = staff.ask(client, request, "release", paid_on=paid_on)

    assert sentence in page.content.decode()
    assert not Entry.objects.filter(kind="payment").exists()
    payments.release(request, paid_on=date(2026, 5, 1), by=a.a_finance_officer())


def test_a_payment_is_set_for_a_day_up_to_sixty_days_ahead():
    award, today, finance = a.an_award(100), timezone.localdate(), a.a_finance_officer()
    with pytest.raises(RuleBroken, match="is too far ahead"):
        payments.release(a.a_request(1, award), paid_on=today + timedelta(days=61), by=finance)

    payments.release(a.a_request(2, award), paid_on=today + timedelta(days=60), by=finance)


def test_a_recovery_is_recorded_once_the_money_is_back():
    award, today = a.an_award(100), timezone.localdate()
    a.a_payment(50, award)
    back = a.a_request(10, award, kind=Payment.Kind.RECOVERY)

    with pytest.raises(RuleBroken, match="is still to come"):
        payments.release(back, paid_on=today + timedelta(days=1), by=a.a_finance_officer())
    payments.release(back, paid_on=today, by=a.a_finance_officer())


def test_what_was_paid_of_an_award_before_it_was_taken_on_has_its_own_day():
    award = a.an_award_taken_on(starts_on=date(2020, 4, 1), ends_on=date(2021, 3, 31))
    request = a.a_request(400, award)

    payments.release(request, paid_on=date(2020, 5, 1), by=a.a_finance_officer())

    request.refresh_from_db()
    assert request.paid_on == date(2020, 5, 1)


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


# --- Why money comes back -------------------------------------------------------------------------


@pytest.mark.parametrize("cause", ["underspend", "clawback"])
def test_what_comes_back_for_good_leaves_the_award_and_cannot_be_paid_again(cause):
    award = a.an_award(1_000)
    a.a_payment(600, award)
    allocation = award.commitments.get().allocation
    before = allocation.committed

    payment = a.a_recovery(250, award, cause)

    award.refresh_from_db()
    allocation.refresh_from_db()
    assert (award.amount, award.paid) == (a.pounds(750), a.pounds(350))
    assert allocation.committed == before - a.pounds(250)
    lowered = Entry.objects.get(kind="commitment", reason="withdrawal")
    assert (lowered.amount, lowered.effective_on) == (a.pounds(-250), payment.paid_on)
    variation = award.variations.get()
    assert lowered.variation == variation
    assert (variation.number, variation.kind) == (1, "decrease")
    assert variation.reason.startswith("£250.00 that was paid came back")
    with pytest.raises(RuleBroken, match=r"left to pay £400\.00, asked £400\.01"):
        a.a_request("400.01", award)
    assert list(integrity.breaches()) == []


@pytest.mark.parametrize("cause", ["", "repayment"])
def test_a_repayment_leaves_the_award_as_it_is(cause):
    award = a.an_award(1_000)
    a.a_payment(600, award)

    a.a_recovery(250, award, cause)

    award.refresh_from_db()
    assert (award.amount, award.paid) == (a.pounds(1_000), a.pounds(350))
    assert not award.variations.exists()


def test_an_underspend_may_be_larger_than_an_instalment_and_leaves_what_was_paid():
    award = a.a_scheduled_award(12_000)
    first, second, *_ = a.instalments_of(award)
    a.a_paid_instalment(first)
    a.a_paid_instalment(second)

    a.a_recovery(4_000, award, "underspend")

    award.refresh_from_db()
    assert (award.amount, award.paid) == (a.pounds(8_000), a.pounds(2_000))
    assert [str(row.amount) for row in a.instalments_of(award)] == [
        "3000.00",
        "3000.00",
        "3000.00",
        "3000.00",
    ]
    assert list(integrity.breaches()) == []


def test_an_underspend_of_an_award_that_has_ended_goes_back_too():
    award = a.an_award(100)
    a.a_payment(60, award)
    terminate(award)

    a.a_recovery(10, award, "underspend")

    award.refresh_from_db()
    assert (award.amount, award.paid) == (a.pounds(50), a.pounds(50))
    assert [one.number for one in award.variations.all()] == [1, 2]


def test_several_recoveries_in_one_batch_are_numbered_one_by_one():
    award = a.an_award(100)
    a.a_payment(100, award)
    cause = {"kind": Payment.Kind.RECOVERY, "cause": "underspend"}
    requests = [a.a_request(amount, award, **cause) for amount in (10, 20)]

    payments.release_many(requests, paid_on=JUNE, by=a.a_finance_officer())

    award.refresh_from_db()
    assert award.amount == a.pounds(70)
    assert [one.number for one in award.variations.all()] == [1, 2]


def test_whoever_recommended_an_award_does_not_lower_it_by_releasing_a_recovery():
    award = a.an_award(100)
    a.a_payment(100, award)
    cause = {"kind": Payment.Kind.RECOVERY, "cause": "clawback"}
    request = a.a_request(10, award, **cause)

    with pytest.raises(RuleBroken, match="You recommended award"):
        payments.release(request, paid_on=JUNE, by=award.recommended_by)

    award.refresh_from_db()
    assert (award.amount, award.paid) == (a.pounds(100), a.pounds(100))


def test_a_variation_put_forward_lapses_when_an_underspend_changes_the_award():
    award = a.an_award(100)
    a.a_payment(100, award)
    proposal = a.a_proposed_variation(10, award)

    a.a_recovery(10, award, "underspend")

    proposal.refresh_from_db()
    assert proposal.status == "lapsed"


def test_only_a_recovery_has_a_cause_and_it_is_of_no_instalment():
    with pytest.raises(ValidationError, match="Only a recovery says why"):
        a.a_request(1, cause="repayment")
    award = a.a_scheduled_award()
    instalment = a.instalments_of(award)[0]
    a.a_paid_instalment(instalment)
    with pytest.raises(ValidationError, match="a recovery is not"):
        a.a_request(1, award, kind=Payment.Kind.RECOVERY, instalment=instalment)


# --- At the door ----------------------------------------------------------------------------------


def test_the_recovery_asks_why_and_says_what_becomes_of_the_award(client):
    award = a.an_award(1_000)
    a.a_payment(600, award)
    client.force_login(a.an_officer())
    told = {"commitment": award.commitments.get().pk, "amount": "250"}

    page = staff.ask(client, award, "request-recovery", **told)
    assert "This field is required" in staff.problems(page)

    page = staff.ask(client, award, "request-recovery", cause="underspend", **told)
    assert "is less by £250.00" in staff.effect(page)
    staff.confirm(client, award, "request-recovery", page, cause="underspend", **told)
    recovery = Payment.objects.get(kind="recovery")
    assert recovery.cause == "underspend"

    client.force_login(a.a_finance_officer())
    page = staff.ask(client, recovery, "release", paid_on="2026-07-01")
    assert "£250.00 will go back to" in staff.effect(page)
    assert f"Award {award.reference} will go from £1,000.00 to £750.00." in staff.effect(page)


def test_an_officer_asks_for_several_instalments_on_the_list(client):
    client.force_login(a.an_officer())
    first, second, *_ = a.instalments_of(a.a_scheduled_award(12_000))
    told = {"rows": f"{first.pk},{second.pk}", "asked": "yes"}
    many = staff.list_of(Instalment, "request_many")

    page = client.post(many, told)
    assert "£6,000.00" in page.content.decode()
    client.post(many, {**told, "confirmed": page.context["effect"].fingerprint})

    assert sorted(Payment.objects.values_list("instalment", "amount")) == [
        (first.pk, a.pounds(3_000)),
        (second.pk, a.pounds(3_000)),
    ]


def test_an_officer_asks_for_a_part_of_an_instalment(client):
    client.force_login(a.an_officer())
    instalment = a.instalments_of(a.a_scheduled_award(12_000))[0]

    page = staff.ask(client, instalment, "request-part", amount="3000.01")
    assert "outstanding £3,000.00" in staff.problems(page)
    staff.use(client, instalment, "request-part", amount="1000", reference="INV-1")

    payment = Payment.objects.get()
    assert (payment.amount, payment.instalment, payment.reference) == (
        a.pounds(1_000),
        instalment,
        "INV-1",
    )


def test_an_import_asks_for_the_instalment_that_is_due_on_its_day():
    award = a.a_scheduled_award(12_000)
    first = a.instalments_of(award)[0]
    row = {"award_reference": award.reference, "amount": "3000", "due_on": "1/4/2026"}

    load_rows(PaymentResource, [row], by=a.an_officer())

    assert Payment.objects.get().instalment == first
    with pytest.raises(ValidationError, match="Request the payment on its instalment"):
        load_rows(PaymentResource, [{**row, "due_on": "2/4/2026"}], by=a.an_officer())
