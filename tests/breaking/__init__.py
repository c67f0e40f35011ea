"""How to break each constraint of the database, past every rule that stands before it.

`HOW` holds a function per constraint: it makes records by the book and returns the harm, a function
that does one forbidden thing straight at the tables.
"""

from tests.breaking import (
    banking,
    counts,
    delegation,
    forecasts,
    ledger,
    margins,
    reconciliation,
    returns,
    schedules,
    searching,
    setting_aside,
    transparency,
    year_end,
)
from tests.breaking.tools import (
    an_entry,
    change,
    constraints,
    take_away,
    total,
    unguard,
)

HOW = {
    **ledger.HOW,
    **margins.HOW,
    **delegation.HOW,
    **schedules.HOW,
    **setting_aside.HOW,
    **reconciliation.HOW,
    **banking.HOW,
    **forecasts.HOW,
    **year_end.HOW,
    **counts.HOW,
    **returns.HOW,
    **transparency.HOW,
    **searching.HOW,
}

__all__ = ["HOW", "an_entry", "change", "constraints", "take_away", "total", "unguard"]
