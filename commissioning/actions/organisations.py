"""Organisations: saved with who decided to withhold something of them, and their former names."""

from django.db import transaction

from commissioning.actions import records
from commissioning.models import Award, Organisation, OrganisationName, User


@transaction.atomic
def save(organisation: Organisation, *, by: User) -> bool:
    """Save a new or changed organisation; True if anything changed."""
    stored = Organisation.objects.filter(pk=organisation.pk).first()
    renamed_from = stored.name if stored and stored.name != organisation.name else ""
    before = stored.withhold if stored else Organisation.Withhold.NOTHING
    if organisation.withhold != before:
        organisation.withhold_decided_by = by
    changed = records.save(organisation, by=by)
    if renamed_from:
        _keep_former_name(organisation, renamed_from, by)
    return changed


def _keep_former_name(organisation: Organisation, name: str, by: User) -> None:
    """A name under which something was awarded stays to be found; a mere slip may be removed."""
    awarded = organisation.awards.filter(status__in=Award.PROMISED).exists()
    if awarded and not organisation.names.filter(name=name).exists():
        records.save(OrganisationName(organisation=organisation, name=name, is_former=True), by=by)
