"""References: the office's own, or the next one of a series that the register gives."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Max

from commissioning.actions import records
from commissioning.models import GivenReference
from commissioning.triggers.references import formatted, series

# The rule by which the database refuses a reference that another record has or had.
GIVEN_ONCE = "reference_is_given_once"


def next_reference(model: type[models.Model]) -> str:
    """The reference for a record that came without one: A-00001, A-00002, …

    It follows on the highest that ever was, so that one whose record was removed never comes again.
    """
    name = series()[model._meta.db_table]
    last = GivenReference.objects.filter(series=name).aggregate(last=Max("number"))["last"]
    return formatted(name, (last or 0) + 1)


def save_with_reference(row: models.Model, save: Callable[[], object]) -> None:
    """Save the row by `save`; two that come at once without a reference are given two."""
    if row.reference:
        save()
    while not row.reference:
        row.reference = next_reference(type(row))
        try:
            save()
        except ValidationError as refusal:
            row.reference = ""
            if not _is_taken(refusal):
                raise


def _is_taken(refusal: ValidationError) -> bool:
    """Whether another record got the reference first: just before the save, or during it."""
    errors = getattr(refusal, "error_dict", {}).get("reference", [refusal])
    return any(error.code in (records.TAKEN, GIVEN_ONCE, "unique") for error in errors)
