"""What is settled at a year's end: money carried into the next one, and what belongs to which."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from commissioning.fields import DayField, ProseField
from commissioning.models import Budget, Commitment, DecisionNotice
from commissioning.models.people import done_by
from commissioning.models.two_people import PutForward
from commissioning.money import MoneyField, format_pounds


class CarryForwardQuerySet(models.QuerySet):
    def waiting(self):
        """What nobody has decided on yet."""
        return self.filter(status=CarryForward.Status.PROPOSED)


class CarryForward(PutForward):
    """Unspent money that one person would carry into a later budget; another one decides."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "proposed"
        APPROVED = "approved", "approved"
        REJECTED = "rejected", "rejected"
        WITHDRAWN = "withdrawn", "withdrawn"
        LAPSED = "lapsed", "lapsed"

    giver = models.ForeignKey(
        Budget,
        verbose_name="from",
        on_delete=models.PROTECT,
        related_name="carried_away",
        help_text="The budget that has money left.",
    )
    taker = models.ForeignKey(
        Budget,
        verbose_name="to",
        on_delete=models.PROTECT,
        related_name="carried_in",
        help_text="A later budget of the same fund and source.",
    )
    amount = MoneyField(help_text="In pounds.")
    reason = ProseField(max_length=1000, help_text="Kept in the journal. For staff.")
    status = models.CharField(
        max_length=10, choices=Status, default=Status.PROPOSED, editable=False
    )
    decided_reason = ProseField(blank=True, max_length=1000, editable=False)
    decision = models.ForeignKey(
        DecisionNotice,
        verbose_name="decision notice",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = CarryForwardQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        verbose_name = "carry-forward"
        verbose_name_plural = "carry-forwards"
        default_permissions = ("view",)
        permissions = [
            ("propose_carryforward", "Can propose carry-forwards"),
            ("approve_carryforward", "Can approve and reject carry-forwards"),
        ]
        constraints = [
            models.CheckConstraint(
                name="carry_forward_is_more_than_nothing",
                condition=Q(amount__gt=0),
                violation_error_message="The amount must be more than £0.00.",
            ),
            models.CheckConstraint(
                name="carry_forward_is_between_two_budgets",
                condition=~Q(giver=F("taker")),
                violation_error_message="Choose another budget to carry the money into.",
            ),
            models.CheckConstraint(
                name="carry_forward_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message="Say why the money is carried forward.",
            ),
            models.UniqueConstraint(
                name="carry_forward_waits_once_per_pair_of_budgets",
                fields=["giver", "taker"],
                condition=Q(status="proposed"),
                violation_error_message=(
                    "A carry-forward between these budgets already waits. It is decided on, or "
                    "withdrawn, first."
                ),
            ),
            models.CheckConstraint(
                name="carry_forward_is_decided_by_somebody_else",
                condition=~Q(status__in=["approved", "rejected"]) | ~Q(decided_by=F("proposed_by")),
                violation_error_message=(
                    "Whoever proposed a carry-forward cannot decide on it. Ask a colleague."
                ),
            ),
            models.CheckConstraint(
                name="carry_forward_decided_says_who_and_when",
                condition=Q(status="proposed", decided_by__isnull=True, decided_at__isnull=True)
                | ~Q(status="proposed") & Q(decided_by__isnull=False, decided_at__isnull=False),
                violation_error_message="A decided carry-forward must say by whom and when.",
            ),
            models.CheckConstraint(
                name="carry_forward_not_approved_says_why",
                condition=Q(status__in=["proposed", "approved"]) | ~Q(decided_reason=""),
                violation_error_message="Say why the money is not carried forward.",
            ),
        ]

    def __str__(self) -> str:
        return f"{format_pounds(self.amount)} from {self.giver} to {self.taker.period}"


class AccrualQuerySet(models.QuerySet):
    def standing(self, known_at=None):
        """The last decision of each commitment and day, now or as known at a moment."""
        rows = self if known_at is None else self.filter(decided_at__lte=known_at)
        later = Accrual.objects.filter(
            commitment=OuterRef("commitment"),
            as_at=OuterRef("as_at"),
            number__gt=OuterRef("number"),
        )
        if known_at is not None:
            later = later.filter(decided_at__lte=known_at)
        return rows.filter(~Exists(later))


class Accrual(models.Model):
    """What finance decided of a proposed accrual or prepayment; append-only, the latest stands.

    No money moves: the report as at the day counts it, and the day after it counts no more.
    """

    class Kind(models.TextChoices):
        ACCRUAL = "accrual", "accrual: delivered by the day and not paid"
        PREPAYMENT = "prepayment", "prepayment: paid for what comes after the day"

    class Choice(models.TextChoices):
        ACCEPTED = "accepted", "accepted"
        ADJUSTED = "adjusted", "adjusted"
        LEFT_OUT = "left_out", "left out"

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="accruals")
    as_at = DayField("as at", help_text="The last day of a month.")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    proposed = MoneyField(help_text="In pounds: what was worked out.")
    worked_out = ProseField("how it was worked out", max_length=2000)
    choice = models.CharField("decision", max_length=10, choices=Choice)
    amount = MoneyField(help_text="In pounds: what counts.")
    reason = ProseField(blank=True, max_length=1000)
    decided_by = done_by()
    decided_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = AccrualQuerySet.as_manager()

    class Meta:
        ordering = ["-as_at", "commitment", "-number"]
        verbose_name = "accrual or prepayment"
        verbose_name_plural = "accruals and prepayments"
        default_permissions = ("view",)
        permissions = [("decide_accrual", "Can decide on accruals and prepayments")]
        indexes = [models.Index(fields=["as_at", "commitment"], name="accrual_by_day")]
        constraints = [
            models.UniqueConstraint(
                name="accrual_is_decided_step_by_step",
                fields=["commitment", "as_at", "number"],
                violation_error_message="Somebody else decided on this one just now.",
            ),
            models.CheckConstraint(
                name="accrual_is_not_below_nothing",
                condition=Q(amount__gte=0, proposed__gte=0),
                violation_error_message="An accrual or prepayment cannot be below £0.00.",
            ),
            models.CheckConstraint(
                name="accrual_counts_what_was_decided",
                condition=Q(choice="accepted", amount=F("proposed"))
                | Q(choice="adjusted") & ~Q(amount=F("proposed"))
                | Q(choice="left_out", amount=0),
                violation_error_message=(
                    "An accepted amount is the proposed one, an adjusted one another, and what is "
                    "left out counts £0.00."
                ),
            ),
            models.CheckConstraint(
                name="accrual_not_accepted_says_why",
                condition=Q(choice="accepted") | ~Q(reason=""),
                violation_error_message="Say why it is adjusted or left out.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display().partition(':')[0].capitalize()} as at {self.as_at}"
