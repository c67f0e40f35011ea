"""Payments as a spreadsheet: an import asks for them, and somebody else releases them."""

from django.core.exceptions import ValidationError

from commissioning.actions import payments
from commissioning.figures.instalments import with_sums
from commissioning.models import Area, Award, Fund, FundingSource, Instalment, Payment
from commissioning.money import NOTHING
from commissioning.resources.base import RecordResource
from commissioning.resources.columns import Day, Pointer, Record, Text
from commissioning.rules import duplicates


class PaymentResource(RecordResource):
    """Requests for payments and recoveries.

    Columns: award_reference, kind, cause (of a recovery), reference, amount, due_on, early_reason
    (of what is not due within 30 days), note; and
    fund_code, source_code, starts_on, ends_on, area_code, purpose of the allocation where the award
    stands on several; status and paid_on are for reading only. A row finds its payment by award
    line and `reference`, or without one by kind, amount and due_on, so that the same file asks for
    nothing twice. Where the award has a schedule, it asks for the instalment due on its due_on.
    """

    award_reference = Pointer("commitment__award", Record(Award, by="reference"), required=True)
    fund_code = Pointer("commitment__allocation__budget__fund", Record(Fund))
    source_code = Pointer("commitment__allocation__budget__source", Record(FundingSource))
    starts_on = Pointer(
        "commitment__allocation__budget__starts_on", Day(), help_text="The first day of the budget."
    )
    ends_on = Pointer(
        "commitment__allocation__budget__ends_on", Day(), help_text="The last day of the budget."
    )
    area_code = Pointer("commitment__allocation__area", Record(Area))
    purpose = Pointer(
        "commitment__allocation__purpose", Text(), help_text="The purpose of the allocation."
    )

    explains = (
        "Each row asks for a payment or a recovery, which somebody else releases. A row that is "
        "here already, by its reference or else by its amount and day, asks for nothing more. "
        "Where the award has a schedule, due_on says which instalment it asks for."
    )

    class Meta:
        model = Payment
        key = ["commitment", "reference", "kind", "amount", "due_on"]
        readonly = ["status", "paid_on"]
        import_permissions = ["commissioning.add_payment", "commissioning.request_payment"]
        adds_up = "amount"
        fields = [
            "award_reference",
            "fund_code",
            "source_code",
            "starts_on",
            "ends_on",
            "area_code",
            "purpose",
            "kind",
            "cause",
            "reference",
            "amount",
            "due_on",
            "early_reason",
            "note",
            "status",
            "paid_on",
        ]

    def read(self, row):
        values = super().read(row)
        values["commitment"] = self.commitment(values)
        return values

    def commitment(self, values: dict):
        """The line of the award that the row is about; the award's only line when none is named."""
        award = values["award_reference"]
        lines = award.commitments.select_related(
            "award", "allocation__budget__fund", "allocation__area"
        )
        if values.get("fund_code") and values.get("area_code"):
            lines = lines.filter(allocation=self.lookups.allocations.named(values))
        found = list(lines[:2])
        if not found:
            raise ValidationError(f"award {award.reference} has no such line to pay from.")
        if len(found) > 1:
            raise ValidationError(
                f"award {award.reference} stands on several allocations. Give fund_code and "
                "area_code of the one to pay from."
            )
        return found[0]

    def find(self, values):
        same = Payment.objects.filter(
            commitment=values["commitment"], reference=values.get("reference", "")
        ).exclude(status__in=[Payment.Status.REFUSED, Payment.Status.CANCELLED])
        # A payment that the bank returned stays found, so that no file pays it again by itself.
        same = same.exclude(kind=Payment.Kind.RETURN)
        if values.get("reference"):
            return same.first()
        return same.filter(
            kind=values.get("kind", Payment.Kind.PAYMENT),
            amount=values["amount"],
            due_on=values.get("due_on"),
        ).first()

    def put(self, record, values):
        super().put(record, values)
        record.commitment = values["commitment"]
        if record.pk is None and record.kind == Payment.Kind.PAYMENT and record.due_on:
            record.instalment = self.instalment(record)

    def instalment(self, record: Payment) -> Instalment | None:
        """The instalment due on the row's day, where the award has a schedule."""
        standing = Instalment.objects.standing().filter(commitment=record.commitment)
        due = with_sums(standing).filter(due_on=record.due_on, outstanding__gt=NOTHING)
        return due.order_by("pk").first()

    def store(self, record, is_new, values, *, by):
        if not is_new:
            raise ValidationError(
                f"it is already {record.get_status_display()} and differs. Cancel the request and "
                "ask again."
            )
        self.warned += duplicates.in_sentences([record])
        payments.request(record, by=by)
