"""What was decided for an allocation beside what its formula proposed, for the public."""

from commissioning.days import in_words
from commissioning.models import Allocation
from commissioning.money import format_pounds


def beside_the_formula(allocation: Allocation) -> list[dict]:
    """Rows of a summary list; empty where no formula proposed a share.

    Wants the allocation with its `weighting` and `area`; takes one query.
    """
    weighting = allocation.weighting
    if weighting is None:
        return []
    number = weighting.numbers_of([allocation.area]).get(allocation.area_id)
    of_area = "" if number is None else f" ({allocation.area}: {number:,})"
    formula = f"{format_pounds(allocation.formula_amount)}, in proportion to {weighting}{of_area}"
    rows = [
        {"key": "Share by the formula", "value": formula},
        {"key": "Decided", "value": _decided(allocation)},
    ]
    if allocation.departure_reason:
        rows.append({"key": "Why it differs", "value": allocation.departure_reason})
    if allocation.amount != allocation.decided_amount:
        rows.append(
            {
                "key": "Changed since",
                "value": f"The allocation is now {format_pounds(allocation.amount)}. Each change "
                "is among the entries.",
            }
        )
    told = f"{weighting.source_ref}, released {in_words(weighting.released_on)}"
    return [*rows, {"key": "Source of the numbers", "value": told}]


def _decided(allocation: Allocation) -> str:
    departure = allocation.decided_amount - allocation.formula_amount
    if not departure:
        return f"{format_pounds(allocation.decided_amount)}, as the formula proposed"
    more = "more" if departure > 0 else "less"
    return (
        f"{format_pounds(allocation.decided_amount)}, {format_pounds(abs(departure))} {more} than "
        "the formula proposed"
    )
