"""Grants as files of 360Giving data: a package with its metadata in JSON, tables in CSV, XLSX."""

import csv
import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import islice

from django.conf import settings
from django.db.models import Case, Count, F, Min, Q, QuerySet, When
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone

from commissioning import workbooks
from commissioning.figures.withheld import HIDES_PLACE, SMALL
from commissioning.models import Award, Entry, HistoryEvent
from commissioning.opendata import flat
from commissioning.opendata.grants import GrantSelection
from commissioning.opendata.threesixtygiving import VERSION, grants
from commissioning.public.downloads import CHUNK, LICENCE_ADDRESS, Echo, spreadsheet_safe

NAME = "awards.360giving"


def last_change() -> datetime | None:
    """When staff last changed anything; None before they did."""
    return HistoryEvent.objects.order_by("-pk").values_list("at", flat=True).first()


def metadata(selection: GrantSelection, request: HttpRequest) -> dict:
    """What the standard asks to be said of a package of grants."""
    office, absolute = settings.OFFICE, request.build_absolute_uri
    issued = selection.rows.order_by().aggregate(first=Min("published_at"))["first"]
    modified = last_change() or timezone.now()
    publisher = {"identifier": office["funder_id"], "name": office["name"]}
    if office["website"]:
        publisher["website"] = office["website"]
    return {
        "version": VERSION,
        "title": f"Grants of the {office['name']}",
        "description": (
            "Published grants, as they stand today. Contracts are in a register of their own. "
            "Grants without a published amount, day of award or recipient are not included."
        ),
        "identifier": absolute(),
        "issued": timezone.localtime(issued or modified).date().isoformat(),
        "modified": modified.isoformat(timespec="seconds"),
        "publisher": publisher,
        "downloadURL": absolute(),
        "accessURL": absolute(reverse("data")),
        "license": LICENCE_ADDRESS,
    }


def in_chunks(selection: GrantSelection, request: HttpRequest) -> Iterator[dict]:
    """The grants, so many at a time that a file of any length needs little memory."""
    rows = selection.complete_rows.iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        yield from grants(chunk, request.build_absolute_uri)


def as_json(selection: GrantSelection, request: HttpRequest) -> HttpResponseBase:
    return StreamingHttpResponse(_json_parts(selection, request), content_type="application/json")


def _json_parts(selection: GrantSelection, request: HttpRequest) -> Iterator[str]:
    yield json.dumps(metadata(selection, request), ensure_ascii=False)[:-1] + ', "grants": ['
    separator = "\n"
    for grant in in_chunks(selection, request):
        yield separator + json.dumps(grant, ensure_ascii=False)
        separator = ",\n"
    yield "\n]}\n"


def as_csv(selection: GrantSelection, request: HttpRequest) -> HttpResponseBase:
    return StreamingHttpResponse(
        _csv_lines(selection, request), content_type="text/csv; charset=utf-8; header=present"
    )


def _csv_lines(selection: GrantSelection, request: HttpRequest) -> Iterator[str]:
    writer = csv.writer(Echo())
    columns = flat.headings(repeats(selection.rows))
    yield writer.writerow(columns)
    for grant in in_chunks(selection, request):
        yield writer.writerow([spreadsheet_safe(cell) for cell in flat.row(grant, columns)])


def as_xlsx(selection: GrantSelection, request: HttpRequest) -> HttpResponseBase:
    """A sheet of grants and a sheet “Meta”, as the standard's own template has them."""
    columns = flat.headings(repeats(selection.rows))
    rows = (
        [_number(cell) for cell in flat.row(grant, columns)]
        for grant in in_chunks(selection, request)
    )
    tables = [
        workbooks.BareTable("grants", columns, rows),
        workbooks.BareTable("Meta", *_meta(metadata(selection, request))),
    ]
    return HttpResponse(workbooks.bare_tables(tables), content_type=workbooks.CONTENT_TYPE)


def _number(cell: object) -> object:
    """Its currency stands in a column of its own, as the standard asks."""
    if isinstance(cell, int | float):
        return workbooks.Measured(Decimal(str(cell)), workbooks.Unit.NUMBER)
    return cell


def _meta(told: dict) -> tuple[list, list]:
    """The first line and the others of a sheet that names a field in each, and its value."""
    publisher = told.pop("publisher")
    lines = [*told.items(), *((f"publisher/{name}", value) for name, value in publisher.items())]
    return list(lines[0]), [list(line) for line in lines[1:]]


FORMS = {"csv": as_csv, "xlsx": as_xlsx, "json": as_json}


def download(form: str, selection: GrantSelection, request: HttpRequest) -> HttpResponseBase:
    response = FORMS[form](selection, request)
    response["Content-Disposition"] = f'attachment; filename="{NAME}.{form}"'
    return response


# --- How wide the table is ------------------------------------------------------------------------


def repeats(awards: QuerySet[Award]) -> dict[str, int]:
    """How many places, classifications and changes the awards have at most."""
    keys = awards.order_by().values("pk")
    steps = _most(_steps(keys))
    return {
        "beneficiaryLocation": max(1, _most(_places(keys))),
        "classifications": 1 + _most(_themes(keys)),
        "commitmentTransaction": steps if steps > 1 else 0,
    }


def _places(keys: QuerySet) -> QuerySet:
    """Counted as they are shown: how many small places a withheld one is in is not told."""
    hidden = Q(award__recipient__withhold__in=HIDES_PLACE)
    place = Case(
        When(
            hidden & Q(area__kind__in=SMALL, area__parent__kind__in=SMALL),
            then=F("area__parent__parent"),
        ),
        When(hidden & Q(area__kind__in=SMALL), then=F("area__parent")),
        default=F("area"),
    )
    lines = Award.areas.through.objects.filter(award__in=keys)
    return lines.values("award").annotate(count=Count(place, distinct=True))


def _themes(keys: QuerySet) -> QuerySet:
    lines = Award.themes.through.objects.filter(award__in=keys)
    return lines.values("award").annotate(count=Count("pk"))


def _steps(keys: QuerySet) -> QuerySet:
    entries = Entry.objects.filter(commitment__award__in=keys, kind=Entry.Kind.COMMITMENT)
    others = Count("reason", distinct=True, filter=Q(variation__isnull=True))
    return (
        entries.order_by()
        .values("commitment__award")
        .annotate(count=Count("variation", distinct=True) + others)
    )


def _most(counted: QuerySet) -> int:
    return counted.order_by("-count").values_list("count", flat=True).first() or 0
