"""Pounds incurred by a day: paid by then, plus accruals and less prepayments at that day.

What was delivered and not paid, or paid ahead, is for the app above to say. It hands that down as
a receiver of the hook `accruals`; without one, only payments count.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from django.db import models

from commissioning import hooks
from commissioning.figures.slices import Slice
from commissioning.models import Budget


@dataclass(frozen=True)
class Accrued:
    """The accrual (above nothing) or prepayment (below) of one commitment as at a day, in pounds.

    `to_pay` is how many pounds were delivered by the day and not paid, whatever was decided: so
    much may still be paid afterwards. `record` is the decision that counts, and `why` how the
    amount was worked out or decided.
    """

    commitment: int
    budget: int
    amount: Decimal
    to_pay: Decimal
    why: str = ""
    record: models.Model | None = field(default=None, compare=False)


def accruals(slice_: Slice) -> list[Accrued]:
    """Every accrual and prepayment of the slice as at its day, as they count on that day."""
    return [each for find in hooks.accruals for each in find(slice_)]


def accruals_at_use_by(slice_: Slice, days: Iterable[date]) -> dict[int, list[Accrued]]:
    """The accruals of each budget at the last day on which it is to be spent, by budget id."""
    found: dict[int, list[Accrued]] = defaultdict(list)
    for day in sorted(set(days)):
        for each in accruals(replace(slice_, as_at=day, use_by=day)):
            found[each.budget].append(each)
    return found


def still_to_pay(budget: Budget, day: date) -> dict[int, Decimal]:
    """Pounds delivered by the day and not paid by then, by the id of each commitment."""
    found = accruals(Slice(budget=budget, as_at=day))
    return {each.commitment: each.to_pay for each in found}
