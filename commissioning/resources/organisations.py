"""Organisations as a spreadsheet."""

from commissioning.actions import organisations
from commissioning.models import Area, Organisation
from commissioning.resources.base import RecordResource
from commissioning.resources.columns import Column, Record, Records, RelatedList
from commissioning.resources.names import Identifiers, OrganisationNames


class OrganisationResource(RecordResource):
    """Organisations, found by `code`.

    Columns: code, name, slug, kind, parent_code, area_codes, other_names, former_names,
    identifiers, role, website, withhold, withhold_ground, source_ref, note; is_published is for
    reading only. Lists have semicolons between two values.
    """

    parent_code = Column("parent", Record(Organisation))
    area_codes = RelatedList("areas", Records(Area))
    other_names = OrganisationNames(former=False)
    former_names = OrganisationNames(former=True)
    identifiers = Identifiers()

    class Meta:
        model = Organisation
        key = ["code"]
        readonly = ["is_published"]
        fields = [
            "code",
            "name",
            "slug",
            "kind",
            "parent_code",
            "area_codes",
            "other_names",
            "former_names",
            "identifiers",
            "role",
            "website",
            "withhold",
            "withhold_ground",
            "source_ref",
            "note",
            "is_published",
        ]

    def store(self, record, is_new, values, *, by):
        organisations.save(record, by=by)
