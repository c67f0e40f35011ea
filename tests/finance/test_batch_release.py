"""Batches of payments: released by another person, all or nothing, once."""

import pytest

from commissioning import integrity, roles
from commissioning.actions import payments
from commissioning.models import HistoryEvent, Payment
from commissioning.rules import RuleBroken
from finance.actions import bank, batches
from finance.models import BatchLine, PaymentBatch, PaymentFile
from tests import builders as a
from tests.chain import JUNE, terminate
from tests.commissioning import staff
from tests.finance.test_batches import LATER, paid, statuses
from tests.racing import WRITERS, database_in_a_file, race

pytestmark = pytest.mark.django_db


def test_a_released_batch_pays_everything_once_into_the_confirmed_accounts():
    requests = [a.a_payable_request(100), a.a_payable_request(50)]
    batch, second = a.a_batch(*requests), a.a_finance_officer()

    batches.release(batch, by=second)

    batch.refresh_from_db()
    assert (batch.status, batch.released_by) == ("released", second)
    assert (batch.count, batch.total) == (2, a.pounds(150))
    assert {one.paid_on for one in Payment.objects.all()} == {a.PAY_DAY}
    assert statuses() == ["released"] * 2
    assert paid() == 2
    assert {line.account.status for line in batch.lines.all()} == {"confirmed"}
    assert list(integrity.breaches()) == []


def test_the_next_batch_after_a_change_goes_to_the_new_account():
    award = a.an_award(1_000)
    first = a.a_released_batch(a.a_payable_request(10, award=award))
    changed = a.an_account(award.recipient)
    second = a.a_released_batch(a.a_request(20, award))

    assert first.lines.get().account != changed
    assert second.lines.get().account == changed


@pytest.mark.parametrize("superuser", [False, True])
def test_nobody_releases_the_batch_that_they_put_together(superuser):
    same = a.a_user(None if superuser else roles.FINANCE, superuser=superuser)
    batch = a.a_batch(by=same)

    with pytest.raises(RuleBroken, match="You put this batch together"):
        batches.release(batch, by=same)

    assert paid() == 0


@pytest.mark.parametrize("superuser", [False, True])
def test_nobody_releases_a_batch_with_a_payment_that_they_requested(superuser):
    same = a.a_user(None if superuser else roles.FINANCE, superuser=superuser)
    batch = a.a_batch(a.a_payable_request(100, by=same), a.a_payable_request(50))

    with pytest.raises(RuleBroken, match=r"£100.00 to .*: You requested this payment"):
        batches.release(batch, by=same)

    batch.refresh_from_db()
    assert (batch.status, paid()) == ("drafted", 0)


def test_everything_that_stands_in_the_way_is_told_at_once_and_nothing_is_done():
    second = a.a_finance_officer()
    fine, without, ended = a.a_payable_request(1), a.a_request(20), a.a_payable_request(30)
    own, changing, gone = (
        a.a_payable_request(40, by=second),
        a.a_payable_request(50),
        a.a_payable_request(60),
    )
    # As only an old record can be: a request that ends leaves its batch.
    batch = a.a_batch(fine, without, ended, own, changing, gone)
    terminate(ended.commitment.award)
    a.a_proposed_account(changing.commitment.award.recipient)
    Payment.objects.filter(pk=gone.pk).update(status="cancelled")

    with pytest.raises(RuleBroken) as posted:
        batches.release(batch, by=second)

    said = posted.value.messages
    assert len(said) == 5
    for amount, sentence in {
        "£20.00": "no confirmed bank account",
        "£30.00": "Money moves only under",
        "£40.00": "You requested this payment",
        "£50.00": "wait to be confirmed or refused",
        "£60.00": "already cancelled",
    }.items():
        assert any(one.startswith(f"{amount} to ") and sentence in one for one in said), sentence
    batch.refresh_from_db()
    assert (batch.status, batch.sha256, paid()) == ("drafted", "", 0)
    assert not PaymentFile.objects.exists()


