"""A result as the search page shows it: the record’s own words and facts, its matches marked."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Model
from django.utils.safestring import SafeString

from commissioning.public.columns.base import Cell
from search import snippets
from search.models import Document
from search.public.ways import Way, ways_on
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
    links: list[Way]


def results_of(documents: Sequence[Document], question: Question) -> list[Result]:
    """In the order of the documents; one whose record went meanwhile is passed over."""
    records = records_of(documents)
    keys = [(document.kind, document.record_id) for document in documents]
    ways = ways_on(list(records.values()))
    return [
        _result(BY_KIND[key[0]], records[key], question, ways[records[key]])
        for key in keys
        if key in records
    ]


def _result(source: Source, record: Model, question: Question, links: list[Way]) -> Result:
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
        links=links,
    )
