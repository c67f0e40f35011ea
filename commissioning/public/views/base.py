"""What every public page is: read-only, the same for everyone, and without a cookie."""

from collections.abc import Callable
from typing import ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import TemplateView

from commissioning.public.listing import Listing

HOME = {"label": "Home", "href": "/"}


# Without a session there is nothing to forge: the exemption lets a POST be answered 405, not 403.
@method_decorator(csrf_exempt, name="dispatch")
class PublicPage(TemplateView):
    """A page that can be read and nothing else. `crumbs_at` is the page above it, if not Home.

    `records` is the list whose records the page shows, each at an address of its own. `parameters`
    are the names that its address takes (commissioning/public/asking.py).
    """

    http_method_names = ["get", "head"]
    parameters: ClassVar[tuple[str, ...] | Callable] = ()
    records: ClassVar[Listing | None] = None

    @classmethod
    def is_there(cls, **key) -> bool:
        """Whether there is such a page: of a published record, or of none. In one query."""
        if cls.records is None:
            return True
        return is_storable(key) and cls.records.rows().filter(**key).exists()

    def get_context_data(self, crumbs_at=None, **kwargs):
        crumbs = [HOME, crumbs_at] if crumbs_at else [HOME]
        return super().get_context_data(crumbs=crumbs, **kwargs)


def find(rows: QuerySet, **key):
    """The one published record at an address; 404 for none, or for what no address can hold."""
    if not is_storable(key):
        raise Http404
    found = rows.filter(**key).first()
    if found is None:
        raise Http404
    return found


def is_storable(key: dict) -> bool:
    """Whether a record can be looked for by this: PostgreSQL refuses a NUL."""
    return not any("\x00" in str(value) for value in key.values())


def crumb(listing: Listing) -> dict:
    return {"label": listing.title, "href": listing.address}
