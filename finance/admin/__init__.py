"""Finance's part of the staff site, one module per noun; importing it registers them all."""

from commissioning.admin.attention import WORK_LISTS
from commissioning.admin.dashboard import QUICK_ACTIONS
from finance.admin import (
    accrual_records,
    bank,
    batches,
    carry_forward,
    forecasts,
    ledger,
    ways_on,
)
from finance.admin.bank import BANK_LISTS
from finance.admin.batches import BATCH_LISTS
from finance.admin.carry_forward import CARRY_FORWARD_LISTS
from finance.admin.waiting_ledger import LEDGER_ACTIONS, LEDGER_LISTS

LISTS = [*BANK_LISTS, *BATCH_LISTS, *CARRY_FORWARD_LISTS, *LEDGER_LISTS]
WORK_LISTS += [each for each in LISTS if each not in WORK_LISTS]
MONITORING = [("finance.view_monitoring", "Budget monitoring", "admin:monitoring")]
YEAR_END = [
    ("finance.view_accrual", "Year end", "admin:year_ends"),
    ("finance.view_accrual", "Accruals and prepayments", "admin:accruals"),
]
CONTROLS = [("finance.view_accrual", "Possible splits and duplicates", "admin:splits")]
ACTIONS = [*MONITORING, *LEDGER_ACTIONS, *YEAR_END, *CONTROLS]
QUICK_ACTIONS += [each for each in ACTIONS if each not in QUICK_ACTIONS]

__all__ = ["accrual_records", "bank", "batches", "carry_forward", "forecasts", "ledger", "ways_on"]
