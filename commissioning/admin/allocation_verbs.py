"""What finance does to an allocation, beyond describing it."""

from commissioning.actions import funds
from commissioning.admin.budget_verbs import WHY, DatedForm, SignedForm, changes_source
from commissioning.admin.forms import AllocationChoice, DecisionChoice, day, positive, prose
from commissioning.admin.relied_on import ALLOCATION, taker
from commissioning.admin.verbs import Verb
from commissioning.models import Allocation
from commissioning.money import format_pounds
from commissioning.rules import RuleBroken


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


def stands(allocation: Allocation) -> list[str]:
    """What an allocation holds, before it is changed."""
    return [
        f"The allocation is {format_pounds(allocation.amount)}; "
        f"{format_pounds(allocation.committed)} is committed and "
        f"{format_pounds(allocation.uncommitted)} is left to commit.",
        f"{format_pounds(allocation.budget.unallocated)} is left to allocate in the budget.",
    ]


def something_is_uncommitted(allocation: Allocation, by) -> None:
    if allocation.uncommitted <= 0:
        raise RuleBroken("All of it is committed.", "nothing_left")


ALLOCATION_VERBS = [
    Verb(
        name="revise",
        label="Add money or take it back",
        permissions=["allocate_budget"],
        relies_on=ALLOCATION,
        explains="Take more from the budget, or give back what is not committed.",
        tells=stands,
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
        relies_on=[*ALLOCATION, taker],
        explains="Move money that is not committed to another area or purpose.",
        tells=lambda allocation: stands(allocation)[:1],
        form=VireForm,
        rules=[something_is_uncommitted],
        warns=changes_source,
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
