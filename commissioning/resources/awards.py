"""Awards as spreadsheets: drafts, and awards made before this system was used."""

from contextlib import suppress
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db.models import Min
from import_export.results import RowResult
from tablib import Dataset

from commissioning.actions import awards, onward
from commissioning.models import (
    Allocation,
    Area,
    Award,
    DecisionNotice,
    Fund,
    FundingSource,
    Organisation,
    Service,
    Theme,
)
from commissioning.money import NOTHING, format_pounds
from commissioning.resources import cells
from commissioning.resources.base import Change, Outcome, RecordResource
from commissioning.resources.columns import (
    Column,
    Day,
    Pointer,
    Pounds,
    Record,
    Records,
    RelatedList,
    Text,
)

# What describes an award, drafted or taken on.
DESCRIBING = [
    "reference",
    "title",
    "kind",
    "arrangement",
    "recipient_code",
    "recipient_note",
    "recipient_basis",
    "fund_code",
    "source_code",
    "service_code",
    "area_codes",
    "scope",
    "scope_basis",
    "theme_codes",
    "purpose",
    "reason",
    "legal_power",
    "starts_on",
    "ends_on",
    "date_precision",
    "period_note",
    "payment_pattern",
    "payment_timing",
    "open_call",
    "regrant",
    "review_on",
    "procurement",
    "procurement_notice",
    "irrecoverable_vat",
    "qualifier",
    "source_ref",
    "note",
]
# One line of an award: pounds from one allocation.
LINE = [
    "line_fund_code",
    "line_source_code",
    "line_starts_on",
    "line_ends_on",
    "line_area_code",
    "line_purpose",
    "line_amount",
]


class LineColumn(Pointer):
    """A column of one line of an award; of an award being exported, its `line`."""

    is_fetched = False


