"""Finance's part of the staff site, one module per noun; importing it registers them all."""

from commissioning.admin.attention import WORK_LISTS
from commissioning.admin.dashboard import QUICK_ACTIONS
from finance.admin import bank, batches, forecasts, ledger
from finance.admin.bank import BANK_LISTS
from finance.admin.batches import BATCH_LISTS
from finance.admin.waiting_ledger import LEDGER_ACTIONS, LEDGER_LISTS

LISTS = [*BANK_LISTS, *BATCH_LISTS, *LEDGER_LISTS]
WORK_LISTS += [each for each in LISTS if each not in WORK_LISTS]
MONITORING = [("finance.view_monitoring", "Budget monitoring", "admin:monitoring")]
QUICK_ACTIONS += [each for each in [*MONITORING, *LEDGER_ACTIONS] if each not in QUICK_ACTIONS]

__all__ = ["bank", "batches", "forecasts", "ledger"]
