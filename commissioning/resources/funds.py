"""Sources of funding, funds, budgets and allocations as spreadsheets."""

from django.core.exceptions import ValidationError
from django.db.models import Min, Q
from django.utils import timezone

from commissioning.actions import funds
from commissioning.models import (
    Allocation,
    Area,
    Budget,
    Entry,
    Fund,
    FundingSource,
    Organisation,
    Theme,
)
from commissioning.money import format_pounds
from commissioning.resources.base import RecordResource
from commissioning.resources.columns import (
    Column,
    Day,
    Pointer,
    Pounds,
    Record,
    Records,
    RelatedList,
)
from commissioning.resources.names import FundNames


class FundingSourceResource(RecordResource):
    """Sources of funding, found by `code`.

    Columns: code, name, slug, kind, provider_code, ring_fence, source_ref, note; is_published is
    for reading only.
    """

    provider_code = Column("provider", Record(Organisation))

    class Meta:
        model = FundingSource
        key = ["code"]
        readonly = ["is_published"]
        fields = [
            "code",
            "name",
            "slug",
            "kind",
            "provider_code",
            "ring_fence",
            "source_ref",
            "note",
            "is_published",
        ]


class FundResource(RecordResource):
    """Funds, found by `code`.

    Columns: code, name, slug, other_names, status, status_as_at, purpose, lead_code, theme_code,
    source_codes, starts_on, ends_on, date_precision, successor_code, source_ref, note;
    is_published is for reading only. A former name in other_names is written "Old Fund (until
    31/03/2020)".
    """

    other_names = FundNames()
    lead_code = Column("lead", Record(Organisation))
    theme_code = Column("theme", Record(Theme))
    source_codes = RelatedList("sources", Records(FundingSource))
    successor_code = Column("successor", Record(Fund))

    class Meta:
        model = Fund
        key = ["code"]
        readonly = ["is_published"]
        fields = [
            "code",
            "name",
            "slug",
            "other_names",
            "status",
            "status_as_at",
            "purpose",
            "lead_code",
            "theme_code",
            "source_codes",
            "starts_on",
            "ends_on",
            "date_precision",
            "successor_code",
            "source_ref",
            "note",
            "is_published",
        ]


class StandingAmount(Pointer):
    """The amount that a new record starts with; later only its own verbs change it."""

    def __init__(self, **kwargs):
        super().__init__("amount", Pounds(), required=True, **kwargs)


class MoneyResource(RecordResource):
    """A record of the money chain: its amount is posted once, by the verb that opens it."""

    def changes(self, record, values):
        """An import opens a budget or allocation with its amount and never changes one."""
        if values["amount"] != record.amount:
            sentence = (
                f"{record} holds {format_pounds(record.amount)}, not "
                f"{format_pounds(values['amount'])}. An import does not change an amount: "
                f"{self.verbs}."
            )
            raise ValidationError({"amount": sentence})
        return super().changes(record, values)

    def filter_export(self, queryset, **kwargs):
        opened = Min("entries__effective_on", filter=Q(entries__kind=self.opened_by))
        return super().filter_export(queryset, **kwargs).annotate(first_on=opened)


class BudgetResource(MoneyResource):
    """Budgets, found by fund, source and period; a new one is opened with its amount.

    Columns: fund_code, source_code, starts_on, ends_on, amount, effective_on (the first day when
    blank), basis, source_status, qualifier, source_ref, note. An amount of a known budget is not
    changed here.
    """

    verbs = "revise or vire it"
    opened_by = Entry.Kind.FUNDING

    fund_code = Column("fund", Record(Fund), required=True)
    source_code = Column("source", Record(FundingSource), required=True)
    amount = StandingAmount(help_text="What the budget starts with.")
    effective_on = Pointer(
        "first_on", Day(), help_text="The day from which it counts; the first day when blank."
    )

    explains = (
        "A new budget is opened with its amount. The amount of a budget that is here already is "
        "not changed by an import: revise or vire it."
    )

    class Meta:
        model = Budget
        key = ["fund_code", "source_code", "starts_on", "ends_on"]
        import_permissions = ["commissioning.add_budget", "commissioning.fund_budget"]
        adds_up = "amount"
        fields = [
            "fund_code",
            "source_code",
            "starts_on",
            "ends_on",
            "amount",
            "effective_on",
            "basis",
            "source_status",
            "qualifier",
            "source_ref",
            "note",
        ]

    def find(self, values):
        return (
            self.known()
            .filter(
                fund=values["fund_code"],
                source=values["source_code"],
                starts_on=values.get("starts_on"),
                ends_on=values.get("ends_on"),
            )
            .first()
        )

    def store(self, record, is_new, values, *, by):
        if not is_new:
            super().store(record, is_new, values, by=by)
            return
        day = values.get("effective_on") or record.starts_on or timezone.localdate()
        funds.open_budget(record, values["amount"], effective_on=day, by=by)
        record.refresh_from_db()


class AllocationResource(MoneyResource):
    """Allocations, found by budget, area and purpose; a new one is made with its amount.

    Columns: fund_code, source_code, starts_on, ends_on (these three only where the fund has several
    budgets), area_code, purpose, amount, effective_on (the budget's first day when blank), basis,
    qualifier, source_ref, note. An amount of a known allocation is not changed here.
    """

    verbs = "allocate more or vire it"
    opened_by = Entry.Kind.ALLOCATION

    fund_code = Pointer("budget__fund", Record(Fund), required=True)
    source_code = Pointer("budget__source", Record(FundingSource))
    starts_on = Pointer("budget__starts_on", Day(), help_text="The first day of the budget.")
    ends_on = Pointer("budget__ends_on", Day(), help_text="The last day of the budget.")
    area_code = Column("area", Record(Area), required=True)
    amount = StandingAmount(help_text="What is set aside at first.")
    effective_on = Pointer(
        "first_on",
        Day(),
        help_text="The day from which it counts; the budget's first day when blank.",
    )

    explains = (
        "A new allocation is made with its amount. The amount of one that is here already is not "
        "changed by an import: allocate more or vire it."
    )

    class Meta:
        model = Allocation
        key = ["fund_code", "source_code", "starts_on", "ends_on", "area_code", "purpose"]
        import_permissions = ["commissioning.add_allocation", "commissioning.allocate_budget"]
        adds_up = "amount"
        fields = [
            "fund_code",
            "source_code",
            "starts_on",
            "ends_on",
            "area_code",
            "purpose",
            "amount",
            "effective_on",
            "basis",
            "qualifier",
            "source_ref",
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
        return (
            self.known()
            .filter(
                budget=values["budget"], area=values["area_code"], purpose=values.get("purpose", "")
            )
            .first()
        )

    def put(self, record, values):
        super().put(record, values)
        record.budget = values["budget"]

    def store(self, record, is_new, values, *, by):
        if not is_new:
            super().store(record, is_new, values, by=by)
            return
        day = values.get("effective_on") or record.budget.starts_on or timezone.localdate()
        funds.allocate([(record, values["amount"])], effective_on=day, by=by)
        record.refresh_from_db()
