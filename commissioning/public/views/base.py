"""What every public page is: read-only, the same for everyone, and without a cookie."""

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
    """A page that can be read and nothing else. `crumbs_at` is the page above it, if not Home."""

    http_method_names = ["get", "head"]

    def get_context_data(self, crumbs_at=None, **kwargs):
        crumbs = [HOME, crumbs_at] if crumbs_at else [HOME]
        return super().get_context_data(crumbs=crumbs, **kwargs)


def find(rows: QuerySet, **key):
    """The one published record at an address; 404 for none, or for what no address can hold."""
    if any("\x00" in str(value) for value in key.values()):
        raise Http404
    found = rows.filter(**key).first()
    if found is None:
        raise Http404
    return found


def crumb(listing: Listing) -> dict:
    return {"label": listing.title, "href": listing.address}
