"""The payment file: as the bank asks for it, once made always the same, and for finance alone."""

import csv
import hashlib
import io
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from commissioning import roles
from commissioning.models import HistoryEvent
from finance import payment_files, sealing
from finance.actions import batches
from finance.models import PaymentBatch, PaymentFile, PaymentFileLayout
from finance.payment_files import USUAL, FileLine, Layout, layout_of, reference_of, written
from tests import builders as a
from tests.commissioning import staff

pytestmark = pytest.mark.django_db

NUMBER = "00123478"


def a_line(**fields) -> FileLine:
    fields = {
        "details": a.some_details("Good Charity", "01-02-03", NUMBER),
        "amount": Decimal("1234.50"),
        "reference": "INV-7",
        "pay_on": a.PAY_DAY,
        "award": "A-00001",
        "batch": "PB-00001",
        **fields,
    }
    return FileLine(**fields)


def a_batch_to(number: str = NUMBER, amount=100) -> PaymentBatch:
    """A released batch of one payment into the account with this number."""
    award = a.an_award(10_000)
    a.an_account(award.recipient, a.some_details("Good Charity", "01-02-03", number))
    return a.a_released_batch(a.a_request(amount, award, reference="INV-7"))


def test_the_usual_columns_hold_what_a_bank_needs():
    assert written(USUAL, [a_line()]) == (
        "Payee,Sort code,Account number,Amount,Reference,Pay date\r\n"
        f"Good Charity,010203,00123478,1234.50,INV-7,{a.PAY_DAY:%d/%m/%Y}\r\n"
    )


def test_a_recorded_layout_says_columns_order_headings_and_how_they_are_written():
    layout = a.a_layout(
        "account_number",
        "sort_code",
        "amount",
        "pay_on",
        "batch",
        "award",
        delimiter=";",
        has_header=False,
        day_format="%Y%m%d",
        amount_format="pence",
    )

    assert written(layout_of(layout), [a_line()]) == (
        f"00123478;010203;123450;{a.PAY_DAY:%Y%m%d};PB-00001;A-00001\r\n"
    )


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("=cmd|' /C calc'!A0", "cmd|' /C calc'!A0"),
        ("+44", "44"),
        ("-1+1", "1+1"),
        ("@SUM(A1)", "SUM(A1)"),
        ("\t=1", "1"),
        ("＝1", "1"),  # noqa: RUF001
        ("Line\r\nbreak", "Line break"),
        ('Quoted "and, parted"', 'Quoted "and, parted"'),
    ],
)
def test_no_cell_is_a_formula_and_no_number_is_touched(typed, told):
    text = written(USUAL, [a_line(reference=typed)])

    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["Reference"] == told
    assert (row["Sort code"], row["Account number"]) == ("010203", NUMBER)


def test_a_reference_is_no_longer_than_banks_carry_and_keeps_the_payment_s_number():
    award = a.an_award(2, reference="SAFER-STREETS-2026-WALSALL")
    first, second = a.a_request(1, award), a.a_request(1, award)

    told = {reference_of(first), reference_of(second)}

    assert len(told) == 2
    assert all(len(reference) <= 18 for reference in told)
    assert reference_of(first).endswith(f"/{first.pk}")


def test_the_file_of_a_batch_names_each_payment_and_adds_up_to_it(client):
    requests = [a.a_payable_request(amount) for amount in ("100.10", "50.05")]
    batch = a.a_released_batch(*requests)
    client.force_login(a.a_finance_officer())

    page = client.post(staff.address(batch, "file"))

    rows = list(csv.DictReader(io.StringIO(page.content.decode(), newline="")))
    assert sum(Decimal(row["Amount"]) for row in rows) == batch.total
    assert [row["Reference"] for row in rows] == [
        f"{one.commitment.award.reference}/{one.pk}" for one in requests
    ]
    name = f"PB-00001-{a.PAY_DAY}.csv"
    assert page["Content-Disposition"] == f'attachment; filename="{name}"'
    assert "no-store" in page["Cache-Control"]
    assert hashlib.sha256(page.content).hexdigest() == batch.sha256


