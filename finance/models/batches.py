"""Payments that go to the bank together, and the file that tells the bank."""

from django.db import models
from django.db.models import F, Q

from commissioning.fields import DayField, LineField
from commissioning.models import Payment
from commissioning.models.people import done_by
from commissioning.money import NOTHING, MoneyField
from finance.models.bank import BankAccount


class PaymentFileLayout(models.Model):
    """How the bank, or the finance system, wants the payment file."""

    class Delimiter(models.TextChoices):
        COMMA = ",", "comma"
        SEMICOLON = ";", "semicolon"
        TAB = "\t", "tab"
        BAR = "|", "vertical bar"

    class DayFormat(models.TextChoices):
        BRITISH = "%d/%m/%Y", "31/03/2027"
        ISO = "%Y-%m-%d", "2027-03-31"
        COMPACT = "%Y%m%d", "20270331"
        COMPACT_BRITISH = "%d%m%Y", "31032027"

    class AmountFormat(models.TextChoices):
        POUNDS = "pounds", "pounds and pence: 1234.50"
        PENCE = "pence", "whole pence: 123450"

    name = LineField(max_length=80, unique=True)
    is_default = models.BooleanField(
        "usual one", default=False, help_text="Offered first when a batch is released."
    )
    delimiter = models.CharField(
        "between columns", max_length=1, choices=Delimiter, default=Delimiter.COMMA
    )
    has_header = models.BooleanField("first line holds the headings", default=True)
    day_format = models.CharField(
        "how dates are written", max_length=10, choices=DayFormat, default=DayFormat.BRITISH
    )
    amount_format = models.CharField(
        "how amounts are written", max_length=10, choices=AmountFormat, default=AmountFormat.POUNDS
    )

    class Meta:
        ordering = ["-is_default", "name"]
        verbose_name = "layout of payment files"
        verbose_name_plural = "layouts of payment files"
        constraints = [
            models.UniqueConstraint(
                name="layout_is_the_usual_one_once",
                fields=["is_default"],
                condition=Q(is_default=True),
                violation_error_message="Another layout is the usual one. Untick it there first.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class LayoutColumn(models.Model):
    """One column of a payment file."""

    class Holds(models.TextChoices):
        PAYEE = "payee", "payee: the name on the account"
        SORT_CODE = "sort_code", "sort code"
        ACCOUNT_NUMBER = "account_number", "account number"
        AMOUNT = "amount", "amount"
        REFERENCE = "reference", "reference: finance’s own, or the award’s"
        PAY_ON = "pay_on", "pay date"
        AWARD = "award", "award reference"
        BATCH = "batch", "batch reference"

    layout = models.ForeignKey(PaymentFileLayout, on_delete=models.CASCADE, related_name="columns")
    position = models.PositiveSmallIntegerField(help_text="1 for the first column.")
    holds = models.CharField(max_length=20, choices=Holds)
    heading = LineField(max_length=80, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = "column"
        constraints = [
            models.UniqueConstraint(
                name="layout_column_has_its_own_place",
                fields=["layout", "position"],
                violation_error_message="Two columns cannot stand at the same place.",
            )
        ]

    def __str__(self) -> str:
        return self.heading or self.get_holds_display()


class PaymentBatchQuerySet(models.QuerySet):
    def drafted(self):
        """Batches that wait to be released."""
        return self.filter(status=PaymentBatch.Status.DRAFTED)


class PaymentBatch(models.Model):
    """Payments that one person puts together and another releases, all or none of them."""

    class Status(models.TextChoices):
        DRAFTED = "drafted", "drafted"
        RELEASED = "released", "released"
        CANCELLED = "cancelled", "cancelled"

    reference = LineField(max_length=20, unique=True, editable=False)
    pay_on = DayField("pay date", help_text="The day the money moves.")
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFTED, editable=False)
    # Of the payments that stand in it; its lines are written under its lock only.
    total = MoneyField(default=NOTHING, editable=False)
    count = models.PositiveIntegerField("payments", default=0, editable=False)
    drafted_by = done_by()
    drafted_at = models.DateTimeField(auto_now_add=True)
    released_by = done_by(optional=True)
    released_at = models.DateTimeField(null=True, blank=True, editable=False)
    sha256 = models.CharField("SHA-256 of the file", max_length=64, blank=True, editable=False)

    objects = PaymentBatchQuerySet.as_manager()

    class Meta:
        ordering = ["-pay_on", "-pk"]
        verbose_name_plural = "payment batches"
        default_permissions = ("add", "view")
        permissions = [
            ("draft_paymentbatch", "Can put payments into batches and take them out"),
            ("release_paymentbatch", "Can release payment batches"),
            ("download_paymentbatch", "Can download payment files, which hold bank details"),
        ]
        constraints = [
            models.CheckConstraint(
                name="payment_batch_is_released_by_someone_else",
                condition=Q(released_by__isnull=True) | ~Q(released_by=F("drafted_by")),
                violation_error_message=(
                    "Whoever put a batch together cannot release it. Ask a colleague in finance."
                ),
            ),
            models.CheckConstraint(
                name="payment_batch_released_says_who_when_and_what",
                condition=~Q(status="released")
                | Q(released_by__isnull=False, released_at__isnull=False, total__gt=0, count__gt=0)
                & ~Q(sha256=""),
                violation_error_message=(
                    "A released batch must say who released it, when, its total and the checksum "
                    "of its file."
                ),
            ),
            models.CheckConstraint(
                name="payment_batch_has_no_file_before_its_release",
                condition=Q(status="released")
                | Q(sha256="", released_by__isnull=True, released_at__isnull=True),
                violation_error_message="Only a released batch has a file.",
            ),
        ]

    def __str__(self) -> str:
        return f"Batch {self.reference}"

    def payments(self) -> models.QuerySet[Payment]:
        """The payments in it; not those that were taken out."""
        lines = self.lines.standing()
        return Payment.objects.filter(pk__in=lines.values("payment"))


class BatchLineQuerySet(models.QuerySet):
    def standing(self):
        """Lines that were not taken out."""
        return self.filter(left_at__isnull=True)


class BatchLine(models.Model):
    """One payment in a batch, and the account that it was paid into."""

    # History states it with its batch.
    part_of = "batch"

    batch = models.ForeignKey(PaymentBatch, on_delete=models.PROTECT, related_name="lines")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="batch_lines")
    # Known once the batch is released.
    account = models.ForeignKey(
        BankAccount,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    left_at = models.DateTimeField("taken out", null=True, blank=True, editable=False)

    objects = BatchLineQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "payment in the batch"
        verbose_name_plural = "payments in the batch"
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                name="payment_stands_in_one_batch",
                fields=["payment"],
                condition=Q(left_at__isnull=True),
                violation_error_message="This payment already stands in a batch.",
            ),
            models.CheckConstraint(
                name="payment_taken_out_went_to_no_account",
                condition=Q(left_at__isnull=True) | Q(account__isnull=True),
                violation_error_message="A payment that was paid by its batch stays in it.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.payment)


class PaymentFile(models.Model):
    """The file that tells the bank of a released batch, sealed; apart, since no list reads it."""

    # History states it with its batch.
    part_of = "batch"

    batch = models.OneToOneField(PaymentBatch, on_delete=models.PROTECT, related_name="file")
    sealed = models.TextField(editable=False)
    layout = LineField(max_length=80)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Payment file of {self.batch.reference}"
