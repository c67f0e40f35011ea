"""What finance adds to the ledger, its pages and its proofs."""

from commissioning import hooks
from commissioning.admin.left_at import left_at
from commissioning.models import Budget, Condition, Organisation, Payment
from finance import integrity
from finance.actions.batches import leave_drafted_batch
from finance.admin import ways_on
from finance.admin.bank import BANK_LISTS
from finance.admin.batch_accounts import (
    paid_into,
    warns_of_new_account,
    warns_paid_otherwise,
)
from finance.admin.batch_verbs import PUT_INTO_A_BATCH, says_it_leaves
from finance.admin.batches import BATCH_LISTS
from finance.admin.carry_forward import CARRY_FORWARD_LISTS, PROPOSE
from finance.admin.forecasts import STATE_FORECAST
from finance.admin.monitoring import from_position
from finance.admin.waiting_ledger import LEDGER_LINKS, LEDGER_LISTS
from finance.figures import accruals, under_way, year_end
from finance.models import CarryForward, LedgerLine, PaymentBatch
from finance.rules import bank, batches, ledger

# What came in from the ledger, and what was signed of it.
APPEND_ONLY = {
    "finance_ledgerfile": "ledger_is_never_changed: What the ledger said is never changed or "
    "removed.",
    "finance_ledgerline": "ledger_is_never_changed: What the ledger said is never changed or "
    "removed.",
    "finance_forecast": "forecast_is_never_changed: A forecast is never changed or removed. State "
    "a later one instead.",
    "finance_accrual": "accrual_is_never_changed: A decision on an accrual is never changed or "
    "removed. Decide anew instead.",
    "finance_closingstatement": "statement_is_never_changed: What a year came to when it "
    "was closed is never changed or removed.",
    "finance_monthsignoff": "sign_off_is_never_changed: A sign-off is never changed or removed. "
    "Withdraw it instead.",
}

hooks.append_only_tables.register(APPEND_ONLY)
hooks.kept_tables.register(
    {"finance_paymentbatch": "batch_is_kept: A batch is never removed. Cancel it instead."}
)
hooks.numbered_tables.register({"finance_paymentbatch": "PB"})
hooks.record_checks.register(*integrity.RULES)
hooks.before_release.register(
    ledger.payment_month_is_open,
    bank.recipient_has_no_open_change,
    bank.first_payment_is_seen_by_a_third_person,
    batches.payment_stands_in_no_drafted_batch,
)
hooks.before_request_ends.register(leave_drafted_batch)
hooks.led_to.register(PaymentBatch, PaymentBatch.payments)
hooks.work_under_way.register(*under_way.KINDS)
hooks.accruals.register(accruals.handed_down)

hooks.staff_actions.register(Payment, PUT_INTO_A_BATCH)
hooks.staff_actions.register(Budget, STATE_FORECAST, PROPOSE)
hooks.release_facts.register(paid_into)
hooks.request_end_facts.register(says_it_leaves)
hooks.release_warnings.register(warns_paid_otherwise, warns_of_new_account)
hooks.further_links.register(Payment, ways_on.to_reconciliation, ways_on.to_batch)
hooks.further_links.register(Organisation, ways_on.to_bank_accounts)
hooks.position_links.register(from_position)
hooks.work_lists.register(*BANK_LISTS, *BATCH_LISTS, *CARRY_FORWARD_LISTS, *LEDGER_LISTS)
hooks.quick_links.register(
    ("finance.view_monitoring", "Budget monitoring", "admin:monitoring"),
    *LEDGER_LINKS,
    ("finance.view_accrual", "Year end", "admin:year_ends"),
    ("finance.view_accrual", "Accruals and prepayments", "admin:accruals"),
    ("finance.view_accrual", "Possible splits and duplicates", "admin:splits"),
)
for model, found in {
    LedgerLine: year_end.unmatched_lines,
    PaymentBatch: year_end.unfinished_batches,
    Payment: year_end.unreleased_payments,
    Condition: year_end.overdue_conditions,
    CarryForward: year_end.waiting_carry_forwards,
    Budget: year_end.budgets_with_money_left,
}.items():
    hooks.list_filters.register(model, left_at(found))
