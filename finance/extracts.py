"""What a row of a ledger's extract says, once it is read."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Row:
    """One row of an extract, read; the amount is signed pounds, plus for money paid out."""

    row: int
    day: date
    amount: Decimal
    supplier: str = ""
    reference: str = ""
    description: str = ""
    number: str = ""
