"""Columns of the money chain, from sources of funding to payments and entries.

Listings attach what a row does not hold itself: `position`, `open_budget`, `promised`, `paid_out`.
"""

from django.urls import reverse

from commissioning.models import Allocation, Area, Award, Basis, Budget, Entry
from commissioning.models.payments import Payment
from commissioning.public.columns.base import Column, Kind, figure, shared
from commissioning.public.withholding import (
    address_of,
    hides_place,
    is_small,
    named,
    shown,
    shown_areas,
)
from commissioning.years import period_label

NOT_PUBLISHED = "not published"
IMPLIED = "not published; the sum of its awards"
AMOUNTS = ("budgets__entries__amount", "budgets__entries__kind", "budgets__basis")


def _name(record) -> str:
    return shown(record).name if shown(record) else ""


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


def _period(budget: Budget) -> str:
    return period_label(budget.starts_on, budget.ends_on)


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
            lambda row: _name(fund_of(row)),
            on_page=True,
            href=lambda row: address_of(fund_of(row)),
            missing=NOT_PUBLISHED,
        ),
        Column(
            "period",
            "Period",
            (f"{budget}starts_on", f"{budget}ends_on"),
            lambda row: _period(allocation_of(row).budget) if shown(fund_of(row)) else "",
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


SOURCE = shared(
    Column("name", "Source of funding", "name", on_page=True, href=address_of),
    Column("code", "Code", "code"),
    Column("kind", "Kind", "kind", kind=Kind.CHOICE, on_page=True),
    Column(
        "provider",
        "Given by",
        "provider__name",
        lambda source: named(source.provider).name if named(source.provider) else "",
        on_page=True,
        href=lambda source: address_of(source.provider),
        missing="not stated",
    ),
    Column("ring_fence", "Ring-fence", "ring_fence"),
    Column(
        "budget",
        "Budgeted",
        AMOUNTS,
        lambda source: source.position.budget if source.open_budget else None,
        kind=Kind.MONEY,
        on_page=True,
        missing=NOT_PUBLISHED,
    ),
    Column(
        "allocated",
        "Allocated",
        AMOUNTS,
        figure("allocated"),
        kind=Kind.MONEY,
    ),
    Column(
        "committed",
        "Committed to published awards",
        AMOUNTS,
        figure("committed"),
        kind=Kind.MONEY,
        on_page=True,
        missing=NOT_PUBLISHED,
    ),
    Column("paid", "Paid", AMOUNTS, figure("paid"), kind=Kind.MONEY),
    Column("source_ref", "Where this record comes from", "source_ref"),
    Column("url", "Page", "slug", address_of, kind=Kind.ADDRESS),
)

FUND = shared(
    Column("name", "Fund", "name", on_page=True, href=address_of),
    Column("code", "Code", "code"),
    Column("status", "Status", "status", kind=Kind.CHOICE, on_page=True),
    Column("purpose", "Purpose", "purpose"),
    Column(
        "lead",
        "Run by",
        "lead__name",
        lambda fund: named(fund.lead).name if named(fund.lead) else "",
    ),
    Column("theme", "Theme", "theme__name", lambda fund: fund.theme.name if fund.theme else ""),
    Column(
        "sources",
        "Sources of funding",
        "sources__name",
        lambda fund: [source.name for source in fund.sources.all() if source.is_published],
        kind=Kind.LIST,
    ),
    Column(
        "other_names",
        "Other names",
        "names__name",
        lambda fund: [other.name for other in fund.names.all()],
        kind=Kind.LIST,
    ),
    Column("successor", "Replaced by", "successor__name", lambda fund: _name(fund.successor)),
    Column("starts_on", "First day", "starts_on", kind=Kind.DAY),
    Column("ends_on", "Last day", "ends_on", kind=Kind.DAY),
    Column("date_precision", "Days known to the", "date_precision", kind=Kind.CHOICE),
    Column(
        "budget",
        "Budget",
        AMOUNTS,
        lambda fund: fund.position.budget if fund.open_budget else None,
        kind=Kind.MONEY,
        on_page=True,
        missing=NOT_PUBLISHED,
    ),
    Column(
        "allocated",
        "Allocated",
        AMOUNTS,
        figure("allocated"),
        kind=Kind.MONEY,
        on_page=True,
        missing=NOT_PUBLISHED,
    ),
    Column(
        "committed",
        "Committed to published awards",
        AMOUNTS,
        figure("committed"),
        kind=Kind.MONEY,
        on_page=True,
        missing=NOT_PUBLISHED,
    ),
    Column("paid", "Paid", AMOUNTS, figure("paid"), kind=Kind.MONEY),
    Column("source_ref", "Where this record comes from", "source_ref"),
    Column("url", "Page", "slug", address_of, kind=Kind.ADDRESS),
)

BUDGET = shared(
    Column("id", "Number", "id", kind=Kind.NUMBER),
    Column(
        "fund",
        "Fund",
        "fund__name",
        lambda budget: budget.fund.name,
        on_page=True,
        href=lambda budget: budget.get_absolute_url(),
    ),
    Column("period", "Period", ("starts_on", "ends_on"), _period, on_page=True),
    Column("starts_on", "First day", "starts_on", kind=Kind.DAY),
    Column("ends_on", "Last day", "ends_on", kind=Kind.DAY),
    Column(
        "source",
        "Source of funding",
        "source__name",
        lambda budget: _name(budget.source),
        on_page=True,
        href=lambda budget: address_of(budget.source),
        missing=NOT_PUBLISHED,
    ),
    Column(
        "amount",
        "Budget",
        ("amount", "basis"),
        lambda budget: budget.amount if budget.basis == Basis.DECIDED else None,
        kind=Kind.MONEY,
        on_page=True,
        missing=NOT_PUBLISHED,
    ),
    Column("qualifier", "How exact", "qualifier", kind=Kind.CHOICE),
    Column("allocated", "Allocated", "allocated", kind=Kind.MONEY, on_page=True),
    Column("margin", "Over-allocation margin", "margin", kind=Kind.MONEY),
    Column("margin_reason", "Reason for the margin", "margin_reason"),
    Column("source_status", "Money is", "source_status", kind=Kind.CHOICE),
    Column("source_ref", "Where this record comes from", "source_ref"),
    Column("url", "Page", "id", lambda budget: budget.get_absolute_url(), kind=Kind.ADDRESS),
)

ALLOCATION = shared(
    Column("id", "Number", "id", kind=Kind.NUMBER),
    Column(
        "area",
        "Set aside for",
        "area__name",
        lambda allocation: allocation.area.name,
        on_page=True,
        href=lambda allocation: allocation.get_absolute_url(),
        note=lambda allocation: allocation.purpose,
    ),
    Column("area_code", "Area code", "area__code"),
    Column("purpose", "Purpose", "purpose"),
    Column(
        "fund",
        "Fund",
        "budget__fund__name",
        lambda allocation: allocation.budget.fund.name,
        on_page=True,
        href=lambda allocation: address_of(allocation.budget.fund),
    ),
    Column(
        "source",
        "Source of funding",
        "budget__source__name",
        lambda allocation: _name(allocation.budget.source),
    ),
    Column(
        "period",
        "Period",
        ("budget__starts_on", "budget__ends_on"),
        lambda allocation: _period(allocation.budget),
        on_page=True,
    ),
    Column(
        "amount",
        "Allocated",
        "amount",
        kind=Kind.MONEY,
        on_page=True,
        note=lambda allocation: IMPLIED if allocation.basis == Basis.IMPLIED else "",
    ),
    Column("basis", "Amount is", "basis", kind=Kind.CHOICE),
    Column("qualifier", "How exact", "qualifier", kind=Kind.CHOICE),
    Column(
        "committed",
        "Committed to published awards",
        "commitments__amount",
        lambda allocation: allocation.promised,
        kind=Kind.MONEY,
        on_page=True,
    ),
    Column(
        "paid",
        "Paid",
        "commitments__paid",
        lambda allocation: allocation.paid_out,
        kind=Kind.MONEY,
    ),
    Column("source_ref", "Where this record comes from", "source_ref"),
    Column("url", "Page", "id", lambda row: row.get_absolute_url(), kind=Kind.ADDRESS),
)

COMMITMENT = shared(
    Column("id", "Number", "id", kind=Kind.NUMBER),
    *_chain(lambda row: row.award, lambda row: row.allocation, "award__", "allocation__"),
    Column("amount", "Committed", "amount", kind=Kind.MONEY, on_page=True),
    Column("paid", "Paid", "paid", kind=Kind.MONEY, on_page=True),
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


ENTRY = shared(
    Column("id", "Number", "id", kind=Kind.NUMBER),
    Column("effective_on", "Counts from", "effective_on", kind=Kind.DAY, on_page=True),
    Column("kind", "What changed", "kind", kind=Kind.CHOICE, on_page=True),
    Column("reason", "Reason", "reason", kind=Kind.CHOICE, on_page=True),
    Column(
        "fund",
        "Fund",
        "budget__fund__name",
        lambda entry: entry.budget.fund.name,
        on_page=True,
        href=lambda entry: entry.budget.get_absolute_url(),
        note=lambda entry: _period(entry.budget),
    ),
    Column(
        "period",
        "Period",
        ("budget__starts_on", "budget__ends_on"),
        lambda entry: _period(entry.budget),
    ),
    Column(
        "source",
        "Source of funding",
        "budget__source__name",
        lambda entry: _name(entry.budget.source),
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
    Column("recorded_at", "Recorded", "recorded_at", kind=Kind.DAY),
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
