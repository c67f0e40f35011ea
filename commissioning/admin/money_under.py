"""What is under one figure of a table of money: its lines, or the figures it is worked out from."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.db import models
from django.urls import reverse

from commissioning.admin.money_forms import FigureForm
from commissioning.admin.money_lines import HEADS, Item, Lines, Queried
from commissioning.admin.pages import staff_page
from commissioning.figures import Cell
from commissioning.models import Entry, MarginAuthority, PipelineEntry
from commissioning.money import NOTHING


def lines_of(figure: str, cell: Cell) -> Lines:
    """What a figure that is kept in entries, or the margin, is the sum of."""
    if figure == "pipeline":
        return pipeline(cell.pipeline())
    if figure == "margin":
        return margins(cell.margins())
    return entries(cell.entries(figure))


def entries(rows: models.QuerySet[Entry], amount: str = "amount") -> Queried:
    """Entries of the journal."""
    rows = rows.select_related(
        "budget__fund",
        "budget__source",
        "allocation__area",
        "allocation__budget__fund",
        "commitment__award",
        "payment__commitment__award",
        "decision",
        "recorded_by",
    ).order_by("effective_on", "pk")

    def item(entry: Entry) -> Item:
        return Item(
            getattr(entry, amount),
            f"{entry.get_kind_display()}: {entry.get_reason_display()}".capitalize(),
            entry.budget,
            entry.allocation,
            entry.commitment.award if entry.commitment else None,
            on=entry.payment,
            record=entry,
            day=entry.effective_on,
            decision=entry.decision,
            note=entry.note,
            recorded_at=entry.recorded_at,
            recorded_by=entry.recorded_by,
        )

    return Queried("entry", "entries", rows, item, amount)


def pipeline(rows: models.QuerySet[PipelineEntry], amount: str = "amount") -> Queried:
    """Changes of the pipeline."""
    rows = rows.select_related(
        "award",
        "recorded_by",
        "allocation__area",
        "allocation__budget__fund",
        "allocation__budget__source",
    ).order_by("effective_on", "pk")

    def item(entry: PipelineEntry) -> Item:
        return Item(
            getattr(entry, amount),
            "Recommended" if entry.amount > 0 else "No longer waiting for approval",
            entry.allocation.budget,
            entry.allocation,
            entry.award,
            day=entry.effective_on,
            recorded_at=entry.recorded_at,
            recorded_by=entry.recorded_by,
        )

    return Queried("change", "changes", rows, item, amount)


def margins(rows: models.QuerySet[MarginAuthority], amount: str = "margin") -> Queried:
    """Authorities to allocate more than a budget."""
    rows = rows.select_related(
        "budget__fund", "budget__source", "decision", "authorised_by"
    ).order_by("budget", "pk")

    def item(authority: MarginAuthority) -> Item:
        return Item(
            getattr(authority, amount),
            "Over-programming authority",
            authority.budget,
            day=authority.starts_on,
            decision=authority.decision,
            note=authority.reason,
            recorded_at=authority.recorded_at,
            recorded_by=authority.authorised_by,
        )

    return Queried("authority", "authorities", rows, item, amount)


# --- Figures that are worked out from others ------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One line of a sum: a figure, added or taken away."""

    label: str
    amount: Decimal
    href: str


def steps(form: FigureForm, here: str, parts: Sequence[tuple[str, int, Decimal]]) -> list[Step]:
    """The sum of other figures with their signs, each with its link to the address `here`."""
    query = {name: value for name, value in form.data.items() if name != "page"}
    labels = dict(form.fields["figure"].choices)
    return [
        Step(
            labels[part] if sign > 0 else f"Less {labels[part][:1].lower()}{labels[part][1:]}",
            sign * (amount or NOTHING),
            f"{reverse(here)}?{urlencode({**query, 'figure': part})}",
        )
        for part, sign, amount in parts
    ]


@dataclass(frozen=True)
class Way:
    """Where a page of what is under a figure leads back to."""

    label: str
    href: str


def under_page(request, form: FigureForm, way: Way, found: Lines | list[Step], **more):
    """The page of one figure: its lines with their running total, or how it is worked out."""
    label = dict(form.fields["figure"].choices)[form.cleaned_data["figure"]]
    context = {
        "title": f"{label}: {form.row_label()}",
        "label": label,
        "scope": form.scope(),
        "way": way,
        "heads": HEADS,
        **more,
    }
    if isinstance(found, Lines):
        context |= {
            "of": found,
            "total": found.sum_of_first(),
            "page_obj": found.page(request.GET.get("page")),
        }
    else:
        context |= {"steps": found, "total": sum((step.amount for step in found), NOTHING)}
    return staff_page(request, "admin/money_under.html", context)


def nothing_under(request, form: FigureForm, way: Way):
    """The page of an address that asks for something that is not there."""
    context = {"title": f"{way.label}: what is under a figure", "form": form, "way": way}
    return staff_page(request, "admin/money_under.html", context, status=400)