def test_payments_that_fit_alone_and_not_together_are_refused_with_figures():
    award = a.an_award(100)
    requests = [a.a_payable_request(amount, award=award) for amount in (60, 40)]
    # As no request can be made any more.
    Payment.objects.filter(pk=requests[1].pk).update(amount=60)
    batch = a.a_batch(*Payment.objects.all())

    with pytest.raises(RuleBroken, match=r"left to pay £100.00, asked £120.00"):
        batches.release(batch, by=a.a_finance_officer())

    assert paid() == 0


def test_a_batch_without_payments_is_not_released():
    batch = batches.draft(PaymentBatch(pay_on=a.PAY_DAY), [], by=a.a_finance_officer())

    with pytest.raises(RuleBroken, match="holds no payments"):
        batches.release(batch, by=a.a_finance_officer())


def test_a_payment_in_a_drafted_batch_is_released_by_its_batch_only():
    request = a.a_payable_request(100)
    batch = a.a_batch(request)

    with pytest.raises(RuleBroken, match="stands in Batch PB-00001"):
        payments.release(request, paid_on=JUNE, by=a.a_finance_officer())
    batches.take_out(batch, batch.lines.all(), by=a.a_finance_officer())
    payments.release(request, paid_on=JUNE, by=a.a_finance_officer())

    assert paid() == 1


@pytest.mark.parametrize("role", [roles.FINANCE, roles.CHIEF_FINANCE])
def test_a_single_release_warns_of_a_recipient_without_a_bank_account(client, role):
    without, known = a.a_request(100), a.a_payable_request(50)
    name = without.commitment.award.recipient.name
    client.force_login(user := a.a_user(role))
    assert user.has_perm("finance.view_bankaccount")

    page = staff.ask(client, without, "release", paid_on=str(JUNE))
    assert page.context["effect"].warnings == (
        f"No confirmed bank account of {name} is recorded here. Go on only if the money is paid by "
        "another way.",
    )
    staff.confirm(client, without, "release", page, paid_on=str(JUNE))
    page = staff.ask(client, known, "release", paid_on=str(JUNE))

    (warning,) = page.context["effect"].warnings
    assert "is new since the last payment" in warning
    assert paid() == 1


def test_a_batch_released_twice_pays_once():
    batch, second = a.a_batch(), a.a_finance_officer()
    again = PaymentBatch.objects.get(pk=batch.pk)
    batches.release(batch, by=second)

    with pytest.raises(RuleBroken, match="already released"):
        batches.release(again, by=second)

    assert paid() == 1


def test_a_batch_is_released_on_its_page_and_pressing_again_changes_nothing(client):
    batch = a.a_batch(a.a_payable_request(100))
    client.force_login(a.a_finance_officer())

    page = staff.ask(client, batch, "release")
    staff.confirm(client, batch, "release", page)
    again = staff.confirm(client, batch, "release", page)

    assert "1 payment of £100.00 in all will be released" in staff.effect(page)
    assert "not possible" in again.content.decode()
    assert paid() == 1
    batch.refresh_from_db()
    shown = client.get(staff.address(batch)).content.decode()
    assert batch.sha256 in shown
    assert batch.sha256 in client.get(staff.list_of(PaymentBatch)).content.decode()


def test_history_tells_the_whole_way_of_a_batch_and_of_its_payments():
    batch = a.a_batch()
    batches.reschedule(batch, LATER, by=a.a_finance_officer())
    batches.release(batch, by=a.a_finance_officer())

    events = HistoryEvent.objects.order_by("pk")
    of_batch = events.filter(subject_type="paymentbatch").values_list("verb", flat=True)
    of_payment = events.filter(subject_type="payment").values_list("verb", flat=True)
    assert list(of_batch) == ["drafted", "changed the pay date of", "released"]
    assert list(of_payment) == ["added", "put into PB-00001", "released £1,000.00"]


def test_an_auditor_sees_batches_without_a_digit_of_an_account(client):
    batch = a.a_released_batch()
    ending = batch.lines.get().account.ending
    client.force_login(a.a_user(roles.AUDITOR))

    page = client.get(staff.address(batch)).content.decode()

    assert "PB-00001" in page
    assert f"ends in {ending}" not in page
    assert "Download the payment file" not in page
    assert client.post(staff.address(batch, "file")).status_code == 403


