"""A change of money before it is posted."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from commissioning.models import Allocation, Budget, Commitment, DecisionNotice, Payment, Variation


@dataclass(frozen=True)
class Move:
    """One signed change of pounds at one record of the chain, not yet posted."""

    on: Budget | Allocation | Commitment | Payment
    amount: Decimal
    reason: str
    effective_on: date
    decision: DecisionNotice | None = None
    variation: Variation | None = None
    transfer: UUID | None = None
    note: str = ""
