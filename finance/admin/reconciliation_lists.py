"""The rows under each figure of a month's reconciliation: one place for page and file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import QuerySet, Sum
from django.urls import reverse

from commissioning.admin import seen
from commissioning.admin.links import record_url
from commissioning.money import NOTHING, format_pounds
from finance.figures.reconciliation import (
    OPEN,
    Reconciliation,
    lines_of,
    payments_of,
)
from finance.models import LedgerExplanation, LedgerLine, LedgerMatch
from finance.months import Month


@dataclass(frozen=True)
class Cell:
    """A cell: words or a day, and the page they lead to."""

    text: object
    href: str = ""

    @property
    def is_day(self) -> bool:
        return isinstance(self.text, date)

    @property
    def is_pounds(self) -> bool:
        return isinstance(self.text, Decimal)

    @property
    def shown(self) -> object:
        if self.is_day:
            return f"{self.text:%-d %b %Y}"
        return format_pounds(self.text) if self.is_pounds else self.text


@dataclass(frozen=True)
class Listing:
    """Rows that add up to one figure of the month: which, and how one is told."""

    key: str
    title: str
    empty: str
    columns: tuple[str, ...]
    rows: QuerySet
    cells: Callable[[models.Model], list[Cell]]
    # What of a row counts, signed pounds: the name of a column or annotation.
    amount: str
    # What ticked rows of this list can be explained as: "line", "payment" or nothing.
    ticks: str = ""

    def total(self) -> Decimal:
        return self.rows.order_by().aggregate(total=Sum(self.amount))["total"] or NOTHING

    def lines(self, rows) -> list[tuple[models.Model, list[Cell], Decimal]]:
        return [(row, self.cells(row), getattr(row, self.amount)) for row in rows]


def as_left(row: models.Model) -> str:
    """What a row is judged by: what of it is left."""
    return f"{row.left:.2f}"


def tick(row: models.Model) -> str:
    """The value of a row's tick: which row, and what was left of it."""
    return f"{row.pk}{seen.SEPARATOR}{seen.fingerprint(as_left(row))}"


LINE_COLUMNS = ("Date", "Supplier", "Reference", "Description", "In the ledger")
PAYMENT_COLUMNS = ("Paid on", "Recipient", "Award", "Reference", "Payment")
MATCH_COLUMNS = ("In the ledger on", "Supplier", "Paid on", "Recipient", "Award", "How", "Match")
# Of these, the columns that hold pounds.
POUNDS = ("In the ledger", "Payment")
WHY_COLUMNS = ("Date", "Who", "Why", "In words", "Explained by")

# key: title. In the order of the work.
TITLES = {
    "lines": "Ledger lines left",
    "payments": "Payments left",
    "matched": "Ledger lines matched",
    "matched-payments": "Payments matched",
    "explained": "Ledger lines explained",
    "explained-payments": "Payments explained",
}


def listing(key: str, both: Reconciliation) -> Listing:
    """One of TITLES for the month, as known when it was signed off if it was."""
    title, month, known_at = TITLES[key], both.month, both.known_at
    if key == "lines":
        rows = lines_of(month, both.source, known_at).filter(OPEN).order_by("day", "pk")
        empty = "Every line is matched or explained."
        return Listing(key, title, empty, LINE_COLUMNS, rows, line_cells, "left", "line")
    if key == "payments":
        rows = payments_of(month, known_at).filter(OPEN).order_by("paid_on", "pk")
        rows = rows.select_related("commitment__award__recipient")
        empty = "Every payment is matched or explained."
        return Listing(key, title, empty, PAYMENT_COLUMNS, rows, payment_cells, "left", "payment")
    of_lines = not key.endswith("payments")
    side = {"line__day__range" if of_lines else "payment__paid_on__range": month.days}
    if of_lines and both.source:
        side["line__source"] = both.source
    if key.startswith("matched"):
        rows = LedgerMatch.objects.standing(known_at).filter(**side)
        rows = rows.select_related("line", "payment__commitment__award__recipient", "made_by")
        rows = rows.order_by("line__day", "pk")
        return Listing(key, title, "Nothing yet.", MATCH_COLUMNS, rows, match_cells, "amount")
    rows = LedgerExplanation.objects.standing(known_at).filter(**side)
    rows = rows.select_related("line", "payment__commitment__award__recipient", "made_by")
    rows = rows.order_by("line__day", "payment__paid_on", "pk")
    return Listing(key, title, "Nothing yet.", WHY_COLUMNS, rows, explanation_cells, "amount")


def item_url(row: models.Model) -> str:
    """The page on which a line or a payment is matched by hand."""
    side = "line" if isinstance(row, LedgerLine) else "payment"
    return reverse(f"admin:reconciliation_{side}", args=[row.pk])


def month_url(month: Month) -> str:
    """The page of a month."""
    return f"{reverse('admin:reconciliation')}?month={month.slug}"


def line_cells(line: LedgerLine) -> list[Cell]:
    return [
        Cell(line.day),
        Cell(line.supplier or "no supplier", item_url(line)),
        Cell(line.reference),
        Cell(line.description),
        Cell(line.amount),
    ]


def payment_cells(payment) -> list[Cell]:
    return [
        Cell(payment.paid_on),
        Cell(recipient(payment), item_url(payment)),
        Cell(payment.commitment.award.reference),
        Cell(payment.reference),
        Cell(payment.signed),
    ]


def match_cells(match: LedgerMatch) -> list[Cell]:
    how = match.get_how_display()
    if match.how == LedgerMatch.How.SUGGESTED:
        how = f"suggested, {match.score} of 100: {match.reasons}"
    return [
        Cell(match.line.day),
        Cell(match.line.supplier or match.line.reference, item_url(match.line)),
        Cell(match.payment.paid_on),
        Cell(recipient(match.payment), item_url(match.payment)),
        Cell(match.payment.commitment.award.reference),
        Cell(how),
        Cell(f"by {match.made_by}", record_url(match)),
    ]


def explanation_cells(one: LedgerExplanation) -> list[Cell]:
    who = one.line.supplier or one.line.reference if one.line else recipient(one.payment)
    return [
        Cell(one.line.day if one.line else one.payment.paid_on),
        Cell(who, item_url(one.line or one.payment)),
        Cell(one.get_cause_display()),
        Cell(one.reason),
        Cell(one.made_by, record_url(one)),
    ]


def recipient(payment) -> str:
    award = payment.commitment.award
    return str(award.recipient or award.recipient_note)
