"""Allocating a budget by formula: shares are proposed, and what is decided stands beside them."""

from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from commissioning import rules
from commissioning.actions import weightings
from commissioning.actions.weightings import Decided
from commissioning.admin.budget_verbs import WHY, DatedForm, something_is_left, stands
from commissioning.admin.forms import DecisionChoice, RecordChoice, day, line, positive, prose
from commissioning.admin.forms import pounds as pounds_field
from commissioning.admin.relied_on import BUDGET
from commissioning.admin.verbs import Verb
from commissioning.days import in_words
from commissioning.figures.shares import FormulaShare
from commissioning.models import Allocation, Area, Budget, Weighting
from commissioning.money import NOTHING, format_pounds
from commissioning.rules import RuleBroken

# What the shares follow from: when one of these changes they are worked out anew.
BASIS = ["weighting", "amount", "areas"]


class WeightingChoice(RecordChoice):
    found_by = Allocation._meta.get_field("weighting")

    def label_from_instance(self, weighting: Weighting) -> str:
        return f"{weighting} (released {in_words(weighting.released_on)})"


@dataclass(frozen=True)
class Line:
    """A share as the page shows it: what the formula gives, and the boxes beside it."""

    share: FormulaShare
    decided: BoundField
    why: BoundField

    @property
    def weight(self) -> str:
        return f"{self.share.weight:,}"

    @property
    def percent(self) -> str:
        return f"{float(self.share.part):.2%}"


class ShareForm(DatedForm):
    """What to share, how and among whom; then, beside each share, what is decided.

    The page with the shares carries the question that they answer, so that they are worked out anew
    whenever the question changes.
    """

    table = "admin/shares.html"

    weighting = WeightingChoice("In proportion to")
    amount = positive("Pounds to share")
    areas = forms.ModelMultipleChoiceField(
        Area.objects.none(), label="Among", widget=forms.CheckboxSelectMultiple
    )
    purpose = line(
        "Purpose",
        required=False,
        help_text="What this part is for, if not everything the fund is for. Published.",
    )
    effective_on = day("Counts from")
    decision = DecisionChoice("Decision notice", required=False)
    reason = prose("Note", required=False, help_text=WHY)
    worked_out = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        weighed = Area.objects.filter(weights__isnull=False).distinct().order_by("kind", "name")
        self.fields["weighting"].offer(Weighting.objects.published())
        self.fields["areas"].queryset = weighed
        self.fields["areas"].initial = [area.pk for area in weighed.local_authorities()]
        self.fields["amount"].initial = self.row.unallocated
        self.refusal: ValidationError | None = None
        self.question = ""
        self.shares = self._shares()
        self.is_first_shown = bool(self.shares) and self.data.get("worked_out") != self.question
        for share in self.shares:
            self.fields |= self._boxes(share)
        if self.is_first_shown:
            self._propose()

    def _shares(self) -> list[FormulaShare]:
        """What the formula gives for the question asked; nothing while that is not a question."""
        told = {name: self._told(name) for name in BASIS}
        if not all(told.values()):
            return []
        try:
            rules.budget_can_share(self.row, told["amount"])
            areas = list(told["areas"])
            shares = weightings.proposed(told["weighting"], areas, told["amount"])
        except RuleBroken as refusal:
            self.refusal = refusal
            return []
        keys = ",".join(str(area.pk) for area in areas)
        self.question = f"{told['weighting'].pk}:{told['amount']}:{keys}"
        return shares

    def _told(self, name: str):
        """The answer to one field before all of them are asked; None for none or a wrong one."""
        field = self.fields[name]
        try:
            return field.clean(field.widget.value_from_datadict(self.data, self.files, name))
        except ValidationError:
            return None

    def _boxes(self, share: FormulaShare) -> dict[str, forms.Field]:
        """What is decided for the area, and why."""
        name = share.area.name
        return {
            f"decided_{share.area.pk}": pounds_field(f"{name}: decided", min_value=0),
            f"why_{share.area.pk}": prose(
                f"{name}: why it differs", required=False, max_length=1000
            ),
        }

    def _propose(self) -> None:
        """Decided is, to begin with, what the formula gives."""
        self.data = self.data.copy()
        self.data["worked_out"] = self.question
        for share in self.shares:
            self.data[f"decided_{share.area.pk}"] = f"{share.amount:,}"
            self.data[f"why_{share.area.pk}"] = ""

    def layout(self) -> list:
        return [name for name in self.fields if name not in {"worked_out", *self.unsaid}]

    @property
    def unsaid(self) -> set[str]:
        """What was decided share by share stands in the table, and then in the effect."""
        return {f"{kind}_{share.area.pk}" for share in self.shares for kind in ("decided", "why")}

    @property
    def lines(self) -> list[Line]:
        return [
            Line(share, self[f"decided_{share.area.pk}"], self[f"why_{share.area.pk}"])
            for share in self.shares
        ]

    @property
    def total(self) -> Decimal:
        return sum((share.amount for share in self.shares), NOTHING)

    def is_valid(self) -> bool:
        # Shares that nobody has seen yet are shown before anything is done with them.
        return super().is_valid() and not self.is_first_shown

    def clean(self):
        cleaned = super().clean()
        if self.refusal is not None:
            raise self.refusal
        if self.errors or self.is_first_shown:
            return cleaned
        decided = {share.area: self._decided(cleaned, share) for share in self.shares}
        if not self.errors:
            rules.decided_adds_up(
                cleaned["amount"], {area: told.amount for area, told in decided.items()}
            )
        cleaned["decided"] = decided
        return cleaned

    def _decided(self, cleaned: dict, share: FormulaShare) -> Decided:
        amount, why = (cleaned[f"{name}_{share.area.pk}"] for name in ("decided", "why"))
        try:
            rules.departure_has_a_reason(share.area, share.amount, amount, why)
        except RuleBroken as refusal:
            self.add_error(f"why_{share.area.pk}", refusal)
        return Decided(amount, why if amount != share.amount else "")


