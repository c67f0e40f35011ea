"""The local authority areas beside one another: pounds, shares of them, and shares of people."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import urlencode

from commissioning import figures
from commissioning.figures import Position
from commissioning.figures.shares import PopulationShares, population_shares
from commissioning.models import Area, Basis
from commissioning.money import NOTHING
from commissioning.public import listings
from commissioning.public.tiles import TileMap, tile_map

TENTH = Decimal("0.1")
# What a table of areas can be of: its heading, and the list of the rows under each figure.
# What awards imply is no allocation that anybody decided on: it is told beside, and in no share.
ALLOCATED = ("decided", "Allocated", listings.ALLOCATIONS, {"basis": Basis.DECIDED.value})
COMMITTED = ("committed", "Awarded", listings.COMMITMENTS, {})


@dataclass(frozen=True)
class AreaRow:
    """One area's pounds, None where none are recorded, and its shares in words ("9.5%").

    `lines` is the list of the rows under the amount, `href` where its tile leads; `implied` is what
    awards imply beside what is allocated, with the list of it.
    """

    area: Area
    amount: Decimal | None
    href: str
    lines: str
    share: str
    people: str
    implied: dict | None = None

    @property
    def label(self) -> str:
        return self.area.name


@dataclass(frozen=True)
class AreaShares:
    """The areas' pounds beside one another.

    `elsewhere` pounds are for the force area as a whole or for other places: they are in no share.
    `population` is None where no release is recorded.
    """

    heading: str
    rows: tuple[AreaRow, ...]
    total: Decimal
    elsewhere: Decimal
    population: PopulationShares | None
    tiles: TileMap | None
    is_allocated: bool = True  # else it is of what was awarded
    implied: Decimal = NOTHING

    def of(self, area: Area) -> AreaRow | None:
        return next((row for row in self.rows if row.area == area), None)


def shares_by_area(*, here: Area | None = None, chosen: dict | None = None, **slice_options):
    """AreaShares of a slice: of what is allocated, or where nothing is, of what was awarded.

    `chosen` are the filters of the lists that leave the rows of the slice. None where no local
    authority area has any of it. Takes five queries.
    """
    totals = figures.totals_within(published=True, **slice_options)
    areas = list(Area.objects.local_authorities())
    positions = [totals.get(area.pk) for area in areas]
    is_allocated = any(position and position.decided for position in positions)
    name, heading, listing, rows_of = ALLOCATED if is_allocated else COMMITTED
    chosen_here = {**(chosen or {}), **rows_of}
    total = sum((getattr(position, name) for position in positions if position), NOTHING)
    if not total:
        return None
    population = population_shares()
    rows = tuple(
        AreaRow(
            area=area,
            amount=amount,
            href=lines if chosen else area.get_absolute_url(),
            lines=lines,
            share=in_per_cent(amount, total),
            people=_share_of_people(area, population),
            implied=_implied(area, position, chosen) if is_allocated else None,
        )
        for area, position in zip(areas, positions, strict=True)
        for amount in [_known(position, name)]
        for lines in [f"{listing.address}?{urlencode({**chosen_here, 'area': area.slug})}"]
    )
    return AreaShares(
        heading=heading,
        rows=rows,
        total=total,
        elsewhere=_whole(totals, name) - total,
        population=population,
        tiles=tile_map(rows, here),
        is_allocated=is_allocated,
        implied=sum((row.implied["amount"] for row in rows if row.implied), NOTHING),
    )


def _implied(area: Area, position: Position | None, chosen: dict | None) -> dict | None:
    if position is None or not position.implied:
        return None
    return {
        "amount": position.implied,
        "href": implied_list(**(chosen or {}), area=area.slug),
    }


def implied_list(**chosen: str) -> str:
    """The allocations that only awards imply."""
    chosen = {**chosen, "basis": Basis.IMPLIED.value}
    return f"{listings.ALLOCATIONS.address}?{urlencode(chosen)}"


def _known(position: Position | None, name: str) -> Decimal | None:
    """An area without any of the money is not said to have £0.00."""
    return (getattr(position, name) or None) if position else None


def _whole(totals: dict[int, Position], name: str) -> Decimal:
    """All pounds of the slice: those of the areas that lie in no other."""
    roots = Area.objects.filter(parent=None).values_list("pk", flat=True)
    return sum((getattr(totals[pk], name) for pk in roots if pk in totals), NOTHING)


def _share_of_people(area: Area, population: PopulationShares | None) -> str:
    if population is None or area.pk not in population.people:
        return ""
    return in_per_cent(Decimal(population.people[area.pk]), Decimal(population.total))


def in_per_cent(part: Decimal | None, whole: Decimal) -> str:
    """ "9.5%", "under 0.1%"; nothing where there is no part to speak of."""
    if part is None or not whole:
        return ""
    share = (part * 100 / whole).quantize(TENTH, rounding=ROUND_HALF_UP)
    return f"{share}%" if share or not part else "under 0.1%"
