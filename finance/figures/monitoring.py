"""The budget monitoring report: what each budget, area or source has, has done and will do."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.utils import timezone

from commissioning import figures
from commissioning.figures import Cell, Position, Slice
from commissioning.models import (
    Area,
    Budget,
    Entry,
    HistoryEvent,
    Instalment,
    Variation,
)
from commissioning.money import NOTHING, PENNY
from finance.models import Forecast

# From an allocation to the record that heads a row.
PATHS = {
    "fund": ["budget__fund"],
    "source": ["budget__source"],
    "period": ["budget__starts_on", "budget__ends_on"],
    "budget": ["budget"],
    "area": ["area"],
}


@dataclass(frozen=True)
class Line:
    """One row of the report, in pounds; a figure is None where there is no budget to speak of.

    `profiled`: instalments due by the day, and the even share of days of commitments without a
    schedule. `forecast`: what finance stated for each budget, else committed and pipeline.
    `accrued` is None until accruals are kept.
    """

    key: object
    label: str
    position: Position
    profiled: Decimal
    forecast: Decimal
    reasons: tuple[str, ...] = ()
    accrued: Decimal | None = None

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
    profiled = _profiled(by, slice_)
    stated = _stated(by, slice_)
    rows = []
    for row in table:
        parts = stated.get(row.key, [])
        forecast = row.position.committed + row.position.pipeline
        forecast += sum((part.adds for part in parts), NOTHING)
        rows.append(
            Line(
                row.key,
                row.label,
                row.position,
                profiled.get(_token(by, row.key), NOTHING),
                forecast,
                tuple(part.reason_among(parts) for part in parts),
            )
        )
    total = Line(
        None,
        "Total",
        table.total,
        sum((row.profiled for row in rows), NOTHING),
        sum((row.forecast for row in rows), NOTHING),
    )
    return Monitoring(tuple(rows), total)


# --- Profiled to date -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """The part of an unscheduled commitment that its days up to the day of the report make up."""

    commitment: int
    award: int
    label: str
    amount: Decimal
    of: Decimal
    first_day: date | None
    last_day: date | None
    row: tuple


def due_instalments(cell: Cell) -> QuerySet[Instalment]:
    """Instalments due by the day, of the schedules that stood at the moment."""
    slice_ = cell.slice
    step = "commitment__allocation__" + ("" if cell.by == "area" else "budget__")
    return Instalment.objects.known_at(slice_.known_at or timezone.now()).filter(
        slice_.of_allocations("commitment__allocation__"),
        cell.of_row(step),
        due_on__lte=slice_.as_at,
    )


def shares(cell: Cell) -> list[Share]:
    """Commitments without a schedule, spread evenly over their award's days, to the penny."""
    slice_ = cell.slice
    scheduled = Instalment.objects.known_at(slice_.known_at or timezone.now())
    step = "allocation__" if cell.by == "area" else "budget__"
    fields = [f"allocation__{name}" for name in PATHS[cell.by]]
    found = list(
        slice_.entries()
        .filter(cell.of_row(step), kind=Entry.Kind.COMMITMENT)
        .filter(~Exists(scheduled.filter(commitment=OuterRef("commitment"))))
        .order_by()
        .values(
            "commitment",
            "commitment__award",
            "commitment__award__reference",
            "commitment__award__starts_on",
            "commitment__award__ends_on",
            "budget__starts_on",
            "budget__ends_on",
            *fields,
        )
        .annotate(total=Sum("amount"))
        .order_by("commitment")
    )
    ends = _ends_as_known(slice_)
    return [_share(row, fields, ends, slice_.as_at) for row in found if row["total"]]


def _share(row: dict, fields: list[str], ends: dict, day: date) -> Share:
    award = row["commitment__award"]
    first = row["commitment__award__starts_on"]
    last = ends.get(award, row["commitment__award__ends_on"])
    if not first or not last or last < first:
        first, last = row["budget__starts_on"], row["budget__ends_on"]
    amount = row["total"]
    if first and last:
        days = (last - first).days + 1
        passed = min(max((day - first).days + 1, 0), days)
        amount = (row["total"] * passed / days).quantize(PENNY, rounding=ROUND_HALF_UP)
    return Share(
        row["commitment"],
        award,
        row["commitment__award__reference"],
        amount,
        row["total"],
        first,
        last,
        tuple(row[name] for name in fields),
    )


def _ends_as_known(slice_: Slice) -> dict[int, date | None]:
    """The last days of awards that were extended after the moment, as they stood at it."""
    if slice_.known_at is None:
        return {}
    later = Variation.objects.filter(ends_on__isnull=False, recorded_at__gt=slice_.known_at)
    keys = set(
        later.filter(award__commitments__allocation__budget__in=_budgets(slice_)).values_list(
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


def _budgets(slice_: Slice) -> QuerySet[Budget]:
    return Budget.objects.filter(slice_.of_budgets())


def _profiled(by: str, slice_: Slice) -> dict[tuple, Decimal]:
    cell = Cell(slice_, by)
    fields = [f"commitment__allocation__{name}" for name in PATHS[by]]
    sums: dict[tuple, Decimal] = defaultdict(lambda: NOTHING)
    due = due_instalments(cell).order_by().values(*fields).annotate(total=Sum("amount"))
    for row in due:
        sums[tuple(row[name] for name in fields)] += row["total"]
    for share in shares(cell):
        sums[share.row] += share.amount
    return _with_their_area(sums, slice_.area) if by == "area" else sums


def _with_their_area(sums: dict, asked_for: Area | None) -> dict[tuple, Decimal]:
    """Sums of neighbourhood units added to those of their areas, as positions add them."""
    areas = {area.pk: area for area in Area.objects.order_by().only("parent", "kind")}
    merged: dict[tuple, Decimal] = defaultdict(lambda: NOTHING)
    for (key,), amount in sums.items():
        area = areas[key]
        while area.kind == Area.Kind.NEIGHBOURHOOD_UNIT and area.parent_id and area != asked_for:
            area = areas[area.parent_id]
        merged[(area.pk,)] += amount
    return merged


def _token(by: str, key: object) -> tuple:
    return key if by == "period" else (key.pk,)


# --- Forecast outturn -----------------------------------------------------------------------------


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
    latest = {row.budget_id: row for row in rows.order_by("effective_on", "pk")}
    return {key: row for key, row in latest.items() if row.outturn is not None}


_KEY_OF_BUDGET = {
    "fund": lambda budget: budget.fund,
    "source": lambda budget: budget.source,
    "period": lambda budget: (budget.starts_on, budget.ends_on),
    "budget": lambda budget: budget,
}


def _stated(by: str, slice_: Slice) -> dict[object, list[Expected]]:
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


def late_entries(slice_: Slice) -> QuerySet[Entry]:
    """Entries effective by the day that were recorded after its end."""
    end_of_day = timezone.make_aware(datetime.combine(slice_.as_at, time.max))
    return slice_.entries().filter(recorded_at__gt=end_of_day)
