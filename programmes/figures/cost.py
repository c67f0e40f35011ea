"""Value for money: what was paid for each person or thing, where both sides are known."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from commissioning.figures import paid_for
from commissioning.models import Service
from commissioning.money import PENNY
from programmes.figures.results import Result
from programmes.models import Measure
from programmes.reporting_rules import series


@dataclass(frozen=True)
class Cost:
    """What was paid, what it was paid for, and how much that is for each."""

    pounds: Decimal
    result: Result

    @property
    def each(self) -> Decimal:
        """Pounds for each, rounded to the penny."""
        return (self.pounds / self.result.total.value).quantize(PENNY, ROUND_HALF_UP)


def cost(result: Result, services: Iterable[Service]) -> Cost | None:
    """What each unit of an output cost: payments for the services in just its period.

    None unless both sides are known for the same days and the result is exact.
    """
    measure, total = result.measure, result.total
    is_count = measure.kind == Measure.Kind.OUTPUT and measure.form == Measure.Form.NUMBER
    is_exact = total.qualifier == "exact" and not series.mark(total)
    if not is_count or not total.value or not is_exact:
        return None
    days = [day for part in total.parts for day in (part.starts_on, part.ends_on)]
    if None in days:
        return None
    pounds = paid_for(services, min(days), max(days))
    return Cost(pounds, result) if pounds else None
