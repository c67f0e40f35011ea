"""Variations that were put forward, in the staff site: approved, refused or withdrawn here."""

from decimal import Decimal

from django.contrib import admin
from django.db.models import OuterRef, Subquery, Sum
from django.utils.safestring import mark_safe

from commissioning import rules
from commissioning.actions import overrides, proposals
from commissioning.admin.base import ReadOnlyAdmin, ReadOnlyInline
from commissioning.admin.columns import UNKNOWN, moment, person, pounds
from commissioning.admin.effects import place
from commissioning.admin.forms import DecisionChoice, ReasonForm, VerbForm, day
from commissioning.admin.links import record_url
from commissioning.admin.relied_on import AWARD_WITH_MONEY, under
from commissioning.admin.variation_verbs import last_day, plans_of, signed
from commissioning.admin.variations import shown
from commissioning.admin.verbs import Verb
from commissioning.figures.plans import Plan, changed_by
from commissioning.models import ProposedChange, ProposedVariation, User
from commissioning.money import NOTHING, format_pounds

Status = ProposedVariation.Status
IN_ALL = (
    ProposedChange.objects.filter(proposal=OuterRef("pk"))
    .values("proposal")
    .values(total=Sum("amount"))
)


def change_of(proposal: ProposedVariation) -> Decimal:
    """Signed pounds by which the award would change."""
    return sum((change.amount for change in proposal.changes.all()), NOTHING)


def stands(proposal: ProposedVariation) -> bool:
    return proposal.status == Status.PROPOSED


def what_it_says(proposal: ProposedVariation) -> list[str]:
    """The proposal beside the award as it is now."""
    award, change = proposal.award, change_of(proposal)
    worth = award.amount or NOTHING
    said = [f"Put forward by {proposal.proposed_by}: {proposal.reason}"]
    said += [
        f"{signed(line.amount)} from {place(line.allocation)}"
        for line in proposal.changes.select_related("allocation__area", "allocation__budget__fund")
    ]
    said.append(
        f"Award {award.reference} is worth {format_pounds(worth)}, and would be worth "
        f"{format_pounds(worth + change)}."
    )
    return [*said, *last_day(award, proposal.ends_on)]


def limit_allows(proposal: ProposedVariation, by: User) -> None:
    """What an increase makes of the whole award is within the limit of whoever approves it."""
    change = change_of(proposal)
    if change > 0:
        overrides.needed(proposal.award, (proposal.award.amount or NOTHING) + change, by)


def _of_award(rule):
    return lambda proposal, by: rule(proposal.award, by)


class ApproveForm(VerbForm):
    decision = DecisionChoice("Decision notice")
    effective_on = day("Counts from")


def plans_proposed(proposal: ProposedVariation, given: dict) -> list[Plan]:
    """What approving it does to the payment plan: from the day given, or as if today."""
    changes = proposal.changes.select_related("allocation__area", "allocation__budget__fund")
    return plans_of(
        proposal.award,
        [(change.allocation, change.amount) for change in changes],
        proposal.ends_on,
        given.get("effective_on"),
    )


PROPOSAL = [*under("award", AWARD_WITH_MONEY), "changes__allocation__budget__source"]

PROPOSAL_VERBS = [
    Verb(
        name="approve",
        label="Approve",
        permissions=["vary_award"],
        relies_on=PROPOSAL,
        explains="Make this variation, under a decision notice.",
        tells=what_it_says,
        plans=plans_proposed,
        form=ApproveForm,
        is_possible=stands,
        rules=[
            rules.approver_is_not_proposer,
            _of_award(rules.approver_is_not_recommender),
            limit_allows,
        ],
        says=lambda proposal, given: [
            *last_day(proposal.award, proposal.ends_on),
            "The original award and every variation stay on record, numbered.",
        ],
        do=lambda proposal, given, by: proposals.approve(
            proposal, decision=given["decision"], effective_on=given["effective_on"], by=by
        ),
        done="Approved",
    ),
    Verb(
        name="refuse",
        label="Refuse",
        permissions=["vary_award"],
        relies_on=PROPOSAL,
        explains="Turn it down. The award stays as it is.",
        tells=what_it_says,
        form=ReasonForm,
        is_possible=stands,
        rules=[rules.approver_is_not_proposer],
        says=lambda proposal, given: [f"Award {proposal.award.reference} stays as it is."],
        do=lambda proposal, given, by: proposals.refuse(proposal, reason=given["reason"], by=by),
        done="Refused",
    ),
    Verb(
        name="withdraw",
        label="Withdraw",
        permissions=["propose_variation"],
        relies_on=PROPOSAL,
        explains="Take it back, for example to put another one forward.",
        form=ReasonForm,
        is_possible=stands,
        says=lambda proposal, given: [f"Award {proposal.award.reference} stays as it is."],
        do=lambda proposal, given, by: proposals.withdraw(proposal, reason=given["reason"], by=by),
        done="Withdrawn",
    ),
]


class ChangeInline(ReadOnlyInline):
    model = ProposedChange
    fields = ["allocation", "change"]
    readonly_fields = ["change"]
    verbose_name_plural = "what would change"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("allocation__budget__fund")

    @admin.display()
    def change(self, row: ProposedChange) -> str:
        return signed(row.amount)


@admin.register(ProposedVariation)
class ProposedVariationAdmin(ReadOnlyAdmin):
    """What officers put forward; written by the award's verbs."""

    verbs = PROPOSAL_VERBS
    inlines = [ChangeInline]
    list_display = [
        "award",
        "kind",
        pounds("in_all", "change"),
        "ends_on",
        "status",
        person("proposed_by", "put forward by"),
        moment("proposed_at", "put forward at"),
    ]
    list_filter = ["status", "kind"]
    list_select_related = ["award", "proposed_by", "decided_by"]
    search_fields = ["award__reference", "award__title", "award__recipient__name", "reason"]
    date_hierarchy = "proposed_at"
    decided = [
        person("decided_by", "decided by"),
        moment("decided_at", "decided at"),
        "decided_reason",
        "variation",
    ]
    put_forward = [person("proposed_by", "put forward by"), moment("proposed_at", "put forward at")]
    readonly_fields = [*decided, *put_forward, "worth", "payment_plan"]

    def get_fieldsets(self, request, obj=None):
        asked = ["award", "worth", "kind", "reason", "ends_on", *self.put_forward]
        decided = [] if obj is None or stands(obj) else [("Decided", {"fields": self.decided})]
        has_plan = obj is not None and (stands(obj) or obj.variation_id)
        plan = [("Payment plan", {"fields": ["payment_plan"]})] if has_plan else []
        return [
            ("Where it stands", {"fields": ["status"]}),
            (None, {"fields": asked}),
            *decided,
            *plan,
        ]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(in_all=Subquery(IN_ALL))

    @admin.display(description="before and after")
    def payment_plan(self, proposal: ProposedVariation) -> str:
        """As it would become, or as it became by the variation that was made."""
        if proposal.variation:
            return shown(changed_by(proposal.variation))
        return mark_safe("".join(map(shown, plans_proposed(proposal, {}))))

    @admin.display(description="award worth now")
    def worth(self, proposal: ProposedVariation) -> str:
        amount = proposal.award.amount
        return UNKNOWN if amount is None else format_pounds(amount)

    def described(self, row: ProposedVariation) -> str:
        return f"{row}: {signed(change_of(row))}"

    def next_steps(self, request, obj):
        return [("Award", record_url(obj.award))]
