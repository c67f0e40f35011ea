"""Random offices that publish several related measures, and an outsider who reads their files.

The outsider knows what the public knows: which measures are the same count, parts of another or
added up, which areas and kinds are parts of a whole, and that counts of people are whole numbers
from nought on. Of the figures it knows what the files say and nothing else, and nothing of how
they were decided.
"""

import csv
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from io import StringIO
from itertools import product
from random import Random

import highspy
import numpy as np
from django.test import Client

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

    def true(self, block: Block) -> int:
        return sum(self.leaves[leaf] for leaf in block)

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
        observations.record_all(figures, by=self.by)
        self.measures[count, cut] = measure
        return measure

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
        for (code, *place), block in list(self.recorded.items()):
            if code == part.code and (whole.code, *place) in self.recorded:
                below = self.true(self.recorded[whole.code, *place])
                if below:
                    value = Decimal(100 * self.true(block)) / below
                    value = round(value, 4)
                    figures.append(self._figure(share, *place, value))
        if figures:
            observations.record_all(figures, by=self.by)
            self.measures["share", ""] = share

    # --- What is published of it ------------------------------------------------------------------

    def files(self) -> list[list[dict]]:
        """The measures are released in one, two or three steps; the file after each."""
        measures = list(self.measures.values())
        self.random.shuffle(measures)
        steps = self.random.choice([1, 1, 2, 3])
        found = []
        for step in range(steps):
            of_step = measures[step::steps]
            if of_step:
                of_step = Measure.objects.filter(pk__in=[one.pk for one in of_step])
                a.a_release(*of_step, by=self.by)
                found.append(read_file())
        return found


def read_file() -> list[dict]:
    """Every row of the file of figures, as anybody downloads it."""
    answer = Client().get("/figures.csv")
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return list(csv.DictReader(StringIO(text.decode("utf-8-sig"))))


class Reader:
    """What follows from the files: the least and the greatest that each count could be."""

    def __init__(self, office: Office, files: list[list[dict]]):
        self.leaves = list(office.leaves)
        self.place = {leaf: at for at, leaf in enumerate(self.leaves)}
        self.rows: list[tuple[dict, float, float]] = []
        self.shown: set[tuple] = set()
        self.hidden: set[tuple] = set()
        self._know_relations(office)
        self._read(office, files)
        self.model = self._model()
        self.tables: list[np.ndarray] = []

    def _know_relations(self, office: Office) -> None:
        names = {count for count, _ in office.measures}
        for leaf in self.leaves:
            count, *place = leaf
            if count == "part" and "part" in names:
                self.rows.append(({("all", *place): 1, leaf: -1}, 0, np.inf))
            if count == "women" and "women" in names:
                terms = {("all", *place): 1, leaf: -1, ("men", *place): -1}
                self.rows.append((terms, 0, np.inf))

    def _read(self, office: Office, files: list[list[dict]]) -> None:
        codes = {area.code: area for area in office.areas} | {"": None}
        kinds = {kind.name: kind for kind in office.kinds} | {"": None}
        firsts = {str(first): at for at, (first, _) in enumerate(QUARTERS)}
        lasts = {str(last): at for at, (_, last) in enumerate(QUARTERS)}
        share = office.measures.get(("share", ""))
        for row in (row for file in files for row in file):
            place = (
                codes[row["Code of the area"]],
                kinds[row["Category"]],
                firsts[row["First day"]],
                lasts[row["Last day"]],
            )
            name = (row["Code of the measure"], *place)
            if row["Hidden"] == "yes":
                self.hidden.add(name)
            elif name not in self.shown:
                self.shown.add(name)
                if share is not None and name[0] == share.code:
                    self._know_share(office, place, row["Value"])
                else:
                    value = int(Decimal(row["Value"]))
                    self.rows.append((dict.fromkeys(office.recorded[name], 1), value, value))
        self.hidden -= self.shown

    def _know_share(self, office: Office, place: tuple, printed: str) -> None:
        """It was rounded, to as many decimals as the file has."""
        step = 10 ** len(printed.partition(".")[2])
        doubled = int(2 * Decimal(printed) * step)
        for edge, least, most in ((doubled - 1, 0, np.inf), (doubled + 1, -np.inf, 0)):
            terms = dict.fromkeys(office.block("part", *place), 200 * step)
            terms |= dict.fromkeys(office.block("all", *place), -edge)
            self.rows.append((terms, least, most))

    def _model(self) -> highspy.Highs:
        model, size = highspy.Highs(), len(self.leaves)
        model.setOptionValue("output_flag", False)
        model.setOptionValue("threads", 1)
        model.addVars(size, np.zeros(size), np.full(size, 10_000.0))
        kinds = np.full(size, highspy.HighsVarType.kInteger.value, dtype=np.uint8)
        model.changeColsIntegrality(size, np.arange(size, dtype=np.int32), kinds)
        for terms, least, most in self.rows:
            columns = np.array([self.place[leaf] for leaf in terms], dtype=np.int32)
            times = np.array(list(terms.values()), dtype=np.float64)
            model.addRow(least, most, len(columns), columns, times)
        return model

    def reach(self, terms: dict) -> tuple[int, int]:
        """The least and the greatest that a combination of leaves could be."""
        cost = np.zeros(len(self.leaves))
        for leaf, times in terms.items():
            cost[self.place[leaf]] = times
        ends = []
        for sign in (1, -1):
            self.model.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), sign * cost)
            self.model.run()
            table = np.rint(np.array(self.model.getSolution().col_value))
            status = self.model.getModelStatus()
            assert status == highspy.HighsModelStatus.kOptimal, status
            self.tables.append(table)
            ends.append(round(cost @ table))
        return ends[0], ends[1]

    def is_safe(self, terms: dict, at_least: int) -> bool:
        """Whether it could be another number, and as many as `at_least`."""
        cost = np.zeros(len(self.leaves))
        for leaf, times in terms.items():
            cost[self.place[leaf]] = times
        seen = [round(cost @ table) for table in self.tables]
        if seen and max(seen) >= at_least and min(seen) != max(seen):
            return True
        least, most = self.reach(terms)
        return most >= at_least and least != most


