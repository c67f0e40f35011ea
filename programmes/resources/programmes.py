"""Programmes and local units as spreadsheets."""

from commissioning.models import Area, Fund, Organisation, Service, Theme
from commissioning.resources.base import RecordResource
from commissioning.resources.columns import Column, Record, Records, RelatedList
from programmes.models import LocalUnit, Measure, Programme


class ProgrammeResource(RecordResource):
    """Programmes, found by `code`.

    Columns: code, name, slug, description, theme_code, lead_code, service_codes, fund_codes,
    headline_measure_code, starts_on, ends_on, source_ref, note; is_published is for reading only.
    """

    theme_code = Column("theme", Record(Theme))
    lead_code = Column("lead", Record(Organisation))
    service_codes = RelatedList(
        "services", Records(Service), help_text="Their awards and figures count as its own."
    )
    fund_codes = RelatedList("funds", Records(Fund), help_text="Funds that are for it alone.")
    headline_measure_code = Column(
        "headline_measure",
        Record(Measure),
        help_text="A measure of it or of its services, which are there already.",
    )

    class Meta:
        model = Programme
        key = ["code"]
        readonly = ["is_published"]
        fields = [
            "code",
            "name",
            "slug",
            "description",
            "theme_code",
            "lead_code",
            "service_codes",
            "fund_codes",
            "headline_measure_code",
            "starts_on",
            "ends_on",
            "source_ref",
            "note",
            "is_published",
        ]


class LocalUnitResource(RecordResource):
    """Local units of services, found by service and name.

    Columns: service_code, name, area_code, position, source_ref.
    """

    service_code = Column("service", Record(Service), required=True)
    area_code = Column("area", Record(Area), required=True)

    class Meta:
        model = LocalUnit
        key = ["service_code", "name"]
        fields = ["service_code", "name", "area_code", "position", "source_ref"]

    def find(self, values):
        return self.known().filter(service=values["service_code"], name=values["name"]).first()
