"""A result as the search page shows it: the record’s own words and facts, its matches marked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Model
from django.urls import reverse
from django.utils.safestring import SafeString

from commissioning.models import Area, Award, Fund, Organisation, Service, Theme
from commissioning.public import listings
from commissioning.public.columns.base import Cell
from commissioning.public.withholding import shown
from search import snippets
from search.models import Document
from search.queries import Question, records_of
from search.sources import BY_KIND, Source


@dataclass(frozen=True)
class Result:
    """One record; `links` lead on to what is asked next of it."""

    noun: str
    title: SafeString
    href: str
    status: Cell | None
    facts: list[tuple[str, Cell]]
    snippet: SafeString
    links: list[tuple[str, str]]


def results_of(documents: Sequence[Document], question: Question) -> list[Result]:
    """In the order of the documents; one whose record went meanwhile is passed over."""
    records = records_of(documents)
    keys = [(document.kind, document.record_id) for document in documents]
    return [_result(BY_KIND[key[0]], records[key], question) for key in keys if key in records]


def _result(source: Source, record: Model, question: Question) -> Result:
    columns = {column.name: column for column in source.listing.columns}
    cells = [(columns[name].header, columns[name].as_cell(record)) for name in source.facts]
    title = columns[source.title[0]].as_cell(record)
    snippet = ""
    if source.about:
        prose = [name for name in source.about if name != "areas"]
        snippet = snippets.snippet(source.texts(record, prose), question.stems)
    return Result(
        noun=source.listing.one[0].upper() + source.listing.one[1:],
        title=snippets.marked(title.text, question.stems),
        href=title.href,
        status=columns["status"].as_cell(record) if "status" in columns else None,
        facts=[(header, cell) for header, cell in cells if not cell.tag],
        snippet=snippet,
        links=list(_links(record)),
    )


def _links(record: Model) -> Iterator[tuple[str, str]]:
    """What somebody who found the record asks next: did it work, who got the money."""
    awards = listings.AWARDS.address
    match record:
        case Award():
            yield "Why, and where the money comes from", f"{record.get_absolute_url()}"
            if shown(record.service):
                yield "Did it work? Results of the service", record.service.get_absolute_url()
        case Organisation():
            yield "Its awards", f"{awards}?recipient={record.slug}"
        case Service():
            yield "Awards for it", f"{awards}?service={record.slug}"
        case Fund():
            yield "Awards from it", f"{awards}?fund={record.slug}"
        case Area():
            yield "Awards that benefit it", f"{awards}?area={record.slug}"
        case Theme():
            yield "Awards under it", f"{awards}?theme={record.slug}"
            yield "What it achieved", reverse("public:theme", args=[record.slug])