# --- Proof ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (
            lambda batch: PaymentBatch.objects.filter(pk=batch.pk).update(total=a.pounds(7)),
            "states 1 payments of £7.00, but 1 of £1,000.00",
        ),
        (
            lambda batch: BatchLine.objects.filter(batch=batch).update(account=None),
            "was not paid by it",
        ),
        (
            lambda batch: PaymentBatch.objects.filter(pk=batch.pk).update(sha256="0" * 64),
            "its checksum differs",
        ),
        (lambda batch: PaymentFile.objects.filter(batch=batch).delete(), "has lost its file"),
    ],
    ids=["total", "account", "checksum", "file"],
)
def test_check_records_finds_a_batch_that_was_tampered_with(harm, sentence):
    harm(a.a_released_batch())

    assert sentence in " ".join(integrity.breaches())


def test_check_records_says_that_the_key_is_missing(settings):
    a.a_released_batch()
    settings.BANK_KEY = ""

    said = list(integrity.breaches())

    assert len([one for one in said if "has no key for bank details" in one]) == 2


# --- At the same moment ---------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.fixture(autouse=True)
    def own_connections(self, transactional_db, tmp_path):
        with database_in_a_file(tmp_path):
            yield

    def refusals(self, results: list) -> list[RuleBroken]:
        problems = [result for result in results if isinstance(result, Exception)]
        assert [problem for problem in problems if not isinstance(problem, RuleBroken)] == []
        return problems

    def test_a_batch_that_many_release_at_once_pays_once(self):
        batch = a.a_batch(a.a_payable_request(100), a.a_payable_request(50))
        officers = [a.a_finance_officer() for _ in range(WRITERS)]

        def press(officer):
            own = PaymentBatch.objects.get(pk=batch.pk)
            return lambda: batches.release(own, by=officer)

        results = race([press(officer) for officer in officers])

        assert len(self.refusals(results)) == WRITERS - 1
        assert paid() == 2
        assert PaymentFile.objects.count() == 1
        assert list(integrity.breaches()) == []

    def test_a_payment_that_many_put_into_batches_at_once_stands_in_one(self):
        request = a.a_payable_request(100)
        officers = [a.a_finance_officer() for _ in range(WRITERS)]

        results = race(
            [lambda officer=officer: a.a_batch(request, by=officer) for officer in officers]
        )

        assert len(self.refusals(results)) == WRITERS - 1
        assert BatchLine.objects.count() == 1

    def test_batches_begun_at_once_have_references_of_their_own(self):
        officers = [a.a_finance_officer() for _ in range(WRITERS)]
        requests = [a.a_payable_request(1) for _ in range(WRITERS)]

        pairs = zip(requests, officers, strict=True)
        results = race([lambda pair=pair: a.a_batch(pair[0], by=pair[1]) for pair in pairs])

        assert self.refusals(results) == []
        assert PaymentBatch.objects.values("reference").distinct().count() == WRITERS

    def test_a_batch_and_a_single_release_at_once_pay_once(self):
        request = a.a_payable_request(100)
        batch, one, other = a.a_batch(request), a.a_finance_officer(), a.a_finance_officer()
        batches.take_out(batch, batch.lines.all(), by=one)

        results = race(
            [
                lambda: payments.release(request, paid_on=JUNE, by=one),
                lambda: batches.add(batch, [request], by=one),
            ]
        )
        if not isinstance(results[1], Exception) and isinstance(results[0], Exception):
            batches.release(batch, by=other)

        assert paid() == 1
        assert list(integrity.breaches()) == []

    def test_two_who_decide_on_an_account_at_once_decide_once(self):
        account, officers = a.a_proposed_account(), [a.a_finance_officer() for _ in range(2)]
        for officer in officers:
            bank.look_at(account, by=officer)

        def decide(action, officer):
            own = type(account).objects.get(pk=account.pk)
            return lambda: action(own, reason="Checked.", by=officer)

        results = race([decide(bank.confirm, officers[0]), decide(bank.refuse, officers[1])])

        assert len(self.refusals(results)) == 1