def implied(office: Office) -> dict[str, dict]:
    """Small counts that follow by subtraction from all figures that are recorded; by name.

    Of each count: the areas and kinds, those of no known area or kind, and who is left of a whole
    beside a part of it, in every period.
    """
    rows = np.array(
        [[leaf in block for leaf in office.leaves] for block in office.recorded.values()],
        dtype=float,
    )
    # A combination of the rows gives what stands in the space that they span.
    _, sizes, directions = np.linalg.svd(rows, full_matrices=False)
    basis = directions[sizes > 1e-9]
    found = {}
    for name, terms in candidates(office).items():
        true = sum(times * office.leaves[leaf] for leaf, times in terms.items())
        if true not in SMALL:
            continue
        vector = np.array([terms.get(leaf, 0) for leaf in office.leaves], dtype=float)
        if np.allclose(basis.T @ (basis @ vector), vector, atol=1e-7):
            found[name] = terms
    return found


def candidates(office: Office) -> dict[str, dict]:
    found = {}
    names = dict.fromkeys(count for count, _ in office.measures if count != "share")
    spans = [(i, j) for i in range(office.quarters) for j in range(i, office.quarters)]
    for area, kind, (first, last) in product(
        [None, *office.areas, ELSEWHERE], [None, *office.kinds, OTHER], spans
    ):
        place = (area, kind, first, last)
        for count in names:
            found[f"{count} {place}"] = dict.fromkeys(office.block(count, *place), 1)
        whole = dict.fromkeys(office.block("all", *place), 1)
        for without in [["part"], ["women"], ["men"], ["women", "men"]]:
            if set(without) <= names.keys():
                minus = {leaf: -1 for each in without for leaf in office.block(each, *place)}
                found[f"all but {without} {place}"] = whole | minus
    return found


@dataclass
class Attack:
    """What an outsider found, and how much was hidden."""

    recovered: list[str]
    hidden: int
    small: int
    implied: int
    shown: int


def attack(seed: int, by) -> Attack:
    """An outsider reads the files of a random office."""
    office = Office(Random(seed), by)  # noqa: S311
    reader = Reader(office, office.files())
    small = {
        str(name): dict.fromkeys(office.recorded[name], 1)
        for name in reader.hidden
        if name in office.recorded and office.true(office.recorded[name]) in SMALL
    }
    follows = implied(office)
    # Where one measure is by area and kind at once and another by each alone, it may show that a
    # number is small; never which (docs/decisions/0027).
    at_least = 0 if office.is_crossed else SMALL.stop
    recovered = [
        f"{name} is {sum(t * office.leaves[leaf] for leaf, t in terms.items())}"
        for name, terms in {**follows, **small}.items()
        if not reader.is_safe(terms, at_least)
    ]
    return Attack(recovered, len(reader.hidden), len(small), len(follows), len(reader.shown))
