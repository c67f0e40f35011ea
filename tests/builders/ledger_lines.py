"""Sources, extracts, lines, matches and sign-offs of the finance system's ledger for tests."""

import csv
import hashlib
import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from commissioning.models import Payment, User
from commissioning.resources.files import read_file
from finance.actions import ledger, reconciliation
from finance.models import (
    LedgerExplanation,
    LedgerFile,
    LedgerLine,
    LedgerMatch,
    LedgerSource,
    MonthSignOff,
)
from finance.months import Month
from finance.resources.ledger import read
from tests.builders.ledger import a_payment
from tests.builders.people import a_finance_officer, numbers, saved

JUNE_1 = date(2026, 6, 1)
HEADINGS = {
    "day_heading": "Posting date",
    "amount_heading": "Amount",
    "supplier_heading": "Supplier",
    "reference_heading": "Reference",
    "description_heading": "Description",
}


def a_ledger_source(name: str | None = None, **fields) -> LedgerSource:
    return saved(LedgerSource(name=name or f"Ledger {next(numbers)}", **{**HEADINGS, **fields}))


def an_extract(*rows: tuple) -> bytes:
    """A CSV file; each row is day, amount, supplier, reference, description, as far as given."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADINGS.values())
    writer.writerows([*row, *[""] * (len(HEADINGS) - len(row))] for row in rows)
    return text.getvalue().encode()


def a_ledger_file(
    data: bytes, source: LedgerSource | None = None, by: User | None = None, name: str = "june.csv"
) -> LedgerFile:
    """An extract, taken in; every one of its rows must be good."""
    source = source or a_ledger_source()
    reading = read(read_file(data), source)
    assert not reading.refusals, reading.refusals
    sha256 = hashlib.sha256(data).hexdigest()
    by = by or a_finance_officer()
    return ledger.take_in(source, reading.rows, file_name=name, sha256=sha256, by=by)


def ledger_lines(rows: Sequence[tuple], source: LedgerSource | None = None) -> list[LedgerLine]:
    """Lines of an extract, taken in by nobody who signs."""
    file = a_ledger_file(an_extract(*rows), source)
    return list(file.lines.order_by("row_number"))


def a_ledger_line(
    amount: str | int = 1_000,
    supplier: str | None = None,
    reference: str = "",
    day: date = JUNE_1,
    description: str = "",
    source: LedgerSource | None = None,
) -> LedgerLine:
    supplier = f"Supplier {next(numbers)}" if supplier is None else supplier
    row = (day.isoformat(), Decimal(amount), supplier, reference, description)
    return ledger_lines([row], source)[0]


def a_match(
    line: LedgerLine | None = None, payment: Payment | None = None, by: User | None = None
) -> LedgerMatch:
    """A match by hand."""
    line, payment = line or a_ledger_line(), payment or a_payment()
    return reconciliation.match_by_hand([line], [payment], by=by or a_finance_officer())[0]


def an_explanation(
    line: LedgerLine | None = None, payment: Payment | None = None, cause: str = "not_ours"
) -> LedgerExplanation:
    """Of a new line, unless a line or a payment is given."""
    lines = [line] if line else [] if payment else [a_ledger_line()]
    return reconciliation.explain(
        lines,
        [payment] if payment else [],
        cause=cause,
        reason="Known to finance.",
        by=a_finance_officer(),
    )[0]


def a_signed_month(month: Month | None = None, by: User | None = None) -> MonthSignOff:
    month = month or Month(JUNE_1)
    return reconciliation.sign_off(month, by=by or a_finance_officer())
