"""Columns of the lines of awards: commitments, payments, and the entries of the journal."""

from decimal import Decimal

from django.urls import reverse

from commissioning.figures.withheld import is_small
from commissioning.models import Allocation, Area, Award, Commitment, Entry, Payment
from commissioning.public.columns.base import NO_PAYMENT, NOT_PUBLISHED, Column, Kind, shared
from commissioning.public.withholding import (
    address_of,
    hides_place,
    name_of,
    shown,
    shown_areas,
)


def place_is_hidden(award: Award, area: Area) -> bool:
    """Whether showing that the award stands on this area's money gives a withheld place away."""
    return is_small(area) and hides_place(award.recipient)


def _allocation_address(award: Award, allocation: Allocation) -> str | None:
    if place_is_hidden(award, allocation.area) or not shown(allocation.budget.fund):
        return None
    return allocation.get_absolute_url()


def _area_name(award: Award, allocation: Allocation) -> str:
    if not shown(allocation.budget.fund):
        return ""
    areas = shown_areas([allocation.area], hides_place(award.recipient))
    return areas[0].name if areas else ""


def _chain(award_of, allocation_of, award_path: str, allocation_path: str) -> tuple[Column, ...]:
    """The award and the allocation that a line of money stands on."""
    budget = f"{allocation_path}budget__"

    def fund_of(row):
        return allocation_of(row).budget.fund

    return (
        Column(
            "award",
            "Award",
            f"{award_path}reference",
            lambda row: award_of(row).reference,
            on_page=True,
            href=lambda row: award_of(row).get_absolute_url(),
            note=lambda row: award_of(row).title,
        ),
        Column("title", "Title", f"{award_path}title", lambda row: award_of(row).title),
        Column(
            "recipient",
            "Recipient",
            (f"{award_path}recipient__name", f"{award_path}recipient_note"),
            lambda row: award_of(row).public_recipient,
            on_page=True,
            href=lambda row: address_of(award_of(row).recipient),
        ),
        Column(
            "fund",
            "Fund",
            f"{budget}fund__name",
            lambda row: name_of(fund_of(row)),
            on_page=True,
            href=lambda row: address_of(fund_of(row)),
            missing=NOT_PUBLISHED,
        ),
        Column(
            "period",
            "Period",
            (f"{budget}starts_on", f"{budget}ends_on"),
            lambda row: allocation_of(row).budget.period if shown(fund_of(row)) else "",
        ),
        Column(
            "area",
            "Area of the allocation",
            f"{allocation_path}area__name",
            lambda row: _area_name(award_of(row), allocation_of(row)),
            on_page=True,
            missing="withheld or not published",
        ),
        Column(
            "award_url",
            "Award’s page",
            f"{award_path}reference",
            lambda row: award_of(row).get_absolute_url(),
            kind=Kind.ADDRESS,
        ),
        Column(
            "allocation_url",
            "Allocation’s page",
            f"{allocation_path}id",
            lambda row: _allocation_address(award_of(row), allocation_of(row)),
            kind=Kind.ADDRESS,
        ),
    )


def paid_under(line: Commitment) -> Decimal | None:
    """Pounds paid under a part of an award; None where that is not known of the award."""
    return line.paid if line.paid or not line.award.taken_on_from else None


COMMITMENT = shared(
    Column("id", "Number", "id", kind=Kind.NUMBER),
    *_chain(lambda row: row.award, lambda row: row.allocation, "award__", "allocation__"),
    Column(
        "amount",
        "Committed",
        "amount",
        kind=Kind.MONEY,
        on_page=True,
        qualifier=lambda line: line.award.qualifier,
    ),
    Column(
        "qualifier",
        "How exact",
        "award__qualifier",
        lambda line: line.award.qualifier,
        kind=Kind.CHOICE,
    ),
    Column(
        "paid",
        "Paid",
        ("paid", "award__taken_on_from"),
        paid_under,
        kind=Kind.MONEY,
        on_page=True,
        missing=NO_PAYMENT,
    ),
)


