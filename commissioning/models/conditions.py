"""Conditions of funding: terms that an award, a fund or a group of awards depends on."""

from django.db import models
from django.db.models import Q

from commissioning.fields import DayField, LineField, ProseField
from commissioning.models.awards import Award
from commissioning.models.funds import Fund
from commissioning.models.people import done_by


class ConditionQuerySet(models.QuerySet):
    def published(self):
        """A condition is public with its award or fund; one of a group in words always is."""
        return self.filter(
            Q(award__isnull=True) | Q(award__is_published=True),
            Q(fund__isnull=True) | Q(fund__is_published=True),
        )


class Condition(models.Model):
    """A term that an award depends on."""

    class State(models.TextChoices):
        OPEN = "open", "to be met"
        MET = "met", "met"
        WAIVED = "waived", "waived"

    award = models.ForeignKey(
        Award, null=True, blank=True, on_delete=models.CASCADE, related_name="conditions"
    )
    fund = models.ForeignKey(
        Fund, null=True, blank=True, on_delete=models.CASCADE, related_name="conditions"
    )
    code = LineField(max_length=60, blank=True)
    text = ProseField(max_length=2000, help_text="Published: the law asks for it.")
    applies_to = LineField(
        blank=True, help_text="In words, where it is not one award or fund. Published."
    )
    due_on = DayField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    settled_on = DayField("met or waived on", null=True, blank=True, editable=False)
    settled_by = done_by(optional=True)
    settled_reason = ProseField(
        "evidence, or why it is waived", blank=True, max_length=1000, editable=False
    )
    source_ref = LineField("source of this record", blank=True)
    note = ProseField(blank=True, help_text="For staff; not published, but open to FOI requests.")

    objects = ConditionQuerySet.as_manager()

    class Meta:
        ordering = ["award", "due_on", "pk"]
        verbose_name = "condition of funding"
        verbose_name_plural = "conditions of funding"
        permissions = [
            ("settle_condition", "Can say that conditions are met"),
            ("waive_condition", "Can waive conditions and move their due dates"),
        ]
        constraints = [
            models.CheckConstraint(
                name="condition_is_of_an_award_a_fund_or_a_group",
                condition=(
                    Q(award__isnull=False, fund__isnull=True)
                    | Q(award__isnull=True, fund__isnull=False)
                    | (Q(award__isnull=True, fund__isnull=True) & ~Q(applies_to=""))
                ),
                violation_error_message=(
                    "Say what the condition applies to: one award, one fund, or a group in words."
                ),
            ),
            models.CheckConstraint(
                name="condition_to_be_met_is_not_settled",
                condition=~Q(state="open")
                | Q(settled_on__isnull=True, settled_by__isnull=True, settled_reason=""),
                violation_error_message="A condition that is to be met has nobody who settled it.",
            ),
            models.CheckConstraint(
                name="condition_settled_by_staff_says_when_and_why",
                condition=Q(settled_by__isnull=True)
                | (Q(settled_on__isnull=False) & ~Q(settled_reason="")),
                violation_error_message=(
                    "Say on which day the condition was met or waived, and what shows it."
                ),
            ),
        ]

    class Publication:
        public = {
            "id",
            "award",
            "fund",
            "code",
            "text",
            "applies_to",
            "due_on",
            "state",
            "settled_on",
            "source_ref",
        }
        private = {"settled_by", "settled_reason", "note"}

    def __str__(self) -> str:
        return self.text[:80]
