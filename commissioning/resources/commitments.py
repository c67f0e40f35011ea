"""Lines of awards, and conditions of funding, as spreadsheets."""

from commissioning.actions import awards, conditions
from commissioning.models import Area, Award, Commitment, Condition, Fund, FundingSource
from commissioning.resources.base import RecordResource
from commissioning.resources.columns import Column, Day, Pointer, Record, Text


class CommitmentResource(RecordResource):
    """Pounds proposed for draft awards, found by award and allocation.

    Columns: award_reference, fund_code, area_code, purpose, proposed, with source_code, starts_on
    and ends_on where the fund has several budgets; amount and paid are for reading only. A proposal
    under a recommended award sends it back to draft.
    """

    award_reference = Column("award", Record(Award, by="reference"), required=True)
    fund_code = Pointer("allocation__budget__fund", Record(Fund), required=True)
    source_code = Pointer("allocation__budget__source", Record(FundingSource))
    starts_on = Pointer(
        "allocation__budget__starts_on", Day(), help_text="The first day of the budget."
    )
    ends_on = Pointer("allocation__budget__ends_on", Day(), help_text="The last day of the budget.")
    area_code = Pointer("allocation__area", Record(Area), required=True)
    purpose = Pointer("allocation__purpose", Text(), help_text="The purpose of the allocation.")

    explains = (
        "What is proposed for draft awards from each allocation. A change under a recommended "
        "award sends it back to draft."
    )

    class Meta:
        model = Commitment
        import_title = "Amounts proposed for draft awards"
        adds_up = "proposed"
        key = ["award_reference", "allocation"]
        readonly = ["amount", "paid"]
        fields = [
            "award_reference",
            "fund_code",
            "source_code",
            "starts_on",
            "ends_on",
            "area_code",
            "purpose",
            "proposed",
            "amount",
            "paid",
        ]

    def read(self, row):
        values = super().read(row)
        values["allocation"] = self.lookups.allocations.named(values)
        return values

    def find(self, values):
        return (
            self.known()
            .filter(award=values["award_reference"], allocation=values["allocation"])
            .first()
        )

    def put(self, record, values):
        super().put(record, values)
        record.allocation = values["allocation"]

    def store(self, record, is_new, values, *, by):
        awards.propose(record.award, [(record.allocation, record.proposed)], by=by)


class ConditionResource(RecordResource):
    """Conditions of funding, found by `code`, else by what they apply to and their text.

    Columns: code, award_reference, fund_code, applies_to (one of these three), text, due_on, state,
    source_ref, note. `state` may be anything but open only with an award that was taken on; for any
    other award it is changed on the condition's page.
    """

    explains = (
        "The state of a condition comes in only with awards that were taken on. Any other is met "
        "or waived on its own page."
    )
    award_reference = Column("award", Record(Award, by="reference"))
    fund_code = Column("fund", Record(Fund))

    class Meta:
        model = Condition
        key = ["code", "award_reference", "fund_code", "applies_to", "text"]
        fields = [
            "code",
            "award_reference",
            "fund_code",
            "applies_to",
            "text",
            "due_on",
            "state",
            "source_ref",
            "note",
        ]

    def store(self, record, is_new, values, *, by):
        return conditions.save(record, by=by)

    def find(self, values):
        same = self.known().filter(
            award=values.get("award_reference"), fund=values.get("fund_code")
        )
        if values.get("code"):
            return same.filter(code=values["code"]).first()
        return same.filter(applies_to=values.get("applies_to", ""), text=values["text"]).first()
