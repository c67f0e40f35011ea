"""What a list that is narrowed to an area leaves out because it is for the whole force area.

An area's list holds what names the area: its figures stand on that. Who looks for a place asks for
what reaches it too, so the list says how much more there is, and where.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Q

from commissioning.models.publication import Scope
from commissioning.public import facets
from commissioning.public.listing import Selection

AREA, REACH, WHOLE = "area", "scope", Scope.FORCE_WIDE


@dataclass(frozen=True)
class Wider:
    """What is for the whole force area: how much more than the list holds, and all of it."""

    more: str
    everything: str
    href: str


def beside(selection: Selection) -> Wider | None:
    """What the other filters leave for the whole force area beside the list; None if nothing."""
    filterset = selection.filterset
    if not (selection.is_valid and {AREA, REACH} <= filterset.filters.keys()):
        return None
    chosen = filterset.form.cleaned_data
    if not chosen[AREA] or chosen[REACH] not in ("", WHOLE):
        return None
    rows = facets.without(filterset, AREA, REACH).filter(**{REACH: WHOLE}).order_by()
    listed = Q(pk__in=selection.rows.order_by().values("pk"))
    counts = rows.aggregate(all=Count("pk"), more=Count("pk", filter=~listed))
    if not counts["more"]:
        return None
    listing = selection.listing
    kept = {name: filterset.data[name] for name, value in chosen.items() if value and name != AREA}
    return Wider(
        more=f"{counts['more']:,} more {listing.one if counts['more'] == 1 else listing.many}",
        everything=listing.counted(counts["all"]),
        href=f"{listing.address}?{urlencode({**kept, REACH: WHOLE.value})}",
    )