class AwardResource(RecordResource):
    """Draft awards, found by `reference`; one is given when it is blank.

    Columns: what describes an award (DESCRIBING) and one line of money (LINE), which names the
    budget's source and days only where the fund has several budgets.

    An award over several allocations has a row for each line, with its reference in every row; the
    award's own columns stand in the first, and are blank or the same in the others. Lines that a
    file does not name stay as they are. status, amount, paid, awarded_on, decision_reference and
    is_published are for reading only: a status moves by its verbs.
    """

    recipient_code = Column("recipient", Record(Organisation))
    fund_code = Column("fund", Record(Fund))
    source_code = Column("source", Record(FundingSource))
    service_code = Column("service", Record(Service))
    area_codes = RelatedList("areas", Records(Area))
    theme_codes = RelatedList("themes", Records(Theme))
    decision_reference = Column("decision", Record(DecisionNotice, by="reference"), readonly=True)

    line_fund_code = LineColumn("line__allocation__budget__fund", Record(Fund))
    line_source_code = LineColumn("line__allocation__budget__source", Record(FundingSource))
    line_starts_on = LineColumn(
        "line__allocation__budget__starts_on", Day(), help_text="The first day of the budget."
    )
    line_ends_on = LineColumn(
        "line__allocation__budget__ends_on", Day(), help_text="The last day of the budget."
    )
    line_area_code = LineColumn("line__allocation__area", Record(Area))
    line_purpose = LineColumn(
        "line__allocation__purpose",
        Text(),
        help_text="The purpose of the allocation, if it has one.",
    )
    line_amount = LineColumn(
        "line__proposed", Pounds(), help_text="What is proposed from this allocation."
    )

    explains = (
        "Each row becomes a draft. An award over several allocations has a row for each, with its "
        "reference in every row; its other columns stand in the first, and are blank or the same "
        "in the others. Lines that the file does not name stay as they are. An award that is no "
        "longer a draft is not changed here."
    )

    class Meta:
        model = Award
        title, import_title = "Awards", "Draft awards"
        key = ["reference"]
        adds_up = "line_amount"
        readonly = ["status", "amount", "paid", "awarded_on", "is_published"]
        fields = [
            *DESCRIBING,
            *LINE,
            "status",
            "amount",
            "paid",
            "awarded_on",
            "decision_reference",
            "is_published",
        ]

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.rows_of: dict[str, list[tuple[int, dict]]] = {}

    # --- Rows of one award ------------------------------------------------------------------------

    def before_import(self, dataset: Dataset, **kwargs):
        super().before_import(dataset, **kwargs)
        for number, row in zip(self.row_numbers, dataset.dict, strict=True):
            reference = str(row.get("reference") or "").strip()
            if reference:
                self.rows_of.setdefault(reference, []).append((number, row))

    def take_row(self, row, outcome: Outcome, *, by):
        rows = self.rows_of.get(str(row.get("reference") or "").strip(), [(outcome.row, row)])
        first_number, first_row = rows[0]
        if outcome.row == first_number:
            super().take_row(row, outcome, by=by)
            return
        self.check_further_line(row, first_row, first_number)
        outcome.is_counted = False
        outcome.import_type = RowResult.IMPORT_TYPE_SKIP
        outcome.label = f"{row['reference']}: a further line of row {first_number}"

    def check_further_line(self, row, first_row, first_number: int) -> None:
        """A further row of an award has a line, and says nothing else of the award."""
        if self.line(row) is None:
            raise ValidationError(f"row {first_number} is about the same award. Give a line here.")
        differing = [
            column.column_name
            for column in self.import_columns()
            if column.column_name in row
            and not isinstance(column, LineColumn)
            and not cells.is_blank(row[column.column_name])
            and row[column.column_name] != first_row[column.column_name]
        ]
        if differing:
            sentence = f"differs from row {first_number}, which is about the same award."
            raise ValidationError(dict.fromkeys(differing, sentence))

    def read(self, row):
        values = super().read(row)
        values["lines"] = self.lines(row, values.get("reference", ""))
        return values

    def lines(self, row, reference: str) -> list[tuple[Allocation, Decimal]]:
        """The lines of all rows of the award; a wrong one is told at its own row."""
        found = [self.line(row)]
        for _, further in self.rows_of.get(reference, [])[1:]:
            with suppress(ValidationError):
                found.append(self.line(further))
        found = [line for line in found if line]
        allocations = [allocation for allocation, _ in found]
        for allocation in allocations:
            if allocations.count(allocation) > 1:
                raise ValidationError(f"two rows of this award stand on {allocation}.")
        return found

    def line(self, row) -> tuple[Allocation, Decimal] | None:
        """The line of one row; None where all its cells are blank."""
        columns = [column for column in self.columns() if isinstance(column, LineColumn)]
        values = self.read_cells(row, columns)
        if not any(value not in (None, "") for value in values.values()):
            return None
        needed = ["line_fund_code", "line_area_code", "line_amount"]
        lacking = [name for name in needed if not values.get(name)]
        if lacking:
            raise ValidationError(dict.fromkeys(lacking, "fill this in: the row has a line."))
        return self.lookups.allocations.named(values, "line_"), values["line_amount"]

    # --- What the row does ------------------------------------------------------------------------

    def find(self, values):
        return super().find(values) if values.get("reference") else None

    def changes(self, record, values):
        return [*super().changes(record, values), *self.line_changes(record, values)]

    def line_changes(self, record: Award, values: dict) -> list[Change]:
        standing = {
            line.allocation_id: self.standing_amount(line) for line in self.standing(record)
        }
        return [
            Change(
                f"line_amount on {allocation}",
                format_pounds(standing.get(allocation.pk, NOTHING)),
                format_pounds(amount),
            )
            for allocation, amount in values["lines"]
            if standing.get(allocation.pk) != amount
        ]

    def pounds_of(self, values):
        return sum((amount for _, amount in values["lines"]), NOTHING)

    def standing(self, record: Award):
        return record.commitments.all() if record.pk else []

    def standing_amount(self, line):
        return line.proposed

    def store(self, record, is_new, values, *, by):
        if record.status != Award.Status.DRAFT:
            raise ValidationError(
                f"award {record.reference} is {record.get_status_display()}. An import changes "
                "drafts only. Send it back, or vary it, instead."
            )
        awards.draft(record, values["lines"], by=by)

    # --- Export -----------------------------------------------------------------------------------

    def filter_export(self, queryset, **kwargs):
        return (
            super()
            .filter_export(queryset, **kwargs)
            .prefetch_related(
                "commitments__allocation__area",
                "commitments__allocation__budget__fund",
                "commitments__allocation__budget__source",
            )
        )

    def iter_queryset(self, queryset):
        """An award once for each of its lines, and once if it has none."""
        for award in super().iter_queryset(queryset):
            for line in award.commitments.all() or [None]:
                award.line = line
                yield award


