"""What the proofs of records have in common: how breaches are put in sentences."""

from collections.abc import Callable, Iterator
from itertools import islice

from django.db import models
from django.db.models import QuerySet

# How many records that break one rule are named; of the others, how many there are.
NAMED = 20


def named(found: QuerySet | Iterator, sentence: Callable[..., str]) -> Iterator[str]:
    """The sentence about each of the first records found, and one for all that are left."""
    # Without LIMIT: it would have PostgreSQL plan for many breaches, where there are mostly none.
    rows = found.iterator() if isinstance(found, QuerySet) else found
    yield from map(sentence, islice(rows, NAMED))
    if more := sum(1 for _ in rows):
        yield f"… and {more:,} more like the last one."


def name_of(row: models.Model) -> str:
    """“Budget 12 (Active Citizens Fund 2020/21)”."""
    name = str(row._meta.verbose_name)
    return f"{name[:1].upper()}{name[1:]} {row.pk} ({row})"
