"""Reported totals as a spreadsheet."""

from commissioning.models import (
    Area,
    Award,
    Fund,
    FundingSource,
    Organisation,
    ReportedTotal,
    Service,
)
from commissioning.resources.base import RecordResource
from commissioning.resources.columns import Column, Record


class ReportedTotalResource(RecordResource):
    """Totals that a document states, found by `code`.

    Columns: code, label, kind, amount, per, count, count_of, qualifier, fund_code, source_code,
    award_reference, service_code, area_code, organisation_code, starts_on, ends_on, period_note,
    document, source_ref, note; is_published is for reading only.
    """

    fund_code = Column("fund", Record(Fund))
    source_code = Column("source", Record(FundingSource))
    award_reference = Column("award", Record(Award, by="reference"))
    service_code = Column("service", Record(Service))
    area_code = Column("area", Record(Area))
    organisation_code = Column("organisation", Record(Organisation))

    class Meta:
        model = ReportedTotal
        key = ["code"]
        readonly = ["is_published"]
        fields = [
            "code",
            "label",
            "kind",
            "amount",
            "per",
            "count",
            "count_of",
            "qualifier",
            "fund_code",
            "source_code",
            "award_reference",
            "service_code",
            "area_code",
            "organisation_code",
            "starts_on",
            "ends_on",
            "period_note",
            "document",
            "source_ref",
            "note",
            "is_published",
        ]
