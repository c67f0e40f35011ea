"""Spreadsheets in and out: which resource reads and writes each noun.

Resources translate between rows and records; the actions decide. Use `base.load_rows` from Python.
"""

from django.db.models import Model

from commissioning import hooks
from commissioning.models import (
    Allocation,
    Area,
    Award,
    Budget,
    Commitment,
    Condition,
    DecisionNotice,
    DelegatedLimit,
    Entry,
    Fund,
    FundingSource,
    HistoryEvent,
    Organisation,
    Payment,
    Plan,
    Receipt,
    ReportedTotal,
    Service,
    Theme,
    Variation,
    Weighting,
)
from commissioning.resources.areas import AreaResource
from commissioning.resources.awards import AwardResource, TakenOnAwardResource
from commissioning.resources.base import RecordResource
from commissioning.resources.commitments import CommitmentResource, ConditionResource
from commissioning.resources.decisions import DecisionResource
from commissioning.resources.delegation import DelegatedLimitResource
from commissioning.resources.funds import (
    AllocationResource,
    BudgetResource,
    FundingSourceResource,
    FundResource,
)
from commissioning.resources.journal import EntryResource, HistoryResource, VariationResource
from commissioning.resources.organisations import OrganisationResource
from commissioning.resources.payments import PaymentResource
from commissioning.resources.plan import PlanResource, ThemeResource
from commissioning.resources.receipts import ReceiptResource
from commissioning.resources.reported import ReportedTotalResource
from commissioning.resources.services import ServiceResource
from commissioning.resources.weightings import WeightingResource, WeightResource

RESOURCES: dict[type[Model], type[RecordResource]] = {
    Area: AreaResource,
    Organisation: OrganisationResource,
    Plan: PlanResource,
    Theme: ThemeResource,
    FundingSource: FundingSourceResource,
    Fund: FundResource,
    Budget: BudgetResource,
    Receipt: ReceiptResource,
    Weighting: WeightingResource,
    Allocation: AllocationResource,
    Service: ServiceResource,
    DecisionNotice: DecisionResource,
    Award: AwardResource,
    Commitment: CommitmentResource,
    Condition: ConditionResource,
    ReportedTotal: ReportedTotalResource,
    Payment: PaymentResource,
    DelegatedLimit: DelegatedLimitResource,
    Entry: EntryResource,
    Variation: VariationResource,
    HistoryEvent: HistoryResource,
}

# Lists that offer more than their own noun: what has no list of its own, and a second way in.
FURTHER_RESOURCES: dict[type[Model], list[type[RecordResource]]] = {
    Award: [TakenOnAwardResource, VariationResource],
    Weighting: [WeightResource],
}


def resources_on(model: type[Model]) -> list[type[RecordResource]]:
    """The resources that a noun's list offers, its own first."""
    own = [RESOURCES[model]] if model in RESOURCES else []
    return [*own, *FURTHER_RESOURCES.get(model, []), *hooks.spreadsheets.of(model)]


def resources_by_noun() -> dict[str, type[RecordResource]]:
    """Every resource that imports, by what a command calls it: `award`, `taken-on-award`, …"""
    nouns = dict.fromkeys([*RESOURCES, *FURTHER_RESOURCES, *hooks.spreadsheets.models])
    every = [resource for model in nouns for resource in resources_on(model)]
    return {each.noun(): each for each in every if each._meta.can_import}
