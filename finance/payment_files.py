"""The file that tells the bank whom to pay: CSV in the columns that it asks for."""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from commissioning.models import Payment
from commissioning.rules import RuleBroken
from commissioning.workbooks import FORMULA_STARTS
from finance import sealing
from finance.bank_details import BankDetails
from finance.models import LayoutColumn, PaymentBatch, PaymentFile, PaymentFileLayout

Holds = LayoutColumn.Holds
AmountFormat = PaymentFileLayout.AmountFormat
# What Bacs carries.
LONGEST_REFERENCE = 18
# Without these the bank can pay nobody.
NEEDED = [Holds.SORT_CODE, Holds.ACCOUNT_NUMBER, Holds.AMOUNT]


@dataclass(frozen=True)
class Layout:
    """Which columns a file has, in order, each with its heading, and how it is written."""

    name: str
    columns: Sequence[tuple[str, str]]
    delimiter: str = ","
    has_header: bool = True
    day_format: str = "%d/%m/%Y"
    amount_format: str = AmountFormat.POUNDS

    @property
    def lacks(self) -> list[str]:
        """Columns without which nobody can be paid, in words."""
        held = {holds for holds, _ in self.columns}
        return [Holds(needed).label for needed in NEEDED if needed not in held]


# Until an office records its bank's own.
USUAL = Layout(
    "The usual columns",
    [
        (Holds.PAYEE, "Payee"),
        (Holds.SORT_CODE, "Sort code"),
        (Holds.ACCOUNT_NUMBER, "Account number"),
        (Holds.AMOUNT, "Amount"),
        (Holds.REFERENCE, "Reference"),
        (Holds.PAY_ON, "Pay date"),
    ],
)


def layout_of(row: PaymentFileLayout | None) -> Layout:
    """A recorded layout; the usual one without."""
    if row is None:
        return USUAL
    return Layout(
        name=row.name,
        columns=[(column.holds, str(column)) for column in row.columns.all()],
        delimiter=row.delimiter,
        has_header=row.has_header,
        day_format=row.day_format,
        amount_format=row.amount_format,
    )


@dataclass(frozen=True)
class FileLine:
    """One payment as the bank is told of it."""

    details: BankDetails = field(repr=False)
    amount: Decimal
    reference: str
    pay_on: date
    award: str
    batch: str


# How each format writes pounds.
AMOUNTS: dict[str, Callable[[Decimal], str]] = {
    AmountFormat.POUNDS: lambda amount: f"{amount:.2f}",
    AmountFormat.PENCE: lambda amount: f"{amount * 100:.0f}",
}
CELLS: dict[str, Callable[[FileLine, Layout], str]] = {
    Holds.PAYEE: lambda line, layout: plain(line.details.account_name),
    # Digits, zeros in front included: never a number, and never with anything around them.
    Holds.SORT_CODE: lambda line, layout: line.details.sort_code,
    Holds.ACCOUNT_NUMBER: lambda line, layout: line.details.account_number,
    Holds.AMOUNT: lambda line, layout: AMOUNTS[layout.amount_format](line.amount),
    Holds.REFERENCE: lambda line, layout: plain(line.reference),
    Holds.PAY_ON: lambda line, layout: f"{line.pay_on:{layout.day_format}}",
    Holds.AWARD: lambda line, layout: plain(line.award),
    Holds.BATCH: lambda line, layout: plain(line.batch),
}


def reference_of(payment: Payment) -> str:
    """What the bank tells the recipient, and the ledger tells again: finance's own reference.

    Without one the award's and the payment's number, so that two payments of one award are told
    apart. No longer than banks allow.
    """
    if payment.reference:
        return payment.reference
    number = f"/{payment.pk}"
    return f"{payment.commitment.award.reference[: LONGEST_REFERENCE - len(number)]}{number}"


def plain(text: str) -> str:
    """Text that no spreadsheet takes for a formula.

    What it begins with goes, instead of an apostrophe before it: banks refuse those.
    """
    return re.sub(r"[\x00-\x1f\x7f]+", " ", text).lstrip("".join(FORMULA_STARTS) + " ")


def written(layout: Layout, lines: Iterable[FileLine]) -> str:
    """The file's text: a line for each payment, ended as RFC 4180 says."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=layout.delimiter, lineterminator="\r\n")
    if layout.has_header:
        writer.writerow([plain(heading) for _, heading in layout.columns])
    for line in lines:
        writer.writerow([CELLS[holds](line, layout) for holds, _ in layout.columns])
    return file.getvalue()


def opened_file(file: PaymentFile) -> str:
    """The text of a payment file; RuleBroken if it is not the one that was released."""
    text = sealing.opened(file.sealed, file_owner(file.batch))
    if checksum(text) != file.batch.sha256:
        raise RuleBroken(
            f"The file of {file.batch} is not the one that was released: its checksum differs. "
            "Do not use it. Tell your system administrator.",
            "wrong_checksum",
        )
    return text


def file_owner(batch: PaymentBatch) -> str:
    """Whom the file of a batch is sealed for."""
    return f"batch {batch.reference}"


def checksum(text: str) -> str:
    """SHA-256 of the file's bytes, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
