"""Columns of the money before it is awarded: sources, funds, budgets, allocations.

Listings attach what a row does not hold itself: `position`, `open_budget`; of an allocation
`promised`, `taken_on` (of it, under awards made before this register was used) and `paid_out`.
"""

from decimal import Decimal

from django.utils import timezone
from django.utils.text import Truncator

from commissioning.models import Allocation, Basis, Budget
from commissioning.money import format_pounds
from commissioning.public.columns.base import (
    NONE_RECORDED,
    NOT_PUBLISHED,
    STATE,
    Column,
    Kind,
    best_known,
    exactness,
    figure,
    shared,
)
from commissioning.public.withholding import address_of, name_of

IMPLIED = "not published; inferred from awards"
AMOUNTS = ("budgets__entries__amount", "budgets__entries__kind", "budgets__basis")

SOURCE = shared(
    Column("name", "Source of funding", "name", on_page=True, href=address_of),
    Column("code", "Code", "code"),
    Column("kind", "Kind", "kind", kind=Kind.CHOICE, on_page=True),
    Column(
        "provider",
        "Given by",
        "provider__name",
        lambda source: name_of(source.provider),
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
        figure("known_allocated"),
        kind=Kind.MONEY,
    ),
    Column(
        "inferred",
        "Inferred from awards",
        (*AMOUNTS, "budgets__allocations__basis"),
        figure("known_inferred"),
        kind=Kind.MONEY,
    ),
    Column(
        "committed",
        "Committed to published awards",
        AMOUNTS,
        figure("known_committed"),
        kind=Kind.MONEY,
        on_page=True,
        missing=NONE_RECORDED,
        qualifier=lambda row: row.exactness,
    ),
    exactness("committed_qualifier", "Committed, how exact", AMOUNTS[0], "position"),
    Column("paid", "Paid", AMOUNTS, figure("known_paid"), kind=Kind.MONEY),
    Column("source_ref", "Where this record comes from", "source_ref"),
    Column("url", "Page", "slug", address_of, kind=Kind.ADDRESS),
)

FUND = shared(
    Column("name", "Fund", "name", on_page=True, href=address_of),
    Column("code", "Code", "code"),
    Column("status", "Status", "status", kind=Kind.CHOICE),
    Column("status_as_at", "Status is as at", "status_as_at", kind=Kind.DAY),
    STATE,
    Column("purpose", "Purpose", "purpose"),
    Column(
        "lead",
        "Run by",
        "lead__name",
        lambda fund: name_of(fund.lead),
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
    Column("successor", "Replaced by", "successor__name", lambda fund: name_of(fund.successor)),
    Column("starts_on", "First day", "starts_on", kind=Kind.DAY),
    Column("ends_on", "Last day", "ends_on", kind=Kind.DAY),
    Column("date_precision", "Days known to the", "date_precision", kind=Kind.CHOICE),
    *best_known(("reported_totals__amount", "budgets__amount", "awards__amount")),
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
        figure("known_allocated"),
        kind=Kind.MONEY,
        on_page=True,
        missing=NONE_RECORDED,
    ),
    Column(
        "inferred",
        "Inferred from awards",
        (*AMOUNTS, "budgets__allocations__basis"),
        figure("known_inferred"),
        kind=Kind.MONEY,
    ),
    Column(
        "committed",
        "Committed to published awards",
        AMOUNTS,
        figure("known_committed"),
        kind=Kind.MONEY,
        on_page=True,
        missing=NONE_RECORDED,
        qualifier=lambda row: row.exactness,
    ),
    exactness("committed_qualifier", "Committed, how exact", AMOUNTS[0], "position"),
    Column("paid", "Paid", AMOUNTS, figure("known_paid"), kind=Kind.MONEY),
    Column("source_ref", "Where this record comes from", "source_ref"),
    Column("url", "Page", "slug", address_of, kind=Kind.ADDRESS),
)


def _margin_today(budget: Budget) -> Decimal:
    """Only the margin in force: the row holds the widest that stands or is still to begin."""
    return budget.margin_on(timezone.localdate())


