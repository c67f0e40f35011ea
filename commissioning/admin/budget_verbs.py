"""What finance does to a budget, beyond describing it."""

from datetime import date
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from commissioning.actions import funds
from commissioning.admin.forms import (
    BudgetChoice,
    DecisionChoice,
    VerbForm,
    day,
    line,
    positive,
    pounds,
    prose,
)
from commissioning.admin.relied_on import BUDGET, taker
from commissioning.admin.verbs import Verb
from commissioning.days import in_words
from commissioning.models import Allocation, Area, Budget
from commissioning.money import format_pounds
from commissioning.rules import RuleBroken

WHY = "Kept in the journal. For staff."


def usual_day(budget: Budget) -> date:
    """Today, or the nearest day to it in the budget's period."""
    today = timezone.localdate()
    if budget.starts_on is None:
        return today
    return min(max(today, budget.starts_on), budget.ends_on)


class DatedForm(VerbForm):
    """A form whose day is offered inside the period of the budget."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        budget = self.row if isinstance(self.row, Budget) else self.row.budget
        self.fields["effective_on"].initial = usual_day(budget)


class SignedForm(DatedForm):
    """An amount that goes in or comes out."""

    IN, OUT = "in", "out"
    direction = forms.ChoiceField(
        label="What to do",
        choices=[(IN, "Put money in"), (OUT, "Take money out")],
        widget=forms.RadioSelect,
        initial=IN,
    )
    amount = positive("By how many pounds")
    effective_on = day("Counts from")
    decision = DecisionChoice("Decision notice", required=False)
    reason = prose("Why", help_text=WHY)

    def clean(self):
        cleaned = super().clean()
        if "amount" in cleaned and "direction" in cleaned:
            sign = 1 if cleaned["direction"] == self.IN else -1
            cleaned["signed"] = sign * cleaned["amount"]
        return cleaned


# --- Allocating to several areas ------------------------------------------------------------------


class AllocateForm(DatedForm):
    """One line for each area; those left empty get nothing."""

    purpose = line(
        "Purpose",
        required=False,
        help_text="What this part is for, if not everything the fund is for. Published.",
    )
    effective_on = day("Counts from")
    decision = DecisionChoice("Decision notice", required=False)
    reason = prose("Note", required=False, help_text=WHY)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = [Area.Kind.LOCAL_AUTHORITY, Area.Kind.FORCE]
        areas = sorted(Area.objects.filter(kind__in=kinds), key=lambda area: kinds.index(area.kind))
        self.areas = {f"area_{area.pk}": area for area in areas}
        known = {
            allocation.area_id: allocation for allocation in self.row.allocations.filter(purpose="")
        }
        for name, area in self.areas.items():
            allocation = known.get(area.pk)
            has = f"Has {format_pounds(allocation.amount)}; add …" if allocation else ""
            label = area.name if area.kind != Area.Kind.FORCE else f"{area.name}, not divided"
            self.fields[name] = pounds(label, required=False, help_text=has)
        self.order_fields([*self.areas, *self.base_fields])

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        asked = {name: cleaned.get(name) for name in self.areas if cleaned.get(name)}
        for name, amount in asked.items():
            if amount < 0:
                self.add_error(name, "Amounts are more than £0.00. To take back, open the area.")
        if not asked:
            raise ValidationError("Write an amount beside at least one area.", code="nothing_asked")
        cleaned["shares"] = [(self.areas[name], amount) for name, amount in asked.items()]
        return cleaned


def allocate(budget: Budget, given: dict, by) -> None:
    known = {
        allocation.area_id: allocation
        for allocation in budget.allocations.filter(purpose=given["purpose"])
    }
    shares: list[tuple[Allocation, Decimal]] = []
    for area, amount in given["shares"]:
        new = Allocation(budget=budget, area=area, purpose=given["purpose"])
        shares.append((known.get(area.pk, new), amount))
    funds.allocate(
        shares,
        effective_on=given["effective_on"],
        decision=given["decision"],
        note=given["reason"],
        by=by,
    )


def stands(budget: Budget) -> list[str]:
    """What a budget holds, before it is changed."""
    in_force = budget.margin_on(timezone.localdate())
    margin = f" and a margin of {format_pounds(in_force)}" if in_force else ""
    return [
        f"The budget is {format_pounds(budget.amount)}{margin}; {format_pounds(budget.allocated)} "
        f"is allocated and {format_pounds(budget.unallocated)} is left to allocate."
    ]


def something_is_left(budget: Budget, by) -> None:
    authority = budget.authority_on(timezone.localdate())
    only_margin = budget.amount <= budget.allocated and budget.unallocated > 0
    if only_margin and authority.authorised_by_id == by.pk:
        raise RuleBroken(
            "Only the margin is left to allocate, and you authorised it yourself. Ask a "
            "colleague to allocate it.",
            "same_person",
        )
    if budget.unallocated <= 0:
        raise RuleBroken(
            f"Nothing is left to allocate: the budget is {format_pounds(budget.amount)} and "
            f"{format_pounds(budget.allocated)} is allocated.",
            "nothing_left",
        )


# --- Virement and margin --------------------------------------------------------------------------


def something_is_free(budget: Budget, by) -> None:
    """Money leaves a budget only while it is not allocated; a margin is no money."""
    if budget.amount <= budget.allocated:
        raise RuleBroken(
            f"All of its {format_pounds(budget.amount)} is allocated. Take some back from an "
            "allocation first.",
            "nothing_left",
        )


def what_may_leave(budget: Budget) -> list[str]:
    """What a budget holds, and where its money may go."""
    fence = budget.source.ring_fence
    known = [f"{budget.source} may be spent only on: {fence}"] if fence else []
    return [*stands(budget), *known]


def takes_from_a_ring_fence(budget: Budget, given: dict) -> list[str]:
    """Less from the source, and not a way out of its ring-fence: only people can tell which."""
    fence = budget.source.ring_fence
    if not fence or given["signed"] >= 0:
        return []
    return [
        f"{budget.source} may be spent only on: {fence}. Take money out only if the source gives "
        "less. What is to be used elsewhere is vired, within the ring-fence."
    ]


def changes_source(giver: Budget | Allocation, given: dict) -> list[str]:
    """What a virement does to the origin of the money."""
    giving, taking = (
        end if isinstance(end, Budget) else end.budget for end in (giver, given["taker"])
    )
    if giving.source_id == taking.source_id:
        return _lasts_longer(giving, taking)
    fence = taking.source.ring_fence
    return [
        f"Money of {giving.source} will count as money of {taking.source} from then on.",
        *([f"{taking.source} may be spent only on: {fence}"] if fence else []),
    ]


def _lasts_longer(giving: Budget, taking: Budget) -> list[str]:
    if giving.use_by is None or taking.use_by == giving.use_by:
        return []
    return [
        f"{giving.source} lets the money of {giving} be spent by {in_words(giving.use_by)}, and "
        f"{taking} says otherwise."
    ]


class VireForm(DatedForm):
    taker = BudgetChoice("To which budget")
    amount = positive("How many pounds")
    effective_on = day("Counts from")
    decision = DecisionChoice("Decision notice", required=False)
    reason = prose("Why", help_text=WHY)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        others = Budget.objects.exclude(pk=self.row.pk).select_related("fund", "source")
        self.fields["taker"].offer(others.prefetch_related("authorities"))


class MarginForm(VerbForm):
    margin = pounds(
        "Over-allocation margin in pounds",
        min_value=0,
        help_text="How much more than the budget may be allocated. £0.00 ends the authority.",
    )
    reason = prose(
        "Why, and by whose authority", required=False, max_length=1000, help_text="Published."
    )
    starts_on = day("From")
    ends_on = day(
        "Until",
        required=False,
        initial=None,
        help_text="The last day on which more may be allocated. What is allocated then stays.",
    )
    decision = DecisionChoice("Decision notice", required=False)
    document_url = forms.URLField(
        label="Where the signed authority stands",
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "vURLField"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        authority = self.row.authority_on(timezone.localdate())
        if authority:
            self.fields["margin"].initial = authority.margin
            self.fields["reason"].initial = authority.reason


ALLOCATE = Verb(
    name="allocate",
    label="Allocate to areas",
    permissions=["allocate_budget"],
    relies_on=BUDGET,
    explains="Set money of this budget aside, for one area or for several at once.",
    tells=stands,
    form=AllocateForm,
    rules=[something_is_left],
    do=allocate,
    done="Allocated from",
)
# What else is done with a budget.
BUDGET_VERBS = [
    Verb(
        name="revise",
        label="Revise the budget",
        permissions=["fund_budget"],
        relies_on=BUDGET,
        explains="Put money in, or take money out. What the budget was stays in the journal.",
        tells=stands,
        form=SignedForm,
        warns=takes_from_a_ring_fence,
        do=lambda budget, given, by: funds.revise_budget(
            budget,
            given["signed"],
            effective_on=given["effective_on"],
            decision=given["decision"],
            note=given["reason"],
            by=by,
        ),
        done="Revised",
    ),
    Verb(
        name="vire",
        label="Vire to another budget",
        permissions=["allocate_budget"],
        relies_on=[*BUDGET, taker],
        explains="Move money that is not allocated to another budget.",
        tells=what_may_leave,
        form=VireForm,
        rules=[something_is_free],
        warns=changes_source,
        do=lambda budget, given, by: funds.vire(
            budget,
            given["taker"],
            given["amount"],
            effective_on=given["effective_on"],
            decision=given["decision"],
            note=given["reason"],
            by=by,
        ),
        done="Vired from",
    ),
    Verb(
        name="margin",
        label="Authorise a margin",
        permissions=["authorise_margin"],
        relies_on=BUDGET,
        explains=(
            "Allow more than the budget to be allocated, up to an amount. Somebody else allocates "
            "it."
        ),
        tells=stands,
        form=MarginForm,
        says=lambda budget, given: [
            f"Up to {format_pounds(budget.amount + given['margin'])} may be allocated from a "
            f"budget of {format_pounds(budget.amount)}: a margin of "
            f"{format_pounds(given['margin'])} instead of "
            f"{format_pounds(budget.margin_on(given['starts_on']))}.",
            "You will not be able to use the margin yourself.",
        ],
        do=lambda budget, given, by: funds.authorise_margin(
            budget,
            given["margin"],
            reason=given["reason"],
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            decision=given["decision"],
            document_url=given["document_url"],
            by=by,
        ),
        done="Margin authorised for",
    ),
]
