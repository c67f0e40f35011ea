"""Proof that what the public can search is what it can read."""

from collections.abc import Callable, Iterator

from django.db import connection

from commissioning.integrity import named
from search import engines, index


def index_is_of_what_is_public() -> Iterator[str]:
    """Every document is what would be made of its record now, and there is no other."""
    yield from named(index.differences(), str)
    if not engines.is_in_step(connection):
        yield (
            "The full-text index does not hold the words of its documents. “manage.py "
            "rebuild_search” makes it anew."
        )


RULES: list[Callable[[], Iterator[str]]] = [index_is_of_what_is_public]
