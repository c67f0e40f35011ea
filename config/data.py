"""The page of all data sets, and the dictionary of their columns."""

import csv
from collections.abc import Iterator
from dataclasses import asdict, fields

from django.db.models import Count, Max
from django.http import JsonResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from commissioning.models import Award
from commissioning.opendata import dictionary, grants, package
from commissioning.opendata.contracts import CONTRACTS
from commissioning.public import changes, downloads, listings
from commissioning.public.listing import Listing
from commissioning.public.views.base import PublicPage
from config import lists

# The contracts register holds awards once more, in the columns that transparency rules ask for.
TABLES = (listings.AWARDS, CONTRACTS, *(one for one in lists.ALL if one is not listings.AWARDS))
# Fields that say when a record came to be public.
MOMENTS = ("published_at", "recorded_at", "made_at")


def tables() -> list[dict]:
    return [
        {
            "listing": listing,
            "files": {form: listing.file(form) for form in downloads.FORMS},
            **size(listing),
        }
        for listing in TABLES
    ]


def size(listing: Listing) -> dict:
    """How many rows a table has, and when the newest of them was published, if that is known."""
    known = {field.name for field in listing.model._meta.concrete_fields}
    asked = {"count": Count("pk")}
    moment = next((name for name in MOMENTS if name in known), None)
    if moment:
        asked["newest"] = Max(moment)
    return listing.rows().order_by().aggregate(**asked)


def in_the_standard() -> dict:
    """The 360Giving files, what is in them, and what is not."""
    found = grants.sorted_out(Award.objects.published())
    return {
        "count": found.given,
        "left_out": found.left_out,
        "because": found.because,
        "address": listings.AWARDS.standard,
        "forms": package.FORMS,
    }


class Data(PublicPage):
    """Every list as files, their licence, and what is new in them."""

    template_name = "pages/data.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            sets=tables(),
            standard=in_the_standard(),
            changed_at=package.last_change(),
            changes=changes.latest(),
            today=timezone.localdate(),
            **kwargs,
        )


class Dictionary(PublicPage):
    """What each column of each table holds."""

    template_name = "pages/dictionary.html"

    def get_context_data(self, **kwargs):
        sets = [{"listing": one, "columns": dictionary.entries_of(one)} for one in TABLES]
        crumbs_at = {"label": "Data and API", "href": "/data/"}
        return super().get_context_data(crumbs_at=crumbs_at, sets=sets, **kwargs)


@csrf_exempt
@require_safe
def dictionary_csv(request):
    response = StreamingHttpResponse(
        _dictionary_lines(), content_type="text/csv; charset=utf-8; header=present"
    )
    response["Content-Disposition"] = 'attachment; filename="dictionary.csv"'
    return response


def _dictionary_lines() -> Iterator[str]:
    writer = csv.writer(downloads.Echo())
    names = [field.name for field in fields(dictionary.Entry)]
    yield writer.writerow(names)
    for entry in dictionary.entries(TABLES):
        yield writer.writerow([downloads.spreadsheet_safe(getattr(entry, name)) for name in names])


@csrf_exempt
@require_safe
def dictionary_json(request):
    columns = [asdict(entry) for entry in dictionary.entries(TABLES)]
    return JsonResponse(
        {"licence": downloads.LICENCE_ADDRESS, "columns": columns},
        json_dumps_params={"ensure_ascii": False},
    )
