"""A few awards that are like another, and where all of them are."""

from dataclasses import dataclass

from django.db.models import Q
from django.http import QueryDict

from commissioning.models import Award
from commissioning.public import listings
from commissioning.public.columns.base import Cell, Column
from commissioning.public.listing import Selection
from commissioning.public.withholding import award_areas, named

FEW = 3
TOLD = ("title", "recipient", "amount", "awarded_on")
NO_MATTER = Q()


@dataclass(frozen=True)
class Related:
    title: str
    columns: list[Column]
    table: list[list[Cell]]
    href: str


def to_award(award: Award) -> list[Related]:
    """Awards to the same organisation, and awards for the same area and theme."""
    found = []
    recipient = named(award.recipient)
    if recipient is not None:
        found.append(_few(award, f"To {recipient.name}", recipient=recipient.slug))
    area = next(iter(award_areas(award)), None)
    theme = next(iter(award.themes.all()), None)
    if area is not None and theme is not None:
        title = f"For {area.name} and “{theme.name}”"
        # Those to the same organisation stand above.
        others = Q() if recipient is None else ~Q(recipient=recipient) | Q(recipient__isnull=True)
        found.append(_few(award, title, others, area=area.slug, theme=theme.slug))
    return [related for related in found if related.table]


def _few(award: Award, title: str, which: Q = NO_MATTER, **chosen: str) -> Related:
    params = QueryDict(mutable=True)
    params.update(chosen)
    rows = Selection(listings.AWARDS, params).complete_rows
    # Without what only the columns left out need: places and themes.
    rows = rows.prefetch_related(None).filter(which).exclude(pk=award.pk)[:FEW]
    columns = [column for column in listings.AWARDS.page_columns if column.name in TOLD]
    return Related(
        title=title,
        columns=columns,
        table=[[column.as_cell(row) for column in columns] for row in rows],
        href=f"{listings.AWARDS.address}?{params.urlencode()}",
    )
