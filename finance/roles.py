"""What each role of staff may do with payment batches, the ledger, year end and forecasts."""

from commissioning import roles

# Each noun's module adds its own lines here; `view_bankaccount` is finance's alone.
ROLES: dict[str, set[str]] = {
    roles.FINANCE: set(),
    roles.CHIEF_FINANCE: set(),
    roles.AUDITOR: set(),
}


def install_after_migrate(sender, using: str, **kwargs) -> None:
    """Receiver of post_migrate: each role may do exactly this in this app."""
    roles.install(sender, ROLES, using)
