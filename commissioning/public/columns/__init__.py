"""What the public reads of each noun, declared once for every page, file and API answer."""

from commissioning.public.columns.awards import AWARD
from commissioning.public.columns.conditions import CONDITION
from commissioning.public.columns.funds import ALLOCATION, BUDGET, FUND, SOURCE
from commissioning.public.columns.lines import COMMITMENT, ENTRY, PAYMENT
from commissioning.public.columns.register import (
    AREA,
    DECISION,
    ORGANISATION,
    REPORTED_TOTAL,
    SERVICE,
    THEME,
)

__all__ = [
    "ALLOCATION",
    "AREA",
    "AWARD",
    "BUDGET",
    "COMMITMENT",
    "CONDITION",
    "DECISION",
    "ENTRY",
    "FUND",
    "ORGANISATION",
    "PAYMENT",
    "REPORTED_TOTAL",
    "SERVICE",
    "SOURCE",
    "THEME",
]
