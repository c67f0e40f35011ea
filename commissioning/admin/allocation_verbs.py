"""What finance does to an allocation, beyond describing it."""

from commissioning.actions import funds
from commissioning.admin.budget_verbs import WHY, DatedForm, SignedForm
from commissioning.admin.forms import AllocationChoice, DecisionChoice, day, positive, prose
from commissioning.admin.verbs import Verb
from commissioning.models import Allocation


class VireForm(DatedForm):
    taker = AllocationChoice("To which allocation")
    amount = positive("How many pounds")
    effective_on = day("Counts from")
    decision = DecisionChoice("Decision notice", required=False)
    reason = prose("Why", help_text=WHY)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        others = Allocation.objects.exclude(pk=self.row.pk)
        self.fields["taker"].offer(others.select_related("area", "budget__fund", "budget__source"))


ALLOCATION_VERBS = [
    Verb(
        name="revise",
        label="Add money or take it back",
        permissions=["allocate_budget"],
        explains="Take more from the budget, or give back what is not committed.",
        form=SignedForm,
        do=lambda allocation, given, by: funds.allocate(
            [(allocation, given["signed"])],
            effective_on=given["effective_on"],
            decision=given["decision"],
            note=given["reason"],
            by=by,
        ),
        done="Revised",
    ),
    Verb(
        name="vire",
        label="Vire to another allocation",
        permissions=["allocate_budget"],
        explains="Move money that is not committed to another area or purpose.",
        form=VireForm,
        do=lambda allocation, given, by: funds.vire(
            allocation,
            given["taker"],
            given["amount"],
            effective_on=given["effective_on"],
            decision=given["decision"],
            note=given["reason"],
            by=by,
        ),
        done="Vired from",
    ),
]
