"""Many people share by formula at once: never more than there is, by numbers that stay."""

import pytest

from commissioning.actions import weightings
from commissioning.actions.weightings import Decided
from commissioning.figures.shares import by_formula
from commissioning.models import Allocation, Budget, Weighting
from commissioning.rules import RuleBroken
from tests import builders as a
from tests.chain import MAY
from tests.racing import WRITERS, database_in_a_file, race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.dialect]

ROOM = WRITERS // 3
EACH = a.pounds("100.01")


@pytest.fixture(autouse=True)
def own_connections(transactional_db, tmp_path):
    with database_in_a_file(tmp_path):
        yield


def sharer(budget: Budget, weighting: Weighting, purpose: str):
    """Shares EACH among the areas of the weighting as the formula proposes at that moment."""
    finance, areas = a.a_finance_officer(), a.areas_of(weighting)

    def share():
        proposed = weightings.proposed(weighting, areas, EACH)
        decided = {each.area: Decided(each.amount) for each in proposed}
        weightings.share_out(
            budget, weighting, EACH, decided, purpose=purpose, effective_on=MAY, by=finance
        )

    return share


def test_no_more_is_shared_than_there_is():
    budget, weighting = a.a_budget(EACH * ROOM), a.a_weighting()

    results = race([sharer(budget, weighting, f"Purpose {n}") for n in range(WRITERS)])

    refused = [result for result in results if result is not None]
    assert [type(result) for result in refused] == [RuleBroken] * (WRITERS - ROOM)
    budget.refresh_from_db()
    assert budget.unallocated == 0


def test_the_same_areas_and_purpose_are_shared_to_one_after_the_other():
    budget, weighting = a.a_budget(EACH * WRITERS), a.a_weighting()

    assert race([sharer(budget, weighting, "") for _ in range(WRITERS)]) == [None] * WRITERS

    for allocation in Allocation.objects.all():
        assert allocation.amount == allocation.formula_amount == allocation.decided_amount
    assert Allocation.objects.count() == 2


def test_a_number_is_put_right_before_money_is_shared_by_it_or_not_at_all():
    weighting, budget = a.a_weighting(), a.a_budget()
    weight, officer = weighting.weights.first(), a.an_officer()

    def put_right():
        weight.value = 30
        weightings.weigh(weight, by=officer)

    results = race([put_right, sharer(budget, weighting, "")])

    # Whoever comes second is refused: the number stays, or the share is no longer as proposed.
    assert [type(result) for result in results if result is not None] in ([RuleBroken], [])
    shares = Allocation.objects.order_by("pk")
    areas = [allocation.area for allocation in shares]
    if shares:
        now = [share.amount for share in by_formula(weighting, areas, EACH)]
        assert [allocation.formula_amount for allocation in shares] == now
