"""Bank accounts: sealed, seen by finance only, and changed by two people."""

import os
import stat
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from commissioning import integrity_history, roles
from commissioning.actions import payments
from commissioning.models import HistoryEvent, Organisation, Payment
from commissioning.rules import RuleBroken
from config.settings import kept_secret
from finance import bank_details, sealing
from finance.actions import bank
from finance.models import BankAccount
from tests import builders as a
from tests.chain import JUNE
from tests.commissioning import staff

pytestmark = pytest.mark.django_db

OLD_KEY, NEW_KEY = "an old key of at least 32 characters", "a new key of at least 32 characters!"
CALLED = {"reason": "Called the chair."}
TYPED = {
    "account_name": "Good Charity",
    "sort_code": "12-34-56",
    "account_number": "00123478",
    "checked_how": "Called the treasurer.",
}


def events(account: BankAccount) -> list[str]:
    of_account = HistoryEvent.objects.filter(subject_type="bankaccount", subject_id=str(account.pk))
    return list(of_account.order_by("pk").values_list("verb", flat=True))


# --- Sealing --------------------------------------------------------------------------------------


def test_what_is_sealed_opens_again_and_tells_nothing():
    sealed = sealing.seal("00123478", "organisation 1")

    assert "00123478" not in sealed
    assert sealing.opened(sealed, "organisation 1") == "00123478"
    assert sealing.seal("00123478", "organisation 1") != sealed


def test_a_changed_seal_does_not_open():
    sealed = sealing.seal("00123478", "organisation 1")
    middle = len(sealed) // 2
    other = "A" if sealed[middle] != "A" else "B"

    with pytest.raises(RuleBroken, match="cannot be opened"):
        sealing.opened(sealed[:middle] + other + sealed[middle + 1 :], "organisation 1")


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("", "has no key for bank details"),
        (" , ", "has no key for bank details"),
        ("short", "shorter than 32 characters"),
        (f"{NEW_KEY},short", "shorter than 32 characters"),
        (NEW_KEY, "cannot be opened with the key that the system has"),
        (
            "another-key-of-thirty-two-characters-or-more",
            "cannot be opened with the key that the system has",
        ),
    ],
)
def test_a_missing_short_or_wrong_key_is_told_in_a_sentence_on_the_page(
    client, settings, key, sentence
):
    account, finance = a.a_proposed_account(), a.a_finance_officer()
    client.force_login(finance)
    settings.BANK_KEY = key

    page = client.post(staff.address(account, "details"), follow=True)

    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert events(account) == ["proposed"]


def test_proposing_without_a_key_is_refused_in_a_sentence(client, settings):
    client.force_login(a.a_finance_officer())
    settings.BANK_KEY = ""

    page = client.post(
        staff.list_of(BankAccount, "add"), {**TYPED, "organisation": a.an_organisation().pk}
    )

    assert "has no key for bank details" in page.content.decode()
    assert not BankAccount.objects.exists()


def test_the_key_that_is_made_is_kept_for_its_owner_alone(tmp_path):
    path = tmp_path / "bank_key"

    made = kept_secret(path)

    assert made == kept_secret(path)
    assert len(made) >= sealing.SHORTEST_KEY
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


def test_keys_are_changed_without_losing_an_account_or_a_file(settings):
    settings.BANK_KEY = OLD_KEY
    details = a.some_details()
    account, batch = a.an_account(details=details), a.a_released_batch()
    settings.BANK_KEY = f"{NEW_KEY}, {OLD_KEY}"

    out = StringIO()
    call_command("reseal_bank_details", stdout=out)

    assert "2 bank accounts, 1 payment files" in out.getvalue()
    settings.BANK_KEY = NEW_KEY
    account.refresh_from_db()
    assert bank_details.opened(account) == details
    assert account.fingerprint == details.fingerprint
    batch.file.refresh_from_db()
    assert sealing.opened(batch.file.sealed, f"batch {batch.reference}")
    assert list(integrity_history.records_are_as_history_says()) == []


def test_resealing_says_what_it_could_not_open(settings):
    settings.BANK_KEY = OLD_KEY
    lost = a.a_proposed_account()
    settings.BANK_KEY = NEW_KEY
    a.a_proposed_account()

    with pytest.raises(CommandError, match=f"Bank account {lost.pk}: This cannot be opened"):
        call_command("reseal_bank_details", stdout=StringIO())