def numbers_are_recorded(budget: Budget, by) -> None:
    if not Weighting.objects.published().filter(weights__isnull=False).exists():
        raise RuleBroken(
            "No numbers to share by are recorded yet. Add a weighting first, such as people by "
            "area.",
            "no_weighting",
        )


def departures(budget: Budget, given: dict) -> list[str]:
    """What was decided beside the formula, share by share."""
    weighting = given["weighting"]
    areas = list(given["decided"])
    told = []
    for share in weightings.proposed(weighting, areas, given["amount"]):
        decided = given["decided"][share.area]
        if decided.amount == share.amount:
            continue
        more = "more" if decided.amount > share.amount else "less"
        told.append(
            f"{share.area}: {format_pounds(decided.amount)} is decided, "
            f"{format_pounds(abs(decided.amount - share.amount))} {more} than its share of "
            f"{format_pounds(share.amount)}, because: {decided.reason.strip()}"
        )
    return [
        *told,
        f"“{weighting}” stays as it is from then on, and the shares by it are published with the "
        "fund.",
    ]


ALLOCATE_BY_FORMULA = Verb(
    name="allocate-by-formula",
    label="Allocate by formula",
    permissions=["allocate_budget"],
    relies_on=[*BUDGET, lambda budget, given: given["weighting"].weights.all()],
    explains=(
        "Share money of this budget among areas in proportion to published numbers, such as "
        "people. The shares are shown first; what is decided may differ, with a reason."
    ),
    tells=stands,
    form=ShareForm,
    rules=[something_is_left, numbers_are_recorded],
    says=departures,
    do=lambda budget, given, by: weightings.share_out(
        budget,
        given["weighting"],
        given["amount"],
        given["decided"],
        purpose=given["purpose"],
        effective_on=given["effective_on"],
        decision=given["decision"],
        note=given["reason"],
        by=by,
    ),
    done="Allocated by formula from",
)
