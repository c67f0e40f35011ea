"""Payments: money out under a commitment, and money back."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from commissioning.fields import DayField, LineField, ProseField
from commissioning.models.commitments import Commitment
from commissioning.models.people import done_by
from commissioning.models.schedules import Instalment
from commissioning.money import MoneyField


class PaymentQuerySet(models.QuerySet):
    def published(self):
        """A released payment is public with its award."""
        return self.filter(commitment__award__is_published=True, status=Payment.Status.RELEASED)

    def with_returned(self):
        """Each with `is_returned`: the bank sent it back unpaid, and that was confirmed."""
        returns = Payment.objects.filter(
            returned_payment=OuterRef("pk"), status=Payment.Status.RELEASED
        )
        return self.annotate(is_returned=Exists(returns))

    def not_returned(self):
        """Without those that the bank returned unpaid."""
        return self.with_returned().filter(is_returned=False)


class Payment(models.Model):
    """Money sent to a recipient under a commitment, returned unpaid by the bank, or recovered.

    A return is a record of its own beside the payment, which stays as it was released.
    """

    class Kind(models.TextChoices):
        PAYMENT = "payment", "payment"
        RECOVERY = "recovery", "recovery"
        RETURN = "return", "returned unpaid"

    class BankReason(models.TextChoices):
        ACCOUNT_CLOSED = "account_closed", "the account is closed"
        WRONG_DETAILS = "wrong_details", "the bank details are wrong"
        REFUSED = "refused", "the payee or its bank refused it"
        OTHER = "other", "another reason"

    class Cause(models.TextChoices):
        REPAYMENT = "repayment", "repayment: it may be paid again"
        UNDERSPEND = "underspend", "underspend returned: the award is less by it"
        CLAWBACK = "clawback", "clawback: a condition was broken, the award is less by it"

    # Money that comes back for good: the award is worth less by it.
    FOR_GOOD = [Cause.UNDERSPEND, Cause.CLAWBACK]

    class Status(models.TextChoices):
        REQUESTED = "requested", "requested"
        RELEASED = "released", "released"
        REFUSED = "refused", "refused"
        CANCELLED = "cancelled", "cancelled"

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="payments")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.PAYMENT)
    cause = models.CharField(
        "why it comes back",
        max_length=10,
        choices=Cause,
        blank=True,
        help_text="For a recovery only.",
    )
    instalment = models.ForeignKey(
        Instalment,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="payments",
        help_text="The instalment that it pays, wholly or in part.",
    )
    returned_payment = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="returns",
        verbose_name="payment that the bank returned",
    )
    bank_reason = models.CharField(
        "why the bank returned it",
        max_length=14,
        choices=BankReason,
        blank=True,
        editable=False,
    )
    reference = LineField(
        max_length=60,
        blank=True,
        help_text="The finance system's reference, such as an invoice or purchase order number.",
    )
    amount = MoneyField(help_text="In pounds; more than nothing, for a recovery as well.")
    due_on = DayField(null=True, blank=True)
    paid_on = DayField(null=True, blank=True, help_text="The day the money moves.")
    early_reason = ProseField(
        "why it is paid early",
        blank=True,
        max_length=1000,
        help_text=(
            "Needed to ask for a payment more than 30 days before it is due, or to pay it before. "
            "For staff; open to FOI requests."
        ),
    )
    status = models.CharField(
        max_length=10, choices=Status, default=Status.REQUESTED, editable=False
    )
    requested_by = done_by()
    requested_at = models.DateTimeField(auto_now_add=True)
    released_by = done_by(optional=True)
    released_at = models.DateTimeField(null=True, blank=True, editable=False)
    note = ProseField(blank=True, help_text="For staff; not published, but open to FOI requests.")

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["-paid_on", "-pk"]
        indexes = [models.Index(fields=["paid_on", "amount"], name="payment_by_day")]
        constraints = [
            models.CheckConstraint(
                name="payment_is_more_than_nothing",
                condition=Q(amount__gt=0),
                violation_error_message="The amount must be more than £0.00.",
            ),
            models.CheckConstraint(
                name="payment_has_no_cause_to_come_back",
                condition=Q(kind="recovery") | Q(cause=""),
                violation_error_message="Only a recovery says why the money comes back.",
            ),
            models.CheckConstraint(
                name="recovery_is_of_no_instalment",
                condition=~Q(kind="recovery") | Q(instalment__isnull=True),
                violation_error_message="Only a payment is of an instalment; a recovery is not.",
            ),
            models.CheckConstraint(
                name="return_says_what_the_bank_returned_and_why",
                condition=Q(kind="return", returned_payment__isnull=False, paid_on__isnull=False)
                & ~Q(bank_reason="")
                | ~Q(kind="return") & Q(returned_payment__isnull=True, bank_reason=""),
                violation_error_message=(
                    "A return names the payment that the bank returned, the day and why. Nothing "
                    "else does."
                ),
            ),
            models.UniqueConstraint(
                name="payment_is_returned_once",
                fields=["returned_payment"],
                condition=Q(status__in=["requested", "released"]),
                violation_error_message="This payment is already marked as returned unpaid.",
            ),
            models.CheckConstraint(
                name="payment_before_it_is_due_has_a_reason",
                condition=~Q(kind="payment")
                | ~Q(status="released")
                | Q(due_on__isnull=True)
                | Q(paid_on__gte=F("due_on"))
                | ~Q(early_reason=""),
                violation_error_message="Say why the payment is made before it is due.",
            ),
            models.CheckConstraint(
                name="payment_is_released_by_someone_else",
                condition=Q(released_by__isnull=True) | ~Q(released_by=F("requested_by")),
                violation_error_message=(
                    "Whoever requested a payment cannot release it. Ask a colleague in finance."
                ),
            ),
            models.CheckConstraint(
                name="payment_released_says_who_and_when",
                condition=~Q(status="released")
                | Q(released_by__isnull=False, released_at__isnull=False, paid_on__isnull=False),
                violation_error_message=(
                    "A released payment must say who released it, and its date."
                ),
            ),
        ]
        permissions = [
            ("request_payment", "Can request payments and recoveries"),
            ("release_payment", "Can release and refuse payments"),
        ]

    class Publication:
        public = {
            "id",
            "commitment",
            "kind",
            "cause",
            "amount",
            "paid_on",
            "status",
            "returned_payment",
        }
        private = {
            "bank_reason",
            "instalment",
            "reference",
            "due_on",
            "early_reason",
            "requested_by",
            "requested_at",
            "released_by",
            "released_at",
            "note",
        }

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk} of {self.commitment.award.reference}"
