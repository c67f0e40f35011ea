"""Columns of awards."""

from dataclasses import replace

from commissioning.models import Award, ReportedTotal
from commissioning.models.recipients import RecipientBasis
from commissioning.public.columns.base import STATE, Column, Kind, how_exact, of_field, shared
from commissioning.public.withholding import address_of, award_areas, name_of, shown
from commissioning.templatetags.figures import qualified


def _withheld(award: Award) -> str:
    return "" if award.recipient is None else award.recipient.withhold


def _sources(award: Award) -> list[str]:
    """The source that the award names, and those of the budgets that its money comes from."""
    budgets = [line.allocation.budget for line in award.commitments.all()]
    behind = {award.source, *(budget.source for budget in budgets if shown(budget.fund))}
    return sorted(filter(None, map(name_of, behind)))


def _beneath(award: Award) -> str:
    """What stands under the title of an award: its reference, and money that it gave on."""
    if award.onward_amount is None:
        return award.reference
    amount = qualified(award.onward_amount, award.qualifier)
    return f"{award.reference}. {amount} given on from another award, and counted there"


def how_recipient_is_known(award: Award) -> str:
    """Beside a recipient that the source does not state."""
    return "inferred" if award.recipient_basis == RecipientBasis.INFERRED else ""


def _reported_beside(award: Award) -> str:
    """What documents say of an award whose amount in all is not published."""
    if award.amount is not None:
        return ""
    told = [
        f"{qualified(one.amount, one.qualifier)}"
        f"{' a year' if one.per == ReportedTotal.Per.YEAR else ''} is reported"
        for one in award.reported_totals.all()
        if one.is_published and one.amount is not None
    ]
    return "; ".join(told)


AWARD = shared(
    Column("reference", "Reference", "reference"),
    Column(
        "title",
        "Award",
        "title",
        on_page=True,
        href=lambda award: award.get_absolute_url(),
        note=_beneath,
    ),
    of_field(Award, "kind"),
    of_field(Award, "arrangement"),
    of_field(Award, "status"),
    of_field(Award, "status_as_at", "Status is as at"),
    replace(STATE, on_page=False),
    Column(
        "recipient",
        "Recipient",
        ("recipient__name", "recipient_note", "recipient_basis"),
        lambda award: award.public_recipient,
        on_page=True,
        href=lambda award: address_of(award.recipient),
        note=how_recipient_is_known,
    ),
    Column("recipient_basis", "Recipient is", "recipient_basis", kind=Kind.CHOICE),
    Column(
        "recipient_withheld",
        "Withheld of the recipient",
        "recipient__withhold",
        _withheld,
        kind=Kind.CHOICE,
    ),
    Column(
        "amount",
        "Amount",
        ("amount", "reported_totals__amount"),
        kind=Kind.MONEY,
        on_page=True,
        missing="not published",
        note=_reported_beside,
    ),
    how_exact(),
    Column(
        "paid",
        "Paid",
        ("paid", "taken_on_from", "onward_of"),
        lambda award: award.known_paid,
        kind=Kind.MONEY,
    ),
    Column(
        "fund",
        "Fund",
        "fund__name",
        lambda award: name_of(award.fund),
        on_page=True,
        href=lambda award: address_of(award.fund),
        missing="not stated",
    ),
    Column(
        "sources",
        "Sources of funding",
        ("source__name", "commitments__allocation__budget__source__name"),
        _sources,
        kind=Kind.LIST,
    ),
    Column("service", "Service", "service__name", lambda award: name_of(award.service)),
    Column(
        "areas",
        "Areas that benefit",
        "areas__name",
        lambda award: [area.name for area in award_areas(award)],
        kind=Kind.LIST,
        on_page=True,
        missing="not stated",
    ),
    Column(
        "area_codes",
        "Codes of the areas",
        "areas__code",
        lambda award: [area.code for area in award_areas(award)],
        kind=Kind.LIST,
    ),
    of_field(Award, "scope", "Area of benefit"),
    of_field(Award, "scope_basis", "Area of benefit is"),
    Column(
        "themes",
        "Themes",
        "themes__name",
        lambda award: [theme.name for theme in award.themes.all()],
        kind=Kind.LIST,
    ),
    of_field(Award, "purpose"),
    of_field(Award, "reason"),
    of_field(Award, "legal_power"),
    Column(
        "awarded_on",
        "Awarded on",
        "awarded_on",
        kind=Kind.DAY,
        on_page=True,
        missing="not stated",
    ),
    Column("starts_on", "First day", "starts_on", kind=Kind.DAY),
    Column("ends_on", "Last day", "ends_on", kind=Kind.DAY),
    Column("date_precision", "Days known to the", "date_precision", kind=Kind.CHOICE),
    Column("period_note", "Period in words", "period_note"),
    Column(
        "decision",
        "Decision notice",
        "decision__reference",
        lambda award: award.decision.reference if shown(award.decision) else "",
    ),
    Column(
        "onward_of",
        "Given on from",
        "onward_of__reference",
        lambda award: award.onward_of.reference if shown(award.onward_of) else "",
    ),
    of_field(Award, "onward_amount", "Amount given on"),
    of_field(Award, "regrant"),
    of_field(Award, "open_call"),
    of_field(Award, "taken_on_from"),
    of_field(Award, "source_ref", "Where this record comes from"),
    Column("url", "Page", "reference", lambda a: a.get_absolute_url(), kind=Kind.ADDRESS),
)
