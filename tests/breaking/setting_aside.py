"""How to break each constraint of receipts, references and what shares are worked out from."""

from commissioning.models import GivenReference, Receipt, Weight
from tests import builders as a
from tests.breaking.tools import LATER, Harm, change, twice


def a_receipt(kind: str) -> Harm:
    """Write £1 that went out straight into the table of receipts."""
    row = Receipt(
        budget=a.a_budget(),
        kind=kind,
        amount=a.pounds(-1),
        received_on=LATER,
        recorded_by=a.a_finance_officer(),
    )
    return lambda: Receipt.objects.bulk_create([row])


def a_receipt_that_takes() -> Harm:
    return a_receipt("received")


def a_correction_of_nothing() -> Harm:
    return a_receipt("correction")


def a_weight() -> Weight:
    return a.a_weighting().weights.first()


def a_share(**values) -> Harm:
    """A share by formula, exactly as proposed, of which something is then changed."""
    return change(a.shares_by_formula()[0], **values)


def a_reference_again() -> Harm:
    a.a_draft(None)
    return twice(GivenReference.objects.first())


HOW = {
    "reference_is_given_once": a_reference_again,
    "receipt_has_the_sign_of_its_kind": a_receipt_that_takes,
    "receipt_names_what_it_corrects": a_correction_of_nothing,
    "allocation_by_formula_is_told_whole": lambda: a_share(weighting=None),
    "allocation_departs_from_its_formula_for_a_reason": lambda: a_share(
        decided_amount=a.pounds("0.01")
    ),
    "weight_is_from_nothing_to_a_million_million": lambda: change(a_weight(), value=10**12 + 1),
    "weight_is_one_per_area": lambda: twice(a_weight()),
}
