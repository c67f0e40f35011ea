"""Figures as small tables on the pages of other records."""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from commissioning.admin.columns import UNKNOWN, link
from programmes.figures import said
from programmes.models import Figure, Missing

# A page shows this many figures; the list has them all.
SHOWN = 100


def place(figure: Figure) -> str:
    """What part of its measure a figure is of, in words."""
    return figure.part or "the whole"


def value(figure: Figure) -> str:
    """A figure as it is said; in words where there is none."""
    if figure.missing:
        return Missing(figure.missing).label
    return said(figure.measure, figure) or UNKNOWN


def figures_table(figures: Iterable[Figure]) -> SafeString | str:
    """Figures of one measure with their periods, each linked to its record."""
    rows = [(figure.period, place(figure), link(figure, value(figure))) for figure in figures]
    if not rows:
        return "No figures yet."
    return format_html(
        "<table><thead><tr><th scope=col>Period<th scope=col>Of<th scope=col>Figure</thead>"
        "<tbody>{}</tbody></table>",
        format_html_join("", "<tr><td>{}<td>{}<td>{}", rows),
    )
