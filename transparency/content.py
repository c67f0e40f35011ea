"""What a run holds: published records of a period, in the columns that the law asks for."""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import StringIO

from django.db.models import Model, Prefetch, QuerySet

from commissioning.contacts import for_the_public
from commissioning.days import in_words
from commissioning.models import Award, Condition, Organisation, Payment
from commissioning.money import NOTHING, exact_pounds, format_pounds
from commissioning.public import listings
from commissioning.public.columns.base import Column
from commissioning.public.columns.base import Kind as Holds
from commissioning.public.downloads import spreadsheet_safe
from transparency.duties import Duty, Kind, Period

# Spending above it, and contracts above the other, are published one by one.
SPENDING_OVER = Decimal("500.00")
SMALL_CONTRACT = Decimal("10000.00")


@dataclass(frozen=True)
class Source:
    """Where a run's lines come from: published rows, their columns, and the amount that adds up."""

    rows: Callable[[Period], QuerySet]
    columns: Sequence[Column]
    adds_up: str = ""
    # The award of a row, of which something may be withheld.
    award: Callable[[Model], Award] | None = None


def _named(columns: Iterable[Column], *names: str) -> list[Column]:
    known = {column.name: column for column in columns}
    return [known[name] for name in names]


def _conditions(award: Award) -> list[str]:
    return [condition.text for condition in award.conditions.all()]


CONDITIONS = Column("conditions", "Conditions", "conditions__text", _conditions, kind=Holds.LIST)
RECIPIENT = Column(
    "recipient",
    "Recipient",
    ("commitment__award__recipient__name", "commitment__award__recipient_note"),
    lambda payment: payment.commitment.award.public_recipient,
)


def _of_award(name: str, header: str) -> Column:
    return Column(
        name,
        header,
        f"commitment__award__{name}",
        lambda payment: getattr(payment.commitment.award, name),
    )


def grants(period: Period) -> QuerySet[Award]:
    return _awards(Award.Kind.GRANT, period)


def small_contracts(period: Period) -> QuerySet[Award]:
    return _awards(Award.Kind.CONTRACT, period).filter(amount__lte=SMALL_CONTRACT)


def _awards(kind: str, period: Period) -> QuerySet[Award]:
    made = Award.objects.filter(awarded_on__range=(period.first_day, period.last_day), kind=kind)
    return listings.AWARDS.complete(made).prefetch_related(
        Prefetch("conditions", Condition.objects.order_by("due_on", "pk"))
    )


def spending(period: Period) -> QuerySet[Payment]:
    """Payments of the period, and those that the bank returned unpaid in it, below zero.

    What was published of an earlier period stays as it was.
    """
    paid = Payment.objects.filter(
        paid_on__range=(period.first_day, period.last_day),
        status=Payment.Status.RELEASED,
        kind__in=[Payment.Kind.PAYMENT, Payment.Kind.RETURN],
        amount__gt=SPENDING_OVER,
    )
    return listings.PAYMENTS.complete(paid)


SOURCES = {
    Kind.GRANTS: Source(
        lambda period: grants(period).published().order_by("awarded_on", "pk"),
        [
            *_named(
                listings.AWARDS.columns,
                "reference",
                "recipient",
                "purpose",
                "reason",
                "legal_power",
                "amount",
                "awarded_on",
                "decision",
            ),
            CONDITIONS,
            *_named(listings.AWARDS.columns, "url"),
        ],
        "amount",
        lambda award: award,
    ),
    Kind.SPENDING: Source(
        lambda period: spending(period).published().order_by("paid_on", "pk"),
        [
            *_named(listings.PAYMENTS.columns, "paid_on", "kind"),
            RECIPIENT,
            _of_award("purpose", "Purpose"),
            _of_award("reason", "Reason"),
            *_named(listings.PAYMENTS.columns, "amount"),
            _of_award("reference", "Award"),
        ],
        "amount",
        lambda payment: payment.commitment.award,
    ),
    Kind.CONTRACTS: Source(
        lambda period: small_contracts(period).published().order_by("awarded_on", "pk"),
        _named(
            listings.AWARDS.columns,
            "reference",
            "recipient",
            "purpose",
            "amount",
            "starts_on",
            "ends_on",
            "url",
        ),
        "amount",
        lambda award: award,
    ),
    Kind.DECISIONS: Source(
        lambda period: (
            listings.DECISIONS.complete(listings.DECISIONS.rows())
            .filter(decided_on__range=(period.first_day, period.last_day))
            .order_by("decided_on", "pk")
        ),
        _named(
            listings.DECISIONS.columns,
            "reference",
            "title",
            "decided_on",
            "status",
            "confidential_ground",
            "signatory",
            "summary",
            "url",
        ),
    ),
    Kind.BUDGET: Source(
        lambda period: (
            listings.BUDGETS.complete(listings.BUDGETS.rows())
            .filter(starts_on__gte=period.first_day, ends_on__lte=period.last_day)
            .order_by("fund__name", "source__name", "pk")
        ),
        _named(listings.BUDGETS.columns, "fund", "source", "period", "amount", "source_status"),
        "amount",
    ),
}


