"""Carry-forwards in the staff site: proposed on a budget's page, decided on their own."""

from django.contrib import admin

from commissioning import rules
from commissioning.admin.attention import WorkList
from commissioning.admin.base import ReadOnlyAdmin
from commissioning.admin.budget_verbs import WHY, something_is_free, stands
from commissioning.admin.columns import link, moment, person, pounds
from commissioning.admin.forms import (
    BudgetChoice,
    DecisionChoice,
    ReasonForm,
    VerbForm,
    positive,
    prose,
)
from commissioning.admin.links import record_url
from commissioning.admin.relied_on import BUDGET, taker, under
from commissioning.admin.verbs import Verb
from commissioning.days import in_words
from commissioning.models import Budget, User
from commissioning.money import NOTHING, format_pounds
from commissioning.rules import RuleBroken
from finance.actions import year_end
from finance.models import CarryForward
from finance.rules import year_end as own_rules

Status = CarryForward.Status

# --- On the budget's page -------------------------------------------------------------------------


def later_budgets(budget: Budget):
    """Budgets that can take the money that this one carries forward."""
    return Budget.objects.filter(
        fund=budget.fund_id, source=budget.source_id, ends_on__gt=budget.ends_on
    ).select_related("fund", "source")


def a_later_budget_exists(budget: Budget, by: User) -> None:
    if not later_budgets(budget).exists():
        raise RuleBroken(
            f"{budget.fund} has no later budget from {budget.source}. Add that budget first.",
            "no_later_budget",
        )


def its_year_is_open(budget: Budget, by: User) -> None:
    rules.year_is_open(budget.ends_on)


class ProposeForm(VerbForm):
    taker = BudgetChoice("To which budget")
    amount = positive("How many pounds", help_text="Money that is allocated stays where it is.")
    reason = prose("Why", max_length=1000, help_text=WHY)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["taker"].offer(later_budgets(self.row))
        left = self.row.amount - self.row.allocated - year_end.waiting_of(self.row)
        self.fields["amount"].initial = max(left, NOTHING)


def told(budget: Budget) -> list[str]:
    """What the budget holds, and what of it waits to be carried forward already."""
    waiting = year_end.waiting_of(budget)
    also = [f"{format_pounds(waiting)} of it waits to be carried forward."] if waiting else []
    return [*stands(budget), *also]


def what_would_happen(giver: Budget, given: dict) -> list[str]:
    amount, taker = given["amount"], given["taker"]
    return [
        f"{giver} would go from {format_pounds(giver.amount)} to "
        f"{format_pounds(giver.amount - amount)} on {in_words(giver.ends_on)}.",
        f"{taker} would go from {format_pounds(taker.amount)} to "
        f"{format_pounds(taker.amount + amount)} on {in_words(taker.starts_on)}.",
        "Nothing moves before a chief finance officer other than you approves it.",
    ]


def outlived(giver: Budget, taker: Budget) -> list[str]:
    """What a source's last day does to money that is carried beyond it."""
    if giver.use_by is None or giver.use_by >= taker.ends_on:
        return []
    return [
        f"{giver.source} lets the money of {giver} be spent until {in_words(giver.use_by)}. What "
        "is left then is owed back, unless it agreed otherwise."
    ]


PROPOSE = Verb(
    name="propose-carry-forward",
    label="Propose a carry-forward",
    permissions=["fund_budget"],
    relies_on=[*BUDGET, taker],
    explains=(
        "Ask that unspent money move to the fund’s later budget: out on the last day of this one, "
        "in on the first day of that one. Somebody else approves it."
    ),
    tells=told,
    form=ProposeForm,
    is_possible=lambda budget: budget.ends_on is not None,
    rules=[something_is_free, a_later_budget_exists, its_year_is_open],
    says=what_would_happen,
    warns=lambda budget, given: outlived(budget, given["taker"]),
    do=lambda budget, given, by: year_end.propose_carry_forward(
        budget, given["taker"], given["amount"], reason=given["reason"], by=by
    ),
    done="Carry-forward proposed from",
)


# --- On its own -----------------------------------------------------------------------------------


def waits(proposal: CarryForward) -> bool:
    return proposal.status == Status.PROPOSED


def limit_allows(proposal: CarryForward, by: User) -> None:
    own_rules.carry_forward_is_within_limit(proposal, by)


def giver_s_year_is_open(proposal: CarryForward, by: User) -> None:
    its_year_is_open(proposal.giver, by)


def what_it_says(proposal: CarryForward) -> list[str]:
    return [
        f"Proposed by {proposal.proposed_by}: {proposal.reason}",
        *stands(proposal.giver),
        f"The later budget {proposal.taker} is {format_pounds(proposal.taker.amount)}.",
    ]


