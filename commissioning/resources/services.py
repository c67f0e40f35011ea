"""Commissioned services as a spreadsheet."""

from commissioning.models import Area, Fund, FundingSource, Organisation, Service, Theme
from commissioning.resources.base import RecordResource
from commissioning.resources.columns import Column, Record, Records, RelatedList
from commissioning.resources.names import OtherNames


class ServiceResource(RecordResource):
    """Commissioned services, found by `code`.

    Columns: code, name, slug, other_names, kind, status, status_as_at, description,
    provider_codes, parent_code, theme_code, area_codes, scope, scope_basis, place_note,
    starts_on, ends_on, date_precision,
    fund_codes, source_codes, evaluation, source_ref, note; is_published is for reading only.
    """

    other_names = OtherNames()
    provider_codes = RelatedList("providers", Records(Organisation))
    parent_code = Column("parent", Record(Service))
    theme_code = Column("theme", Record(Theme))
    area_codes = RelatedList("areas", Records(Area))
    fund_codes = RelatedList("funds", Records(Fund))
    source_codes = RelatedList("sources", Records(FundingSource))

    class Meta:
        model = Service
        key = ["code"]
        readonly = ["is_published"]
        fields = [
            "code",
            "name",
            "slug",
            "other_names",
            "kind",
            "status",
            "status_as_at",
            "description",
            "provider_codes",
            "parent_code",
            "theme_code",
            "area_codes",
            "scope",
            "scope_basis",
            "place_note",
            "starts_on",
            "ends_on",
            "date_precision",
            "fund_codes",
            "source_codes",
            "evaluation",
            "source_ref",
            "note",
            "is_published",
        ]
