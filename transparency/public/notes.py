"""Notes on pages about what the office put right there."""

from django.utils.functional import SimpleLazyObject

from transparency.models import Problem


def change_notes(request) -> dict:
    """Context of every page: the notes on it, read only where a page shows them."""
    return {
        "change_notes": SimpleLazyObject(
            lambda: list(
                Problem.objects.published().filter(about=request.path).order_by("-answered_at")[:10]
            )
        )
    }
