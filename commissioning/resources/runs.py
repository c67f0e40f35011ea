"""What every import leaves: a run, which says which file brought which records."""

import hashlib

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction

from commissioning.models import ImportRun, User
from commissioning.resources.base import RecordResource
from commissioning.resources.files import read_file
from commissioning.resources.outcomes import ImportCounts

log = structlog.get_logger(__name__)


def remember(
    resource: RecordResource, counts: ImportCounts, *, file_name: str, sha256: str, by: User
) -> None:
    """Keep which file was taken in, by whom, and what came of it."""
    ImportRun.objects.create(
        noun=resource.import_name(),
        file_name=file_name,
        sha256=sha256,
        rows=counts.rows,
        created=counts.created,
        updated=counts.updated,
        unchanged=counts.unchanged,
        imported_by=by,
    )
    # Without the file's name, which may be somebody's.
    log.info("imported", record=resource.import_name(), rows=counts.rows, by=by.pk)


def opened(resource_class: type[RecordResource], by: User, **options) -> RecordResource:
    """The resource as this person may use it: whoever may only add records changes none."""
    opts = resource_class._meta.model._meta
    may_change = by.has_perm(f"{opts.app_label}.change_{opts.model_name}")
    return resource_class(may_change=may_change, **options)


@transaction.atomic
def take_in(
    resource_class: type[RecordResource], data: bytes, *, file_name: str, by: User
) -> ImportCounts:
    """Import a spreadsheet file whole, or not at all.

    Raises ValidationError with one sentence for each thing refused, by row and column.
    """
    resource = opened(resource_class, by)
    refusals = resource.refusals(resource.take_in(read_file(data), by=by))
    if refusals:
        raise ValidationError([str(refusal) for refusal in refusals])
    counts = resource.import_counts()
    sha256 = hashlib.sha256(data).hexdigest()
    remember(resource, counts, file_name=file_name[:200], sha256=sha256, by=by)
    return counts
