"""A list as a file: CSV and JSON for programs, streamed; XLSX for people."""

import csv
import json
from collections.abc import Callable, Iterator
from itertools import islice

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone

from commissioning import workbooks
from commissioning.days import in_words
from commissioning.public.listing import Listing, Selection

LICENCE = "Open Government Licence v3.0"
LICENCE_ADDRESS = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
CHUNK = 1000

Absolute = Callable[[str], str]


def rows_with_figures(selection: Selection) -> Iterator:
    """The records in chunks, so that a file of any length needs little memory."""
    rows = selection.complete_rows.iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        yield from selection.listing.with_figures(chunk)


def as_csv(selection: Selection, absolute: Absolute) -> HttpResponseBase:
    """RFC 4180 in UTF-8 without a byte order mark: what programs expect; people have XLSX."""
    response = StreamingHttpResponse(
        _csv_lines(selection, absolute), content_type="text/csv; charset=utf-8; header=present"
    )
    return _to_save(response, selection.listing, "csv")


def _csv_lines(selection: Selection, absolute: Absolute) -> Iterator[str]:
    columns = selection.listing.columns
    writer = csv.writer(Echo())
    yield writer.writerow([column.header for column in columns])
    for row in rows_with_figures(selection):
        yield writer.writerow(
            [spreadsheet_safe(column.as_plain(row, absolute)) for column in columns]
        )


class Echo:
    """A file that hands each line back."""

    def write(self, line: str) -> str:
        return line


def spreadsheet_safe(value: object) -> object:
    """Text that a spreadsheet would take for a formula, made plain text by an apostrophe."""
    if isinstance(value, str) and value.startswith(workbooks.FORMULA_STARTS):
        return f"'{value}"
    return value


def as_json(selection: Selection, absolute: Absolute) -> HttpResponseBase:
    """The records as the API gives them, all at once, with their count and total."""
    response = StreamingHttpResponse(
        _json_parts(selection, absolute), content_type="application/json"
    )
    return _to_save(response, selection.listing, "json")


def _json_parts(selection: Selection, absolute: Absolute) -> Iterator[str]:
    summary = selection.summary
    head = {
        "licence": LICENCE_ADDRESS,
        "page": absolute(selection.listing.address),
        "count": summary["count"],
        "total": None if summary["total"] is None else f"{summary['total']:.2f}",
        "inferred": None if summary["apart"] is None else f"{summary['apart']:.2f}",
        "without_amount": summary["without_amount"],
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "results": ['
    separator = "\n"
    for row in rows_with_figures(selection):
        record = {
            column.name: column.as_json(row, absolute) for column in selection.listing.columns
        }
        yield separator + json.dumps(record, ensure_ascii=False)
        separator = ",\n"
    yield "\n]}\n"


def as_xlsx(selection: Selection, absolute: Absolute) -> HttpResponseBase:
    """One sheet: what is listed, how it was chosen, then a line for each record."""
    listing = selection.listing
    sheet = workbooks.Sheet(
        name=listing.title,
        title=listing.title,
        notes=[*summed_up(selection), f"Source: {absolute(listing.address)}", LICENCE],
        columns=[workbooks.Heading(column.header, column.unit) for column in listing.columns],
        rows=(
            [column.in_sheet(row, absolute) for column in listing.columns]
            for row in rows_with_figures(selection)
        ),
        widths=[14 if column.is_numeric else 26 for column in listing.columns],
    )
    return workbooks.download([sheet], _filename(listing, "xlsx"))


def summed_up(selection: Selection) -> list[str]:
    """How many records, their total and the day."""
    listing, summary = selection.listing, selection.summary
    counted = [listing.counted(summary["count"]), listing.total_in_words(summary)]
    return [
        f"{', '.join(filter(None, counted))}.",
        f"As published on {in_words(timezone.localdate())}.",
    ]


def refusal(selection: Selection) -> HttpResponse:
    """The sentence on a filter that cannot be used."""
    return HttpResponse(
        f"{selection.problem}\n", status=400, content_type="text/plain; charset=utf-8"
    )


def _filename(listing: Listing, form: str) -> str:
    return f"{listing.name}.{form}"


def _to_save(response: HttpResponseBase, listing: Listing, form: str) -> HttpResponseBase:
    response["Content-Disposition"] = f'attachment; filename="{_filename(listing, form)}"'
    return response


FORMS = {"csv": as_csv, "xlsx": as_xlsx, "json": as_json}
