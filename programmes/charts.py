"""Charts of figures, drawn on the server as SVG by templates/components/chart_*.html.

Lengths across are per cent of the chart’s width, so that it fits a phone with its words as large as
elsewhere; lengths down are pixels. A figure that is hidden or missing is a gap, never 0, and the
description says why. A point stands at the middle of its days; no line crosses a period without a
figure or a change in the way of counting; a part of a period, a forecast or a provisional figure is
hollow.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from textwrap import wrap

MOST_BARS = 24

# Bars, and the words after them, which need room to the right of the longest.
BAR_SPAN = Decimal(64)
BAR_HEIGHT, LINE_HEIGHT, BAR_GAP = 18, 19, 12
LABEL_WIDTH = 42  # in characters, so that a line of words fits a phone

# The plot of a panel of lines.
LEFT, RIGHT = Decimal(9), Decimal(91)
TOP, BOTTOM, PANEL_HEIGHT = 34, 144, 188
LABELS_WIDTH = 40  # in characters: as many figures as fit beside one another
MARK_WIDTH = 3
MARGIN_WIDTH = 8  # in characters: what fits around the first and the last point

ZERO = Decimal(0)


@dataclass(frozen=True)
class Point:
    """One figure: what it is of, its number if there is one to draw, and what is written.

    `text` is the figure as people read it ("about 11,445", "[c]"), or why there is none. Where
    there is little room, `short` is written for it and `tick` for its label. `day` is where it
    stands in time; `is_joined` whether a line comes to it from the point before; `is_hollow`
    whether it is less than a final figure of a whole period.
    """

    label: str
    value: Decimal | None
    text: str
    short: str = ""
    tick: str = ""
    day: date | None = None
    is_joined: bool = False
    is_hollow: bool = False

    @property
    def is_gap(self) -> bool:
        return self.value is None

    @property
    def in_short(self) -> str:
        """What is written at a point of a line: the number, or a mark."""
        if self.is_gap:
            return self.text if len(self.text) <= MARK_WIDTH else "–"
        return self.short or self.text

    @property
    def label_in_short(self) -> str:
        return self.tick or self.label


@dataclass(frozen=True)
class Bar:
    """A point where it is drawn."""

    point: Point
    lines: list[str]
    words_y: int
    y: int
    x: Decimal
    width: Decimal
    text_x: Decimal
    text_y: int

    @property
    def bottom(self) -> int:
        return self.y + BAR_HEIGHT

    @property
    def words(self) -> list[tuple[int, str]]:
        return [(self.words_y + n * LINE_HEIGHT, line) for n, line in enumerate(self.lines)]


@dataclass(frozen=True)
class Bars:
    """A bar for each point, its words above it and its figure beside it. `uid`: once on a page."""

    title: str
    points: tuple[Point, ...]
    uid: str
    unit: str = ""
    heading: str = ""  # of the column of labels in the table beside it
    note: str = ""

    @property
    def desc(self) -> str:
        of = f", in {self.unit}" if self.unit else ""
        return f"Bar chart{of}. {_told(self.points)}"

    @property
    def bars(self) -> list[Bar]:
        low, high = _span(self.points)
        scale = BAR_SPAN / (high - low)
        zero = _round(-low * scale)
        drawn, y = [], 0
        for point in self.points:
            lines = wrap(point.label, LABEL_WIDTH) or [""]
            top = y + len(lines) * LINE_HEIGHT + 4
            ends = zero if point.value is None else _round((point.value - low) * scale)
            drawn.append(
                Bar(
                    point=point,
                    lines=lines,
                    words_y=y + 15,
                    y=top,
                    x=min(zero, ends),
                    width=abs(ends - zero),
                    text_x=max(zero, ends),
                    text_y=top + BAR_HEIGHT - 4,
                )
            )
            y = top + BAR_HEIGHT + BAR_GAP
        return drawn

    @property
    def zero(self) -> Decimal:
        """Where the bars begin, in per cent."""
        low, high = _span(self.points)
        return _round(-low * BAR_SPAN / (high - low))

    @property
    def height(self) -> int:
        return self.bars[-1].y + BAR_HEIGHT + 6 if self.points else 0


@dataclass(frozen=True)
class Series:
    """Figures of one thing over time, in their order."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Mark:
    """A point of a line where it is drawn; its figure is written where there is room for it."""

    point: Point
    x: Decimal
    y: Decimal
    anchor: str
    is_written: bool
    is_valley: bool

    @property
    def text_y(self) -> Decimal:
        """Above the point, but below it where the lines to both sides go up.

        Below the line of 0 as well if it would be written across it.
        """
        if not self.is_valley:
            return self.y - 10
        below = self.y + 22
        return below if below < BOTTOM else max(below, Decimal(BOTTOM + 18))


