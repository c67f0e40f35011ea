"""The finance system's record of money paid, as its extracts were taken in."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commissioning.days import in_words
from commissioning.fields import DayField, LineField
from commissioning.money import MoneyField


class LedgerSource(models.Model):
    """A finance system, or a part of one, and how its extracts are to be read."""

    class DayFormat(models.TextChoices):
        USUAL = "usual", "day first: 31/03/2026, 31 March 2026, or the year first: 2026-03-31"
        SHORT_YEAR = "short_year", "day first, two digits for the year: 31/03/26 or 31-MAR-26"
        COMPACT = "compact", "eight digits, the year first: 20260331"
        MONTH_FIRST = "month_first", "month first: 03/31/2026"

    class Sign(models.TextChoices):
        PAID_IS_PLUS = "plus", "plus, or in the debit column (as in a ledger of spending)"
        PAID_IS_MINUS = "minus", "minus, or in the credit column (as in a cash book)"

    # What a column of the extract can be; the field `<name>_heading` says which column it is.
    PARTS = [
        "day",
        "amount",
        "debit",
        "credit",
        "supplier",
        "reference",
        "description",
        "number",
    ]

    name = LineField(
        max_length=80, unique=True, help_text="Such as “Force ledger, cost centre 4100”."
    )
    day_heading = LineField("date", help_text="The heading of the column, as in the file.")
    amount_heading = LineField(
        "amount", blank=True, help_text="Leave empty where debit and credit have columns each."
    )
    debit_heading = LineField("debit", blank=True)
    credit_heading = LineField("credit", blank=True)
    supplier_heading = LineField("supplier", blank=True)
    reference_heading = LineField(
        "reference", blank=True, help_text="The one that payments carry here as well."
    )
    description_heading = LineField("description", blank=True)
    number_heading = LineField(
        "the ledger’s own line number",
        blank=True,
        help_text=(
            "Only if no two lines ever have the same. Without one, lines are known again by what "
            "they say."
        ),
    )
    day_format = models.CharField(
        "how dates are written", max_length=12, choices=DayFormat, default=DayFormat.USUAL
    )
    sign = models.CharField(
        "money paid out is", max_length=6, choices=Sign, default=Sign.PAID_IS_PLUS
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="ledger_source_has_amounts",
                condition=~Q(amount_heading="") & Q(debit_heading="", credit_heading="")
                | Q(amount_heading="") & ~Q(debit_heading="") & ~Q(credit_heading=""),
                violation_error_message=(
                    "Choose either one column for the amount, or one for debit and one for credit."
                ),
            ),
            models.CheckConstraint(
                name="ledger_source_can_tell_who_was_paid",
                condition=~Q(supplier_heading="", reference_heading="", description_heading=""),
                violation_error_message=(
                    "Choose at least one of supplier, reference and description: lines cannot be "
                    "matched by amount and date alone."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def headings(self) -> dict[str, str]:
        """Part of a line → heading of its column, for the columns that are read."""
        chosen = {part: getattr(self, f"{part}_heading") for part in self.PARTS}
        return {part: heading for part, heading in chosen.items() if heading}


class LedgerFile(models.Model):
    """One extract that was taken in; append-only, held by database triggers."""

    source = models.ForeignKey(LedgerSource, on_delete=models.PROTECT, related_name="files")
    name = LineField("file")
    sha256 = models.CharField("fingerprint", max_length=64)
    rows = models.PositiveIntegerField(help_text="Rows with anything in them.")
    added = models.PositiveIntegerField("new lines")
    known = models.PositiveIntegerField("already known")
    empty = models.PositiveIntegerField("lines of £0.00, left out")
    first_day = DayField(null=True)
    last_day = DayField(null=True)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    imported_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-imported_at", "-pk"]
        default_permissions = ("view",)
        permissions = [("import_ledger", "Can take in extracts of the ledger")]
        constraints = [
            models.UniqueConstraint(
                name="ledger_file_is_taken_in_once",
                fields=["source", "sha256"],
                violation_error_message="This very file has been taken in already.",
            ),
            models.CheckConstraint(
                name="ledger_file_accounts_for_its_rows",
                condition=Q(rows=F("added") + F("known") + F("empty")),
                violation_error_message="Every row must be new, already known or of £0.00.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LedgerLine(models.Model):
    """One line of the finance system's ledger; append-only, held by database triggers."""

    # History states it with its file.
    part_of = "file"

    source = models.ForeignKey(LedgerSource, on_delete=models.PROTECT, related_name="lines")
    # The ledger's own number, or a fingerprint of what the line says and which of its likes it is.
    key = models.CharField(max_length=80, editable=False)
    day = DayField("date")
    amount = MoneyField(help_text="In pounds: plus for money paid out, minus for money back.")
    supplier = LineField(blank=True)
    reference = LineField(blank=True)
    description = LineField(max_length=500, blank=True)
    row_number = models.PositiveIntegerField("row in the file")
    file = models.ForeignKey(LedgerFile, on_delete=models.PROTECT, related_name="lines")

    class Meta:
        ordering = ["day", "pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["day", "amount"], name="ledger_line_by_day"),
            models.Index(fields=["amount", "day"], name="ledger_line_by_amount"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="ledger_line_is_known_once",
                fields=["source", "key"],
                violation_error_message="This line of the ledger is known already.",
            ),
            models.CheckConstraint(
                name="ledger_line_moves_money",
                condition=~Q(amount=0),
                violation_error_message="The amount must not be £0.00.",
            ),
        ]

    def __str__(self) -> str:
        who = self.supplier or self.reference or self.description or "a line"
        return f"{who}, {in_words(self.day)}"
