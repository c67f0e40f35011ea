"""Anyone who asks for money, lets it go or records it reads what may be the same money twice."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from commissioning.actions import payments, receipts
from commissioning.models import Payment, Receipt
from commissioning.rules import duplicates
from finance.figures.splits import possible_duplicates
from tests import builders as a
from tests.commissioning import staff

pytestmark = pytest.mark.django_db

LIKELY = "Likely duplicate"


@pytest.fixture
def award():
    """Of £90,000 to one recipient, who was paid £1,000 today."""
    award = a.an_award(40_000, a.an_allocation(90_000), recipient=a.an_organisation())
    a.a_payment(1_000, award, paid_on=staff.DAY)
    return award


def another_award(award, **fields):
    """To the same recipient."""
    return a.an_award(30_000, a.an_allocation(90_000), recipient=award.recipient, **fields)


def a_scheduled_twin(award):
    """An award to the same recipient, whose first instalments are £1,000 each."""
    return a.a_scheduled_award(
        12_000, "monthly", allocation=a.an_allocation(90_000), recipient=award.recipient
    )


def test_a_request_names_what_was_paid_to_the_recipient_under_another_award(
    client, superuser, award
):
    other = another_award(award)
    posted = {"commitment": other.commitments.get().pk, "amount": "1000"}

    page = staff.ask(client, other, "request-payment", **posted)

    assert f"{LIKELY}: a payment of £1,000.00 under award {award.reference}" in staff.effect(page)
    assert LIKELY not in staff.effect(
        staff.ask(client, other, "request-payment", **{**posted, "amount": "1001"})
    )


def test_requesting_several_instalments_names_them_and_not_one_another(client, superuser, award):
    rows = a.instalments_of(a_scheduled_twin(award))[:3]
    address = reverse("admin:commissioning_instalment_request_many")
    posted = {"rows": ",".join(str(row.pk) for row in rows), "asked": "yes", "early_reason": "Now."}

    page = client.post(address, posted)

    said = [each for each in page.context["effect"].warnings if LIKELY in each]
    assert len(said) == 1
    assert award.reference in said[0]


def test_a_part_of_an_instalment_names_them_too(client, superuser, award):
    row = a.instalments_of(a_scheduled_twin(award))[0]
    a.a_payment(500, award, paid_on=staff.DAY)

    page = staff.ask(client, row, "request-part", amount="500", early_reason="Now.")

    assert LIKELY in staff.effect(page)


def test_releasing_several_at_once_names_those_that_are_alike(client, superuser, award):
    other = another_award(award)
    rows = [a.a_request(700, award), a.a_request(700, other), a.a_request(5, other)]
    posted = {"rows": ",".join(str(row.pk) for row in rows), "asked": "yes"}

    page = client.post(
        reverse("admin:commissioning_payment_release_many"), {**posted, "paid_on": "2026-06-01"}
    )

    said = " ".join(each for each in page.context["effect"].warnings if LIKELY in each)
    assert "£700.00" in said
    assert "£5.00" not in said


def test_releasing_a_batch_names_what_may_be_paid_twice(client, superuser):
    one = a.a_payable_request(700)
    twin = a.a_request(700, one.commitment.award)
    batch = a.a_batch(one, twin)

    page = staff.ask(client, batch, "release")

    assert "£700.00" in " ".join(each for each in page.context["effect"].warnings if LIKELY in each)


def test_the_form_for_a_request_asks_whether_it_was_checked(client, superuser, award):
    posted = {"commitment": award.commitments.get().pk, "kind": "payment", "amount": "1000"}
    address = reverse("admin:commissioning_payment_add")
    asked = Payment.objects.count()

    page = client.post(address, posted)

    assert f"{LIKELY}: a payment of £1,000.00" in staff.problems(page)
    assert Payment.objects.count() == asked
    client.post(address, {**posted, "not_a_duplicate": "on"})
    assert Payment.objects.count() == asked + 1


@pytest.mark.parametrize(("kind", "sign"), [("received", 1), ("returned", -1)])
def test_recording_a_receipt_twice_asks_whether_it_was_checked(client, superuser, kind, sign):
    budget = a.a_budget(9_000)
    a.a_receipt(5_000, budget=budget)
    if kind == "returned":
        a.a_receipt(-1_000, budget=budget)
    amount = 5_000 if kind == "received" else 1_000
    day = Receipt.objects.latest("pk").received_on
    posted = {"budget": budget.pk, "kind": kind, "amount": amount, "received_on": f"{day}"}
    address = reverse("admin:commissioning_receipt_add")
    kept = Receipt.objects.count()

    page = client.post(address, posted)

    assert LIKELY in staff.problems(page)
    assert Receipt.objects.count() == kept
    client.post(address, {**posted, "not_a_duplicate": "on"})
    assert Receipt.objects.latest("pk").amount == sign * amount
    assert Receipt.objects.count() == kept + 1


def test_what_was_corrected_is_no_duplicate():
    receipt = a.a_receipt(5_000)
    again = Receipt(
        budget=receipt.budget,
        kind="received",
        amount=receipt.amount,
        received_on=receipt.received_on,
    )
    assert duplicates.receipts_alike(again) == [receipt]
    receipts.correct(receipt, a.pounds(0), note="Never came.", by=a.a_finance_officer())
    assert duplicates.receipts_alike(again) == []


def test_the_preview_of_several_receipts_names_those_that_are_alike(client, superuser):
    budget = a.a_budget(90_000)
    receipt = a.a_receipt(5_000, budget=budget)
    rows = [
        "fund_code,kind,amount,received_on,reference",
        f"{budget.fund.code},received,5000,{receipt.received_on},OTHER",
        f"{budget.fund.code},received,77,{receipt.received_on},X",
    ]
    file = SimpleUploadedFile("receipts.csv", "\n".join(rows).encode())

    page = client.post(reverse("admin:commissioning_receipt_import"), {"import_file": file})

    assert [LIKELY in each for each in page.context["warned"]] == [True], page.content.decode()
    assert "£5,000.00" in page.content.decode()


def test_the_list_for_finance_and_the_pages_agree_on_what_is_alike(award):
    twin = a_scheduled_twin(award)
    first, second, *_ = a.instalments_of(twin)
    planned = [a.a_requested_instalment(first), a.a_requested_instalment(second)]

    for payment in planned:
        assert {each.pk for each in duplicates.payments_alike([payment])}.isdisjoint(
            {each.pk for each in planned}
        )
    paid = award.commitments.get().payments.get()
    listed = {part.row.pk for group in possible_duplicates(paid.paid_on) for part in group.parts}
    assert paid.pk in listed or not duplicates.payments_alike([paid])


def test_any_number_of_payments_is_asked_about_in_one_query(django_assert_num_queries, award):
    for amount in (1, 2, 3):
        a.a_request(amount, award)
    rows = list(
        Payment.objects.select_related("commitment__award__recipient", "instalment").order_by("pk")
    )
    with django_assert_num_queries(1):
        duplicates.payments_alike(rows)


def test_a_refused_request_is_no_duplicate(award):
    request = a.a_request(700, award)
    again = Payment(commitment=request.commitment, amount=request.amount)
    assert duplicates.payments_alike([again]) == [request]
    payments.refuse(request, reason="Twice.", by=a.a_finance_officer())
    assert duplicates.payments_alike([again]) == []
