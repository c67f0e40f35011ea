"""Money from sources for tests."""

from datetime import date

from commissioning.actions import receipts
from commissioning.models import Budget, Receipt, User
from tests.builders.ledger import a_budget
from tests.builders.people import a_finance_officer, pounds


def a_receipt(
    amount: str | int = 100, budget: Budget | None = None, by: User | None = None, **fields
) -> Receipt:
    """Pounds that came for a budget; what went back, if below nothing."""
    amount = pounds(amount)
    fields = {"received_on": date(2026, 5, 1), **fields}
    kind = Receipt.Kind.RECEIVED if amount > 0 else Receipt.Kind.RETURNED
    receipt = Receipt(budget=budget or a_budget(), kind=kind, amount=amount, **fields)
    return receipts.record(receipt, by=by or a_finance_officer())
