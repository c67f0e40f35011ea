"""An outsider reads the cells of two releases, and finds no number that they hide.

What adds up to what is written down here from how the figures were made, not asked of the code.
"""

from datetime import date
from random import Random

import pytest

from programmes.actions import observations
from programmes.disclosure import Earlier, Sum
from programmes.models import Measure, Observation, ReleasedCell
from tests import builders as a
from tests.programmes.outsider import Outsider

pytestmark = pytest.mark.django_db

QUARTERS = [
    (date(2026, 4, 1), date(2026, 6, 30)),
    (date(2026, 7, 1), date(2026, 9, 30)),
    (date(2026, 10, 1), date(2026, 12, 31)),
    (date(2027, 1, 1), date(2027, 3, 31)),
]
YEAR = (date(2026, 4, 1), date(2027, 3, 31))
SEEDS = 6


class Service:
    """A measure with places by area, neighbourhood and category, as a service would report it."""

    def __init__(self, random: Random):
        self.random = random
        self.breakdown = a.a_breakdown()
        categories = [a.a_category(breakdown=self.breakdown) for _ in range(3)]
        self.measure = a.a_measure(breakdown=self.breakdown)
        areas = [a.an_area() for _ in range(3)]
        units = [a.an_area(parent=areas[0], kind="neighbourhood_unit") for _ in range(2)]
        # The parts of each place; the whole is the place without any name.
        self.parts = {
            None: [areas, categories],
            areas[0]: [units],
        }
        self.leaves = [*areas[1:], *units]
        self.places = [None, *areas, *units, *categories]

    def counts(self) -> dict:
        """A number for each place, so that areas and categories come to the same whole."""
        counts = {leaf: self.random.choice([0, 1, 2, 3, 5, 8, 40, 90]) for leaf in self.leaves}
        first, *others = self.parts[None][0]
        counts[first] = sum(counts[unit] for unit in self.parts[first][0])
        whole = counts[first] + sum(counts[area] for area in others)
        one = self.random.randint(0, whole)
        two = self.random.randint(0, whole - one)
        counts.update(zip(self.parts[None][1], (one, two, whole - one - two), strict=True))
        return {**counts, None: whole}

    def figures(self, span: tuple[date, date], counts: dict) -> list[Observation]:
        return [
            Observation(
                measure=self.measure,
                area=place if place in self.parts[None][0] or place in self.leaves else None,
                category=place if place in self.parts[None][1] else None,
                starts_on=span[0],
                ends_on=span[1],
                period_kind="quarter",
                value=counts[place],
            )
            for place in self.places
        ]

    def sums(self, spans) -> list[Sum]:
        found = [
            Sum((span, whole), tuple((span, part) for part in parts))
            for span in spans
            for whole, ways in self.parts.items()
            for parts in ways
        ]
        if YEAR in spans:
            found += [Sum((YEAR, p), tuple((q, p) for q in QUARTERS)) for p in self.places]
        return found


def seen(service: Service, values: dict, spans: list) -> Earlier:
    """What a reader of the current cells sees of these periods."""
    cells = ReleasedCell.objects.filter(measure=service.measure).current()
    shown = {
        ((cell.starts_on, cell.ends_on), cell.area or cell.category)
        for cell in cells.select_related("area", "category")
        if not cell.is_hidden
    }
    of_spans = {key: count for key, count in values.items() if key[0] in spans}
    return Earlier(of_spans, frozenset(shown), tuple(service.sums(spans)))


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_number_that_a_release_hides_can_be_worked_out_from_its_cells(seed):
    service, by = Service(Random(seed)), a.an_officer()  # noqa: S311
    values, readings = {}, []
    for now, spans in ((QUARTERS[:2], QUARTERS[:2]), ([*QUARTERS[2:], YEAR], [*QUARTERS, YEAR])):
        for span in now:
            counts = service.counts() if span != YEAR else _sum_of_quarters(service, values)
            values.update({(span, place): count for place, count in counts.items()})
            observations.record_all(service.figures(span, counts), by=by)
        a.a_release(Measure.objects.get(pk=service.measure.pk), by=by, change_note="More quarters")
        readings.append(seen(service, values, spans))

    outsider = Outsider(readings)

    small = {name: 5 for name in outsider.unknowns if 0 < name[1] <= 4}
    assert small, "nothing was hidden: this proves nothing"
    assert outsider.work_out(outsider.unknowns, small) == []


def _sum_of_quarters(service: Service, values: dict) -> dict:
    return {place: sum(values[span, place] for span in QUARTERS) for place in service.places}
