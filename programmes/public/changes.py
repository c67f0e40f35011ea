"""Which figures were released lately, and which reports published."""

from collections.abc import Iterator

from commissioning.public.changes import Change
from programmes.models import Edition, Release, ReleasedCell


def releases(most: int) -> Iterator[Change]:
    """The last releases that still show a figure."""
    shown = ReleasedCell.objects.published().order_by().values("release")
    for one in Release.objects.filter(pk__in=shown).order_by("-made_at")[:most]:
        yield Change(one.made_at, _with_note(f"Figures released: {one}", one.change_note))


def editions(most: int) -> Iterator[Change]:
    """The last editions of annual reports."""
    found = Edition.objects.published().defer("content").select_related("report")
    for one in found.order_by("-made_at")[:most]:
        yield Change(one.made_at, _with_note(str(one), one.change_note), one.get_absolute_url())


def _with_note(what: str, note: str) -> str:
    return f"{what}. {note}" if note else f"{what}."
