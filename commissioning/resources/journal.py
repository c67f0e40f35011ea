"""Entries, variations and history as spreadsheets, for reading only."""

import json

from commissioning.models import (
    Area,
    Award,
    DecisionNotice,
    Entry,
    Fund,
    FundingSource,
    HistoryEvent,
    User,
    Variation,
)
from commissioning.resources.base import RecordResource
from commissioning.resources.columns import Cell, Column, Day, Record, Text


class Details(Cell):
    """What a record was before or after, as JSON text."""

    how = "Text"

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else json.dumps(value, ensure_ascii=False, default=str)


class EntryResource(RecordResource):
    """Entries of the journal; exported only."""

    fund_code = Column("budget__fund", Record(Fund))
    source_code = Column("budget__source", Record(FundingSource))
    budget_starts_on = Column("budget__starts_on", Day())
    budget_ends_on = Column("budget__ends_on", Day())
    area_code = Column("allocation__area", Record(Area))
    allocation_purpose = Column("allocation__purpose", Text())
    award_reference = Column("commitment__award", Record(Award, by="reference"))
    payment_reference = Column("payment__reference", Text())
    variation_number = Column("variation__number", Text())
    decision_reference = Column("decision", Record(DecisionNotice, by="reference"))
    recorded_by = Column("recorded_by", Record(User, by="username"))

    class Meta:
        model = Entry
        can_import = False
        fields = [
            "id",
            "kind",
            "reason",
            "amount",
            "effective_on",
            "fund_code",
            "source_code",
            "budget_starts_on",
            "budget_ends_on",
            "area_code",
            "allocation_purpose",
            "award_reference",
            "payment_reference",
            "variation_number",
            "decision_reference",
            "transfer",
            "note",
            "recorded_at",
            "recorded_by",
        ]

    def filter_export(self, queryset, **kwargs):
        return super().filter_export(queryset, **kwargs).select_related("payment", "variation")


class VariationResource(RecordResource):
    """Variations of awards; exported only."""

    award_reference = Column("award", Record(Award, by="reference"))
    decision_reference = Column("decision", Record(DecisionNotice, by="reference"))
    approved_by = Column("approved_by", Record(User, by="username"))

    class Meta:
        model = Variation
        can_import = False
        fields = [
            "award_reference",
            "number",
            "kind",
            "reason",
            "decision_reference",
            "effective_on",
            "ends_on",
            "approved_by",
            "recorded_at",
        ]


class HistoryResource(RecordResource):
    """Who did what, when; exported only."""

    before = Column("before", Details())
    after = Column("after", Details())

    class Meta:
        model = HistoryEvent
        can_import = False
        fields = [
            "at",
            "by_name",
            "verb",
            "subject_type",
            "subject_id",
            "subject_label",
            "before",
            "after",
            "reason",
        ]