@dataclass(frozen=True)
class Panel:
    """One line with a scale of its own, from 0 unless a figure is below it."""

    series: Series

    @property
    def marks(self) -> list[Mark]:
        points = self.series.points
        low, high = _span(points)
        across = _across(points)
        written = _written(points, across)
        return [
            Mark(
                point=point,
                x=across[n],
                y=_height(ZERO if point.value is None else point.value, low, high),
                anchor=_anchor(n, points),
                is_written=n in written,
                is_valley=_is_valley(n, points),
            )
            for n, point in enumerate(points)
        ]

    @property
    def strokes(self) -> list[tuple[Mark, Mark]]:
        """From each figure to the next, where a line may go; none over a gap."""
        return [
            (before, after)
            for before, after in pairwise(self.marks)
            if after.point.is_joined and not before.point.is_gap and not after.point.is_gap
        ]

    @property
    def told(self) -> str:
        """Its figures in words, and between which of them there is no line."""
        drawn = [point for point in self.series.points if not point.is_gap]
        apart = [after.label for after in drawn[1:] if not after.is_joined]
        told = _told(self.series.points)
        return f"{told} No line leads to {', '.join(apart)}." if apart else told

    @property
    def labels_y(self) -> int:
        return PANEL_HEIGHT - 6

    @property
    def base(self) -> Decimal:
        """How far down 0 is."""
        return _height(ZERO, *_span(self.series.points))


@dataclass(frozen=True)
class Lines:
    """A line for each series, each in a panel of its own. `uid`: once on a page."""

    title: str
    series: tuple[Series, ...]
    uid: str
    unit: str = ""
    heading: str = "Period"
    note: str = ""
    height: int = PANEL_HEIGHT

    @property
    def panels(self) -> list[Panel]:
        return [Panel(series) for series in self.series]

    @property
    def desc(self) -> str:
        return f"Line chart{f', in {self.unit}' if self.unit else ''}."

    @property
    def table(self) -> list[tuple[str, list[Point]]]:
        """Each period with the point of each series, for the table beside the chart."""
        columns = [series.points for series in self.series]
        return [(row[0].label, list(row)) for row in zip(*columns, strict=True)]


def _told(points: Iterable[Point]) -> str:
    points = list(points)
    said = " ".join(f"{point.label}: {point.text}." for point in points)
    gaps = sum(point.is_gap for point in points)
    if not gaps:
        return said
    stand = "1 figure is" if gaps == 1 else f"{gaps} figures are"
    return f"{said} {stand} hidden or missing and left out of the drawing; that does not mean 0."


def _span(points: Iterable[Point]) -> tuple[Decimal, Decimal]:
    """The lowest and the highest of what is drawn, 0 among them; never the same."""
    values = [point.value for point in points if point.value is not None]
    low, high = min([ZERO, *values]), max([ZERO, *values])
    return (low, high) if high > low else (ZERO, Decimal(1))


def _height(value: Decimal, low: Decimal, high: Decimal) -> Decimal:
    return _round(BOTTOM - (value - low) * (BOTTOM - TOP) / (high - low))


def _across(points: Sequence[Point]) -> list[Decimal]:
    """How far across each point stands: by its day; side by side where a day is not known."""
    days = [point.day for point in points]
    if None in days or len(set(days)) < 2:
        step = (RIGHT - LEFT) / max(len(points) - 1, 1)
        return [
            _round(LEFT + n * step) if len(points) > 1 else Decimal(50) for n in range(len(points))
        ]
    first, last = min(days), max(days)
    scale = (RIGHT - LEFT) / (last - first).days
    return [_round(LEFT + (day - first).days * scale) for day in days]


def _written(points: Sequence[Point], across: Sequence[Decimal]) -> set[int]:
    """Which figures are written: all where they fit, else the first, the last and the highest."""
    last = len(points) - 1
    rooms = [_room(n, points, across) for n in range(len(points))]
    if all(before[1] < after[0] for before, after in pairwise(rooms)):
        return set(range(len(points)))
    known = [n for n, point in enumerate(points) if not point.is_gap]
    highest = max(known, key=lambda n: points[n].value, default=0)
    ends = {0, last}
    room = rooms[highest]
    is_free = all(room[1] < rooms[n][0] or rooms[n][1] < room[0] for n in ends - {highest})
    return ends | ({highest} if is_free else set())


def _room(n: int, points: Sequence[Point], across: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    """From where to where the words at a point reach, in characters."""
    at = (across[n] - LEFT) / (RIGHT - LEFT) * LABELS_WIDTH
    wide = Decimal(max(len(points[n].in_short), len(points[n].label_in_short)) + 1)
    begins = {"start": at, "end": at - wide}.get(_anchor(n, points), at - wide / 2)
    return begins, begins + wide


def _longest(points: Sequence[Point]) -> int:
    """The most characters that are written at a point."""
    return max((max(len(point.in_short), len(point.label_in_short)) for point in points), default=0)


def _anchor(n: int, points: Sequence[Point]) -> str:
    if len(points) == 1 or _longest(points) <= MARGIN_WIDTH:
        return "middle"
    return {0: "start", len(points) - 1: "end"}.get(n, "middle")


def _is_valley(n: int, points: Sequence[Point]) -> bool:
    """Whether the line comes from above on every side that it comes from."""
    beside = [point.value for point in (*points[max(n - 1, 0) : n], *points[n + 1 : n + 2])]
    known = [value for value in beside if value is not None]
    value = points[n].value
    return value is not None and bool(known) and all(value < other for other in known)


def _round(length: Decimal) -> Decimal:
    return length.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
