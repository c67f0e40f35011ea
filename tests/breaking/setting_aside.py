"""How to break each constraint of receipts and of what shares are worked out from."""

from commissioning.models import Receipt, Weight, Weighting
from tests import builders as a
from tests.breaking.tools import LATER, Harm, twice


def a_receipt_that_takes() -> Harm:
    row = Receipt(
        budget=a.a_budget(),
        kind="received",
        amount=a.pounds(-1),
        received_on=LATER,
        recorded_by=a.a_finance_officer(),
    )
    return lambda: Receipt.objects.bulk_create([row])


def a_weight() -> Weight:
    weighting = Weighting.objects.create(code="W", name="People", kind="population")
    return Weight.objects.create(weighting=weighting, area=a.an_area(), value=5)


HOW = {
    "receipt_has_the_sign_of_its_kind": a_receipt_that_takes,
    "weight_is_one_per_area": lambda: twice(a_weight()),
}
