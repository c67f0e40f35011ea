"""What earlier releases told: of figures, and of the numbers that they showed a ratio of.

A later release must not let anybody work out what an earlier one hid, nor the other way round.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Q

from programmes.disclosure import Earlier
from programmes.models import Measure, Observation, ReleasedCell
from programmes.relations import Key, key, relations, side

RELATED = ["measure__numerator", "measure__denominator", "category"]


def sides(measures: Iterable[Measure]) -> set[int]:
    """The measures that these are ratios of."""
    sides = {one for row in measures for one in (row.numerator_id, row.denominator_id)}
    return sides - {None}


def tied_to(measures: Sequence[Measure]) -> set[int]:
    """These measures, and all that ratios tie to them: each could tell of the others."""
    tied, fresh = set(), {measure.pk for measure in measures}
    while fresh:
        tied |= fresh
        ratios = Measure.objects.filter(
            Q(pk__in=fresh) | Q(numerator__in=fresh) | Q(denominator__in=fresh)
        )
        found = {one for row in ratios.values_list("pk", "numerator", "denominator") for one in row}
        fresh = found - {None} - tied
    return tied


@dataclass(frozen=True)
class Former:
    """What an earlier release showed and hid, and the numbers that it showed a ratio of."""

    cells: tuple[ReleasedCell, ...]
    behind: tuple[Observation, ...]

    @property
    def observations(self) -> list[Observation]:
        return [*(cell.observation for cell in self.cells), *self.behind]

    def as_it_was(self, parents: dict[int, int | None]) -> Earlier:
        tied = relations(self.observations, parents)
        shown = {number for cell in self.cells for number in _shown_numbers(cell)}
        seen = {key(cell.observation) for cell in self.cells if not cell.is_hidden}
        return Earlier(
            tied.values,
            frozenset(shown & tied.values.keys()),
            tied.sums,
            tuple(share for number, share in tied.shares.items() if number in seen),
        )


def former_releases(tied: Iterable[int]) -> list[Former]:
    """Every earlier release of these measures, the first one first."""
    cells = ReleasedCell.objects.filter(measure__in=tied).order_by("release_id", "pk")
    cells = cells.select_related("release", *(f"observation__{name}" for name in RELATED))
    versions = _versions(sides(Measure.objects.filter(pk__in=tied)))
    found = []
    for release, group in groupby(cells, key=lambda cell: cell.release):
        of_release = tuple(group)
        own = {cell.measure_id for cell in of_release}
        wanted = sides(cell.observation.measure for cell in of_release) - own
        behind = _standing_at(release.made_at, versions, wanted)
        found.append(Former(of_release, tuple(behind)))
    return found


def _versions(measures: Iterable[int]) -> list[Observation]:
    rows = Observation.objects.filter(measure__in=measures).order_by("version")
    return list(rows.select_related(*RELATED))


def _standing_at(
    moment: datetime, versions: Iterable[Observation], measures: set[int]
) -> Iterable[Observation]:
    """The figures of some measures as they stood at a moment; one recorded later as it first was.

    A percentage tells of its two numbers, whenever these were recorded here.
    """
    by_place = {}
    for one in versions:
        if one.measure_id in measures and (key(one) not in by_place or one.recorded_at <= moment):
            by_place[key(one)] = one
    return by_place.values()


def _shown_numbers(cell: ReleasedCell) -> list[Key]:
    one = cell.observation
    numbers = [] if cell.is_hidden else [key(one)]
    told = [name for name in ("numerator", "denominator") if getattr(cell, name) is not None]
    return [*numbers, *(side(one, name) for name in told)]
