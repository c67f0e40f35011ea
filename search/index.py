"""Keeping the index: a document made anew for each published record, and the words in it."""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import connection, transaction
from django.db.models import Model

from commissioning.contacts import for_the_public
from search import engines
from search.models import Document, Waiting, Word
from search.sources import ALL, Source
from search.words import joined_words, plain_words, stem, stems

CHUNK = 500
STEMS = ["title", "about", "rest", "title_length"]


def document_of(source: Source, record: Model) -> Document:
    """What the record is found by today, as the public reads it; unsaved."""
    title = stems(source.texts(record, source.title))
    return Document(
        kind=source.kind,
        record_id=record.pk,
        # A title of signs alone is found by nothing but its other words.
        title=title or source.kind,
        about=stems(source.texts(record, source.about)),
        rest=stems(source.rest_of(record)),
        title_length=min(len(title.split()), 1000),
    )


@transaction.atomic
@for_the_public()
def rebuild() -> dict[str, int]:
    """Make the whole index anew; how many documents there are of each kind."""
    engines.wait_for_my_turn(connection)
    # In step first: SQLite refuses to take a document out of an index that does not hold it.
    engines.install(connection)
    engines.refill(connection)
    Waiting.objects.all().delete()
    Word.objects.all().delete()
    Document.objects.all().delete()
    return {source.kind: _put(source, source.listing.rows()) for source in ALL}


@for_the_public()
def refresh(source: Source, keys: Iterable[int]) -> None:
    """Make these records’ documents anew; none is left of a record that is no longer public."""
    keys = iter(sorted(keys))
    while chunk := list(islice(keys, CHUNK)):
        rows = source.listing.rows().filter(pk__in=chunk)
        _put(source, rows)
        Document.objects.of_kind(source.kind).filter(record_id__in=chunk).exclude(
            record_id__in=rows.order_by().values("pk")
        ).delete()


def _put(source: Source, rows) -> int:
    count = 0
    for records in chunks(source, rows):
        Document.objects.bulk_create(
            [document_of(source, record) for record in records],
            update_conflicts=True,
            unique_fields=["kind", "record_id"],
            update_fields=STEMS,
        )
        _learn(source, records)
        count += len(records)
    return count


def chunks(source: Source, rows) -> Iterator[list[Model]]:
    """The records, so many at a time that an index of any length needs little memory."""
    records = source.complete(rows).order_by("pk").iterator(chunk_size=CHUNK)
    while chunk := _next(records):
        yield chunk


@for_the_public()
def _next(records: Iterator[Model]) -> list[Model]:
    return list(islice(records, CHUNK))


def _learn(source: Source, records: Iterable[Model]) -> None:
    """Keep the words as they are written, for spelling. None is forgotten before a rebuild: one
    that no document holds any longer finds nothing, and is never proposed.
    """
    texts = [
        text
        for record in records
        for text in (
            *source.texts(record, [*source.title, *source.about]),
            *source.rest_of(record),
        )
    ]
    found = {word for text in texts for word in (*plain_words(text), *joined_words(text))}
    Word.objects.bulk_create(
        [Word(word=word, stem=stem(word)) for word in sorted(found) if len(word) > 2],
        ignore_conflicts=True,
        batch_size=CHUNK,
    )


def differences() -> Iterator[str]:
    """A sentence for each document that is not what would be made of its record today."""
    for source in ALL:
        indexed = {
            (found["record_id"], *(found[name] for name in STEMS))
            for found in Document.objects.of_kind(source.kind)
            .values("record_id", *STEMS)
            .iterator()
        }
        for records in chunks(source, source.listing.rows()):
            for record in records:
                with for_the_public():
                    made = document_of(source, record)
                facts = (made.record_id, *(getattr(made, name) for name in STEMS))
                if facts not in indexed:
                    yield f"The search index is behind in {source.kind}: record {record.pk}."
                indexed.discard(facts)
        for key, *_ in sorted(indexed):
            yield f"The search index holds {source.kind} {key} as it no longer is."
