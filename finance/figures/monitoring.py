"""The budget monitoring report: what each budget, area or source has, has done and will do."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import QuerySet
from django.utils import timezone

from commissioning import figures
from commissioning.figures import Cell, Position, Slice
from commissioning.models import Entry
from commissioning.money import NOTHING
from finance.figures.accruals import Item, Kind, accrued, items
from finance.figures.outturn import Expected, stated
from finance.figures.profile import profiled
from finance.figures.rows import PATHS, row_ids, row_of


@dataclass(frozen=True)
class Line:
    """One row of the report, in pounds; a figure is None where there is no budget to speak of.

    `profiled`: instalments due by the day, and the even share of days of commitments without a
    schedule. `forecast`: what finance stated for each budget, else committed and pipeline.
    `accrued`: delivered by the day and not paid.
    """

    key: object
    label: str
    position: Position
    profiled: Decimal
    forecast: Decimal
    accrued: Decimal
    reasons: tuple[str, ...] = ()

    def emptied(self, key: object, label: str) -> "Line":
        """A row of the same figures, each £0.00 unless it is not kept."""
        return Line(key, label, self.position.emptied(), NOTHING, NOTHING, NOTHING)

    @property
    def variance(self) -> Decimal | None:
        """Forecast outturn less the revised budget: above nothing is an overspend."""
        budget = self.position.budget
        return None if budget is None else self.forecast - budget

    @property
    def variance_share(self) -> Decimal | None:
        """The variance in per cent of the revised budget, to a tenth; None without a budget."""
        if not self.position.budget:
            return None
        share = self.variance * 100 / self.position.budget
        return share.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Monitoring:
    """The rows of the report and their sum."""

    rows: tuple[Line, ...]
    total: Line

    def of(self, key: object) -> Line:
        """The row of a key, or the total for None; KeyError if there is no such row."""
        if key is None:
            return self.total
        for row in self.rows:
            if row.key == key:
                return row
        raise KeyError(key)


def monitoring(by: str, slice_: Slice) -> Monitoring:
    """The report by "fund", "source", "area", "period" or "budget"; `slice_.as_at` is required."""
    table = figures.positions(by, slice_)
    profile, owed = profiled(by, slice_), _accrued(by, slice_)
    statements = stated(by, slice_)
    rows = []
    for row in table:
        ids = row_ids(by, row.key)
        mine = statements.get(row.key, ())
        rows.append(
            Line(
                row.key,
                row.label,
                row.position,
                profile.get(ids, NOTHING),
                _forecast(row.position, mine),
                owed.get(ids, NOTHING),
                tuple(each.reason_among(mine) for each in mine),
            )
        )
    total = Line(
        None,
        "Total",
        table.total,
        sum((row.profiled for row in rows), NOTHING),
        sum((row.forecast for row in rows), NOTHING),
        sum((row.accrued for row in rows), NOTHING),
    )
    return Monitoring(tuple(rows), total)


def _forecast(position: Position, statements: Sequence[Expected]) -> Decimal:
    """Committed and pipeline, unless finance stated it."""
    adds = sum((each.adds for each in statements), NOTHING)
    return position.committed + position.pipeline + adds


def accruals(cell: Cell) -> list[Item]:
    """What was delivered by the day under a row and not paid, line by line."""
    found = [item for item in items(cell.slice, PATHS[cell.by]) if item.kind == Kind.ACCRUAL]
    if cell.key is None:
        return found
    row_for, row = row_of(cell.by, cell.slice), row_ids(cell.by, cell.key)
    return [item for item in found if row_for(item.head) == row]


def _accrued(by: str, slice_: Slice) -> dict[tuple, Decimal]:
    row_for = row_of(by, slice_)
    sums: dict[tuple, Decimal] = defaultdict(lambda: NOTHING)
    for head, amount in accrued(slice_, PATHS[by]).items():
        sums[row_for(head)] += amount
    return sums


def late_entries(slice_: Slice) -> QuerySet[Entry]:
    """Entries effective by the day that were recorded after its end."""
    end_of_day = timezone.make_aware(datetime.combine(slice_.as_at, time.max))
    return slice_.entries().filter(recorded_at__gt=end_of_day)
