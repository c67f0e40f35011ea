"""Pounds spread over days, and the days of awards as they were known at a moment."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from commissioning.figures import Slice
from commissioning.models import Budget, HistoryEvent, Variation
from commissioning.money import PENNY


def passed(amount: Decimal, first: date, last: date, day: date) -> Decimal:
    """The part of pounds, spread evenly over days, that stands up to the end of a day."""
    days = (last - first).days + 1
    gone = min(max((day - first).days + 1, 0), days)
    return (amount * gone / days).quantize(PENNY, rounding=ROUND_HALF_UP)


def ends_as_known(slice_: Slice) -> dict[int, date | None]:
    """The last days of awards that were extended after the moment, as they stood at it."""
    if slice_.known_at is None:
        return {}
    budgets = Budget.objects.filter(slice_.of_budgets())
    later = Variation.objects.filter(ends_on__isnull=False, recorded_at__gt=slice_.known_at)
    keys = set(
        later.filter(award__commitments__allocation__budget__in=budgets).values_list(
            "award", flat=True
        )
    )
    if not keys:
        return {}
    ends: dict[int, date | None] = {}
    events = HistoryEvent.objects.filter(
        subject_type="award",
        subject_id__in=[str(key) for key in keys],
        at__lte=slice_.known_at,
        after__has_key="title",
    )
    for key, after in events.order_by("at", "pk").values_list("subject_id", "after"):
        ends[int(key)] = date.fromisoformat(after["ends_on"]) if after.get("ends_on") else None
    known = Variation.objects.filter(
        award__in=keys, ends_on__isnull=False, recorded_at__lte=slice_.known_at
    )
    ends.update(known.order_by("recorded_at", "pk").values_list("award", "ends_on"))
    return ends
