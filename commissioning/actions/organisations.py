"""Organisations: saved with the name of whoever decided to withhold something of them."""

from commissioning.actions import records
from commissioning.models import Organisation, User


def save(organisation: Organisation, *, by: User) -> bool:
    """Save a new or changed organisation; True if anything changed."""
    stored = Organisation.objects.filter(pk=organisation.pk).first()
    before = stored.withhold if stored else Organisation.Withhold.NOTHING
    if organisation.withhold != before:
        organisation.withhold_decided_by = by
    return records.save(organisation, by=by)
