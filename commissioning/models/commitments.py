"""The money committed to an award, and the variations that changed it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commissioning.fields import DayField, ProseField, RunningTotal
from commissioning.models.awards import Award
from commissioning.models.budgets import Allocation
from commissioning.models.decisions import DecisionNotice
from commissioning.money import NOTHING, MoneyField


class CommitmentQuerySet(models.QuerySet):
    def published(self):
        """A commitment is public with its award."""
        return self.filter(award__is_published=True)


class Commitment(models.Model):
    """The part of an award that stands on one allocation."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="commitments")
    allocation = models.ForeignKey(Allocation, on_delete=models.PROTECT, related_name="commitments")
    proposed = MoneyField(
        "amount proposed",
        help_text="What will be committed from this allocation when the award is approved.",
    )

    amount = RunningTotal(default=NOTHING)
    paid = RunningTotal(default=NOTHING)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        ordering = ["award", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="commitment_is_one_per_award_and_allocation",
                fields=["award", "allocation"],
                violation_error_message="The award already stands on this allocation.",
            ),
            models.CheckConstraint(
                name="commitment_proposes_more_than_nothing",
                condition=Q(proposed__gt=0),
                violation_error_message="The amount must be more than £0.00.",
            ),
            models.CheckConstraint(
                name="commitment_pays_no_more_than_it_holds",
                condition=Q(paid__lte=F("amount")),
                violation_error_message="More would be paid than is committed.",
            ),
            models.CheckConstraint(
                name="commitment_is_not_below_nothing",
                condition=Q(amount__gte=0) & Q(paid__gte=0),
                violation_error_message="A commitment cannot fall below nothing.",
            ),
        ]

    class Publication:
        public = {"id", "award", "allocation", "amount", "paid"}
        private = {"proposed"}

    def __str__(self) -> str:
        return f"{self.award.reference} on {self.allocation}"

    @property
    def unpaid(self):
        return self.amount - self.paid


class Variation(models.Model):
    """A numbered, signed change of an approved award; its amounts are journal entries."""

    # History states it with its award.
    part_of = "award"

    class Kind(models.TextChoices):
        INCREASE = "increase", "increase"
        DECREASE = "decrease", "decrease"
        EXTENSION = "extension", "extension without money"
        REPROFILE = "reprofile", "money moved between years, areas or funds"
        TERMINATION = "termination", "termination"
        REINSTATEMENT = "reinstate", "reinstatement"
        CORRECTION = "correction", "correction of an error"

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="variations")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    reason = ProseField(max_length=2000, help_text="Why the award changes. Published.")
    decision = models.ForeignKey(
        DecisionNotice, null=True, blank=True, on_delete=models.PROTECT, related_name="variations"
    )
    effective_on = DayField()
    ends_on = DayField(null=True, blank=True, help_text="The new last day, if it changes.")
    ended_on = DayField(
        null=True, blank=True, help_text="What the last day was before, if it changed."
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(auto_now_add=True)
    # Instalments name the variation that planned or dropped them: true since this is recorded.
    keeps_plan = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["award", "number"]
        constraints = [
            models.UniqueConstraint(
                name="variation_number_is_used_once_per_award",
                fields=["award", "number"],
                violation_error_message=(
                    "Somebody else varied this award just now. Look at it again."
                ),
            ),
            models.CheckConstraint(
                name="variation_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message="Say why the award changes.",
            ),
        ]

    class Publication:
        public = {
            "id",
            "award",
            "number",
            "kind",
            "reason",
            "decision",
            "effective_on",
            "ends_on",
            "ended_on",
            "recorded_at",
        }
        private = {"approved_by", "keeps_plan"}

    def __str__(self) -> str:
        return f"Variation {self.number} of {self.award.reference}"
