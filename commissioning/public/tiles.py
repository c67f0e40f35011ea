"""A schematic map: each area a tile of one size, lying as the areas lie to one another.

Where a tile lies is data (Area.tile_row, tile_column). Lengths across are per cent of the map’s
width, lengths down pixels, so that words stay as large as elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from textwrap import wrap

from commissioning.models import Area
from commissioning.money import NOTHING

SHADES = 4
HEIGHT, GAP = 84, 4
GAP_ACROSS = Decimal("0.8")  # in per cent
LINE_HEIGHT, NAME_WIDTH = 18, 13  # pixels, characters


@dataclass(frozen=True)
class Laid:
    """What is drawn: an area, its pounds (None where none are recorded), where its tile leads."""

    area: Area
    amount: Decimal | None
    href: str


@dataclass(frozen=True)
class Tile:
    """One area where it is drawn; `shade` is 0 for no money, then 1 to 4 by its amount."""

    area: Area
    amount: Decimal | None
    href: str
    is_here: bool
    shade: int
    x: Decimal
    y: int
    width: Decimal
    height: int

    @property
    def middle(self) -> Decimal:
        return self.x + self.width / 2

    @property
    def lines(self) -> list[tuple[int, str]]:
        """The name in lines, each with how far down it stands; the amount comes under them."""
        names = wrap(self.area.name, NAME_WIDTH)[:3]
        top = self.y + (self.height - LINE_HEIGHT * (len(names) + 1)) // 2 + 14
        return [(top + n * LINE_HEIGHT, name) for n, name in enumerate(names)]

    @property
    def amount_y(self) -> int:
        return self.lines[-1][0] + LINE_HEIGHT


@dataclass(frozen=True)
class TileMap:
    """The tiles, in the order in which they are read: row by row."""

    tiles: tuple[Tile, ...]
    columns: int
    height: int


def tile_map(rows: Sequence, here: Area | None = None) -> TileMap | None:
    """The map of rows that have what Laid has; None where no area has a tile.

    `here` is the area whose page it stands on.
    """
    laid = [row for row in rows if row.area.tile_row]
    if not laid:
        return None
    top = min(row.area.tile_row for row in laid)
    left = min(row.area.tile_column for row in laid)
    columns = max(row.area.tile_column for row in laid) - left + 1
    largest = max((row.amount or NOTHING for row in laid), default=NOTHING)
    step = Decimal(100) / columns
    tiles = tuple(
        Tile(
            area=row.area,
            amount=row.amount,
            href=row.href,
            is_here=row.area == here,
            shade=_shade(row.amount, largest),
            x=_round((row.area.tile_column - left) * step + GAP_ACROSS / 2),
            y=(row.area.tile_row - top) * (HEIGHT + GAP) + GAP // 2,
            width=_round(step - GAP_ACROSS),
            height=HEIGHT,
        )
        for row in sorted(laid, key=lambda row: (row.area.tile_row, row.area.tile_column))
    )
    return TileMap(tiles, columns, tiles[-1].y + HEIGHT + GAP // 2)


def _shade(amount: Decimal | None, largest: Decimal) -> int:
    if not amount or amount < 0:
        return 0
    return int((amount * SHADES / largest).to_integral_value(ROUND_CEILING))


def _round(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.01"))
