"""The schedule of an award, on the award's page: drawn up anew, or written for milestones."""

from django import forms
from django.core.exceptions import ValidationError

from commissioning import rules
from commissioning.actions import schedules
from commissioning.admin.effects import place
from commissioning.admin.forms import VerbForm, day, line, positive
from commissioning.admin.relied_on import AWARD_WITH_MONEY
from commissioning.admin.verbs import Verb
from commissioning.days import in_words
from commissioning.figures.instalments import with_sums
from commissioning.models import Award, Commitment, Condition, Instalment
from commissioning.money import NOTHING, format_pounds

Pattern = Award.PaymentPattern
# Rows that the form has beyond those that are written already; and in all, at least.
MORE, LEAST = 4, 8


class LineChoice(forms.ModelChoiceField):
    def label_from_instance(self, commitment: Commitment) -> str:
        return place(commitment.allocation)


class ConditionChoice(forms.ModelChoiceField):
    def label_from_instance(self, condition: Condition) -> str:
        return str(condition)


class WriteForm(VerbForm):
    """Rows of instalments, those that stand and can be replaced filled in; empty rows count not."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        standing = with_sums(Instalment.objects.standing().filter(commitment__award=self.row))
        rows = [row for row in standing.order_by("due_on", "pk") if not row.requested + row.paid]
        lines = self.row.commitments.select_related("allocation__area", "allocation__budget__fund")
        self.lines = list(lines)
        conditions = Condition.objects.filter(award=self.row)
        self.numbers = range(1, max(len(rows) + MORE, LEAST) + 1)
        for number in self.numbers:
            row = rows[number - 1] if number <= len(rows) else None
            told = {} if row is None else vars(row)
            self.fields |= {
                f"due_on_{number}": day(
                    f"{number}. Due on", required=False, initial=told.get("due_on")
                ),
                f"amount_{number}": positive("Pounds", required=False, initial=told.get("amount")),
                f"milestone_{number}": line(
                    "What must be reached", required=False, initial=told.get("milestone")
                ),
            }
            if len(self.lines) > 1:
                self.fields[f"commitment_{number}"] = LineChoice(
                    lines, label="From", required=False, initial=told.get("commitment_id")
                )
            if conditions:
                self.fields[f"condition_{number}"] = ConditionChoice(
                    conditions,
                    label="Only once this is met",
                    required=False,
                    initial=told.get("condition_id"),
                )

    def layout(self) -> list[tuple[str, ...]]:
        """The fields of one instalment side by side."""
        names = ["due_on", "amount", "milestone", "commitment", "condition"]
        return [
            tuple(f"{name}_{number}" for name in names if f"{name}_{number}" in self.fields)
            for number in self.numbers
        ]

    def clean(self):
        cleaned = super().clean()
        cleaned["instalments"] = [
            self._instalment(cleaned, number)
            for number in self.numbers
            if cleaned.get(f"due_on_{number}") or cleaned.get(f"amount_{number}")
        ]
        if not cleaned["instalments"] and not self.errors:
            raise ValidationError("Write at least one instalment.", code="nothing_written")
        return cleaned

    def _instalment(self, cleaned: dict, number: int) -> Instalment:
        only = self.lines[0] if len(self.lines) == 1 else None
        told = {
            "due_on": cleaned.get(f"due_on_{number}"),
            "amount": cleaned.get(f"amount_{number}"),
            "commitment": cleaned.get(f"commitment_{number}", only),
        }
        for name, value in told.items():
            field = f"{name}_{number}"
            if not value and field in self.fields and field not in self.errors:
                self.add_error(field, "Fill this in as well.")
        return Instalment(
            **told,
            milestone=cleaned.get(f"milestone_{number}", ""),
            condition=cleaned.get(f"condition_{number}"),
        )


def to_be_planned(award: Award) -> list[str]:
    """What the instalments of each commitment are to add up to."""
    return [
        f"{place(line.allocation)}: {format_pounds(room)} is to be planned, of "
        f"{format_pounds(line.amount)} committed."
        for line, room in schedules.to_plan(award)
    ]


def sums(award: Award, given: dict) -> list[str]:
    """What was written, added up."""
    rows = given["instalments"]
    total = sum((row.amount for row in rows), NOTHING)
    return [
        *(
            f"{format_pounds(row.amount)} on {in_words(row.due_on)}: {row.milestone}"
            for row in rows
        ),
        f"{len(rows)} instalments, together {format_pounds(total)}.",
    ]


def is_written(award: Award) -> bool:
    return award.status in Award.OPEN and award.payment_pattern == Pattern.MILESTONES


def is_drawn(award: Award) -> bool:
    """Whether a schedule should stand that a record taken from elsewhere never got."""
    return (
        award.status in Award.OPEN
        and award.payment_pattern in rules.BY_ITSELF
        and bool(award.unpaid)
        and not Instalment.objects.standing().filter(commitment__award=award).exists()
    )


SCHEDULE_VERBS = [
    Verb(
        name="write-schedule",
        label="Write the schedule",
        permissions=["add_instalment"],
        relies_on=AWARD_WITH_MONEY,
        explains=(
            "One row for each instalment; leave the others empty. Instalments that were asked for "
            "already stay as they are."
        ),
        tells=to_be_planned,
        form=WriteForm,
        is_possible=is_written,
        says=sums,
        do=lambda award, given, by: schedules.write(award, given["instalments"], by=by),
        done="Schedule written for",
    ),
    Verb(
        name="draw-up-schedule",
        label="Draw up the schedule",
        permissions=["add_instalment"],
        relies_on=AWARD_WITH_MONEY,
        explains="Plan the instalments from the award's dates and the way that it is paid.",
        is_possible=is_drawn,
        rules=[lambda award, by: rules.schedule_can_be_drawn_up(award)],
        says=lambda award, given: [
            f"{format_pounds(award.unpaid)} will be planned {paid_how(award)}."
        ],
        do=lambda award, given, by: schedules.plan(award, by=by),
        done="Schedule drawn up for",
    ),
]


def paid_how(award: Award) -> str:
    """The pattern in words: "quarterly in advance"."""
    timing = award.get_payment_timing_display() if award.payment_timing else ""
    return f"{award.get_payment_pattern_display()} {timing}".strip()
