"""Editions of annual reports that name a record as it was when they were published."""

from collections.abc import Iterable

from django.db.models import Model

from commissioning.figures.naming import says, some_of
from programmes.models import Edition


def editions_that_name(row: Model) -> Iterable[str]:
    """A sentence on the editions that hold the record's name."""
    found = Edition.objects.select_related("report").order_by("pk")
    editions = [edition for edition in found if says(edition.content, row)]
    if editions:
        yield (
            f"It stays named in {len(editions)} editions of annual reports, which are kept as they "
            f"were published ({some_of(editions)})."
        )
