"""Money that came from a source, and what went back to it: recorded, corrected, never edited."""

from decimal import Decimal

from django.db import transaction

from commissioning import rules
from commissioning.actions import history, records
from commissioning.figures import receipts as figures
from commissioning.models import Budget, Receipt, User
from commissioning.money import NOTHING, exact_pounds, format_pounds

Kind = Receipt.Kind
Status = Budget.SourceStatus


@transaction.atomic
def record(receipt: Receipt, *, by: User) -> Receipt:
    """Record that pounds of a budget came from its source, or went back to it (below nothing).

    Raises RuleBroken when more would have gone back than came.
    """
    rules.receipt_is_no_correction(receipt)
    rules.money_has_come(receipt.received_on)
    rules.year_is_open(receipt.received_on)
    receipt.recorded_by = by
    receipt.budget = _locked(receipt.budget_id)
    _keep(receipt, by)
    return receipt


@transaction.atomic
def correct(receipt: Receipt, amount: Decimal, *, note: str, by: User) -> Receipt:
    """Say what the amount should have been, in pounds above nothing; £0.00 if there was none.

    The correction is the difference, and counts from the same day.
    """
    rules.reason_is_given(note)
    rules.receipt_is_no_correction(receipt)
    budget = _locked(receipt.budget_id)
    rules.year_is_open(receipt.received_on)
    sign = -1 if receipt.kind == Kind.RETURNED else 1
    was = sign * figures.corrected(receipt)
    amount = exact_pounds(amount)
    rules.correction_changes_something(was, amount)
    correction = Receipt(
        budget=budget,
        kind=Kind.CORRECTION,
        amount=sign * (amount - was),
        received_on=receipt.received_on,
        corrects=receipt,
        note=note,
        recorded_by=by,
    )
    _keep(correction, by)
    history.record(
        "corrected",
        receipt,
        by,
        before={"amount": str(was)},
        after={"amount": str(amount)},
        reason=note,
    )
    return correction


@transaction.atomic
def follow(budget: Budget, *, by: User) -> None:
    """How sure a budget's money is, by what came of it: confirmed by a part, received by all.

    A budget of which nothing is recorded stays as staff say.
    """
    budget = _locked(budget.pk)
    if not budget.receipts.exists():
        return
    received = figures.received(budget)
    came_whole = received >= figures.due(budget) and received > NOTHING
    status = Status.RECEIVED if came_whole else Status.CONFIRMED
    if budget.source_status == status:
        return
    before, budget.source_status = budget.source_status, status
    records.save_checked(budget)
    history.record(
        f"the money is {budget.get_source_status_display()}",
        budget,
        by,
        before={"source_status": before},
        after={"source_status": status},
    )


def _keep(receipt: Receipt, by: User) -> None:
    records.check(receipt)
    records.save_checked(receipt)
    budget = receipt.budget
    rules.no_more_goes_back_than_came(budget, figures.received(budget), figures.returned(budget))
    history.record("recorded", receipt, by, after=history.state(receipt), reason=receipt.note)
    history.record(
        f"{receipt.get_kind_display()} {format_pounds(abs(receipt.amount))}",
        budget,
        by,
        after={"amount": str(receipt.amount), "on": str(receipt.received_on)},
        reason=receipt.note,
    )
    follow(budget, by=by)


def _locked(key: int) -> Budget:
    locked = Budget.objects.select_for_update(no_key=True, of=("self",))
    return locked.select_related("fund", "source").get(pk=key)
