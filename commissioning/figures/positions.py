"""Positions side by side: tables over the journal, and what is said of one place in it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Sum, Value
from django.db.models.functions import Coalesce

from commissioning.figures.areas import all_areas, counting_area
from commissioning.figures.cells import BY_ALLOCATION, BY_BUDGET, Cell
from commissioning.figures.position import SUMS, Position
from commissioning.figures.slices import Slice
from commissioning.models import Allocation, Area, Budget, Fund, FundingSource
from commissioning.money import NOTHING, MoneyField
from commissioning.years import period_label


@dataclass(frozen=True)
class Row:
    """One line of a table of positions: what it is of, and the figures."""

    key: object
    label: str
    position: Position


@dataclass(frozen=True)
class Table:
    """Positions side by side; `total` is the sum of the rows."""

    rows: tuple[Row, ...]
    total: Position

    def __iter__(self):
        return iter(self.rows)

    def of(self, key: object) -> Position:
        """The position of one key; all nothing if it has no money."""
        found = [row.position for row in self.rows if row.key == key]
        return found[0] if found else self.total.emptied()


def fund_position(fund: Fund, **slice_options) -> Position:
    """The position of one fund, over all its periods unless a `year` is given."""
    return position(Slice(fund=fund, **slice_options))


def area_totals(**slice_options) -> Table:
    """Positions by area of the allocations, an area's parts counted with the area."""
    return positions("area", Slice(**slice_options))


def source_totals(**slice_options) -> Table:
    """Positions by source of funding."""
    return positions("source", Slice(**slice_options))


def position(slice_: Slice) -> Position:
    """The position of the whole slice."""
    return Position.of(
        slice_.entries().aggregate(**SUMS),
        margin=slice_.margins().aggregate(total=_total("margin"))["total"],
        pipeline=_shown(slice_, slice_.pipeline().aggregate(total=_total("amount"))["total"]),
        has_budget=_has_budget(slice_),
    )


def positions(by: str, slice_: Slice) -> Table:
    """Positions by "fund", "source", "period", "budget", "area" or "allocation"."""
    of_budgets = by in BY_BUDGET
    cell, path = Cell(slice_, by), BY_BUDGET[by] if of_budgets else BY_ALLOCATION[by]
    sums = _by_key(cell.all_entries(), "budget__" if of_budgets else "allocation__", path, **SUMS)
    proposed = {
        key: row["total"]
        for key, row in _by_key(
            slice_.pipeline(), cell.step(), path, total=_total("amount")
        ).items()
        if row["total"]
    }
    margins = {}
    if of_budgets:
        margins = _by_key(slice_.margins(), "budget__", path, total=_total("margin"))
    no_money, no_margin = dict.fromkeys(SUMS, NOTHING), {"total": NOTHING}
    keys = dict.fromkeys([*sums, *proposed])
    label = _LABELS[by](list(keys))
    rows = [
        Row(
            *label[key],
            Position.of(
                sums.get(key, no_money),
                margin=margins.get(key, no_margin)["total"],
                pipeline=_shown(slice_, proposed.get(key, NOTHING)),
                has_budget=of_budgets and _has_budget(slice_),
            ),
        )
        for key in keys
    ]
    if by == "area":
        rows = _with_their_area(rows, asked_for=slice_.area)
    rows.sort(key=lambda row: (row.label == "", row.label))
    empty = Position() if of_budgets else Position.of(no_money, has_budget=False)
    if slice_.published:
        empty = replace(empty, pipeline=None)
    return Table(tuple(rows), sum((row.position for row in rows), empty))


def _by_key(rows, step: str, path: list[str], **sums) -> dict[tuple, dict]:
    fields = [f"{step}{name}" for name in path]
    found = rows.order_by().values(*fields).annotate(**sums)
    return {tuple(row[name] for name in fields): row for row in found}


def _has_budget(slice_: Slice) -> bool:
    """A part of a budget has none of its own."""
    return not (slice_.area or slice_.allocation or slice_.is_of_awards)


def _shown(slice_: Slice, pipeline: Decimal) -> Decimal | None:
    return None if slice_.published else pipeline


def _total(column: str) -> Coalesce:
    return Coalesce(Sum(column), Value(NOTHING, MoneyField()))


def _with_their_area(rows: Iterable[Row], asked_for: Area | None) -> list[Row]:
    """Rows of neighbourhood units added to the rows of the areas that they lie in."""
    areas = all_areas()
    merged: dict[Area, Row] = {}
    for row in rows:
        area = counting_area(row.key, areas, asked_for)
        known = merged.get(area)
        total = row.position if known is None else known.position + row.position
        merged[area] = Row(area, area.name, total)
    return list(merged.values())


def _by_record(model: type, related: list[str] = ()) -> Callable:
    def labels(keys) -> dict:
        found = model.objects.select_related(*related).in_bulk({key[0] for key in keys})
        return {key: (found[key[0]], str(found[key[0]])) for key in keys}

    return labels


_LABELS = {
    "fund": _by_record(Fund),
    "source": _by_record(FundingSource),
    "budget": _by_record(Budget, ["fund", "source"]),
    "area": _by_record(Area, ["parent"]),
    "allocation": _by_record(Allocation, ["area", "budget__fund"]),
    "period": lambda keys: {key: (key, period_label(*key)) for key in keys},
}