def signed_amount(payment: Payment):
    """Pounds out as they are, pounds back below zero."""
    return payment.amount if payment.kind == Payment.Kind.PAYMENT else -payment.amount


PAYMENT = shared(
    Column("id", "Number", "id", kind=Kind.NUMBER),
    Column("paid_on", "Paid on", "paid_on", kind=Kind.DAY, on_page=True),
    Column("kind", "Kind", "kind", kind=Kind.CHOICE, on_page=True),
    *_chain(
        lambda row: row.commitment.award,
        lambda row: row.commitment.allocation,
        "commitment__award__",
        "commitment__allocation__",
    ),
    Column("amount", "Amount", ("amount", "kind"), signed_amount, kind=Kind.MONEY, on_page=True),
)


def _entry_area(entry: Entry) -> str:
    if entry.allocation is None:
        return ""
    if entry.commitment is None:
        return entry.allocation.area.name
    return _area_name(entry.commitment.award, entry.allocation)


def _entry_allocation(entry: Entry) -> str | None:
    if entry.allocation is None:
        return None
    if entry.commitment is None:
        return entry.allocation.get_absolute_url()
    return _allocation_address(entry.commitment.award, entry.allocation)


def _entry_award(entry: Entry) -> Award | None:
    return entry.commitment.award if entry.commitment else None


def _whose_day(entry: Entry) -> str:
    """The day of an award that states none is not its own."""
    award = _entry_award(entry)
    if award is None or not award.taken_on_from or award.starts_on:
        return ""
    return "No day of the award is stated: this is the day of the document it was taken on from."


ENTRY = shared(
    Column("id", "Number", "id", kind=Kind.NUMBER),
    Column(
        "effective_on",
        "Counts from",
        ("effective_on", "commitment__award__starts_on", "commitment__award__taken_on_from"),
        kind=Kind.DAY,
        on_page=True,
        note=_whose_day,
    ),
    Column("kind", "What changed", "kind", kind=Kind.CHOICE, on_page=True),
    Column("reason", "Reason", "reason", kind=Kind.CHOICE, on_page=True),
    Column(
        "fund",
        "Fund",
        "budget__fund__name",
        lambda entry: entry.budget.fund.name,
        on_page=True,
        href=lambda entry: entry.budget.get_absolute_url(),
        note=lambda entry: entry.budget.period,
    ),
    Column(
        "period",
        "Period",
        ("budget__starts_on", "budget__ends_on"),
        lambda entry: entry.budget.period,
    ),
    Column(
        "source",
        "Source of funding",
        "budget__source__name",
        lambda entry: name_of(entry.budget.source),
    ),
    Column(
        "area",
        "Area",
        "allocation__area__name",
        _entry_area,
        on_page=True,
        href=_entry_allocation,
        missing="–",
    ),
    Column(
        "award",
        "Award",
        "commitment__award__reference",
        lambda entry: _entry_award(entry).reference if _entry_award(entry) else "",
        on_page=True,
        href=lambda entry: _entry_award(entry).get_absolute_url(),
        missing="–",
    ),
    Column(
        "decision",
        "Decision",
        "decision__reference",
        lambda entry: entry.decision.reference if shown(entry.decision) else "",
        href=lambda entry: address_of(entry.decision),
    ),
    Column("amount", "Amount", "amount", kind=Kind.MONEY, on_page=True),
    Column("recorded_at", "Recorded", "recorded_at", kind=Kind.MOMENT),
    Column(
        "budget_url",
        "Budget’s page",
        "budget__id",
        lambda entry: entry.budget.get_absolute_url(),
        kind=Kind.ADDRESS,
    ),
)


def entries_address(**filters) -> str:
    """The page that lists the entries under a figure."""
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    return f"{reverse('public:entries')}?{query}"
