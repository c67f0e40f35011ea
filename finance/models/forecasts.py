"""What finance expects to be spent of a budget by its end."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from commissioning.days import in_words
from commissioning.fields import DayField, ProseField
from commissioning.models import Budget
from commissioning.models.people import done_by
from commissioning.money import MoneyField


class Forecast(models.Model):
    """A statement of what a budget will have spent by its end; append-only, the latest stands."""

    # History states it with its budget.
    part_of = "budget"

    budget = models.ForeignKey(Budget, on_delete=models.PROTECT, related_name="forecasts")
    outturn = MoneyField(
        "forecast outturn",
        null=True,
        blank=True,
        help_text="In pounds. Empty takes earlier statements back.",
    )
    reason = ProseField(max_length=1000)
    effective_on = DayField("stated as at")
    recorded_by = done_by()
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["budget", "-effective_on", "-pk"]
        default_permissions = ("view",)
        permissions = [("view_monitoring", "Can read the budget monitoring report")]
        indexes = [models.Index(fields=["budget", "effective_on"], name="forecast_latest")]
        constraints = [
            models.CheckConstraint(
                name="forecast_is_not_below_nothing",
                condition=Q(outturn__isnull=True) | Q(outturn__gte=0),
                violation_error_message="A forecast cannot be below £0.00.",
            ),
            models.CheckConstraint(
                name="forecast_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message="Say why this is expected.",
            ),
        ]

    def __str__(self) -> str:
        return f"Forecast of {self.budget} as at {in_words(self.effective_on)}"
