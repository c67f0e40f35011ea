"""Holds: while payments under an award are held, none is requested or released."""

import pytest

from commissioning import roles
from commissioning.actions import holds, payments
from commissioning.admin.attention import lists_for
from commissioning.models import Award, Hold, Payment
from commissioning.rules import RuleBroken
from tests import builders as a
from tests.chain import JUNE
from tests.commissioning import staff

pytestmark = pytest.mark.django_db

HELD = "are held by .*: The accounts are late"


def test_held_payments_are_neither_requested_nor_released():
    award = a.an_award(1_000)
    request = a.a_request(100, award)
    a.a_hold(award)

    with pytest.raises(RuleBroken, match=HELD):
        a.a_request(100, award)
    with pytest.raises(RuleBroken, match=HELD):
        payments.release(request, paid_on=JUNE, by=a.a_finance_officer())

    request.refresh_from_db()
    assert request.status == "requested"


def test_instalments_of_a_held_award_are_not_asked_for():
    award = a.a_scheduled_award()
    a.a_hold(award)

    with pytest.raises(RuleBroken, match=HELD):
        a.a_requested_instalment(a.instalments_of(award)[0])


def test_money_comes_back_meanwhile():
    award = a.an_award(1_000)
    a.a_payment(300, award)
    a.a_hold(award)

    assert a.a_recovery(300, award, "repayment").status == "released"


def test_other_awards_are_not_held():
    a.a_hold()

    assert a.a_payment(100).status == "released"


def test_payments_are_held_once_and_with_a_reason():
    award = a.an_award()

    with pytest.raises(RuleBroken, match="Say why"):
        holds.place(award, reason=" ", by=a.a_finance_officer())
    a.a_hold(award)
    with pytest.raises(RuleBroken, match="already held"):
        a.a_hold(award)

    assert Hold.objects.count() == 1


def test_a_hold_is_lifted_with_a_reason_and_once():
    hold = a.a_hold()

    with pytest.raises(RuleBroken, match="Say why"):
        holds.lift(hold, reason="", by=a.a_finance_officer())
    holds.lift(hold, reason="They came.", by=a.a_finance_officer())
    with pytest.raises(RuleBroken, match="lifted already"):
        holds.lift(hold, reason="Again.", by=a.a_finance_officer())

    assert a.a_payment(100, hold.award).status == "released"


@pytest.mark.parametrize("superuser", [False, True])
def test_whoever_lifts_a_hold_does_not_release_what_waited_under_it(superuser):
    award, lifter = a.an_award(1_000), a.a_user(roles.FINANCE, superuser=superuser)
    waited = a.a_request(100, award)
    holds.lift(a.a_hold(award), reason="They came.", by=lifter)
    later = a.a_request(100, award)

    with pytest.raises(RuleBroken, match="You lifted the hold"):
        payments.release(waited, paid_on=JUNE, by=lifter)

    payments.release(later, paid_on=JUNE, by=lifter)
    payments.release(waited, paid_on=JUNE, by=a.a_finance_officer())


def test_an_award_that_is_not_approved_is_not_held():
    with pytest.raises(RuleBroken, match="approved or active"):
        a.a_hold(a.a_draft())


# --- At the door ----------------------------------------------------------------------------------


def test_finance_holds_and_lifts_and_the_pages_say_so(client):
    client.force_login(a.a_finance_officer())
    award = a.an_award(1_000)
    request = a.a_request(100, award)

    staff.use(client, award, "hold-payments", reason="The accounts are late.")

    hold = Hold.objects.get()
    for page in (staff.address(award), staff.address(request), staff.address(request, "release")):
        assert "The accounts are late." in client.get(page).content.decode(), page

    staff.use(client, hold, "lift", reason="They came.")
    assert Hold.objects.standing().count() == 0


def test_finance_sees_what_is_held_and_not_what_it_cannot_release():
    award = a.an_award(1_000)
    a.a_request(100, award)
    a.a_hold(award)
    finance = a.a_finance_officer()
    lists = {each.key: each for each in lists_for(finance)}

    (hold,) = lists["held"].first(finance, 5)

    assert lists["held"].says(hold).startswith("£100.00 waits; held by")
    assert lists["release"].first(finance, 5) == []


def test_an_officer_neither_holds_nor_lifts(client):
    client.force_login(a.an_officer())
    hold = a.a_hold()

    assert client.get(staff.address(hold, "lift")).status_code == 403
    assert client.get(staff.address(a.an_award(), "hold-payments")).status_code == 403


def test_a_release_of_many_in_the_list_is_stopped_by_one_hold(client):
    client.force_login(a.a_finance_officer())
    held = a.a_request(100)
    a.a_hold(held.commitment.award)
    rows = ",".join(str(payment.pk) for payment in (a.a_request(100), held))

    page = client.post(
        staff.list_of(Payment, "release_many"),
        {"rows": rows, "asked": "yes", "paid_on": "2026-06-01", "confirmed": "x"},
    )

    assert "are held by" in page.content.decode()
    assert set(Payment.objects.values_list("status", flat=True)) == {"requested"}
    assert Award.objects.filter(paid__gt=0).count() == 0
