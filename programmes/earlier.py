"""What earlier releases told: of figures, and of the numbers that they showed a ratio of.

A later release must not let anybody work out what an earlier one hid, nor the other way round.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Q

from programmes.disclosure import Earlier
from programmes.models import Measure, Observation, Release, ReleasedCell
from programmes.relations import Declared, Key, Relations, declared, key, relations, side

RELATED = ["measure__numerator", "measure__denominator", "category"]


def sides(measures: Iterable[Measure]) -> set[int]:
    """The measures that these are ratios of."""
    sides = {one for row in measures for one in (row.numerator_id, row.denominator_id)}
    return sides - {None}


def tied_to(measures: Iterable[Measure], known: Declared | None = None) -> set[int]:
    """These measures, and all that could tell of them: by ratios and declared relations."""
    known = declared() if known is None else known
    tied, fresh = set(), {measure.pk for measure in measures}
    while fresh:
        tied |= fresh
        ratios = Measure.objects.filter(
            Q(pk__in=fresh) | Q(numerator__in=fresh) | Q(denominator__in=fresh)
        )
        found = {one for row in ratios.values_list("pk", "numerator", "denominator") for one in row}
        fresh = (found | known.all_tied_to(fresh)) - {None} - tied
    return tied


@dataclass(frozen=True)
class Former:
    """What an earlier release showed and hid, and the numbers that it showed a ratio of.

    `beside` is what was public of related measures when it was made, and `unseen` what was
    recorded of them, or is now: compared with figures that were corrected since, it tells more.
    """

    cells: tuple[ReleasedCell, ...]
    behind: tuple[Observation, ...]
    beside: tuple[Observation, ...] = ()
    unseen: tuple[Observation, ...] = ()

    @property
    def observations(self) -> list[Observation]:
        own = (cell.observation for cell in self.cells)
        return [*own, *self.beside, *self.behind, *self.unseen]

    def as_it_was(
        self, parents: dict[int, int | None], known: Declared
    ) -> tuple[Earlier, Relations]:
        """What it told, and what tied its figures together."""
        tied = relations(self.observations, parents, known)
        shown = {number for cell in self.cells for number in _shown_numbers(cell)}
        seen = {key(cell.observation) for cell in self.cells if not cell.is_hidden}
        if not self.beside and self.cells[0].release.basis == Release.Basis.PUBLIC:
            # Where all figures are public already, so is what follows from them.
            shown |= tied.implied.keys()
        values = tied.all_values
        told = tuple(share for number, share in tied.shares.items() if number in seen)
        return Earlier(values, frozenset(shown & values.keys()), tied.sums, told), tied


def former_releases(tied: Collection[int], known: Declared) -> list[Former]:
    """Every earlier release of these measures, the first one first."""
    cells = ReleasedCell.objects.filter(measure__in=tied).order_by("release_id", "pk")
    cells = cells.select_related("release", *(f"observation__{name}" for name in RELATED))
    versions = _versions(tied)
    found, told = [], Told()
    for release, group in groupby(cells, key=lambda cell: cell.release):
        of_release = tuple(group)
        own = {cell.measure_id for cell in of_release}
        wanted = sides(cell.observation.measure for cell in of_release) - own
        behind = tuple(_standing_at(release.made_at, versions, wanted))
        beside = told.of(known.around(own | wanted) - own - wanted)
        unseen = ()
        if release.basis == Release.Basis.CHECKED:
            known_then = {key(one) for one in (*behind, *beside)}
            others = _standing_at(release.made_at, versions, {*tied} - own)
            unseen = tuple(one for one in others if key(one) not in known_then)
        former = Former(of_release, behind, tuple(beside), unseen)
        told.add(former)
        found.append(former)
    return found


class Told:
    """What is public of each measure, or stands behind a percentage that is."""

    def __init__(self, formers: Iterable[Former] = ()):
        self.figures: dict[int, list[Observation]] = {}
        self.released: set[int] = set()
        for former in formers:
            self.add(former)

    def add(self, former: Former) -> None:
        """A release takes the place of what was told of its measures."""
        fresh = defaultdict(list)
        for cell in former.cells:
            fresh[cell.measure_id].append(cell.observation)
        self.released |= fresh.keys()
        for one in former.behind:
            if one.measure_id not in self.released:
                fresh[one.measure_id].append(one)
        self.figures |= fresh

    def of(self, measures: Iterable[int]) -> list[Observation]:
        return [one for measure in sorted(measures) for one in self.figures.get(measure, [])]


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
