"""One invoice is requested once, whichever way it comes, and requests never exceed what is left."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from commissioning.actions import payments
from commissioning.models import Payment
from commissioning.rules import RuleBroken, plain_reference
from tests import builders as a
from tests import racing
from tests.commissioning import staff
from tests.standing import for_the_module

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("written", ["inv 77", "INV-077", "Inv. 0077", "inv/77"])
def test_a_reference_is_the_same_however_it_is_written(written):
    assert plain_reference(written) == plain_reference("INV-77")


@pytest.mark.parametrize("other", ["INV-770", "INV-78", "INV-707", "PO-77"])
def test_other_references_stay_apart(other):
    assert plain_reference(other) != plain_reference("INV-77")


def make_asked():
    """An award of £1,000, of which £250 is asked for on invoice INV-77."""
    award = a.an_award(1_000)
    a.a_request(250, award, reference="INV-77")
    return award


asked = for_the_module(make_asked)


def by_the_action_of_the_award(client, award):
    posted = {"commitment": award.commitments.get().pk, "amount": "250", "reference": "inv 077"}
    return staff.problems(staff.ask(client, award, "request-payment", **posted))


def by_the_form_of_a_payment(client, award):
    posted = {"commitment": award.commitments.get().pk, "amount": "250", "reference": "inv 077"}
    checked = {"kind": "payment", "not_a_duplicate": "on"}
    page = client.post(staff.list_of(Payment, "add"), {**posted, **checked})
    return staff.problems(page)


def by_another_award_of_the_recipient(client, award):
    return by_the_action_of_the_award(client, a.an_award(1_000, recipient=award.recipient))


def by_changing_another_payment(client, award):
    other = a.a_request(100, award, reference="INV-78")
    form = staff.filled_in(client.get(staff.address(other)).context)
    return staff.problems(client.post(staff.address(other), {**form, "reference": "Inv 0077"}))


def by_an_import(client, award):
    sheet = StringIO()
    path = client.folder / "payments.csv"
    path.write_text(
        f"award_reference,kind,amount,reference\n{award.reference},payment,250,inv 077\n"
    )
    officer = a.an_officer()
    with pytest.raises(CommandError) as refused:
        call_command("import_spreadsheet", "payment", path, by=officer.username, stdout=sheet)
    return f"{refused.value}{sheet.getvalue()}"


@pytest.mark.parametrize(
    "way",
    [
        by_the_action_of_the_award,
        by_the_form_of_a_payment,
        by_another_award_of_the_recipient,
        by_changing_another_payment,
        by_an_import,
    ],
)
def test_one_invoice_is_requested_once(client, asked, way, tmp_path):
    client.folder = tmp_path
    client.force_login(a.an_officer())

    assert "One invoice is requested once" in way(client, asked)

    references = Payment.objects.values_list("reference", flat=True)
    assert [each for each in references if plain_reference(each) == "inv77"] == ["INV-77"]


def test_an_invoice_can_be_requested_again_after_it_was_refused(client, asked):
    payment = Payment.objects.get()
    client.force_login(a.an_officer())
    staff.use(client, payment, "cancel", reason="A slip.")

    a.a_request(250, asked, reference="INV-77")


def test_requests_together_never_exceed_what_is_left(client, asked):
    client.force_login(a.an_officer())
    posted = {"commitment": asked.commitments.get().pk, "amount": "750.01"}

    said = staff.problems(staff.ask(client, asked, "request-payment", **posted))

    assert "£1,000.00 is left to pay and £250.00 of it is requested already" in said
    assert staff.use(client, asked, "request-payment", **{**posted, "amount": "750"})


def test_a_likely_duplicate_is_named_before_it_is_requested_and_released(client, asked):
    client.force_login(a.an_officer())
    posted = {"commitment": asked.commitments.get().pk, "amount": "250", "reference": "INV-99"}
    page = staff.ask(client, asked, "request-payment", **posted)
    sentence = f"Likely duplicate: a payment of £250.00 under award {asked.reference} is requested"
    assert sentence in staff.effect(page)

    second = a.a_request(250, asked, reference="INV-99")
    client.force_login(a.a_finance_officer())
    assert sentence in staff.effect(staff.ask(client, second, "release", paid_on="2026-11-30"))


@pytest.mark.django_db(transaction=True)
def test_two_awards_of_one_recipient_ask_for_one_invoice_at_once(tmp_path):
    club, by = a.an_organisation("Boxing Club"), a.an_officer()
    lines = [a.an_award(1_000, recipient=club).commitments.get() for _ in range(2)]

    def ask(line):
        payment = Payment(commitment=line, amount=a.pounds(250), reference="INV-77")
        return payments.request(payment, by=by)

    with racing.database_in_a_file(tmp_path):
        done = racing.race([lambda line=line: ask(line) for line in lines])
        count = Payment.objects.count()

    assert sum(isinstance(each, RuleBroken) for each in done) == 1
    assert count == 1
