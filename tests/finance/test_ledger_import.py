"""Extracts of the ledger: each line comes in once, and a bad file changes nothing."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from commissioning.models import HistoryEvent
from commissioning.resources.files import read_file
from commissioning.rules import RuleBroken
from finance.models import LedgerFile, LedgerLine
from finance.resources.ledger import guess, headings, read
from tests import builders as a
from tests.spreadsheets import as_csv, as_excel

pytestmark = pytest.mark.django_db

ROWS = [
    ("2026-06-01", "1000.00", "Safe Homes", "INV1"),
    ("2026-06-02", "250.50", "Youth Work", "INV2"),
    ("2026-06-03", "-40", "Youth Work", "CR1"),
]


def sheet(*rows: dict):
    return read_file(as_csv(list(rows)))


def test_lines_come_in_as_the_file_says_and_leave_a_trace():
    file = a.a_ledger_file(a.an_extract(*ROWS))

    told = LedgerLine.objects.values_list("day", "amount", "supplier", "reference", "row_number")
    assert list(told) == [
        (date(2026, 6, 1), Decimal("1000.00"), "Safe Homes", "INV1", 2),
        (date(2026, 6, 2), Decimal("250.50"), "Youth Work", "INV2", 3),
        (date(2026, 6, 3), Decimal("-40.00"), "Youth Work", "CR1", 4),
    ]
    assert (file.rows, file.added, file.known) == (3, 3, 0)
    assert (file.first_day, file.last_day) == (date(2026, 6, 1), date(2026, 6, 3))
    event = HistoryEvent.objects.get(subject_type="ledgerfile")
    assert event.verb == "took in 3 lines of £1,210.50"


def test_the_same_file_is_refused_the_second_time():
    source, data = a.a_ledger_source(), a.an_extract(*ROWS)
    a.a_ledger_file(data, source)

    with pytest.raises(RuleBroken, match="took in this very file"):
        a.a_ledger_file(data, source)

    assert (LedgerFile.objects.count(), LedgerLine.objects.count()) == (1, 3)


def test_an_overlapping_extract_adds_only_what_is_new():
    source = a.a_ledger_source()
    a.a_ledger_file(a.an_extract(*ROWS), source)

    second = a.a_ledger_file(a.an_extract(*ROWS[1:], ("2026-06-04", "7", "New")), source)

    assert (second.added, second.known) == (1, 2)
    assert LedgerLine.objects.count() == 4


def test_the_same_lines_come_from_two_sources_each():
    data = a.an_extract(*ROWS)
    a.a_ledger_file(data)
    a.a_ledger_file(data)

    assert LedgerLine.objects.count() == 6


def test_two_equal_lines_of_a_file_both_count_and_again_only_once():
    source = a.a_ledger_source()
    a.a_ledger_file(a.an_extract(ROWS[0], ROWS[0]), source)

    again = a.a_ledger_file(a.an_extract(ROWS[0], ROWS[0], ROWS[0]), source)

    assert (again.added, again.known) == (1, 2)


def test_spaces_do_not_make_a_known_line_new():
    source = a.a_ledger_source()
    a.a_ledger_file(a.an_extract(("2026-06-01", "5", "Safe Homes")), source)

    again = a.a_ledger_file(a.an_extract(("01/06/2026", "£5.00", " Safe  Homes ")), source)

    assert (again.added, again.known) == (0, 1)


def test_the_ledger_s_own_line_number_tells_equal_lines_apart():
    source = a.a_ledger_source(number_heading="No")
    row = {"Posting date": "2026-06-01", "Amount": "5", "Supplier": "X", "Reference": "R"}
    first = [{**row, "Description": "", "No": "1"}]
    a.a_ledger_file(as_csv(first), source)

    again = a.a_ledger_file(as_csv([*first, {**first[0], "No": "2"}]), source)

    assert (again.added, again.known) == (1, 1)


def test_a_known_number_with_other_content_is_refused():
    source = a.a_ledger_source(number_heading="No")
    row = {"Posting date": "2026-06-01", "Amount": "5", "Supplier": "X", "Reference": "R"}
    a.a_ledger_file(as_csv([{**row, "Description": "", "No": "1"}]), source)

    with pytest.raises(ValidationError, match=r"Row 2, No: .*otherwise: X, 1 June 2026, £5.00"):
        a.a_ledger_file(as_csv([{**row, "Description": "", "No": "1", "Amount": "6"}]), source)


def test_lines_of_no_pounds_are_left_out_and_counted():
    file = a.a_ledger_file(a.an_extract(ROWS[0], ("2026-06-01", "0.00", "VAT")))

    assert (file.rows, file.added, file.empty) == (2, 1, 1)


def test_everything_wrong_is_told_at_once_with_row_and_column():
    data = a.an_extract(
        ("31/02/2026", "5", "A"), ("2026-06-01", "1.234", "B"), ("", "x", "C"), ("2026-06-01", "5")
    )

    reading = read(read_file(data), a.a_ledger_source())

    assert [(one.row, one.column) for one in reading.refusals] == [
        (2, "Posting date"),
        (3, "Amount"),
        (4, "Amount"),
        (4, "Posting date"),
    ]
    assert len(reading.rows) == 1


@pytest.mark.parametrize(
    ("fields", "row", "amount"),
    [
        ({"sign": "minus"}, {"Amount": "-5"}, "5.00"),
        (
            {"amount_heading": "", "debit_heading": "Dr", "credit_heading": "Cr"},
            {"Dr": "5", "Cr": ""},
            "5.00",
        ),
        (
            {"amount_heading": "", "debit_heading": "Dr", "credit_heading": "Cr"},
            {"Dr": "", "Cr": "5"},
            "-5.00",
        ),
        (
            {"amount_heading": "", "debit_heading": "Dr", "credit_heading": "Cr", "sign": "minus"},
            {"Dr": "", "Cr": "5"},
            "5.00",
        ),
    ],
)
def test_each_way_to_write_money_out_becomes_plus(fields, row, amount):
    source = a.a_ledger_source(reference_heading="", description_heading="", **fields)

    reading = read(sheet({"Posting date": "2026-06-01", "Supplier": "A", **row}), source)

    assert [one.amount for one in reading.rows] == [Decimal(amount)]


@pytest.mark.parametrize(
    ("day_format", "written"),
    [
        ("usual", "5 June 2026"),
        ("short_year", "05-JUN-26"),
        ("short_year", "05/06/26"),
        ("compact", "20260605"),
        ("month_first", "06/05/2026"),
    ],
)
def test_each_way_to_write_a_date_is_read(day_format, written):
    source = a.a_ledger_source(day_format=day_format)

    reading = read(read_file(a.an_extract((written, "5", "A"))), source)

    assert [row.day for row in reading.rows] == [date(2026, 6, 5)]


def test_a_day_before_living_memory_is_refused():
    source = a.a_ledger_source(day_format="compact")

    reading = read(read_file(a.an_extract(("02020605", "5", "A"))), source)

    assert "1980 or later" in reading.refusals[0].sentence


def test_a_file_without_a_column_that_the_source_reads_is_refused():
    with pytest.raises(ValidationError, match="no column “Amount”"):
        read(sheet({"Posting date": "2026-06-01"}), a.a_ledger_source())


def test_excel_is_read_like_csv():
    rows = [{"Posting date": date(2026, 6, 1), "Amount": 5.1, "Supplier": "A"}]
    source = a.a_ledger_source(reference_heading="", description_heading="")

    reading = read(read_file(as_excel(rows)), source)

    assert (reading.rows[0].day, reading.rows[0].amount) == (date(2026, 6, 1), Decimal("5.10"))


def test_columns_are_guessed_by_their_headings():
    names = ["Vendor", "Posting Date", "Doc No", "Net amount", "Text"]

    found = guess(headings(sheet(dict.fromkeys(names, "x"))))

    assert found == {
        "day": "Posting Date",
        "amount": "Net amount",
        "supplier": "Vendor",
        "reference": "Doc No",
        "description": "Text",
    }
