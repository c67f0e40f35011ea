"""When an award is to be paid, and what holds its payments back."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from commissioning.days import in_words
from commissioning.fields import DayField, LineField, ProseField
from commissioning.models.awards import Award
from commissioning.models.commitments import Commitment, Variation
from commissioning.models.conditions import Condition
from commissioning.models.people import done_by
from commissioning.money import MoneyField


class InstalmentQuerySet(models.QuerySet):
    def standing(self):
        """Instalments that no later schedule replaced."""
        return self.filter(dropped_at__isnull=True)

    def known_at(self, moment):
        """Instalments that stood at the moment."""
        return self.filter(
            Q(dropped_at__isnull=True) | Q(dropped_at__gt=moment), recorded_at__lte=moment
        )


class Instalment(models.Model):
    """A part of a commitment that is to be paid by a day.

    Never edited: a new schedule drops it and writes others, so that a past plan can be read again.
    """

    # History states it with its commitment.
    part_of = "commitment"

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="instalments")
    amount = MoneyField()
    due_on = DayField()
    covers_from = DayField(
        null=True, blank=True, help_text="The first day that it pays for, if it pays for a period."
    )
    covers_to = DayField(null=True, blank=True)
    milestone = LineField(blank=True, help_text="What must be reached first, in words.")
    condition = models.ForeignKey(
        Condition,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="instalments",
        help_text="The condition that must be met first.",
    )
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    recorded_by = done_by()
    dropped_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The variations by which it came into the schedule, and left it.
    planned_by = models.ForeignKey(
        Variation,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="planned",
    )
    dropped_by = models.ForeignKey(
        Variation,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="dropped",
    )

    objects = InstalmentQuerySet.as_manager()

    class Meta:
        ordering = ["commitment", "due_on", "pk"]
        indexes = [models.Index(fields=["due_on"], name="instalment_by_day")]
        constraints = [
            models.CheckConstraint(
                name="instalment_is_more_than_nothing",
                condition=Q(amount__gt=0),
                violation_error_message="The amount must be more than £0.00.",
            ),
            models.CheckConstraint(
                name="instalment_covers_whole_days",
                condition=Q(covers_from__isnull=True, covers_to__isnull=True)
                | Q(covers_from__isnull=False, covers_to__gte=F("covers_from")),
                violation_error_message=(
                    "Give the first and the last day that the instalment pays for, in this order."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment.award.reference}, due {in_words(self.due_on)}"


class HoldQuerySet(models.QuerySet):
    def standing(self):
        """Holds that nobody has lifted."""
        return self.filter(lifted_at__isnull=True)


class Hold(models.Model):
    """A stop on all payments under an award until somebody lifts it."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="holds")
    reason = ProseField(max_length=2000)
    placed_by = done_by()
    placed_at = models.DateTimeField(auto_now_add=True)
    lifted_by = done_by(optional=True)
    lifted_at = models.DateTimeField(null=True, blank=True, editable=False)
    lifted_reason = ProseField(blank=True, max_length=2000, editable=False)

    objects = HoldQuerySet.as_manager()

    class Meta:
        ordering = ["-placed_at", "-pk"]
        verbose_name = "hold on payments"
        verbose_name_plural = "holds on payments"
        constraints = [
            models.UniqueConstraint(
                name="hold_is_one_at_a_time_per_award",
                fields=["award"],
                condition=Q(lifted_at__isnull=True),
                violation_error_message="Payments under this award are already held.",
            ),
            models.CheckConstraint(
                name="hold_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message="Say why payments are held.",
            ),
            models.CheckConstraint(
                name="hold_lifted_says_who_and_why",
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, lifted_reason="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_reason="")),
                violation_error_message="A lifted hold must say who lifted it, and why.",
            ),
        ]

    def __str__(self) -> str:
        return f"Hold on {self.award.reference}"
