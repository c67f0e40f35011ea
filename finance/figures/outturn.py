"""Forecast outturn: what each budget is expected to have spent by its end."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from commissioning import figures
from commissioning.figures import Cell, Position, Slice
from commissioning.models import Budget
from finance.models import Forecast


@dataclass(frozen=True)
class Expected:
    """What one budget is expected to have spent: stated by finance, or committed and pipeline."""

    budget: Budget
    position: Position
    forecast: Forecast | None = None

    @property
    def amount(self) -> Decimal:
        """Pounds."""
        return self.forecast.outturn if self.forecast else self._else

    @property
    def adds(self) -> Decimal:
        """What the statement puts on top of committed and pipeline."""
        return self.amount - self._else

    @property
    def _else(self) -> Decimal:
        return self.position.committed + self.position.pipeline

    def reason_among(self, others: Iterable["Expected"]) -> str:
        """The stated reason; of several budgets with the budget's name before it."""
        alone = len(list(others)) == 1
        return self.forecast.reason if alone else f"{self.budget}: {self.forecast.reason}"


def expected(slice_: Slice) -> list[Expected]:
    """Each budget of the slice with what it is expected to have spent.

    Forecasts are stated for whole budgets, so that a part of one has committed and pipeline only.
    """
    stated = {} if slice_.area or slice_.allocation else _latest(slice_)
    return [
        Expected(row.key, row.position, stated.get(row.key.pk))
        for row in figures.positions("budget", slice_)
    ]


def _latest(slice_: Slice) -> dict[int, Forecast]:
    """By budget, the last forecast stated by the day and known at the moment."""
    rows = slice_.by_then(Forecast.objects.filter(slice_.of_budgets("budget__")))
    rows = rows.select_related("recorded_by")
    latest = {row.budget_id: row for row in rows.order_by("effective_on", "pk")}
    return {key: row for key, row in latest.items() if row.outturn is not None}


_KEY_OF_BUDGET = {
    "fund": lambda budget: budget.fund,
    "source": lambda budget: budget.source,
    "period": lambda budget: (budget.starts_on, budget.ends_on),
    "budget": lambda budget: budget,
}


def stated(by: str, slice_: Slice) -> dict[object, list[Expected]]:
    """By the key of a row, its budgets whose outturn finance stated; none for areas."""
    found: dict[object, list[Expected]] = defaultdict(list)
    if by not in _KEY_OF_BUDGET:
        return found
    for each in expected(slice_):
        if each.forecast:
            found[_KEY_OF_BUDGET[by](each.budget)].append(each)
    return found


def expected_of(cell: Cell) -> list[Expected]:
    """The budgets whose expected outturns add up to a row's forecast (not for areas)."""
    of_row = set(Budget.objects.filter(cell.of_row("")).values_list("pk", flat=True))
    return [each for each in expected(cell.slice) if each.budget.pk in of_row]
