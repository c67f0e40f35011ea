"""An award as it was made and as it is, and each numbered change between the two."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from commissioning.figures import AwardLine, AwardPosition
from commissioning.models import Award, DecisionNotice, Entry, Variation
from commissioning.public.columns.lines import place_is_hidden
from commissioning.public.withholding import shown, wide_enough


@dataclass(frozen=True)
class Change:
    """A variation with its signed pounds: None where it moved none, or as much as it took."""

    variation: Variation
    amount: Decimal | None
    decision: DecisionNotice | None


@dataclass(frozen=True)
class Line:
    """What the award had from one allocation and has now, in pounds."""

    label: str
    original: Decimal
    current: Decimal


@dataclass(frozen=True)
class Versions:
    """The first version and today's; `first_end` is None where it is not known."""

    changes: list[Change]
    lines: list[Line]
    first_end: date | None

    @property
    def moved(self) -> bool:
        """Whether the last day changed."""
        return any(change.variation.ends_on for change in self.changes)


def of_award(award: Award, position: AwardPosition) -> Versions:
    changes = _changes(award)
    moves = [change.variation for change in changes if change.variation.ends_on]
    return Versions(
        changes=changes,
        lines=[_line(award, line) for line in position.lines],
        first_end=moves[0].ended_on if moves else None,
    )


def _changes(award: Award) -> list[Change]:
    sums = dict(
        Entry.objects.filter(variation__award=award)
        .order_by()
        .values_list("variation")
        .annotate(total=Sum("amount"))
    )
    return [
        Change(variation, sums.get(variation.pk) or None, shown(variation.decision))
        for variation in award.variations.select_related("decision")
    ]


def _line(award: Award, line: AwardLine) -> Line:
    allocation = line.commitment.allocation
    budget, area = allocation.budget, allocation.area
    if not shown(budget.fund):
        return Line("A fund that is not published", line.original, line.current)
    if place_is_hidden(award, area):
        area = wide_enough(area)
    parts = [
        f"{budget.fund.name}, {budget.period}" if budget.starts_on else budget.fund.name,
        area.name if area else "a place that is withheld",
        allocation.purpose if area == allocation.area else "",
    ]
    return Line(", ".join(filter(None, parts)), line.original, line.current)