def stays(proposal: CarryForward, given: dict) -> list[str]:
    return [f"{format_pounds(proposal.amount)} stays in {proposal.giver}. The proposal ends."]


class ApproveForm(VerbForm):
    decision = DecisionChoice("Decision notice", required=False)


CARRIED = [*under("giver", BUDGET), *under("taker", BUDGET)]
CARRY_FORWARD_VERBS = [
    Verb(
        name="approve",
        label="Approve",
        permissions=["approve_carryforward"],
        relies_on=CARRIED,
        explains="Let the money move: out on the one budget’s last day, in on the other’s first.",
        tells=what_it_says,
        form=ApproveForm,
        is_possible=waits,
        rules=[
            own_rules.decider_is_not_proposer,
            limit_allows,
            giver_s_year_is_open,
            own_rules.proposal_s_money_is_there,
        ],
        warns=lambda proposal, given: outlived(proposal.giver, proposal.taker),
        do=lambda proposal, given, by: year_end.approve_carry_forward(
            proposal, decision=given["decision"], by=by
        ),
        done="Approved",
    ),
    Verb(
        name="reject",
        label="Reject",
        permissions=["approve_carryforward"],
        relies_on=CARRIED,
        explains="Turn it down. The money stays where it is.",
        tells=what_it_says,
        form=ReasonForm,
        is_possible=waits,
        rules=[own_rules.decider_is_not_proposer],
        says=stays,
        do=lambda proposal, given, by: year_end.reject_carry_forward(
            proposal, reason=given["reason"], by=by
        ),
        done="Rejected",
    ),
    Verb(
        name="withdraw",
        label="Withdraw",
        permissions=["propose_carryforward"],
        relies_on=CARRIED,
        explains="Take it back, for example to propose another amount.",
        form=ReasonForm,
        is_possible=waits,
        says=stays,
        do=lambda proposal, given, by: year_end.withdraw_carry_forward(
            proposal, reason=given["reason"], by=by
        ),
        done="Withdrawn",
    ),
]


@admin.register(CarryForward)
class CarryForwardAdmin(ReadOnlyAdmin):
    """What finance proposed to carry forward."""

    written_on = ("the budget that the money is left in", "admin:commissioning_budget_changelist")
    verbs = CARRY_FORWARD_VERBS
    list_display = [
        "giver",
        "to",
        pounds("amount"),
        "status",
        person("proposed_by", "proposed by"),
        moment("proposed_at", "proposed at"),
        person("decided_by", "decided by"),
    ]
    list_filter = ["status", ("giver__fund", admin.RelatedOnlyFieldListFilter)]
    list_select_related = [
        "giver__fund",
        "giver__source",
        "taker__fund",
        "taker__source",
        "proposed_by",
        "decided_by",
    ]
    search_fields = ["giver__fund__name", "reason"]
    date_hierarchy = "proposed_at"
    asked = [
        "from_budget",
        "to_budget",
        pounds("amount"),
        "reason",
        person("proposed_by", "proposed by"),
        moment("proposed_at", "proposed at"),
    ]
    decided = [
        person("decided_by", "decided by"),
        moment("decided_at", "decided at"),
        "decided_reason",
        "decision",
    ]
    readonly_fields = ["status", *asked, *decided]

    def get_fieldsets(self, request, obj=None):
        decided = [] if obj is None or waits(obj) else [("Decided", {"fields": self.decided})]
        return [
            ("Where it stands", {"fields": ["status"]}),
            (None, {"fields": self.asked}),
            *decided,
        ]

    @admin.display(ordering="taker__starts_on")
    def to(self, proposal: CarryForward) -> str:
        return proposal.taker.period

    @admin.display(description="from")
    def from_budget(self, proposal: CarryForward) -> str:
        return link(proposal.giver)

    @admin.display(description="to")
    def to_budget(self, proposal: CarryForward) -> str:
        return link(proposal.taker)

    def next_steps(self, request, obj):
        return [("From", record_url(obj.giver)), ("To", record_url(obj.taker))]


# --- Your work ------------------------------------------------------------------------------------


def to_decide(user: User):
    return (
        CarryForward.objects.waiting()
        .exclude(proposed_by=user)
        .select_related("giver__fund", "giver__source", "taker", "proposed_by")
        .order_by("proposed_at", "pk")
    )


def proposed(proposal: CarryForward) -> str:
    return f"proposed by {proposal.proposed_by}: {proposal.reason}"


CARRY_FORWARD_LISTS = [
    WorkList(
        "carry-forwards",
        "Carry-forwards waiting for your approval",
        "approve_carryforward",
        to_decide,
        proposed,
        in_hand=True,
        app="finance",
    )
]
