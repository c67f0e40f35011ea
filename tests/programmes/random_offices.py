"""Random offices that record, correct and publish several related measures."""

import csv
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from io import StringIO
from itertools import product
from random import Random

from django.test import Client

from commissioning.rules import RuleBroken
from programmes.actions import observations
from programmes.models import Measure, Observation
from tests import builders as a

QUARTERS = [
    (date(2026, 4, 1), date(2026, 6, 30)),
    (date(2026, 7, 1), date(2026, 9, 30)),
    (date(2026, 10, 1), date(2026, 12, 31)),
    (date(2027, 1, 1), date(2027, 3, 31)),
]
# The people of an area or a kind that is recorded nowhere.
ELSEWHERE, OTHER = "elsewhere", "other"
SMALL = range(1, 5)
COUNTS = [0, 0, 1, 2, 3, 4, 6, 8, 20, 40]

Block = frozenset  # of leaves: (count, quarter, area, kind)


@dataclass
class Office:
    """Counts by quarter, area and kind of crime, and the figures that are recorded of them."""

    random: Random
    by: object
    areas: list = field(default_factory=list)
    kinds: list = field(default_factory=list)
    quarters: int = 0
    is_crossed: bool = False
    leaves: dict = field(default_factory=dict)
    # (measure, area, kind, first quarter, last quarter) → its leaves
    recorded: dict = field(default_factory=dict)
    measures: dict = field(default_factory=dict)  # by the name of its count, and how it is cut
    figures: dict = field(default_factory=dict)  # the current version of each
    # What was so before each correction, and the leaves that it may have been about.
    before: list = field(default_factory=list)
    corrected: list = field(default_factory=list)
    refused: int = 0  # releases of which nothing could be proven
    # Of each measure, how many corrections its latest release came after.
    released_at: dict = field(default_factory=dict)

    def __post_init__(self):
        choose = self.random.choice
        self.quarters = choose([1, 2, 2, 3, 4])
        breakdown = a.a_breakdown()
        self.areas = [a.an_area() for _ in range(choose([1, 2, 3]))]
        self.kinds = [a.a_category(breakdown=breakdown) for _ in range(choose([0, 2, 2]))]
        self.is_crossed = self.random.random() < 0.3
        self._count()
        self._publish("all", breakdown, by_kind=True)
        for name in self.random.sample(["again", "part", "women", "share"], k=choose([1, 2, 3])):
            getattr(self, f"_{name}")(breakdown)

    # --- What happened ----------------------------------------------------------------------------

    def _count(self) -> None:
        choose = self.random.choice
        nobody_elsewhere = self.random.random() < 0.5
        nobody_other = self.random.random() < 0.5
        for place in product(range(self.quarters), [*self.areas, ELSEWHERE], [*self.kinds, OTHER]):
            _, area, kind = place
            left_out = (area == ELSEWHERE and nobody_elsewhere) or (
                kind == OTHER and nobody_other and self.kinds
            )
            whole = 0 if left_out else choose(COUNTS)
            women = self.random.randint(0, whole)
            self.leaves["all", *place] = whole
            self.leaves["women", *place] = women
            self.leaves["men", *place] = self.random.randint(0, whole - women)
            self.leaves["part", *place] = max(0, whole - choose([0, 1, 2, whole]))

    def block(self, count: str, area, kind, first: int, last: int) -> Block:
        areas = [*self.areas, ELSEWHERE] if area is None else [area]
        kinds = [*self.kinds, OTHER] if kind is None else [kind]
        return frozenset(product([count], range(first, last + 1), areas, kinds))

    def true(self, block: Block, at: int | None = None) -> int:
        """How many there are; `at`: as it was after so many corrections."""
        leaves = [*self.before, self.leaves][-1 if at is None else at]
        return sum(leaves[leaf] for leaf in block)

    def count(self, terms: dict, at: int) -> int:
        leaves = [*self.before, self.leaves][at]
        return sum(times * leaves[leaf] for leaf, times in terms.items())

    def version(self, leaf: tuple, at: int) -> tuple:
        """A leaf, and how often it had been corrected."""
        return (*leaf, sum(leaf in leaves for leaves in self.corrected[:at]))

    def not_told_apart_from(self, leaf: tuple) -> frozenset:
        """A leaf, and those of its count that are in just the same figures."""
        within = [block for block in self.recorded.values() if leaf in block]
        without = [block for block in self.recorded.values() if leaf not in block]
        others = frozenset(other for other in self.leaves if other[0] == leaf[0])
        return others.intersection(*within).difference(*without) if within else frozenset({leaf})

    # --- What is recorded of it -------------------------------------------------------------------

    def _spans(self) -> list[tuple[int, int]]:
        """Quarters, the year to date, the whole time; some are not recorded."""
        each = [(at, at) for at in range(self.quarters)]
        to_date = [(0, at) for at in range(self.quarters)]
        spans = dict.fromkeys(self.random.choice([each, to_date, [*each, *to_date]]))
        return [span for span in spans if self.random.random() < 0.9] or [(0, self.quarters - 1)]

    def _publish(self, count: str, breakdown, *, by_kind: bool, cut: str = "") -> Measure:
        kinds = self.kinds if by_kind and self.random.random() < 0.8 else []
        measure = a.a_measure(breakdown=breakdown if kinds else None)
        places = [(None, None), *((area, None) for area in self.areas)]
        places += [(None, kind) for kind in kinds]
        if self.is_crossed:
            places += list(product(self.areas, kinds))
        places = [place for place in places if self.random.random() < 0.9] or [(None, None)]
        figures = []
        for (area, kind), (first, last) in product(places, self._spans()):
            block = self.block(count, area, kind, first, last)
            self.recorded[measure.code, area, kind, first, last] = block
            figures.append(self._figure(measure, area, kind, first, last, self.true(block)))
        self._record(figures)
        self.measures[count, cut] = measure
        return measure

    def _record(self, figures: list[Observation]) -> None:
        observations.record_all(figures, by=self.by)
        self.figures |= {(one.measure.code, one.place): one for one in figures}

    def _figure(self, measure, area, kind, first: int, last: int, value) -> Observation:
        days = {"starts_on": QUARTERS[first][0], "ends_on": QUARTERS[last][1]}
        return Observation(measure=measure, area=area, category=kind, value=value, **days)

    def _again(self, breakdown) -> None:
        again = self._publish("all", breakdown, by_kind=False, cut="again")
        a.a_relation(self.measures["all", ""], again, "same", by=self.by)

    def _part(self, breakdown) -> None:
        if ("part", "") in self.measures:
            return
        part = self._publish("part", breakdown, by_kind=True)
        a.a_relation(self.measures["all", ""], part, "part", by=self.by)

    def _women(self, breakdown) -> None:
        for count in ("women", "men"):
            one = self._publish(count, breakdown, by_kind=False)
            a.a_relation(self.measures["all", ""], one, "added", by=self.by)

    def _share(self, breakdown) -> None:
        """Those who were helped as a percentage of all, where both are recorded."""
        if ("part", "") not in self.measures:
            self._part(breakdown)
        whole, part = self.measures["all", ""], self.measures["part", ""]
        share = a.a_measure(
            form="percent",
            unit="%",
            decimals=0,
            numerator=part,
            denominator=whole,
            counts_people=False,
            breakdown=breakdown,
            **{f"over_{each}": "ratio" for each in ("periods", "areas", "services", "categories")},
        )
        figures = []
        for code, *place in list(self.recorded):
            of_whole = self.recorded.get((whole.code, *place))
            if code == part.code and of_whole and self.true(of_whole):
                figures.append(self._figure(share, *place, self._percentage(part, place)))
        if figures:
            self._record(figures)
            self.measures["share", ""] = share

    def _percentage(self, part: Measure, place: tuple) -> Decimal | None:
        whole = self.measures["all", ""]
        below = self.true(self.recorded[whole.code, *place])
        above = self.true(self.recorded[part.code, *place])
        return round(Decimal(100 * above) / below, 4) if below else None

    # --- What is published of it ------------------------------------------------------------------

    def files(self) -> list[tuple[list[dict], dict]]:
        """The measures are released in one, two or three steps; the file after each.

        With the file comes how many corrections each measure in it had seen.
        """
        measures = list(self.measures.values())
        self.random.shuffle(measures)
        steps = self.random.choice([1, 1, 2, 3])
        found = []
        for step in range(steps):
            of_step = {one.pk for one in measures[step::steps]}
            if step and self.random.random() < 0.5:
                of_step |= self._correct() & {
                    one.pk for one in measures if one.code in self.released_at
                }
            if of_step:
                self._release(of_step)
                found.append((read_file(), dict(self.released_at)))
        if self.random.random() < 0.25:
            again = self._correct() & {one.pk for one in measures}
            if again:
                self._release(again)
                found.append((read_file(), dict(self.released_at)))
        return found

    def _release(self, measures: set[int]) -> None:
        rows = Measure.objects.filter(pk__in=measures)
        try:
            a.a_release(*rows, by=self.by, change_note="New figures")
        except RuleBroken as refusal:
            if refusal.code != "release_is_proven":
                raise
            self.refused += 1
            return
        self.released_at |= dict.fromkeys((one.code for one in rows), len(self.corrected))

    def _correct(self) -> set[int]:
        """One number was wrong, and with it all figures that it is in; which measures these are."""
        leaf = self.random.choice(list(self.leaves))
        count, *place = leaf
        least = 0
        if count == "all":
            least = max(
                self.leaves["part", *place],
                self.leaves["women", *place] + self.leaves["men", *place],
            )
        most = self.leaves["all", *place] - self.leaves.get(
            ({"women": "men", "men": "women"}.get(count), *place), 0
        )
        now = self.leaves[leaf] + self.random.choice([-3, -1, 1, 2, 5])
        now = max(least, now if count == "all" else min(most, now))
        if now == self.leaves[leaf]:
            return set()
        self.before.append(dict(self.leaves))
        self.corrected.append(self.not_told_apart_from(leaf))
        self.leaves[leaf] = now
        changed = {name: self.true(block) for name, block in self.recorded.items() if leaf in block}
        return {measure for name, value in changed.items() for measure in self._state(name, value)}

    def _state(self, name: tuple, value: int) -> set[int]:
        """Correct a figure, and the percentage that it is a side of."""
        code, *place = name
        measures = {self._correct_figure(self._figure_at(code, place), value)}
        share = self.measures.get(("share", ""))
        is_side = code in {
            self.measures[one, ""].code for one in ("all", "part") if (one, "") in self.measures
        }
        if share is not None and is_side:
            figure = self._figure_at(share.code, place)
            percentage = figure and self._percentage(self.measures["part", ""], tuple(place))
            if percentage is not None:
                measures.add(self._correct_figure(figure, percentage))
        return measures

    def _figure_at(self, code: str, place: list) -> Observation | None:
        measure = next(one for one in self.measures.values() if one.code == code)
        return self.figures.get((code, self._figure(measure, *place, 0).place_key))

    def _correct_figure(self, figure: Observation, value) -> int:
        if figure.value != value:
            new = observations.correct(figure, value=value, reason="Counted again", by=self.by)
            self.figures[new.measure.code, new.place] = new
        return figure.measure_id


def read_file() -> list[dict]:
    """Every row of the file of figures, as anybody downloads it."""
    answer = Client().get("/figures.csv")
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return list(csv.DictReader(StringIO(text.decode("utf-8-sig"))))
