"""What finance keeps beside the journal: bank accounts, batches, the ledger, year end."""

from finance.models.bank import BankAccount
from finance.models.batches import (
    BatchLine,
    LayoutColumn,
    PaymentBatch,
    PaymentFile,
    PaymentFileLayout,
)
from finance.models.closings import ClosingStatement
from finance.models.forecasts import Forecast
from finance.models.ledger import LedgerFile, LedgerLine, LedgerSource
from finance.models.reconciliation import LedgerExplanation, LedgerMatch, MonthSignOff
from finance.models.year_end import Accrual, CarryForward

__all__ = [
    "Accrual",
    "BankAccount",
    "BatchLine",
    "CarryForward",
    "ClosingStatement",
    "Forecast",
    "LayoutColumn",
    "LedgerExplanation",
    "LedgerFile",
    "LedgerLine",
    "LedgerMatch",
    "LedgerSource",
    "MonthSignOff",
    "PaymentBatch",
    "PaymentFile",
    "PaymentFileLayout",
]