def test_the_same_account_has_the_same_fingerprint_however_it_is_called_and_written():
    one = bank_details.read("Good Charity", "12-34-56", "00123478")
    other = bank_details.read("G Charity Ltd", "12 34 56", "0012 3478")

    assert one.fingerprint == other.fingerprint
    assert one.fingerprint != a.some_details(number="00123479").fingerprint


def test_details_do_not_print_themselves():
    details = a.some_details(number="00123478")

    assert "00123478" not in f"{details!r} {details}"
    assert "Good" not in repr(details)


# --- What is typed --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"sort_code": "12-34-5"}, "A sort code has six digits"),
        ({"sort_code": "12345a"}, "A sort code has six digits"),
        ({"sort_code": "١٢٣٤٥٦"}, "A sort code has six digits"),
        ({"account_number": "0123478"}, "write a 0 in front"),
        ({"account_number": "123456789"}, "An account number has eight digits"),
        ({"account_number": ""}, "required"),
        ({"account_name": "=1+2"}, "beginning with a letter or digit"),
        ({"account_name": "Good\x07Charity"}, "beginning with a letter or digit"),
        ({"account_name": "X"}, "2 to 70 letters"),
        ({"checked_how": ""}, "required"),
        ({"checked_how": "Read out 0012 3478."}, "Leave the sort code and the account number out"),
        ({"checked_how": "They said 12-34-56."}, "Leave the sort code and the account number out"),
    ],
)
def test_what_no_bank_would_take_is_refused_in_a_sentence(client, typed, sentence):
    client.force_login(a.a_finance_officer())
    told = {**TYPED, "organisation": a.an_organisation().pk, **typed}

    page = client.post(staff.list_of(BankAccount, "add"), told)

    assert sentence in page.content.decode()
    assert not BankAccount.objects.exists()


def test_an_account_is_proposed_on_its_page_and_shows_its_ending_only(client):
    client.force_login(a.a_finance_officer())
    told = {**TYPED, "organisation": a.an_organisation().pk}

    page = client.post(staff.list_of(BankAccount, "add"), told, follow=True).content.decode()

    account = BankAccount.objects.get()
    assert bank_details.opened(account) == bank_details.read("Good Charity", "123456", "00123478")
    assert "ends in 78" in page
    assert "123478" not in page
    assert events(account) == ["proposed"]


# --- Two people -----------------------------------------------------------------------------------


@pytest.mark.parametrize("superuser", [False, True])
def test_nobody_decides_on_an_account_that_they_proposed(superuser):
    same = a.a_user(None if superuser else roles.FINANCE, superuser=superuser)
    account = a.a_proposed_account(by=same)
    bank.look_at(account, by=same)

    for decide in (bank.confirm, bank.refuse):
        with pytest.raises(RuleBroken, match="You proposed this bank account"):
            decide(account, **CALLED, by=same)


def test_nobody_decides_on_the_account_of_an_organisation_in_which_they_have_an_interest():
    account, second = a.a_proposed_account(), a.a_finance_officer()
    a.an_interest(person=second, organisation=account.organisation)

    with pytest.raises(RuleBroken, match="You declared an interest"):
        bank.look_at(account, by=second)
    with pytest.raises(RuleBroken, match="You declared an interest"):
        bank.confirm(account, **CALLED, by=second)
    with pytest.raises(RuleBroken, match="You declared an interest"):
        a.a_proposed_account(account.organisation, by=second)


def test_whoever_confirms_has_looked_at_the_details():
    account, second = a.a_proposed_account(), a.a_finance_officer()

    with pytest.raises(RuleBroken, match="Press “Show the details” first"):
        bank.confirm(account, **CALLED, by=second)

    bank.look_at(account, by=second)
    bank.confirm(account, **CALLED, by=second)
    account.refresh_from_db()
    assert (account.status, account.decided_by) == ("confirmed", second)
    assert events(account) == ["proposed", "viewed bank details of", "confirmed"]


def test_a_change_takes_the_place_of_the_account_so_far():
    organisation = a.an_organisation()
    before = a.an_account(organisation)
    after = a.an_account(organisation)

    before.refresh_from_db()
    after.refresh_from_db()
    assert (before.status, after.status) == ("superseded", "confirmed")
    assert events(before)[-1] == "superseded"


def test_a_refused_change_leaves_the_account_so_far():
    organisation = a.an_organisation()
    before, change = a.an_account(organisation), a.a_proposed_account(organisation)

    bank.refuse(change, reason="It was a fraud.", by=a.a_finance_officer())

    before.refresh_from_db()
    assert (before.status, change.status) == ("confirmed", "refused")
    with pytest.raises(RuleBroken, match="already refused"):
        bank.confirm(change, **CALLED, by=a.a_finance_officer())


