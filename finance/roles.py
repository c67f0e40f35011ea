"""What each role of staff may do with payment batches, the ledger, year end and forecasts."""

from commissioning import roles

LEDGER_VIEWS = {
    f"view_{noun}"
    for noun in (
        "ledgersource",
        "ledgerfile",
        "ledgerline",
        "ledgermatch",
        "ledgerexplanation",
        "monthsignoff",
    )
}
LEDGER = LEDGER_VIEWS | {
    "add_ledgersource",
    "change_ledgersource",
    "import_ledger",
    "match_ledger",
    "sign_off_month",
}

BANK_ACCOUNTS = {"view_bankaccount", "add_bankaccount", "confirm_bankaccount"}
BATCH_VIEWS = {
    f"view_{noun}" for noun in ("paymentbatch", "batchline", "paymentfilelayout", "layoutcolumn")
}
BATCHES = BATCH_VIEWS | {
    "add_paymentbatch",
    "draft_paymentbatch",
    "release_paymentbatch",
    "download_paymentbatch",
    "add_paymentfilelayout",
    "change_paymentfilelayout",
    "add_layoutcolumn",
    "change_layoutcolumn",
    "delete_layoutcolumn",
}

MONITORING = {"view_forecast", "view_monitoring"}

YEAR_END_VIEWS = {"view_carryforward", "view_accrual", "view_closingstatement"}
YEAR_END = YEAR_END_VIEWS | {"propose_carryforward", "decide_accrual"}

# Each noun's module adds its own lines here; `view_bankaccount` is finance's alone.
ROLES: dict[str, set[str]] = {
    roles.FINANCE: set() | MONITORING | LEDGER | BANK_ACCOUNTS | BATCHES | YEAR_END,
    roles.CHIEF_FINANCE: set()
    | MONITORING
    | LEDGER
    | BANK_ACCOUNTS
    | BATCHES
    | YEAR_END
    | {"withdraw_sign_off", "approve_carryforward"},
    roles.MANAGER: set() | MONITORING,
    roles.APPROVER: set() | MONITORING,
    roles.AUDITOR: set() | MONITORING | LEDGER_VIEWS | BATCH_VIEWS | YEAR_END_VIEWS,
}


def install_after_migrate(sender, using: str, **kwargs) -> None:
    """Receiver of post_migrate: each role may do exactly this in this app."""
    roles.install(sender, ROLES, using)
