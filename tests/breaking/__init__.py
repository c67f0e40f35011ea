"""How to break each constraint of the database, past every rule that stands before it.

`HOW` holds a function per constraint: it makes records by the book and returns the harm, a function
that does one forbidden thing straight at the tables.
"""

from tests.breaking import controls, counts, ledger, returns
from tests.breaking.tools import (
    an_entry,
    change,
    constraints,
    take_away,
    total,
    unguard,
)

HOW = {**ledger.HOW, **controls.HOW, **counts.HOW, **returns.HOW}

__all__ = ["HOW", "an_entry", "change", "constraints", "take_away", "total", "unguard"]
