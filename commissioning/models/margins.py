"""Over-programming: how much more than a budget may be allocated, by whom and until when."""

from django.conf import settings
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Now, TruncDate

from commissioning.days import in_words
from commissioning.fields import DayField, ProseField
from commissioning.models.budgets import Budget
from commissioning.models.decisions import DecisionNotice
from commissioning.money import NOTHING, MoneyField


class MarginAuthority(models.Model):
    """How much more than a budget may be allocated from one day on; append-only.

    The latest stands; one of £0.00 ends what went before.
    """

    # History states it with its budget.
    part_of = "budget"

    budget = models.ForeignKey(Budget, on_delete=models.PROTECT, related_name="authorities")
    margin = MoneyField(help_text="In pounds, on top of the budget.")
    reason = ProseField(blank=True, max_length=1000)
    starts_on = DayField()
    ends_on = DayField(null=True, blank=True, help_text="The last day on which it may be used.")
    decision = models.ForeignKey(
        DecisionNotice, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    document_url = models.URLField(blank=True, help_text="Where the signed authority stands.")
    authorised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["budget", "starts_on", "pk"]
        verbose_name = "over-programming authority"
        verbose_name_plural = "over-programming authorities"
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                name="authority_has_a_reason",
                condition=Q(margin=0) | (Q(margin__gt=0) & ~Q(reason="")),
                violation_error_message=(
                    "An over-allocation margin needs a reason, and cannot be negative."
                ),
            ),
            models.CheckConstraint(
                name="authority_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="The authority cannot end before it starts.",
            ),
        ]

    def __str__(self) -> str:
        return f"Authority of {in_words(self.starts_on)}"

    @property
    def days(self) -> str:
        """ "from 1 April 2026 to 31 March 2027"."""
        last = f" to {in_words(self.ends_on)}" if self.ends_on else ""
        return f"from {in_words(self.starts_on)}{last}"


def margin_in_force() -> Coalesce:
    """In the database, what `margin_on` today says of a budget."""
    today = TruncDate(Now())
    begun = MarginAuthority.objects.filter(budget=OuterRef("pk"), starts_on__lte=today)
    in_force = Case(
        When(ends_on__lt=today, then=Value(NOTHING)), default=F("margin"), output_field=MoneyField()
    )
    latest = begun.order_by("-starts_on", "-pk").annotate(in_force=in_force).values("in_force")
    return Coalesce(Subquery(latest[:1], MoneyField()), Value(NOTHING, MoneyField()))