def test_only_one_change_waits_at_a_time():
    waiting = a.a_proposed_account()

    with pytest.raises(RuleBroken, match="already waits to be confirmed"):
        a.a_proposed_account(waiting.organisation)


def test_deciding_asks_how_it_was_checked_and_keeps_numbers_out_of_history():
    account, second = a.a_proposed_account(details=a.some_details(number="55123478")), a.a_user()
    bank.look_at(account, by=second)

    with pytest.raises(RuleBroken, match="Say why"):
        bank.confirm(account, reason=" ", by=second)
    with pytest.raises(ValidationError, match="Leave the sort code"):
        bank.confirm(account, reason="It is 55123478.", by=second)

    account.refresh_from_db()
    assert account.status == "proposed"


def test_the_confirm_page_warns_that_another_organisation_has_the_account(client):
    details = a.some_details()
    other = a.an_account(a.an_organisation("Old Friends"), details)
    account = a.a_proposed_account(details=details)
    client.force_login(a.a_finance_officer())

    shown = client.post(staff.address(account, "details")).content.decode()
    page = staff.ask(client, account, "confirm", **CALLED)

    assert "The same account is confirmed as that of Old Friends" in staff.effect(page)
    assert "The same account is confirmed as that of Old Friends" in shown
    assert other.organisation.name in client.get(staff.address(account)).content.decode()


def test_finance_confirms_on_the_pages(client):
    account = a.a_proposed_account()
    client.force_login(a.a_finance_officer())
    assert "Show the details” first" in client.get(staff.address(account)).content.decode()
    client.post(staff.address(account, "details"))

    page = staff.use(client, account, "confirm", **CALLED)

    assert page.status_code == 302
    account.refresh_from_db()
    assert account.status == "confirmed"


# --- What waits for a change ----------------------------------------------------------------------


def test_while_a_change_waits_nothing_is_paid_and_money_may_come_back():
    award = a.an_award(1_000)
    a.a_payment(100, award)
    request = a.a_payable_request(10, award=award)
    back = a.a_request(5, award, kind=Payment.Kind.RECOVERY)
    change = a.a_proposed_account(award.recipient)

    with pytest.raises(RuleBroken, match="wait to be confirmed or refused"):
        payments.release(request, paid_on=JUNE, by=a.a_finance_officer())
    payments.release(back, paid_on=JUNE, by=a.a_finance_officer())
    bank.refuse(change, reason="A fraud.", by=a.a_finance_officer())
    payments.release(request, paid_on=JUNE, by=a.a_finance_officer())

    request.refresh_from_db()
    assert request.status == "released"


# --- Who sees it ----------------------------------------------------------------------------------

SEE = {roles.FINANCE, roles.CHIEF_FINANCE}


@pytest.mark.parametrize(
    "role",
    [
        roles.OFFICER,
        roles.MANAGER,
        roles.APPROVER,
        roles.FINANCE,
        roles.CHIEF_FINANCE,
        roles.PUBLISHER,
        roles.AUDITOR,
        roles.ADMINISTRATOR,
    ],
)
def test_finance_alone_sees_bank_accounts(client, role):
    account = a.an_account()
    client.force_login(a.a_user(role))
    expected = 200 if role in SEE else 403

    for address in (staff.list_of(BankAccount), staff.address(account)):
        assert client.get(address).status_code == expected
    assert client.post(staff.address(account, "details")).status_code == expected
    assert client.get(staff.list_of(BankAccount, "add")).status_code == expected


def test_details_are_shown_by_post_only_kept_nowhere_and_each_look_is_recorded(client):
    account = a.a_proposed_account(details=a.some_details(number="55123478"))
    finance = a.a_finance_officer()
    client.force_login(finance)

    assert client.get(staff.address(account, "details")).status_code == 302
    assert events(account) == ["proposed"]
    page = client.post(staff.address(account, "details"))

    assert "55123478" in page.content.decode()
    assert "12-34-56" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    look = HistoryEvent.objects.get(verb="viewed bank details of")
    assert (look.by_id, look.subject_id, look.before, look.after) == (
        finance.pk,
        str(account.pk),
        None,
        None,
    )


def test_an_account_is_never_edited(client):
    account = a.an_account()
    client.force_login(a.a_user(superuser=True))

    page = client.post(staff.address(account), {**TYPED, "organisation": account.organisation_id})

    assert page.status_code == 403
    assert Organisation.objects.get(pk=account.organisation_id).bank_accounts.count() == 1