def test_each_download_is_by_post_and_in_history_without_a_line_of_the_file(client):
    batch, finance = a_batch_to(), a.a_finance_officer()
    client.force_login(finance)

    assert client.get(staff.address(batch, "file")).status_code == 302
    assert not HistoryEvent.objects.filter(verb="exported").exists()
    client.post(staff.address(batch, "file"))

    event = HistoryEvent.objects.get(verb="exported")
    assert (event.by_id, event.subject_type, event.subject_id) == (
        finance.pk,
        "paymentbatch",
        str(batch.pk),
    )
    name = f"PB-00001-{a.PAY_DAY}.csv"
    assert event.after == {"payment file": name, "sha256": batch.sha256}


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (roles.FINANCE, 200),
        (roles.CHIEF_FINANCE, 200),
        (roles.OFFICER, 403),
        (roles.APPROVER, 403),
        (roles.AUDITOR, 403),
        (roles.ADMINISTRATOR, 403),
    ],
)
def test_finance_alone_downloads_the_file(client, role, expected):
    batch = a_batch_to()
    client.force_login(a.a_user(role))

    assert client.post(staff.address(batch, "file")).status_code == expected


def test_the_file_is_the_one_of_its_release_whatever_changed_since(client):
    batch = a_batch_to()
    a.an_account(batch.lines.get().account.organisation)
    client.force_login(a.a_finance_officer())

    assert NUMBER in client.post(staff.address(batch, "file")).content.decode()


@pytest.mark.parametrize("harm", ["swapped", "copied", "key"])
def test_a_file_that_is_not_the_released_one_is_not_handed_out(client, settings, harm):
    batch = a_batch_to()
    if harm == "swapped":
        forged = sealing.seal("Payee\r\nThief\r\n", f"batch {batch.reference}")
        PaymentFile.objects.filter(batch=batch).update(sealed=forged)
    elif harm == "copied":
        other = a_batch_to()
        PaymentFile.objects.filter(batch=batch).update(sealed=other.file.sealed)
    else:
        settings.BANK_KEY = "another key that is long enough to be one"
    client.force_login(a.a_finance_officer())

    page = client.post(staff.address(batch, "file"), follow=True)

    sentence = {
        "swapped": "its checksum differs",
        "copied": f"not sealed for batch {batch.reference}",
        "key": "cannot be opened with the key",
    }[harm]
    assert sentence in page.content.decode()
    assert "Thief" not in page.content.decode()
    assert not HistoryEvent.objects.filter(verb="exported").exists()


def test_a_drafted_batch_has_no_file(client):
    batch = a.a_batch()
    client.force_login(a.a_finance_officer())

    page = client.post(staff.address(batch, "file"), follow=True)

    assert "it has no file" in page.content.decode()


def test_a_layout_that_could_pay_nobody_is_refused():
    batch = a.a_batch()
    layout = Layout("Thin", [("payee", "Payee"), ("amount", "Amount")])

    with pytest.raises(ValidationError, match="lacks sort code, account number"):
        batches.release(batch, layout=layout, by=a.a_finance_officer())


def test_finance_records_the_layout_that_its_bank_asks_for(client):
    client.force_login(a.a_finance_officer())
    columns = ["sort_code", "account_number", "amount"]
    told = {
        "name": "Our bank",
        "is_default": "on",
        "delimiter": ",",
        "has_header": "",
        "day_format": "%d/%m/%Y",
        "amount_format": "pounds",
        "columns-TOTAL_FORMS": len(columns),
        "columns-INITIAL_FORMS": 0,
        **{f"columns-{n}-position": n + 1 for n in range(len(columns))},
        **{f"columns-{n}-holds": holds for n, holds in enumerate(columns)},
    }

    page = client.post(staff.list_of(PaymentFileLayout, "add"), told)

    assert page.status_code == 302
    layout = PaymentFileLayout.objects.get()
    assert written(layout_of(layout), [a_line()]) == "010203,00123478,1234.50\r\n"
    batch = a.a_batch()
    form = client.get(staff.address(batch, "release")).context["adminform"].form
    assert form["layout"].value() == layout.pk
    staff.use(client, batch, "release", layout=layout.pk)
    assert PaymentFile.objects.get().layout == "Our bank"


def test_the_built_in_layout_lacks_nothing():
    assert payment_files.USUAL.lacks == []