def _why_margin_today(budget: Budget) -> str:
    authority = budget.authority_on(timezone.localdate())
    return authority.reason if authority else ""


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
    Column(
        "period", "Period", ("starts_on", "ends_on"), lambda budget: budget.period, on_page=True
    ),
    Column("starts_on", "First day", "starts_on", kind=Kind.DAY),
    Column("ends_on", "Last day", "ends_on", kind=Kind.DAY),
    Column(
        "source",
        "Source of funding",
        "source__name",
        lambda budget: name_of(budget.source),
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
    Column(
        "qualifier",
        "How exact",
        ("qualifier", "basis"),
        lambda budget: budget.qualifier if budget.basis == Basis.DECIDED else "",
        kind=Kind.CHOICE,
    ),
    Column(
        "allocated",
        "Allocated",
        ("allocated", "allocations__amount", "allocations__basis"),
        lambda budget: budget.allocated - budget.inferred or None,
        kind=Kind.MONEY,
        on_page=True,
        missing=NONE_RECORDED,
    ),
    Column(
        "inferred",
        "Inferred from awards",
        ("allocations__amount", "allocations__basis"),
        lambda budget: budget.inferred or None,
        kind=Kind.MONEY,
    ),
    Column("margin", "Over-allocation margin", "margin", _margin_today, kind=Kind.MONEY),
    Column("margin_reason", "Reason for the margin", "margin_reason", _why_margin_today),
    Column("source_status", "Money is", "source_status", kind=Kind.CHOICE),
    Column("source_ref", "Where this record comes from", "source_ref"),
    Column("url", "Page", "id", lambda budget: budget.get_absolute_url(), kind=Kind.ADDRESS),
)


def _beside(allocation: Allocation) -> str:
    """What a list says under the amount: how it was decided, in a few words."""
    if allocation.basis == Basis.IMPLIED:
        return IMPLIED
    if allocation.formula_amount is None:
        return ""
    told = f"{format_pounds(allocation.formula_amount)} by the formula"
    why = Truncator(allocation.departure_reason).words(25)
    return f"{told}. {why}" if why else told


def _paid_of_it(allocation: Allocation) -> Decimal | None:
    """As `Position.known_paid`."""
    is_kept = allocation.promised > allocation.taken_on
    return allocation.paid_out if allocation.paid_out or is_kept else None


ALLOCATION = shared(
    Column("id", "Number", "id", kind=Kind.NUMBER),
    Column(
        "area",
        "Allocated for",
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
        lambda allocation: name_of(allocation.budget.source),
    ),
    Column(
        "period",
        "Period",
        ("budget__starts_on", "budget__ends_on"),
        lambda allocation: allocation.budget.period,
        on_page=True,
    ),
    Column(
        "amount",
        "Amount",
        ("amount", "formula_amount", "departure_reason"),
        lambda allocation: allocation.amount,
        kind=Kind.MONEY,
        on_page=True,
        note=_beside,
    ),
    Column("basis", "Amount is", "basis", kind=Kind.CHOICE),
    Column("qualifier", "How exact", "qualifier", kind=Kind.CHOICE),
    Column(
        "committed",
        "Committed to published awards",
        "commitments__amount",
        lambda allocation: allocation.promised or None,
        kind=Kind.MONEY,
        on_page=True,
        missing=NONE_RECORDED,
        qualifier=lambda row: row.exactness,
    ),
    exactness(
        "committed_qualifier", "Committed, how exact", "commitments__award__qualifier", "promised"
    ),
    Column(
        "paid",
        "Paid",
        ("commitments__paid", "commitments__award__taken_on_from"),
        _paid_of_it,
        kind=Kind.MONEY,
    ),
    Column(
        "formula_amount",
        "Share by the formula",
        "formula_amount",
        kind=Kind.MONEY,
    ),
    Column("decided_amount", "Decided beside the formula", "decided_amount", kind=Kind.MONEY),
    Column("departure_reason", "Why it differs from the formula", "departure_reason"),
    Column(
        "weighting",
        "Shared in proportion to",
        "weighting__name",
        lambda allocation: allocation.weighting.name if allocation.weighting else "",
    ),
    Column(
        "weighting_released_on",
        "Numbers released on",
        "weighting__released_on",
        lambda allocation: allocation.weighting.released_on if allocation.weighting else None,
        kind=Kind.DAY,
    ),
    Column(
        "weighting_source",
        "Where the numbers come from",
        "weighting__source_ref",
        lambda allocation: allocation.weighting.source_ref if allocation.weighting else "",
    ),
    Column("source_ref", "Where this record comes from", "source_ref"),
    Column("url", "Page", "id", lambda row: row.get_absolute_url(), kind=Kind.ADDRESS),
)
