"""Changes of approved awards that one person puts forward and another decides on."""

from django.db import models
from django.db.models import F, Q
from django.utils.text import capfirst

from commissioning.fields import DayField, ProseField
from commissioning.models.awards import Award
from commissioning.models.budgets import Allocation
from commissioning.models.commitments import Variation
from commissioning.models.two_people import PutForward
from commissioning.money import MoneyField, format_pounds


class ProposedVariation(PutForward):
    """A variation put forward for approval; approving it makes the variation."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "proposed"
        APPROVED = "approved", "approved"
        REFUSED = "refused", "refused"
        WITHDRAWN = "withdrawn", "withdrawn"
        LAPSED = "lapsed", "lapsed: the award changed meanwhile"

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=12, choices=Variation.Kind)
    reason = ProseField(max_length=2000, help_text="Why the award changes. Published.")
    ends_on = DayField("new last day", null=True, blank=True, help_text="Leave empty if it stays.")
    status = models.CharField(
        max_length=10, choices=Status, default=Status.PROPOSED, editable=False
    )
    decided_reason = ProseField(blank=True, max_length=2000, editable=False)
    variation = models.OneToOneField(
        Variation,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="proposal",
    )

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="proposal_is_one_at_a_time_per_award",
                fields=["award"],
                condition=Q(status="proposed"),
                violation_error_message=(
                    "A variation of this award is already put forward. Decide on that one first."
                ),
            ),
            models.CheckConstraint(
                name="proposal_is_approved_by_somebody_else",
                condition=~Q(status="approved")
                | (
                    Q(decided_by__isnull=False, variation__isnull=False)
                    & ~Q(decided_by=F("proposed_by"))
                ),
                violation_error_message=(
                    "Whoever put a variation forward cannot approve it. Ask another approver."
                ),
            ),
            models.CheckConstraint(
                name="proposal_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message="Say why the award changes.",
            ),
        ]
        permissions = [("propose_variation", "Can put variations of awards forward")]

    def __str__(self) -> str:
        return f"{capfirst(self.get_kind_display())} of {self.award.reference}"


class ProposedChange(models.Model):
    """Signed pounds that a proposed variation would add to an award from one allocation."""

    # History states it with its proposal.
    part_of = "proposal"

    proposal = models.ForeignKey(
        ProposedVariation, on_delete=models.CASCADE, related_name="changes"
    )
    allocation = models.ForeignKey(Allocation, on_delete=models.PROTECT, related_name="+")
    amount = MoneyField(help_text="In pounds; below nothing to take back.")

    class Meta:
        ordering = ["proposal", "pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                name="proposed_change_is_one_per_allocation",
                fields=["proposal", "allocation"],
                violation_error_message="This allocation is already in the proposal.",
            ),
            models.CheckConstraint(
                name="proposed_change_changes_something",
                condition=~Q(amount=0),
                violation_error_message="The amount must not be £0.00.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.allocation}: {format_pounds(self.amount)}"
