"""What exists. One module per noun of the money chain; see docs/glossary.md."""

from commissioning.models.areas import Area
from commissioning.models.awards import Award
from commissioning.models.budgets import Allocation, Basis, Budget
from commissioning.models.commitments import Commitment, Variation
from commissioning.models.conditions import Condition
from commissioning.models.decisions import DecisionCorrection, DecisionNotice
from commissioning.models.delegation import DelegatedLimit, Interest, Override
from commissioning.models.funds import Fund, FundingSource, FundName
from commissioning.models.history import HistoryEvent, HistoryLink, RecordState
from commissioning.models.imports import ImportRun
from commissioning.models.journal import ClosedYear, Entry, JournalGuard, PipelineEntry
from commissioning.models.margins import MarginAuthority
from commissioning.models.organisations import (
    Organisation,
    OrganisationIdentifier,
    OrganisationName,
)
from commissioning.models.payments import Payment
from commissioning.models.people import User
from commissioning.models.plan import Plan, Theme
from commissioning.models.proposals import ProposedChange, ProposedVariation
from commissioning.models.receipts import Receipt
from commissioning.models.references import GivenReference
from commissioning.models.reported import ReportedTotal
from commissioning.models.schedules import Hold, Instalment
from commissioning.models.services import Service, ServiceName
from commissioning.models.submissions import Submission
from commissioning.models.weightings import Weight, Weighting

__all__ = [
    "Allocation",
    "Area",
    "Award",
    "Basis",
    "Budget",
    "ClosedYear",
    "Commitment",
    "Condition",
    "DecisionCorrection",
    "DecisionNotice",
    "DelegatedLimit",
    "Entry",
    "Fund",
    "FundName",
    "FundingSource",
    "GivenReference",
    "HistoryEvent",
    "HistoryLink",
    "Hold",
    "ImportRun",
    "Instalment",
    "Interest",
    "JournalGuard",
    "MarginAuthority",
    "Organisation",
    "OrganisationIdentifier",
    "OrganisationName",
    "Override",
    "Payment",
    "PipelineEntry",
    "Plan",
    "ProposedChange",
    "ProposedVariation",
    "Receipt",
    "RecordState",
    "ReportedTotal",
    "Service",
    "ServiceName",
    "Submission",
    "Theme",
    "User",
    "Variation",
    "Weight",
    "Weighting",
]
