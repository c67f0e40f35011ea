"""What exists. One module per noun of the money chain; see docs/glossary.md."""

from commissioning.models.areas import Area
from commissioning.models.awards import Award
from commissioning.models.budgets import Allocation, Basis, Budget
from commissioning.models.commitments import Commitment, Variation
from commissioning.models.conditions import Condition
from commissioning.models.decisions import DecisionNotice
from commissioning.models.funds import Fund, FundingSource, FundName
from commissioning.models.history import HistoryEvent
from commissioning.models.imports import ImportRun
from commissioning.models.journal import ClosedYear, Entry, JournalGuard
from commissioning.models.organisations import (
    Organisation,
    OrganisationIdentifier,
    OrganisationName,
)
from commissioning.models.payments import Payment
from commissioning.models.people import User
from commissioning.models.plan import Plan, Theme
from commissioning.models.reported import ReportedTotal
from commissioning.models.services import Service, ServiceName

__all__ = [
    "Allocation",
    "Area",
    "Award",
    "Basis",
    "Budget",
    "ClosedYear",
    "Commitment",
    "Condition",
    "DecisionNotice",
    "Entry",
    "Fund",
    "FundName",
    "FundingSource",
    "HistoryEvent",
    "ImportRun",
    "JournalGuard",
    "Organisation",
    "OrganisationIdentifier",
    "OrganisationName",
    "Payment",
    "Plan",
    "ReportedTotal",
    "Service",
    "ServiceName",
    "Theme",
    "User",
    "Variation",
]
