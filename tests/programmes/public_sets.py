"""An outsider who reads the files of random offices that publish several related measures.

The outsider knows what the public knows: which measures are the same count, parts of another or
added up, which areas and kinds are parts of a whole, and that counts of people are whole numbers
from nought on. Of the figures it knows what the files say and nothing else, and nothing of how
they were decided. It has kept the files of all releases, and of every correction it even knows
which figures it was about: anyone not in all of these was counted as before.
"""

from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from random import Random

import highspy
import numpy as np

from tests.programmes.least_hidden import least_hidden
from tests.programmes.random_offices import ELSEWHERE, OTHER, QUARTERS, SMALL, Office


class Reader:
    """What follows from the files: the least and the greatest that each count could be."""

    def __init__(self, office: Office, files: list[tuple[list[dict], dict]]):
        self.office = office
        versions = range(len(office.corrected) + 1)
        self.leaves = list(
            dict.fromkeys(office.version(leaf, at) for at in versions for leaf in office.leaves)
        )
        self.place = {leaf: at for at, leaf in enumerate(self.leaves)}
        self.rows: list[tuple[dict, float, float]] = []
        self.relations: list[dict] = []  # none of these is below nought
        # With how many corrections the measure had seen.
        self.shown: set[tuple] = set()
        self.hidden: set[tuple] = set()
        for at in versions:
            self._know_relations(office, at)
        self.rows += [(terms, 0, np.inf) for terms in self.relations]
        for file, seen in files:
            self._read(office, file, seen)
        self._settle(office)
        self.model = self._model()
        self.tables: list[np.ndarray] = []

    def _know_relations(self, office: Office, at: int) -> None:
        names = {count for count, _ in office.measures}
        for count, *place in office.leaves:
            whole, one = (office.version((name, *place), at) for name in ("all", count))
            if count == "part" and "part" in names:
                self.relations.append({whole: 1, one: -1})
            if count == "women" and "women" in names:
                other = office.version(("men", *place), at)
                self.relations.append({whole: 1, one: -1, other: -1})

    def _read(self, office: Office, file: list[dict], seen: dict) -> None:
        codes = {area.code: area for area in office.areas} | {"": None}
        kinds = {kind.name: kind for kind in office.kinds} | {"": None}
        firsts = {str(first): at for at, (first, _) in enumerate(QUARTERS)}
        lasts = {str(last): at for at, (_, last) in enumerate(QUARTERS)}
        share = office.measures.get(("share", ""))
        for row in file:
            place = (
                codes[row["Code of the area"]],
                kinds[row["Category"]],
                firsts[row["First day"]],
                lasts[row["Last day"]],
            )
            name = (row["Code of the measure"], *place)
            at = seen[name[0]]
            if row["Hidden"] == "yes":
                self.hidden.add((name, at))
            elif (name, at) not in self.shown:
                self.shown.add((name, at))
                if share is not None and name[0] == share.code:
                    self._know_share(office, place, row["Value"], at)
                else:
                    value = int(Decimal(row["Value"]))
                    terms = self.terms(dict.fromkeys(office.recorded[name], 1), at)
                    self.rows.append((terms, value, value))

    def figures(self) -> list[tuple[tuple, dict, int]]:
        """All counts in the files, hidden ones too: name, leaves and the true number."""
        return [
            ((name, at), self.terms(dict.fromkeys(block, 1), at), self.office.true(block, at))
            for name, at in sorted(self.shown | self.hidden, key=str)
            if (block := self.office.recorded.get(name))
        ]

    def terms(self, of_leaves: dict, at: int) -> dict:
        """A combination of leaves as they were after so many corrections."""
        return {self.office.version(leaf, at): times for leaf, times in of_leaves.items()}

    def _settle(self, office: Office) -> None:
        """A figure that was hidden, and shown at another time with the same people, is shown."""
        known = {
            frozenset(self.terms(dict.fromkeys(office.recorded[name], 1), at))
            for name, at in self.shown
            if name in office.recorded
        }
        self.hidden = {
            (name, at)
            for name, at in self.hidden - self.shown
            if name not in office.recorded
            or frozenset(self.terms(dict.fromkeys(office.recorded[name], 1), at)) not in known
        }

    def _know_share(self, office: Office, place: tuple, printed: str, at: int) -> None:
        """It was rounded, to as many decimals as the file has."""
        step = 10 ** len(printed.partition(".")[2])
        doubled = int(2 * Decimal(printed) * step)
        for edge, least, most in ((doubled - 1, 0, np.inf), (doubled + 1, -np.inf, 0)):
            terms = dict.fromkeys(office.block("part", *place), 200 * step)
            terms |= dict.fromkeys(office.block("all", *place), -edge)
            self.rows.append((self.terms(terms, at), least, most))

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


def implied(office: Office, at: int) -> dict[str, dict]:
    """Small counts that follow by subtraction from all figures that are recorded; by name.

    As they were after so many corrections.

    Of each count: the areas and kinds, those of no known area or kind, and who is left of a whole
    beside a part of it, in every period.
    """
    place = {leaf: column for column, leaf in enumerate(office.leaves)}

    def vector(terms: dict) -> np.ndarray:
        found = np.zeros(len(place))
        found[[place[leaf] for leaf in terms]] = list(terms.values())
        return found

    rows = np.array([vector(dict.fromkeys(block, 1)) for block in office.recorded.values()])
    # A combination of the rows gives what stands in the space that they span.
    _, sizes, directions = np.linalg.svd(rows, full_matrices=False)
    basis = directions[sizes > 1e-9]
    found = {}
    for name, terms in candidates(office).items():
        if office.count(terms, at) in SMALL:
            one = vector(terms)
            if np.allclose(basis.T @ (basis @ one), one, atol=1e-7):
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
    corrections: int
    refused: int
    compared: int = 0  # the hidden counts of a set that was released at once
    least: int = 0  # … and how many at least had to be hidden


def attack(seed: int, by, *, compare: bool = False) -> Attack:
    """An outsider reads the files of a random office.

    `compare`: also say how few counts could have been hidden, where all were released at once.
    """
    office = Office(Random(seed), by)  # noqa: S311
    files = office.files()
    reader = Reader(office, files)
    wanted = {
        f"{name} at {at}": (dict.fromkeys(office.recorded[name], 1), at)
        for name, at in reader.hidden
        if name in office.recorded and office.true(office.recorded[name], at) in SMALL
    }
    small = {(name, at) for name, at in reader.hidden if f"{name} at {at}" in wanted}
    for at in range(len(office.corrected) + 1):
        wanted |= {f"{name} at {at}": (terms, at) for name, terms in implied(office, at).items()}
    recovered = [
        f"{name} is {office.count(terms, at)}"
        for name, (terms, at) in wanted.items()
        if not reader.is_safe(reader.terms(terms, at), SMALL.stop)
    ]
    found = Attack(
        recovered,
        hidden=len(reader.hidden),
        small=len(small),
        implied=len(wanted) - len(small),
        shown=len(reader.shown),
        corrections=len(office.corrected),
        refused=office.refused,
    )
    if compare and len(files) == 1 and not office.corrected:
        found.compared = sum(name in office.recorded for name, _ in reader.hidden)
        found.least = least_hidden(reader, small, (reader.terms(*one) for one in wanted.values()))
    return found
