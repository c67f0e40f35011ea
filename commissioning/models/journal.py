"""The journal: every change of an amount, as one append-only list of signed entries.

Database triggers (triggers.py) refuse edits and deletes and keep the parents' running totals.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from commissioning.fields import DayField, ProseField
from commissioning.models.awards import Award
from commissioning.models.budgets import Allocation, Budget
from commissioning.models.commitments import Commitment, Variation
from commissioning.models.decisions import DecisionNotice
from commissioning.models.payments import Payment
from commissioning.models.people import done_by
from commissioning.money import MoneyField
from commissioning.years import FinancialYear


class Entry(models.Model):
    """One signed change of an amount at one level of the money chain."""

    class Kind(models.TextChoices):
        FUNDING = "funding", "budget"
        ALLOCATION = "allocation", "allocation"
        COMMITMENT = "commitment", "commitment"
        PAYMENT = "payment", "payment"

    class Reason(models.TextChoices):
        ORIGINAL = "original", "original"
        REVISION = "revision", "revision"
        VIREMENT = "virement", "virement"
        VARIATION = "variation", "variation"
        CARRY_FORWARD = "carry_forward", "carry-forward"
        WITHDRAWAL = "withdrawal", "withdrawal"
        PAYMENT = "payment", "payment"
        RECOVERY = "recovery", "recovery"
        RETURN = "return", "returned unpaid"
        CORRECTION = "correction", "correction"

    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.CharField(max_length=14, choices=Reason)
    amount = MoneyField()
    effective_on = DayField(help_text="The day from which it counts.")
    # The whole chain above the entry, so that a position at any level is a sum over one table.
    budget = models.ForeignKey(Budget, on_delete=models.PROTECT, related_name="entries")
    allocation = models.ForeignKey(
        Allocation, null=True, blank=True, on_delete=models.PROTECT, related_name="entries"
    )
    commitment = models.ForeignKey(
        Commitment, null=True, blank=True, on_delete=models.PROTECT, related_name="entries"
    )
    payment = models.ForeignKey(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="entries"
    )
    variation = models.ForeignKey(
        Variation, null=True, blank=True, on_delete=models.PROTECT, related_name="entries"
    )
    decision = models.ForeignKey(
        DecisionNotice, null=True, blank=True, on_delete=models.PROTECT, related_name="entries"
    )
    transfer = models.UUIDField(
        null=True,
        editable=False,
        help_text="The same on both sides of a virement or carry-forward.",
    )
    note = ProseField(blank=True, max_length=2000)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["effective_on", "pk"]
        verbose_name_plural = "entries"
        indexes = [
            # A position is a sum per budget or allocation: these answer it without the table.
            models.Index(
                fields=["budget", "kind", "effective_on", "amount"], name="entry_budget_position"
            ),
            models.Index(
                fields=["allocation", "kind", "effective_on", "amount"],
                name="entry_allocation_position",
            ),
            models.Index(fields=["effective_on"], name="entry_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                name="entry_changes_something",
                condition=~Q(amount=0),
                violation_error_message="The amount must not be £0.00.",
            ),
            models.CheckConstraint(
                name="entry_names_the_chain_of_its_kind",
                condition=(
                    Q(
                        kind="funding",
                        allocation__isnull=True,
                        commitment__isnull=True,
                        payment__isnull=True,
                    )
                    | Q(
                        kind="allocation",
                        allocation__isnull=False,
                        commitment__isnull=True,
                        payment__isnull=True,
                    )
                    | Q(
                        kind="commitment",
                        allocation__isnull=False,
                        commitment__isnull=False,
                        payment__isnull=True,
                    )
                    | Q(
                        kind="payment",
                        allocation__isnull=False,
                        commitment__isnull=False,
                        payment__isnull=False,
                    )
                ),
                violation_error_message="An entry must name the chain of records above it.",
            ),
            models.CheckConstraint(
                name="entry_reason_is_known",
                condition=Q(
                    reason__in=[
                        "original",
                        "revision",
                        "virement",
                        "variation",
                        "carry_forward",
                        "withdrawal",
                        "payment",
                        "recovery",
                        "return",
                        "correction",
                    ]
                ),
                violation_error_message="An entry must have one of the known reasons.",
            ),
            models.UniqueConstraint(
                name="entry_releases_a_payment_once",
                fields=["payment"],
                condition=Q(reason__in=["payment", "recovery", "return"]),
                violation_error_message="This payment has already been released.",
            ),
        ]

    class Publication:
        public = {
            "id",
            "kind",
            "reason",
            "amount",
            "effective_on",
            "budget",
            "allocation",
            "commitment",
            "payment",
            "variation",
            "decision",
            "transfer",
            "recorded_at",
        }
        private = {"note", "recorded_by"}

    def __str__(self) -> str:
        return f"Entry {self.pk}"


class PipelineEntry(models.Model):
    """One signed change of the pounds that recommended awards ask for; append-only.

    Beside the journal and not in it: nothing has been promised yet. It names award and allocation,
    and not the line between them, which an award that is a draft again may lose.
    """

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="pipeline")
    allocation = models.ForeignKey(Allocation, on_delete=models.PROTECT, related_name="pipeline")
    amount = MoneyField()
    effective_on = DayField()
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["effective_on", "pk"]
        verbose_name_plural = "pipeline entries"
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["allocation", "effective_on", "amount"], name="pipeline_position")
        ]
        constraints = [
            models.CheckConstraint(
                name="pipeline_entry_changes_something",
                condition=~Q(amount=0),
                violation_error_message="The amount must not be £0.00.",
            )
        ]

    def __str__(self) -> str:
        return f"Pipeline entry {self.pk}"


class ClosedYear(models.Model):
    """A financial year whose books are closed: the database refuses entries in it."""

    start_year = models.PositiveSmallIntegerField(
        help_text="The calendar year in which it begins: 2020 for 2020/21."
    )
    first_day = DayField(editable=False)
    last_day = DayField(editable=False)
    closed_by = done_by()
    closed_at = models.DateTimeField(auto_now_add=True)
    reopened_by = done_by(optional=True)
    reopened_at = models.DateTimeField(null=True, blank=True, editable=False)
    reopened_reason = ProseField(blank=True, max_length=1000, editable=False)

    class Meta:
        ordering = ["-start_year", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="year_is_closed_once",
                fields=["start_year"],
                condition=Q(reopened_at__isnull=True),
                violation_error_message="This year is already closed.",
            ),
            models.CheckConstraint(
                name="year_reopening_has_a_reason",
                condition=Q(reopened_at__isnull=True) | ~Q(reopened_reason=""),
                violation_error_message="Say why the year is reopened.",
            ),
            models.CheckConstraint(
                name="year_ends_after_it_starts",
                condition=Q(last_day__gt=F("first_day")),
                violation_error_message="A year cannot end before it starts.",
            ),
        ]

    def __str__(self) -> str:
        return FinancialYear(self.start_year).label


class JournalGuard(models.Model):
    """One row that the journal's triggers open while they write totals (SQLite only).

    PostgreSQL knows how deep in triggers it is; SQLite does not, so its triggers on the totals ask
    this row whether the journal is the one writing.
    """

    is_open = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "open" if self.is_open else "closed"