@for_the_public()
def assemble(duty: Duty, period: Period, absolute: Callable[[str], str]) -> dict:
    """What a run of the period holds today, as plain values that can be frozen.

    Amounts are pounds as text with two decimals; `total` is their sum, None where there is none.
    """
    source = SOURCES[duty.kind]
    rows = list(source.rows(period))
    amounts = [column for column in source.columns if column.name == source.adds_up]
    total = None
    if amounts:
        known = [amounts[0].of(row) for row in rows]
        total = f"{sum((amount for amount in known if amount is not None), NOTHING):.2f}"
    return {
        "columns": [
            {"name": column.name, "header": column.header, "kind": column.kind.value}
            for column in source.columns
        ],
        "rows": [[_frozen(column, row, absolute) for column in source.columns] for row in rows],
        "total": total,
        "withheld": _withheld(source, rows),
    }


def _frozen(column: Column, row: Model, absolute: Callable[[str], str]) -> object:
    if column.kind is Holds.CHOICE:
        return column.words(row)
    return column.as_json(row, absolute)


def _withheld(source: Source, rows: Iterable[Model]) -> list[dict]:
    """Of what something is not shown, what, and on which ground."""
    if source.award is None:
        return []
    of = {award.reference: award for award in map(source.award, rows)}
    return [
        {
            "reference": reference,
            "what": award.recipient.get_withhold_display(),
            "ground": award.recipient.withhold_ground,
        }
        for reference, award in of.items()
        if award.recipient and award.recipient.withhold != Organisation.Withhold.NOTHING
    ]


def as_csv(content: dict) -> str:
    """The lines of a run as CSV, with a heading; no cell is a formula."""
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow([column["header"] for column in content["columns"]])
    for row in content["rows"]:
        writer.writerow([spreadsheet_safe(plain(value)) for value in row])
    return written.getvalue()


def plain(value: object) -> object:
    """A frozen value for one cell."""
    if isinstance(value, list):
        return "; ".join(str(item) for item in value)
    return "" if value is None else value


@dataclass(frozen=True)
class Shown:
    """A frozen value as a page shows it."""

    text: str
    kind: str
    href: str = ""


def lines(content: dict) -> list[list[Shown]]:
    """The lines of a run as pages show them."""
    kinds = [column["kind"] for column in content["columns"]]
    return [
        [_shown(value, kind) for value, kind in zip(row, kinds, strict=True)]
        for row in content["rows"]
    ]


def _shown(value: object, kind: str) -> Shown:
    if kind == Holds.ADDRESS.value:
        return Shown("Page" if value else "", kind, str(value or ""))
    if value is None:
        return Shown("not published", kind)
    if kind == Holds.MONEY.value:
        return Shown(format_pounds(exact_pounds(value)), kind)
    if kind == Holds.DAY.value and value:
        return Shown(in_words(date.fromisoformat(value)), kind)
    return Shown(str(plain(value)), kind)


def total_of(content: dict) -> Decimal | None:
    """The pounds that the lines add up to; None where they do not."""
    return None if content["total"] is None else exact_pounds(content["total"])
