"""The reconciliation in the staff site, as a finance officer closes a month."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from commissioning import roles
from commissioning.models import HistoryEvent
from finance.figures import candidates
from finance.figures.reconciliation import reconcile
from finance.models import (
    LedgerExplanation,
    LedgerFile,
    LedgerLine,
    LedgerMatch,
    LedgerSource,
    MonthSignOff,
)
from finance.months import Month
from tests import builders as a
from tests import clock
from tests.commissioning import staff
from tests.finance.month_of_forty import JUNE, a_month_of_forty
from tests.spreadsheets import from_csv
from tests.standing import for_the_module

pytestmark = pytest.mark.django_db

scene = for_the_module(a_month_of_forty)

PAGE = {"month": "2026-06"}
COLUMNS = {
    "day_heading": "Posting date",
    "amount_heading": "Amount",
    "supplier_heading": "Supplier",
    "reference_heading": "Reference",
    "description_heading": "Description",
    "day_format": "usual",
    "sign": "plus",
}


@pytest.fixture
def finance(client):
    user = a.a_finance_officer()
    client.force_login(user)
    return user


def get(client, name="reconciliation", **asked):
    return client.get(reverse(f"admin:{name}"), {**PAGE, **asked})


def post(client, name, **told):
    return client.post(reverse(f"admin:{name}"), {**PAGE, **told}, follow=True)


def upload(client, data: bytes, name="june.csv", **told):
    file = SimpleUploadedFile(name, data)
    return client.post(reverse("admin:reconciliation_import"), {**told, "file": file})


def text(page) -> str:
    return " ".join(page.content.decode().split())


# --- Taking in ------------------------------------------------------------------------------------


def test_the_first_extract_of_a_source_asks_which_column_is_what_and_remembers(client, finance):
    data = a.an_extract(("2026-06-01", "100", "Safe Homes", "INV1"), ("2026-06-02", "0", "VAT"))

    page = upload(client, data, name="ledger.csv", source="")
    assert "Name the new source" in text(page)
    file = SimpleUploadedFile("june.csv", data)
    page = client.post(
        reverse("admin:reconciliation_import"), {"name": "Force ledger", "file": file}
    )
    assert "Safe Homes" in text(page)
    assert page.context["form"]["day_heading"].value() == "Posting date"
    page = client.post(
        reverse("admin:reconciliation_import_columns"),
        {**COLUMNS, "name": "Force ledger", "token": page.context["token"]},
        follow=True,
    )
    assert (len(page.context["plan"].new), page.context["plan"].empty) == (1, 1)
    assert not LedgerLine.objects.exists()
    source = LedgerSource.objects.get()
    page = client.post(
        reverse("admin:reconciliation_import_take_in"),
        {"source": source.pk, "token": page.context["token"]},
        follow=True,
    )

    assert "Taken in: 1 new line of june.csv, 0 matched at once." in text(page)
    assert LedgerFile.objects.get().imported_by == finance
    # The next time nothing is asked.
    page = upload(client, a.an_extract(("2026-06-05", "7", "Other")), source=source.pk)
    assert len(page.context["plan"].new) == 1


def test_a_file_confirmed_twice_is_taken_in_once(client, finance):
    source = a.a_ledger_source()
    page = upload(client, a.an_extract(("2026-06-05", "7", "Other")), source=source.pk)
    told = {"source": source.pk, "token": page.context["token"]}

    client.post(reverse("admin:reconciliation_import_take_in"), told)
    page = client.post(reverse("admin:reconciliation_import_take_in"), told, follow=True)

    assert "confirmed already" in text(page)
    assert LedgerFile.objects.count() == 1


def test_a_known_file_and_known_lines_offer_nothing_to_take_in(client, finance):
    source, row = a.a_ledger_source(), ("2026-06-05", "7", "Other")
    a.a_ledger_file(a.an_extract(row), source)

    assert "took in this very file" in text(upload(client, a.an_extract(row), source=source.pk))
    other = a.an_extract(row) + b"\n"
    assert "known already" in text(upload(client, other, source=source.pk))


def test_a_bad_file_tells_all_its_bad_rows_and_nothing_is_taken_in(client, finance):
    source = a.a_ledger_source()
    data = a.an_extract(("31/31/2026", "1", "A"), ("2026-06-01", "1.001", "B"))

    page = text(upload(client, data, source=source.pk))

    assert "2 things stand in the way" in page
    assert "Row 2" in page
    assert "Row 3" in page
    assert "Take in" not in page.split("What is wrong")[1]


def test_a_line_of_a_day_to_come_is_a_bad_row(client, finance):
    tomorrow = timezone.localdate() + timedelta(days=1)
    source = a.a_ledger_source()
    data = a.an_extract(("2026-06-01", "1", "A"), ("2031-01-02", "1", "B"), (tomorrow, "1", "C"))

    page = text(upload(client, data, source=source.pk))

    assert "2 things stand in the way" in page
    assert "2 January 2031 is still to come, and the ledger says what was paid" in page
    assert "Take in" not in page.split("What is wrong")[1]
    a.a_ledger_line(1, day=timezone.localdate())


def test_the_page_opens_on_a_month_that_has_begun_and_lists_few_to_come(client, finance):
    today = timezone.localdate()
    with clock.on(date(2031, 1, 2)):
        a.a_ledger_line(1, day=date(2031, 1, 2))
    a.a_ledger_line(1, day=today)

    page = client.get(reverse("admin:reconciliation"))

    assert page.context["form"].cleaned_data["month"] == Month.containing(today)
    offered = [slug for slug, _ in page.context["form"].fields["month"].choices]
    assert offered == ["2031-01", Month.containing(today).slug]


@pytest.mark.parametrize("data", [b"", b"\xd0\xcf\x11\xe0", b"\x00\x01\x02", b"a,b\n"])
def test_what_is_no_spreadsheet_is_refused_in_a_sentence(client, finance, data):
    page = upload(client, data, source=a.a_ledger_source().pk)

    assert page.status_code == 200
    assert page.context["form"].errors["file"]


def test_an_extract_with_other_columns_asks_anew_which_is_what(client, finance):
    source = a.a_ledger_source()
    data = b"Day,Net,Payee\n2026-06-01,5,X\n"

    page = upload(client, data, source=source.pk)

    assert "no column “Amount”" in text(page)
    assert page.context["form"]["amount_heading"].value() == "Amount"
    new = {**COLUMNS, "day_heading": "Day", "amount_heading": "Net", "supplier_heading": "Payee"}
    new |= {"reference_heading": "", "description_heading": ""}
    page = client.post(
        reverse("admin:reconciliation_import_columns"),
        {**new, "name": source.name, "source": source.pk, "token": page.context["token"]},
        follow=True,
    )
    assert len(page.context["plan"].new) == 1


# --- Matching -------------------------------------------------------------------------------------


def test_a_month_of_forty_lines_is_closed_from_the_page(client, finance, scene):
    assert "Matched: 28 lines." in text(post(client, "reconciliation_exact"))
    page = get(client)
    assert len(page.context["suggestions"]) == 6
    first = page.context["suggestions"][0].one
    post(client, "reconciliation_accept", token=first.token)
    assert "Matched: 5, together" in text(post(client, "reconciliation_accept", least="70"))
    page = get(client, list="lines")
    assert page.context["total"] == Decimal("196.80")
    rows = [row.pk for row, _, _ in page.context["rows"]]
    told = {"side": "line", "rows": rows, "cause": "not_ours", "reason": "Stationery."}
    assert "Explained: 6, together £196.80." in text(post(client, "reconciliation_explain", **told))

    page = get(client, "reconciliation_sign_off")
    assert page.context["refusals"] == []
    post(client, "reconciliation_sign_off", seen=page.context["seen"])

    signed = MonthSignOff.objects.get()
    assert (signed.lines, signed.payments, signed.made_by) == (40, 34, finance)
    assert signed.difference == Decimal("196.80")
    assert scene.file.imported_by != finance
    assert "signed off" in text(get(client))


def test_a_suggestion_accepted_by_somebody_else_is_told(client, finance):
    a.a_ledger_line(100, "Harbour")
    a.a_payment(100)
    (one,) = candidates.suggestions(JUNE)
    told = {"token": one.token}
    post(client, "reconciliation_accept", **told)

    page = post(client, "reconciliation_accept", **told)

    assert "does not stand any more" in text(page)
    assert LedgerMatch.objects.count() == 1


def test_a_line_is_matched_by_hand_with_two_payments(client, finance):
    line, payments = a.a_ledger_line(150), [a.a_payment(100), a.a_payment(50)]
    address = reverse("admin:reconciliation_line", args=[line.pk])
    offered = {one.pk for one, *_ in client.get(address).context["found"]}
    assert offered == {payment.pk for payment in payments}

    page = client.post(address, {"rows": list(offered), "match": "yes"}, follow=True)

    assert "Matched: £150.00" in text(page)
    assert reconcile(JUNE).is_settled


def test_a_payment_is_found_by_words_and_matched_by_hand(client, finance):
    payment = a.a_payment(100)
    wanted, _ = a.a_ledger_line(60, "Needle"), a.a_ledger_line(40, "Hay")
    address = reverse("admin:reconciliation_payment", args=[payment.pk])
    (found,) = client.get(address, {"words": "needle"}).context["found"]
    assert found[0] == wanted

    client.post(address, {"rows": [wanted.pk], "match": "yes"})

    assert wanted.matches.get().amount == a.pounds(60)


def test_a_line_is_explained_on_its_page_and_the_explanation_taken_back(client, finance):
    line = a.a_ledger_line(10)
    address = reverse("admin:reconciliation_line", args=[line.pk])
    told = {"explain": "yes", "cause": "not_ours", "reason": "Another office."}

    client.post(address, told)

    explanation = LedgerExplanation.objects.get()
    assert "Another office." in text(client.get(address))
    staff.use(client, explanation, "take-back", reason="A slip.")
    assert reconcile(JUNE).ledger.open_count == 1


def test_without_a_reason_nothing_is_explained(client, finance):
    line = a.a_ledger_line(10)

    page = post(client, "reconciliation_explain", rows=[line.pk], cause="not_ours", reason="")

    assert "Nothing has been changed" in text(page)
    assert not LedgerExplanation.objects.exists()


def test_a_match_is_undone_from_its_record(client, finance):
    match = a.a_match()

    page = staff.ask(client, match, "undo", reason="The wrong one.")
    assert "£1,000.00 of the ledger line and of the payment" in staff.effect(page)
    staff.confirm(client, match, "undo", page, reason="The wrong one.")

    match.refresh_from_db()
    assert match.undone_reason == "The wrong one."


# --- Sign-off -------------------------------------------------------------------------------------


def test_what_stands_in_the_way_of_a_sign_off_is_told(client, finance):
    a.a_ledger_line(10)

    page = get(client, "reconciliation_sign_off")

    assert "1 line of the ledger is neither matched nor explained" in text(page)
    post(client, "reconciliation_sign_off", seen="")
    assert not MonthSignOff.objects.exists()


def test_figures_that_moved_since_they_were_read_are_not_signed(client, finance):
    a.an_explanation()
    seen = get(client, "reconciliation_sign_off").context["seen"]
    a.an_explanation()

    page = post(client, "reconciliation_sign_off", seen=seen)

    assert "Somebody else changed something while you looked" in text(page)
    assert not MonthSignOff.objects.exists()


def test_only_the_chief_finance_officer_withdraws_a_sign_off(client, finance):
    a.an_explanation()
    signed = a.a_signed_month(JUNE)
    assert client.get(staff.address(signed, "withdraw")).status_code == 403
    client.force_login(a.a_chief_finance_officer())

    staff.use(client, signed, "withdraw", reason="A file was missing.")

    assert MonthSignOff.objects.standing_in(JUNE) is None


# --- Who may --------------------------------------------------------------------------------------

NAMES = [
    ("get", "reconciliation"),
    ("get", "reconciliation_xlsx"),
    ("get", "reconciliation_csv"),
    ("post", "reconciliation_exact"),
    ("post", "reconciliation_accept"),
    ("post", "reconciliation_explain"),
    ("post", "reconciliation_sign_off"),
    ("get", "reconciliation_import"),
    ("post", "reconciliation_import_columns"),
    ("get", "reconciliation_import_look"),
    ("post", "reconciliation_import_take_in"),
]


@pytest.mark.parametrize(("method", "name"), NAMES)
def test_nobody_but_finance_comes_in(client, method, name):
    a.a_ledger_line()
    assert getattr(client, method)(reverse(f"admin:{name}"), PAGE).status_code == 302
    client.force_login(a.an_officer())
    assert getattr(client, method)(reverse(f"admin:{name}"), PAGE).status_code == 403


def test_an_auditor_looks_and_changes_nothing(client):
    line, payment = a.a_ledger_line(), a.a_payment()
    client.force_login(a.a_user(roles.AUDITOR))

    assert get(client).status_code == 200
    for method, name in NAMES[3:]:
        assert getattr(client, method)(reverse(f"admin:{name}"), PAGE).status_code == 403, name
    for side, row in (("line", line), ("payment", payment)):
        address = reverse(f"admin:reconciliation_{side}", args=[row.pk])
        assert client.get(address).status_code == 200
        assert client.post(address, {"match": "yes"}).status_code == 403


@pytest.mark.parametrize(
    "asked", [{"month": "2026-13"}, {"month": "x"}, {"source": "999"}, {"source": "x"}]
)
def test_a_month_that_is_not_there_is_told_and_is_no_error(client, finance, asked):
    a.a_ledger_line()

    assert get(client, **asked).status_code == 400
    assert get(client, "reconciliation_xlsx", **asked).status_code == 403


def test_a_line_that_is_not_there_is_not_found(client, finance):
    for key in (1, 10**30):
        address = reverse("admin:reconciliation_line", args=[key])
        assert client.get(address).status_code == 404


def test_a_register_without_ledger_and_payments_shows_an_empty_month(client, finance):
    page = client.get(reverse("admin:reconciliation"))

    assert page.status_code == 200
    assert "Take in the first" in text(page)


# --- Figures --------------------------------------------------------------------------------------


@pytest.mark.parametrize("shown", ["", "lines", "payments", "matched", "explained-payments"])
def test_the_page_asks_the_same_questions_of_one_row_and_of_many(client, finance, shown):
    def rows(count):
        for _ in range(count):
            a.a_ledger_line(100, "Harbour")
            a.a_payment(100)
            a.a_match(a.a_ledger_line(7), a.a_payment(7))
            a.an_explanation(payment=a.a_payment(3))

    def questions():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert get(client, list=shown).status_code == 200
        return len(asked)

    rows(1)
    get(client, list=shown)
    few = questions()
    rows(3)
    assert questions() == few


def test_the_workbook_ties_to_the_page(client, finance, scene):
    post(client, "reconciliation_exact")
    both = reconcile(JUNE)

    book = load_workbook(BytesIO(get(client, "reconciliation_xlsx").content))

    summary = {row[0]: row[1:] for row in book["Summary"].iter_rows(values_only=True) if row[0]}
    assert Decimal(str(summary["In the month"][0])) == both.ledger.total
    assert Decimal(str(summary["Matched"][2])) == both.payments.matched
    assert Decimal(str(summary["Ledger less payments"][0])) == both.difference
    totals = {
        "Ledger lines matched": both.ledger.matched,
        "Payments matched": both.payments.matched,
        "Ledger lines left": both.ledger.open,
        "Payments left": both.payments.open,
    }
    for name, figure in totals.items():
        *_, last = book[name].iter_rows(values_only=True)
        assert Decimal(str(last[-1])) == figure, name
    assert HistoryEvent.objects.filter(subject_label="Reconciliation of June 2026").exists()


def test_the_csv_ties_to_the_page(client, finance, scene):
    post(client, "reconciliation_exact")

    rows = from_csv(get(client, "reconciliation_csv").content)

    left = [row for row in rows if row["Counts under"] == "Ledger lines left"]
    assert sum(Decimal(row["Amount"]) for row in left) == reconcile(JUNE).ledger.open
    assert len(rows) == 12 + 6 + 28 + 28


def test_your_work_lists_lines_to_match_and_months_to_sign(client, finance):
    line = a.a_ledger_line(12, "Needle", day=date(2026, 6, 3))

    waiting = {one.key: one for one in client.get(reverse("admin:index")).context["waiting"]}

    assert waiting["ledger-lines"].items[0].href.endswith(f"/reconciliation/line/{line.pk}/")
    (month,) = waiting["months"].items
    assert (month.label, month.href[-14:]) == ("June 2026", "?month=2026-06")
    a.an_explanation(line)
    a.a_signed_month(JUNE)
    waiting = {one.key for one in client.get(reverse("admin:index")).context["waiting"]}
    assert not {"ledger-lines", "months"} & waiting
