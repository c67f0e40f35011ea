"""Money that came from sources, and went back to them, as a spreadsheet."""

from django.core.exceptions import ValidationError

from commissioning.actions import receipts
from commissioning.models import Fund, FundingSource, Receipt
from commissioning.resources.base import RecordResource
from commissioning.resources.columns import Column, Day, Pointer, Record
from commissioning.rules import duplicates


class ReceiptResource(RecordResource):
    """Money that came or went back, found by budget, day, kind, amount and reference.

    Columns: fund_code, source_code, starts_on, ends_on (these three only where the fund has several
    budgets), kind, amount (below nothing for what went back), received_on, reference, note. A row
    that is here already records nothing more; a mistake is corrected in the staff site.
    """

    fund_code = Pointer("budget__fund", Record(Fund), required=True)
    source_code = Pointer("budget__source", Record(FundingSource))
    starts_on = Pointer("budget__starts_on", Day(), help_text="The first day of the budget.")
    ends_on = Pointer("budget__ends_on", Day(), help_text="The last day of the budget.")
    received_on = Column("received_on", Day(), required=True)

    explains = (
        "Each row records money that came from a source or, below nothing, went back to it. A row "
        "that is here already, by its budget, day, kind, amount and reference, records nothing "
        "more."
    )

    class Meta:
        model = Receipt
        key = ["budget", "kind", "amount", "received_on", "reference"]
        adds_up = "amount"
        fields = [
            "fund_code",
            "source_code",
            "starts_on",
            "ends_on",
            "kind",
            "amount",
            "received_on",
            "reference",
            "note",
        ]

    def read(self, row):
        values = super().read(row)
        values["budget"] = self.lookups.budgets.find(
            values["fund_code"],
            values.get("source_code"),
            values.get("starts_on"),
            values.get("ends_on"),
        )
        return values

    def find(self, values):
        same = {name: values[name] for name in ("budget", "kind", "amount", "received_on")}
        return self.known().filter(**same, reference=values.get("reference", "")).first()

    def put(self, record, values):
        super().put(record, values)
        record.budget = values["budget"]

    def store(self, record, is_new, values, *, by):
        if not is_new:
            raise ValidationError("it is recorded already and differs. Correct it instead.")
        self.warned += duplicates.receipts_in_sentences(record)
        receipts.record(record, by=by)
