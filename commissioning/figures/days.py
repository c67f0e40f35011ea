"""From which day an allocation has so many pounds to commit, on that day and on every later one."""

from datetime import date
from decimal import Decimal

from commissioning.figures.slices import Slice
from commissioning.figures.sums import sum_where
from commissioning.models import Allocation, Entry
from commissioning.money import NOTHING


def first_day_with(allocation: Allocation, amount: Decimal, day: date) -> date | None:
    """The first day, from `day` on, from which the pounds are never lacking; None for no day."""
    rows = Slice(allocation=allocation).entries().order_by("effective_on").values("effective_on")
    days = rows.annotate(
        allocated=sum_where(kind=Entry.Kind.ALLOCATION),
        committed=sum_where(kind=Entry.Kind.COMMITMENT),
    )
    left, found = NOTHING, None
    for each in days:
        left += each["allocated"] - each["committed"]
        if left < amount:
            found = None
        elif found is None:
            found = max(each["effective_on"], day)
    return found
