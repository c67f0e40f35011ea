"""How other apps take part in finance's work: see core/hooks.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.hooks import Hook

if TYPE_CHECKING:
    from commissioning.years import FinancialYear
    from finance.bank_details import BankDetails
    from finance.figures.year_end import Check

bank_detail_checks: Hook[Callable[[BankDetails], None]] = Hook(
    "Asked of every sort code and account number that is typed in: raises RuleBroken for what no "
    "bank has, such as a modulus check does."
)
year_end_checks: Hook[tuple[Check, Callable[[FinancialYear], str]]] = Hook(
    "A further point of the year-end checklist, and the address where it is settled for a year."
)
