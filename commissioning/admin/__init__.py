"""The staff site, one module per noun; importing this package registers them all."""

from commissioning.admin import (
    areas,
    awards,
    budgets,
    conditions,
    decisions,
    funds,
    history,
    imports,
    journal,
    organisations,
    payments,
    people,
    plan,
    reported,
    services,
)

__all__ = [
    "areas",
    "awards",
    "budgets",
    "conditions",
    "decisions",
    "funds",
    "history",
    "imports",
    "journal",
    "organisations",
    "payments",
    "people",
    "plan",
    "reported",
    "services",
]
