"""Money that came from a source of funding, and what went back to it."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from commissioning.days import in_words
from commissioning.fields import DayField, LineField, ProseField
from commissioning.models.budgets import Budget
from commissioning.models.people import done_by
from commissioning.money import MoneyField


class Receipt(models.Model):
    """Pounds of a budget that its source paid to the office, or that went back to the source.

    Append-only; a mistake is corrected by another row.
    """

    class Kind(models.TextChoices):
        RECEIVED = "received", "received from the source"
        RETURNED = "returned", "returned to the source"
        CORRECTION = "correction", "correction"

    budget = models.ForeignKey(Budget, on_delete=models.PROTECT, related_name="receipts")
    kind = models.CharField(max_length=10, choices=Kind)
    amount = MoneyField(help_text="In pounds; below nothing for what went back.")
    received_on = DayField("on")
    corrects = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="corrections",
    )
    reference = LineField(max_length=60, blank=True, help_text="The finance system's reference.")
    note = ProseField(blank=True, max_length=2000)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    recorded_by = done_by()

    class Meta:
        ordering = ["received_on", "pk"]
        default_permissions = ("add", "view")
        constraints = [
            models.CheckConstraint(
                name="receipt_has_the_sign_of_its_kind",
                condition=Q(kind="received", amount__gt=0)
                | Q(kind="returned", amount__lt=0)
                | (Q(kind="correction") & ~Q(amount=0)),
                violation_error_message=(
                    "What came in is more than £0.00, what went back is less."
                ),
            ),
            models.CheckConstraint(
                name="receipt_names_what_it_corrects",
                condition=Q(kind="correction", corrects__isnull=False)
                | (~Q(kind="correction") & Q(corrects__isnull=True)),
                violation_error_message="A correction, and nothing else, names what it corrects.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {in_words(self.received_on)}"
