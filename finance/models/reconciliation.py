"""What of the ledger belongs to which payment, why the rest does not, and who signed the month."""

from django.db import models
from django.db.models import F, Q

from commissioning.fields import DayField, ProseField
from commissioning.models import Payment
from commissioning.models.people import done_by
from commissioning.money import MoneyField
from finance.models.ledger import LedgerLine
from finance.months import Month


class StandingQuerySet(models.QuerySet):
    """Rows that stand until somebody takes them back."""

    def standing(self, known_at=None):
        """What stands now, or stood at a moment."""
        if known_at is None:
            return self.filter(undone_at__isnull=True)
        return self.filter(
            Q(undone_at__isnull=True) | Q(undone_at__gt=known_at), made_at__lte=known_at
        )


class LedgerMatch(models.Model):
    """Pounds of a ledger line that are pounds of a payment."""

    class How(models.TextChoices):
        EXACT = "exact", "exact"
        SUGGESTED = "suggested", "suggested"
        BY_HAND = "by_hand", "by hand"

    line = models.ForeignKey(LedgerLine, on_delete=models.PROTECT, related_name="matches")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="ledger_matches")
    amount = MoneyField(help_text="In pounds, with the sign of the line.")
    how = models.CharField(max_length=10, choices=How)
    score = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How well they go together, of 100."
    )
    reasons = ProseField(blank=True, max_length=500)
    made_by = done_by(verbose_name="matched by")
    made_at = models.DateTimeField("matched at", editable=False)
    undone_by = done_by(optional=True)
    undone_at = models.DateTimeField(null=True, blank=True, editable=False)
    undone_reason = ProseField(blank=True, max_length=1000, editable=False)

    objects = StandingQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = "match"
        verbose_name_plural = "matches"
        default_permissions = ("view",)
        permissions = [("match_ledger", "Can match and explain lines of the ledger")]
        constraints = [
            models.UniqueConstraint(
                name="match_is_one_per_line_and_payment",
                fields=["line", "payment"],
                condition=Q(undone_at__isnull=True),
                violation_error_message="This line and this payment are matched already.",
            ),
            models.CheckConstraint(
                name="match_is_of_some_pounds",
                condition=~Q(amount=0),
                violation_error_message="A match must be of some pounds.",
            ),
            models.CheckConstraint(
                name="match_way_is_known",
                condition=Q(how__in=["exact", "suggested", "by_hand"]),
                violation_error_message="A match is exact, suggested or made by hand.",
            ),
            models.CheckConstraint(
                name="match_score_is_of_a_hundred",
                condition=Q(score__isnull=True) | Q(score__lte=100),
                violation_error_message="A score is a number from 0 to 100.",
            ),
            models.CheckConstraint(
                name="match_undone_says_who_and_why",
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undone_reason=""),
                violation_error_message="Say who undid the match, and why.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line} with {self.payment}"


class LedgerExplanation(models.Model):
    """Why a ledger line or a payment is not matched, wholly or for what is left of it."""

    class Cause(models.TextChoices):
        OTHER_MONTH = "other_month", "in the other record in another month"
        NOT_OURS = "not_ours", "not this office’s, or not a grant or contract"
        CANCELLED_OUT = "cancelled_out", "cancelled out by another line"
        WRONG = "wrong", "a mistake that is being put right"
        OTHER = "other", "another reason"

    line = models.ForeignKey(
        LedgerLine, null=True, blank=True, on_delete=models.PROTECT, related_name="explanations"
    )
    payment = models.ForeignKey(
        Payment,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="ledger_explanations",
    )
    amount = MoneyField(help_text="In pounds: what was not matched.")
    cause = models.CharField("why", max_length=15, choices=Cause)
    reason = ProseField("in words", max_length=1000)
    made_by = done_by(verbose_name="explained by")
    made_at = models.DateTimeField("explained at", editable=False)
    undone_by = done_by(optional=True)
    undone_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = StandingQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = "explanation"
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                name="explanation_is_of_a_line_or_a_payment",
                condition=Q(line__isnull=False, payment__isnull=True)
                | Q(line__isnull=True, payment__isnull=False),
                violation_error_message="Explain either a line of the ledger or a payment.",
            ),
            models.UniqueConstraint(
                name="line_is_explained_once",
                fields=["line"],
                condition=Q(undone_at__isnull=True),
                violation_error_message="This line has been explained already.",
            ),
            models.UniqueConstraint(
                name="payment_is_explained_once",
                fields=["payment"],
                condition=Q(undone_at__isnull=True),
                violation_error_message="This payment has been explained already.",
            ),
            models.CheckConstraint(
                name="explanation_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message="Say in words why it is not matched.",
            ),
            models.CheckConstraint(
                name="explanation_taken_back_says_who",
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                violation_error_message="An explanation taken back must say by whom.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line or self.payment}: {self.get_cause_display()}"

    @property
    def side(self) -> tuple[str, int]:
        """What it explains: "line" or "payment", and its key."""
        return ("line", self.line_id) if self.line_id else ("payment", self.payment_id)


class MonthSignOffQuerySet(models.QuerySet):
    def standing_in(self, month: Month):
        """The sign-off that stands for the month; None if it is open."""
        last = self.filter(month=month.first_day).order_by("number").last()
        return None if last is None or last.is_withdrawal else last


class MonthSignOff(models.Model):
    """A month of the ledger signed off with its totals, or a sign-off withdrawn; append-only.

    The last row of a month says how it stands: odd numbers sign, even ones withdraw.
    """

    month = DayField(help_text="Its first day.")
    number = models.PositiveSmallIntegerField()
    is_withdrawal = models.BooleanField(default=False)
    reason = ProseField(blank=True, max_length=1000)
    lines = models.PositiveIntegerField("ledger lines")
    payments = models.PositiveIntegerField()
    ledger = MoneyField("ledger total")
    ledger_matched = MoneyField()
    ledger_explained = MoneyField()
    paid = MoneyField("payments less recoveries")
    paid_matched = MoneyField("payments matched")
    paid_explained = MoneyField("payments explained")
    difference = MoneyField()
    made_by = done_by(verbose_name="signed by")
    made_at = models.DateTimeField("signed at", editable=False)

    objects = MonthSignOffQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "-number"]
        verbose_name = "sign-off of a month"
        verbose_name_plural = "sign-offs of months"
        default_permissions = ("view",)
        permissions = [
            ("sign_off_month", "Can sign off a month of the ledger"),
            ("withdraw_sign_off", "Can withdraw the sign-off of a month"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="month_is_signed_step_by_step",
                fields=["month", "number"],
                violation_error_message="Somebody else signed this month just now.",
            ),
            models.CheckConstraint(
                name="sign_off_withdrawn_says_why",
                condition=Q(is_withdrawal=False) | ~Q(reason=""),
                violation_error_message="Say why the sign-off is withdrawn.",
            ),
            models.CheckConstraint(
                name="sign_off_leaves_nothing_unexplained",
                condition=Q(ledger=F("ledger_matched") + F("ledger_explained"))
                & Q(paid=F("paid_matched") + F("paid_explained")),
                violation_error_message=(
                    "Everything in the month must be matched or explained before it is signed off."
                ),
            ),
            models.CheckConstraint(
                name="sign_off_difference_is_ledger_less_payments",
                condition=Q(difference=F("ledger") - F("paid")),
                violation_error_message="The difference is the ledger less the payments.",
            ),
        ]

    def __str__(self) -> str:
        did = "withdrawn" if self.is_withdrawal else "signed off"
        return f"{self.month:%B %Y}, {did}"