class TakenOnAwardResource(AwardResource):
    """Awards made before this system was used, found by `reference`; one is given when blank.

    Columns: those of a draft award, and from_record (the record it is taken from, needed),
    awarded_on, effective_on (the day from which its money counts; awarded_on, else starts_on, when
    blank), and for a grant that a recipient gave on onward_of_reference and onward_amount. The
    award is taken on as approved, and its lines are committed at once. One that is here already
    must be as the file says: later changes are variations.
    """

    from_record = Column(
        "taken_on_from",
        Text(),
        required=True,
        help_text="The record that the award is taken from, such as a ledger or a report.",
    )
    status_as_at = Column(
        "status_as_at", Day(), help_text="The day for which that record states what it is now."
    )
    awarded_on = Column("awarded_on", Day(), help_text="The day on which it was awarded.")
    onward_of_reference = Column(
        "onward_of",
        Record(Award, by="reference"),
        help_text="For a grant that a recipient gave on: the award that it came out of.",
    )
    onward_amount = Column(
        "onward_amount",
        Pounds(),
        help_text="What was given on. It is counted in that award: such a row has no line.",
    )
    effective_on = Pointer(
        "first_on",
        Day(),
        help_text="The day from which its money counts; awarded_on or starts_on when blank.",
    )
    line_amount = LineColumn(
        "line__amount", Pounds(), help_text="What is committed from this allocation."
    )

    explains = (
        "For moving in: each row becomes an approved award, and its lines are committed at once, "
        "without recommender and approver but with the record that it is taken from. An award over "
        "several allocations has a row for each, with its reference in every row."
    )

    class Meta(AwardResource.Meta):
        title = import_title = "Awards made before this system was used"
        readonly = ["status", "amount", "paid", "is_published"]
        import_permissions = ["commissioning.take_on_award"]
        fields = [
            *DESCRIBING,
            "from_record",
            "status_as_at",
            "awarded_on",
            "effective_on",
            "onward_of_reference",
            "onward_amount",
            *LINE,
            "status",
            "amount",
            "paid",
            "is_published",
        ]

    @classmethod
    def rows_for(cls, listed):
        return listed.exclude(taken_on_from="")

    def filter_export(self, queryset, **kwargs):
        counted = Min("commitments__entries__effective_on")
        return super().filter_export(queryset, **kwargs).annotate(first_on=counted)

    def standing_amount(self, line):
        return line.amount

    def store(self, record, is_new, values, *, by):
        if not is_new:
            raise ValidationError(
                f"award {record.reference} is here already and differs. Vary it instead: an "
                "import only takes awards on."
            )
        if record.onward_of is not None:
            self.store_given_on(record, values, by=by)
            return
        day = values.get("effective_on") or record.awarded_on or record.starts_on
        if day is None and values["lines"]:
            raise ValidationError(
                {"effective_on": "fill this in, or give awarded_on or starts_on."}
            )
        awards.take_on(
            record,
            values["lines"],
            from_record=values["from_record"],
            effective_on=day,
            awarded_on=values.get("awarded_on"),
            by=by,
        )

    def store_given_on(self, record: Award, values: dict, *, by) -> None:
        """A grant that a recipient gave on: it stands on no allocation."""
        if values["lines"]:
            raise ValidationError(
                {"line_amount": "leave the line empty: the money is in the award it came out of."}
            )
        if record.onward_amount is None:
            raise ValidationError({"onward_amount": "fill this in: how much was given on."})
        onward.record(
            record,
            of=record.onward_of,
            amount=record.onward_amount,
            from_record=values["from_record"],
            awarded_on=values.get("awarded_on"),
            by=by,
        )
