"""Changes of an approved award: variations and extensions put forward, its end, and its return."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone

from commissioning import rules
from commissioning.actions import awards, proposals, schedules
from commissioning.admin.effects import place
from commissioning.admin.forms import AllocationChoice, DecisionChoice, VerbForm, day, pounds, prose
from commissioning.admin.relied_on import AWARD_WITH_MONEY
from commissioning.admin.verbs import Verb
from commissioning.days import in_words
from commissioning.figures.plans import Plan, compared
from commissioning.models import Allocation, Award, ProposedVariation, User, Variation
from commissioning.money import NOTHING, format_pounds

Kind = Variation.Kind
# Allocations that one variation can bring to an award.
NEW_LINES = 2


class WhyForm(VerbForm):
    reason = prose("Why the award changes", help_text="Published with the award.")


class DecidedForm(WhyForm):
    """Every change of a promise stands on a decision."""

    decision = DecisionChoice("Decision notice")
    effective_on = day("Counts from")


class VaryForm(WhyForm):
    """Signed pounds beside each allocation that the award stands on, or is to stand on."""

    ends_on = day("New last day", required=False, initial=None, help_text="If it changes too.")
    is_correction = forms.BooleanField(
        label="This corrects an error", required=False, help_text="Nothing new was agreed."
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        lines = self.row.commitments.select_related("allocation__area", "allocation__budget__fund")
        self.lines = {f"line_{line.pk}": line.allocation for line in lines}
        for line in lines:
            self.fields[f"line_{line.pk}"] = pounds(
                place(line.allocation),
                required=False,
                help_text=(
                    f"Committed {format_pounds(line.amount)}, paid {format_pounds(line.paid)}, "
                    f"left in the allocation {format_pounds(line.allocation.uncommitted)}. "
                    "Write how many pounds more, or with a minus how many less."
                ),
            )
        others = (
            Allocation.objects.filter(committed__lt=F("amount"))
            .exclude(commitments__award=self.row)
            .select_related("area", "budget__fund", "budget__source")
        )
        for number in range(1, NEW_LINES + 1):
            choice = AllocationChoice(f"New allocation {number}", required=False)
            self.fields[f"allocation_{number}"] = choice
            choice.offer(others)
            self.fields[f"amount_{number}"] = pounds(
                f"Pounds from new allocation {number}", required=False
            )
        self.order_fields([*(name for name in self.fields if name not in self.base_fields)])

    def clean(self):
        cleaned = super().clean()
        changes = [
            (allocation, cleaned[name])
            for name, allocation in self.lines.items()
            if cleaned.get(name)
        ]
        for number in range(1, NEW_LINES + 1):
            allocation = cleaned.get(f"allocation_{number}")
            amount = cleaned.get(f"amount_{number}")
            if bool(allocation) != bool(amount):
                self.add_error(f"amount_{number}", "Give both the allocation and the pounds.")
            elif allocation:
                changes.append((allocation, amount))
        if not changes and not self.errors:
            raise ValidationError(
                "Write by how many pounds the award changes. To change its last day only, extend "
                "it.",
                code="nothing_changes",
            )
        cleaned["changes"] = changes
        return cleaned


def kind_of(given: dict) -> str:
    """What sort of variation the amounts make."""
    if given["is_correction"]:
        return Kind.CORRECTION
    total = sum((amount for _, amount in given["changes"]), Decimal(0))
    if total == 0:
        return Kind.REPROFILE
    return Kind.INCREASE if total > 0 else Kind.DECREASE


class ExtendForm(WhyForm):
    ends_on = day("New last day", initial=None)

    field_order = ("ends_on", "reason")

    def clean_ends_on(self):
        ends_on, today = self.cleaned_data["ends_on"], self.row.ends_on
        if today and ends_on <= today:
            raise ValidationError(
                f"The award already ends on {in_words(today)}. An extension ends later."
            )
        return ends_on


def is_open(award: Award) -> bool:
    return award.status in Award.OPEN


def signed(amount: Decimal) -> str:
    """Pounds with a plus where they add something."""
    return f"+{format_pounds(amount)}" if amount > 0 else format_pounds(amount)


def last_day(award: Award, ends_on: date | None) -> list[str]:
    """What a variation makes of the award's last day, in a sentence if anything."""
    if ends_on is None:
        return []
    before = in_words(award.ends_on) if award.ends_on else "no date"
    return [f"Its last day would go from {before} to {in_words(ends_on)}."]


def changes_said(award: Award, given: dict) -> list[str]:
    """What is put forward, beside what the award is worth now."""
    worth = award.amount or NOTHING
    change = sum((amount for _, amount in given["changes"]), NOTHING)
    return [
        *(f"{signed(amount)} from {place(to)}." for to, amount in given["changes"]),
        f"Award {award.reference} would go from {format_pounds(worth)} to "
        f"{format_pounds(worth + change)}.",
        *last_day(award, given["ends_on"]),
        SOMEBODY_ELSE,
    ]


