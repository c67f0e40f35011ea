"""Measures that are probably related: what staff are asked about before figures are released.

Two counts that nobody declared to be related can betray one another's hidden numbers, such as "all
victims supported" beside the same by kind of crime. They are asked about where their names, units
and places suggest it and their numbers do not rule it out.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from django.db.models import Q

from programmes.models import Adding, Measure, MeasureRelation, Observation, ReportLine, ReportTable
from programmes.relations import Declared, declared, is_count_of_people

Place = tuple  # service, area, first day, last day


@dataclass(frozen=True)
class Likely:
    """A question to staff: how are these two measures related?"""

    whole: Measure
    part: Measure
    why: str

    @property
    def pair(self) -> frozenset[int]:
        return frozenset((self.whole.pk, self.part.pk))

    def __str__(self) -> str:
        return f"“{self.whole}” and “{self.part}” ({self.why})"


def unanswered(measures: Sequence[Measure]) -> list[Likely]:
    """Pairs of these measures, and of one of them and one released before, to be asked about."""
    released = Measure.objects.filter(cells__isnull=False)
    every = Measure.objects.filter(
        Q(pk__in=[one.pk for one in measures]) | Q(pk__in=released.values("pk"))
    )
    counted = [
        one for one in every.select_related("service", "programme") if is_count_of_people(one)
    ]
    fresh = {one.pk for one in measures}
    if not any(one.pk in fresh for one in counted):
        return []
    subjects = _subjects(counted)
    tables = _side_by_side()
    pairs = [
        (one, other)
        for one, other in combinations(sorted(counted, key=lambda one: one.pk), 2)
        if (one.pk in fresh or other.pk in fresh)
        and (frozenset((one.pk, other.pk)) in tables or _about_the_same(one, other, subjects))
    ]
    asked = {frozenset(pair) for pair in MeasureRelation.objects.values_list("whole", "part")}
    pairs = [pair for pair in pairs if frozenset(one.pk for one in pair) not in asked]
    figures = Figures({one for pair in pairs for one in pair})
    known = declared()
    return list(_found(pairs, figures, known, subjects, tables))


def _subjects(measures: Iterable[Measure]) -> dict[int, set]:
    """The services and programmes that each measure is of; none for one of the whole force."""
    rows = Measure.objects.filter(pk__in=[one.pk for one in measures])
    found: dict[int, set] = defaultdict(set)
    for pk, service, programme, of_service in rows.values_list(
        "pk", "service", "programme", "service__programmes"
    ):
        named = {("service", service), ("programme", programme), ("programme", of_service)}
        found[pk] |= {each for each in named if each[1] is not None}
    return found


def _about_the_same(one: Measure, other: Measure, subjects: dict[int, set]) -> bool:
    """The same service or programme; or the same unit, where one is of the whole force."""
    ours, theirs = subjects.get(one.pk, set()), subjects.get(other.pk, set())
    if ours & theirs:
        return True
    return (not ours or not theirs) and one.unit.casefold() == other.unit.casefold()


def _side_by_side() -> dict[frozenset[int], str]:
    """Pairs of which a report table shows one as the total of a line with the other."""
    found = {}
    totals = (ReportLine.Shows.SUM, ReportLine.Shows.STATED_TOTAL)
    tables = ReportTable.objects.filter(counts=ReportTable.Counts.MEASURES, lines__shows__in=totals)
    for table in tables.distinct().prefetch_related("lines"):
        lines = [(line.measure_id or table.measure_id, line.shows) for line in table.lines.all()]
        for total, shows in lines:
            for other, _ in lines:
                if shows in totals and None not in (total, other) and total != other:
                    found[frozenset((total, other))] = f"side by side in “{table}”"
    return found


class Figures:
    """The current figures of some measures, by measure and place, categories added up."""

    def __init__(self, measures: Iterable[Measure]):
        measures = {one.pk: one for one in measures}
        self.wholes: dict[int, dict[Place, Decimal]] = defaultdict(dict)
        parts: dict[int, dict[Place, dict]] = defaultdict(lambda: defaultdict(dict))
        rows = Observation.objects.filter(measure__in=measures, value__isnull=False).current()
        names = ("measure", "service", "area", "starts_on", "ends_on", "category", "value")
        for pk, service, area, first, last, category, value in rows.values_list(*names):
            place = (service, area, first, last)
            if category is None:
                self.wholes[pk][place] = value
            else:
                parts[pk][place][category] = value
        for pk, places in parts.items():
            if measures[pk].over_categories == Adding.SUM:
                for place, values in places.items():
                    self.wholes[pk].setdefault(place, sum(values.values()))
            else:
                for place in places:
                    self.wholes[pk].setdefault(place, None)

    def common(self, one: int, other: int) -> list[tuple[Decimal, Decimal]]:
        """The numbers of both at the places where both have one."""
        ours, theirs = self.wholes[one], self.wholes[other]
        both = [(ours[place], theirs[place]) for place in ours.keys() & theirs.keys()]
        return [pair for pair in both if None not in pair]

    def overlap(self, one: int, other: int) -> bool:
        """Whether a period of one has days in common with a period of the other."""
        ours, theirs = (self._days(measure) for measure in (one, other))
        return any(_in_common(mine, its) for mine in ours for its in theirs)

    def _days(self, measure: int) -> set[tuple]:
        return {place[2:] for place in self.wholes[measure]}


def _in_common(one: tuple, other: tuple) -> bool:
    if None in (*one, *other):
        return one == other
    return one[0] <= other[1] and other[0] <= one[1]


def _found(
    pairs: Iterable[tuple[Measure, Measure]],
    figures: Figures,
    known: Declared,
    subjects: dict[int, set],
    tables: dict[frozenset[int], str],
) -> Iterator[Likely]:
    for one, other in pairs:
        common = figures.common(one.pk, other.pk)
        above = all(mine >= its for mine, its in common)
        below = all(mine <= its for mine, its in common)
        table = tables.get(frozenset((one.pk, other.pk)))
        if not table and not (above or below):
            continue
        if not common and not figures.overlap(one.pk, other.pk):
            continue
        is_equal = bool(common) and above and below and any(mine for mine, _ in common)
        if known.leads_to(one.pk, other.pk):
            continue
        if not is_equal and not table and (known.is_part(one.pk) or known.is_part(other.pk)):
            # What it is a part of is asked about instead.
            continue
        whole, part = (one, other) if above else (other, one)
        yield Likely(whole, part, table or _why(one, other, is_equal, subjects))


def _why(one: Measure, other: Measure, is_equal: bool, subjects: dict[int, set]) -> str:
    if is_equal:
        return "their numbers are equal"
    if subjects.get(one.pk, set()) & subjects.get(other.pk, set()):
        return "both count people of the same service or programme in the same periods"
    return "both count the same unit in the same periods"
