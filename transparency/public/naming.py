"""Runs that name a record as it was when they were published."""

from collections.abc import Iterable

from django.db.models import Model

from commissioning.figures.naming import says, some_of
from transparency.models import Run


def runs_that_name(row: Model) -> Iterable[str]:
    """A sentence on the runs still public that hold the record's name."""
    runs = [run for run in Run.objects.all() if not run.is_withdrawn and says(run.content, row)]
    if runs:
        yield (
            f"It stays named in {len(runs)} runs of statutory publication, which are kept as they "
            f"were published ({some_of(runs)}). Withdraw them on their own pages."
        )
