"""Changes of an approved award: variations, extensions and its end."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F

from commissioning import rules
from commissioning.actions import awards
from commissioning.admin.effects import place
from commissioning.admin.forms import AllocationChoice, DecisionChoice, VerbForm, day, pounds, prose
from commissioning.admin.verbs import Verb
from commissioning.models import Allocation, Award, Variation
from commissioning.money import format_pounds

Kind = Variation.Kind
# Allocations that one variation can bring to an award.
NEW_LINES = 2


class DecidedForm(VerbForm):
    """Every change of a promise stands on a decision."""

    reason = prose("Why the award changes", help_text="Published with the award.")
    decision = DecisionChoice("Decision notice")
    effective_on = day("Counts from")


class VaryForm(DecidedForm):
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


class ExtendForm(DecidedForm):
    ends_on = day("New last day", initial=None)

    field_order = ("ends_on", "reason", "decision", "effective_on")

    def clean_ends_on(self):
        ends_on, today = self.cleaned_data["ends_on"], self.row.ends_on
        if today and ends_on <= today:
            raise ValidationError(
                f"The award already ends on {today:%-d %B %Y}. An extension ends later."
            )
        return ends_on


def is_open(award: Award) -> bool:
    return award.status in Award.OPEN


def _ends(award: Award, given: dict) -> list[str]:
    if not given.get("ends_on"):
        return []
    before = f"{award.ends_on:%-d %B %Y}" if award.ends_on else "no date"
    return [f"Its last day will go from {before} to {given['ends_on']:%-d %B %Y}."]


VARIATION_VERBS = [
    Verb(
        name="vary",
        label="Vary the amount",
        permissions=["vary_award"],
        explains="Raise or lower the award, or move its money between years, areas or funds.",
        form=VaryForm,
        is_possible=is_open,
        rules=[rules.approver_is_not_recommender],
        says=lambda award, given: [
            *_ends(award, given),
            "The original award and every variation stay on record, numbered.",
        ],
        do=lambda award, given, by: awards.vary(
            award,
            given["changes"],
            kind=kind_of(given),
            reason=given["reason"],
            decision=given["decision"],
            effective_on=given["effective_on"],
            ends_on=given["ends_on"],
            by=by,
        ),
        done="Varied",
    ),
    Verb(
        name="extend",
        label="Extend",
        permissions=["vary_award"],
        explains="Give the recipient more time, without more money.",
        form=ExtendForm,
        is_possible=is_open,
        rules=[rules.approver_is_not_recommender],
        says=_ends,
        do=lambda award, given, by: awards.vary(
            award,
            [],
            kind=Kind.EXTENSION,
            reason=given["reason"],
            decision=given["decision"],
            effective_on=given["effective_on"],
            ends_on=given["ends_on"],
            by=by,
        ),
        done="Extended",
    ),
    Verb(
        name="close",
        label="Close the award",
        permissions=["vary_award"],
        explains="The work is done and the money is settled.",
        is_possible=is_open,
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
        explains="End the award early. What is not paid goes back to its allocations.",
        form=DecidedForm,
        is_possible=is_open,
        rules=[rules.approver_is_not_recommender],
        says=lambda award, given: [
            f"Award {award.reference} will be terminated. This cannot be taken back."
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
]
