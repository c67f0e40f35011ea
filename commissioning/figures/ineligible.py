"""Spend that does not count for its source: committed, or paid for delivery, after the last day."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Q

from commissioning.figures.receipts import Owed, owed_back
from commissioning.figures.slices import Slice
from commissioning.figures.sums import sum_where
from commissioning.models import Commitment, Entry, Override
from commissioning.money import NOTHING


@dataclass(frozen=True)
class Ineligible:
    """One commitment and its ineligible spend in pounds, with the overrides that allowed it.

    `committed` is what was committed after the source's last day; `paid` is what was paid, by the
    day of reading, beyond what was incurred by that last day.
    """

    commitment: Commitment
    committed: Decimal
    paid: Decimal
    overrides: tuple[Override, ...]


def ineligible_spend(slice_: Slice, today: date) -> list[Ineligible]:
    """Every commitment of the slice with ineligible spend, as at its day or else today."""
    owed = owed_back(slice_, today)
    spent = {
        key: (committed, paid)
        for key, committed, paid in _spent(slice_, owed)
        if committed > 0 or paid > 0
    }
    lines = Commitment.objects.filter(pk__in=spent).select_related(
        "award", "allocation__area", "allocation__budget__fund", "allocation__budget__source"
    )
    lines = lines.order_by("allocation__budget__source__name", "award__reference", "pk")
    allowed = _overrides({line.award_id for line in lines})
    return [
        Ineligible(
            line,
            *(max(each, NOTHING) for each in spent[line.pk]),
            tuple(allowed[line.award_id]),
        )
        for line in lines
    ]


def _spent(slice_: Slice, owed: dict[int, Owed]) -> list[tuple[int, Decimal, Decimal]]:
    """(commitment, committed after the last day, paid beyond what was incurred by it)."""
    accrued = {
        each.commitment: each.amount for of_budget in owed.values() for each in of_budget.accruals
    }
    after = Q(effective_on__gt=F("budget__use_by"))
    rows = (
        slice_.entries()
        .filter(commitment__isnull=False, budget__in=owed)
        .order_by()
        .values("commitment")
        .annotate(
            committed=sum_where(after, kind=Entry.Kind.COMMITMENT),
            paid=sum_where(after, kind=Entry.Kind.PAYMENT),
        )
        .values_list("commitment", "committed", "paid")
    )
    return [(key, committed, paid - accrued.get(key, NOTHING)) for key, committed, paid in rows]


def _overrides(awards: set[int]) -> dict[int, list[Override]]:
    """The overrides that let money of each award pass its period, in the order of their use."""
    used = Override.objects.filter(
        rule=Override.Rule.PERIOD, used_at__isnull=False, award__in=awards
    )
    found: dict[int, list[Override]] = defaultdict(list)
    for each in used.select_related("authorised_by", "person").order_by("used_at", "pk"):
        found[each.award_id].append(each)
    return found
