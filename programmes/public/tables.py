"""Figures of one measure as a table: places down or across, periods the other way."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from programmes.figures import Over, Total, Trees, add_up, as_total, remainder, said
from programmes.models import Adding, Measure, Missing, ReleasedCell
from programmes.public.withholding import figure_area
from programmes.quantities import format_quantity
from programmes.reporting_rules.periods import when

WHOLE = "In all"
MOST_NAMED = 3


@dataclass(frozen=True)
class Head:
    """What heads a row or a column: a period, or a part of the measure."""

    key: tuple
    label: str


@dataclass(frozen=True)
class Shown:
    """A cell as people read it; `figure` is what is released there."""

    text: str
    is_missing: bool = False
    figure: ReleasedCell | None = None


@dataclass(frozen=True)
class Line:
    """A row of the table, or one below it."""

    label: str
    cells: list[Shown]


@dataclass(frozen=True)
class FigureTable:
    """`corner` heads the rows; `foot` are sums and stated totals; `notes` what to know.

    `no_sum` says why rows that might be added up are not.
    """

    corner: str
    columns: list[str]
    rows: list[Line]
    foot: list[Line]
    no_sum: str
    notes: list[tuple[str, str]]
    periods: list[Head]
    places: list[Head]
    at: dict[tuple[Head, Head], ReleasedCell]


def table_of(measure: Measure, cells: Iterable[ReleasedCell]) -> FigureTable:
    """All figures of the measure: every part of it by every period."""
    cells = sorted(cells, key=when)
    parts = [cell for cell in cells if not cell.is_total]
    totals = [cell for cell in cells if cell.is_total]
    periods = _heads(parts or totals, _period)
    places = _heads(sorted(parts or totals, key=_order), _place)
    at = {(_place(cell), _period(cell)): cell for cell in parts or totals}
    down, across = (places, periods) if _places_go_down(places, periods) else (periods, places)
    is_down = down is places

    def cell_at(row: Head, column: Head) -> ReleasedCell | None:
        return at.get((row, column) if is_down else (column, row))

    grid = [[cell_at(row, column) for column in across] for row in down]
    trees = Trees()
    sums = [_sum(measure, [row[n] for row in grid], is_down, trees) for n in range(len(across))]
    return FigureTable(
        corner=_corner(parts, places) if is_down else "Period",
        columns=_column_heads(measure, across),
        rows=[
            Line(head.label, [shown(measure, cell) for cell in row])
            for head, row in zip(down, grid, strict=True)
        ],
        foot=_foot(measure, grid, across, sums, totals if parts else []),
        no_sum=next((one.why_not for one in sums if one is not None and _is_no_sum(one)), ""),
        notes=_notes(cells),
        periods=periods,
        places=places,
        at=at,
    )


def shown(measure: Measure, cell: ReleasedCell | Total | None) -> Shown:
    """ "11,445"; "[c]" where it is hidden, and why where there is none."""
    if cell is None:
        return Shown("–", is_missing=True)
    text = said(measure, cell)
    if text:
        of = cell if isinstance(cell, ReleasedCell) else None
        return Shown(text, is_missing=cell.is_hidden, figure=of)
    return Shown(_why(cell), is_missing=True)


def _why(cell: ReleasedCell | Total) -> str:
    return cell.why_not if isinstance(cell, Total) else Missing(cell.missing).label


def _heads(cells: Iterable[ReleasedCell], head: Callable[[ReleasedCell], Head]) -> list[Head]:
    return list(dict.fromkeys(head(cell) for cell in cells))


def _period(cell: ReleasedCell) -> Head:
    label = cell.period
    return Head((cell.starts_on, cell.ends_on, label), label[0].upper() + label[1:])


def _place(cell: ReleasedCell) -> Head:
    return Head((cell.service_id, cell.area_id, cell.category_id), place_label(cell))


def place_label(cell: ReleasedCell) -> str:
    """ "Walsall, domestic abuse"; "In all" for the whole."""
    service = cell.service if cell.service and cell.service.is_published else None
    parts = [part.name for part in (service, cell.category) if part]
    area = figure_area(cell)
    if area is not None:
        parts.append(area.name if area == cell.area else f"{area.name} (place withheld)")
    return ", ".join(parts) or WHOLE


def _order(cell: ReleasedCell) -> tuple:
    """The whole first, then services, areas and categories in their own order."""
    return (
        cell.service.name if cell.service else "",
        cell.area.name if cell.area else "",
        (cell.category.position, cell.category.name) if cell.category else (0, ""),
    )


def _places_go_down(places: Sequence[Head], periods: Sequence[Head]) -> bool:
    """The longer of the two goes down, as phones are narrow; a single place stands above."""
    return len(places) > 1 and len(places) >= len(periods)


def _corner(parts: Sequence[ReleasedCell], places: Sequence[Head]) -> str:
    names = {"service_id": "Service", "area_id": "Area", "category_id": "Category"}
    used = [word for name, word in names.items() if any(getattr(part, name) for part in parts)]
    return " and ".join(used).capitalize() or "Of what"


def _column_heads(measure: Measure, across: Sequence[Head]) -> list[str]:
    """A column by itself says what is counted."""
    labels = [head.label for head in across]
    return [f"{measure.unit[0].upper()}{measure.unit[1:]}"] if labels == [WHOLE] else labels


def _notes(cells: Iterable[ReleasedCell]) -> list[tuple[str, str]]:
    """Each note once, with the figures that it is about."""
    about = defaultdict(list)
    for cell in cells:
        if cell.note:
            about[cell.note].append(_of(cell))
    return [(_some(figures), note) for note, figures in about.items()]


def _some(figures: Sequence[str]) -> str:
    """A few of them by name, the others by their number."""
    if len(figures) <= MOST_NAMED:
        return "; ".join(figures)
    return f"{'; '.join(figures[:MOST_NAMED])} and {len(figures) - MOST_NAMED} more"


def _of(cell: ReleasedCell) -> str:
    """What a note is about: "2020/21, Walsall"."""
    place = place_label(cell)
    stated = "stated total" if cell.is_total else ""
    parts = [cell.period, "" if place == WHOLE else place, stated]
    return ", ".join(filter(None, parts))


# --- Below the table ------------------------------------------------------------------------------


def _foot(
    measure: Measure,
    grid: list[list[ReleasedCell | None]],
    across: list[Head],
    sums: list[Total | None],
    totals: list[ReleasedCell],
) -> list[Line]:
    """What the rows add up to, if they do, and the totals as their source states them."""
    lines = []
    sums = [one if one is not None and one.value is not None else None for one in sums]
    if len(grid) > 1 and None not in sums:
        is_sum = all(one.numerator is None for one in sums)
        label = f"Sum of the {len(grid)} rows" if is_sum else f"All {len(grid)} rows together"
        lines.append(Line(label, [shown(measure, one) for one in sums]))
    for _, stated in groupby(totals, key=_period):
        lines += [_stated(measure, cell, sums, across) for cell in stated]
    return lines


def _stated(
    measure: Measure, cell: ReleasedCell, sums: list[Total | None], across: list[Head]
) -> Line:
    """A stated total, with what its parts leave over."""
    is_called_so = cell.period.lower().startswith("total")
    label = f"As stated: {cell.period}" if is_called_so else f"Total as stated, {cell.period}"
    place = place_label(cell)
    column = next((n for n, head in enumerate(across) if head in (_place(cell), _period(cell))), 0)
    if place != WHOLE:
        label = f"{label}, {place}"
    of = sums[column]
    is_sum = of is not None and of.numerator is None
    left = remainder(as_total(cell), of) if is_sum else None
    if left:
        more = "more" if left > 0 else "less"
        label = f"{label} ({format_quantity(abs(left))} {more} than the sum)"
    blank = Shown("", is_missing=True)
    return Line(label, [shown(measure, cell) if n == column else blank for n in range(len(across))])


def _is_no_sum(total: Total) -> bool:
    return total.value is None and not total.is_hidden


ADDED_UP = {Adding.SUM, Adding.RATIO}


def _sum(
    measure: Measure, cells: list[ReleasedCell | None], is_down: bool, trees: Trees
) -> Total | None:
    """The column’s whole, or why it has none; None where the measure does not add up that way."""
    if None in cells or len(cells) < 2:
        return None
    over = _way(cells) if is_down else Over.PERIODS
    if over is None or getattr(measure, f"over_{over}") not in ADDED_UP:
        return None
    return add_up(measure, cells, over, trees)


def _way(cells: Sequence[ReleasedCell]) -> Over | None:
    """The one way in which places lie side by side; none where some are within others."""
    ways = {"service_id": Over.SERVICES, "area_id": Over.AREAS, "category_id": Over.CATEGORIES}
    differing = [name for name in ways if len({getattr(cell, name) for cell in cells}) > 1]
    if len(differing) != 1 or any(getattr(cell, differing[0]) is None for cell in cells):
        return None
    kinds = {cell.area.kind for cell in cells if cell.area}
    return ways[differing[0]] if len(kinds) < 2 else None
