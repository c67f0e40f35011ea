"""Notes on pages about what the office put right there."""

from django.utils.functional import SimpleLazyObject

from commissioning.public.changes import Change
from transparency.models import Problem


def change_notes(request) -> dict:
    """Context of every page: the notes on it, read only where a page shows them."""
    return {"change_notes": SimpleLazyObject(lambda: notes_on(request.path))}


def notes_on(path: str) -> list[Problem]:
    """The latest ten notes on a page; PostgreSQL looks for no text with a NUL in it."""
    if "\x00" in path:
        return []
    return list(Problem.objects.published().filter(about=path).order_by("-answered_at")[:10])


def changes(most: int) -> list[Change]:
    """What was put right lately after somebody reported it to the office."""
    found = Problem.objects.published().order_by("-answered_at")[:most]
    return [Change(one.answered_at, one.change_note, one.about) for one in found]