def not_there_yet(changes: Iterable[tuple[Allocation, Decimal]]) -> list[str]:
    """Money that the allocations lack as things stand: it is put forward all the same."""
    return [
        f"Only {format_pounds(to.uncommitted)} is left in {place(to)}. Unless more is allocated, "
        "this cannot be approved."
        for to, amount in changes
        if amount > to.uncommitted
    ]


def plans_of(
    award: Award,
    changes: Iterable[tuple[Allocation, Decimal]],
    ends_on: date | None,
    effective_on: date | None = None,
) -> list[Plan]:
    """The payment plan as it is, and as it would be if the change counted from a day, or today."""
    day = effective_on or timezone.localdate()
    before, after = schedules.what_if(award, changes, effective_on=day, ends_on=ends_on)
    return [compared(award, before, after)]


def plans_put_forward(award: Award, given: dict) -> list[Plan]:
    """On the page that says what will happen; nothing is known on the one that asks."""
    return plans_of(award, given.get("changes", []), given["ends_on"]) if given else []


SOMEBODY_ELSE = "Nothing changes yet: somebody else approves it under a decision notice."


def propose(award: Award, given: dict, by: User, kind: str) -> None:
    proposal = ProposedVariation(
        award=award, kind=kind, reason=given["reason"], ends_on=given["ends_on"]
    )
    proposals.propose(proposal, given.get("changes", []), by=by)


VARIATION_VERBS = [
    Verb(
        name="propose-variation",
        label="Propose a variation",
        permissions=["propose_variation"],
        relies_on=AWARD_WITH_MONEY,
        explains="Raise or lower the award, or move its money between years, areas or funds.",
        form=VaryForm,
        is_possible=is_open,
        rules=[rules.nothing_is_put_forward],
        says=changes_said,
        warns=lambda award, given: not_there_yet(given["changes"]),
        plans=plans_put_forward,
        do=lambda award, given, by: propose(award, given, by, kind_of(given)),
        done="Variation put forward for",
    ),
    Verb(
        name="propose-extension",
        label="Propose an extension",
        permissions=["propose_variation"],
        relies_on=AWARD_WITH_MONEY,
        explains="Give the recipient more time, without more money.",
        form=ExtendForm,
        is_possible=is_open,
        rules=[rules.nothing_is_put_forward],
        says=lambda award, given: [*last_day(award, given["ends_on"]), SOMEBODY_ELSE],
        plans=plans_put_forward,
        do=lambda award, given, by: propose(award, given, by, Kind.EXTENSION),
        done="Extension put forward for",
    ),
    Verb(
        name="close",
        label="Close the award",
        permissions=["vary_award"],
        relies_on=AWARD_WITH_MONEY,
        explains="The work is done and the money is settled.",
        is_possible=is_open,
        rules=[lambda award, by: rules.award_is_settled(award)],
        says=lambda award, given: [
            f"Award {award.reference} will be closed: {format_pounds(award.paid)} of "
            f"{format_pounds(award.amount or Decimal(0))} was paid. Nothing more can be paid or "
            "varied."
        ],
        do=lambda award, given, by: awards.close(award, by=by),
        done="Closed",
        many=True,
    ),
    Verb(
        name="terminate",
        label="Terminate the award",
        permissions=["vary_award"],
        relies_on=AWARD_WITH_MONEY,
        explains="End the award early. What is not paid goes back to its allocations.",
        form=DecidedForm,
        is_possible=is_open,
        rules=[rules.approver_is_not_recommender],
        says=lambda award, given: [
            f"Award {award.reference} will be terminated. Only another approver can reinstate it, "
            "and only while its allocations still have the money."
        ],
        do=lambda award, given, by: awards.terminate(
            award,
            reason=given["reason"],
            decision=given["decision"],
            effective_on=given["effective_on"],
            by=by,
        ),
        done="Terminated",
    ),
    Verb(
        name="reinstate",
        label="Reinstate the award",
        permissions=["vary_award"],
        relies_on=AWARD_WITH_MONEY,
        explains="Take it up again: what its termination took back is committed once more.",
        form=DecidedForm,
        is_possible=lambda award: award.status == Award.Status.TERMINATED,
        rules=[
            rules.award_can_be_reinstated,
            rules.approver_is_not_recommender,
        ],
        says=lambda award, given: [f"Award {award.reference} will be active again."],
        do=lambda award, given, by: awards.reinstate(
            award,
            reason=given["reason"],
            decision=given["decision"],
            effective_on=given["effective_on"],
            by=by,
        ),
        done="Reinstated",
    ),
]
