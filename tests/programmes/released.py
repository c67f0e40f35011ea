"""Random releases as an office would make them: areas in areas, kinds, quarters, percentages."""

from itertools import chain
from random import Random

from programmes.disclosure import Earlier, Protected, Share, Sum, protect

FORCE, ALL, YEAR = "force", "all", "year"
QUARTERS = ("q1", "q2")


def random_count(random: Random) -> int | None:
    """Many small ones, some noughts, a few that were never received."""
    chance = random.random()
    if chance < 0.22:
        return None if chance < 0.02 else 0
    if chance < 0.4:
        return random.randint(1, 4)
    return random.randint(5, 30) if chance < 0.75 else random.randint(31, 400)


class Tables:
    """The figures of one release by (period, area, kind), and what ties them."""

    def __init__(self, counts: dict):
        self.values = dict(counts)
        self.sums: list[Sum] = []
        self.shares: list[Share] = []
        self.withheld: set = set()

    def add_up(self, total: tuple, parts: list[tuple]) -> None:
        received = [self.values[part] for part in parts if self.values[part] is not None]
        self.values[total] = sum(received) if received else None
        self.sums.append(Sum(total, tuple(parts)))

    def protected(self, earlier: tuple[Earlier, ...], threshold: int) -> Protected:
        return protect(
            self.values,
            self.sums,
            self.shares,
            threshold=threshold,
            earlier=earlier,
            withheld=self.withheld,
        )


class Office:
    """An office with districts, some cut into neighbourhoods, that releases twice."""

    def __init__(self, random: Random):
        self.random = random
        self.districts = {
            f"d{n}": [f"d{n}n{m}" for m in range(random.choice([0, 2, 2, 3]))]
            for n in range(random.choice([2, 3]))
        }
        self.kinds = ["theft", "fraud", "arson"][: random.choice([2, 2, 3])]
        self.areas = [FORCE, *self.districts, *chain(*self.districts.values())]
        self.decimals = random.choice([0, 0, 1])
        self.counts = {
            (quarter, area, kind): random_count(random)
            for quarter in QUARTERS
            for district, inner in self.districts.items()
            for area in inner or [district]
            for kind in self.kinds
        }

    def releases(self, threshold: int) -> list[tuple[Protected, Earlier]]:
        """The first quarter; then, after corrections, both quarters and the year."""
        first = self.tables(QUARTERS[:1]).protected((), threshold)
        for key in self.counts:
            if self.random.random() < 0.05:
                self.counts[key] = random_count(self.random)
        second = self.tables(QUARTERS).protected((first.as_earlier(),), threshold)
        return [(protected, protected.as_earlier()) for protected in (first, second)]

    def tables(self, quarters: tuple[str, ...]) -> Tables:
        tables = Tables({key: n for key, n in self.counts.items() if key[0] in quarters})
        for quarter in quarters:
            self.add_areas_and_kinds(tables, quarter)
            self.add_needs(tables, quarter)
            self.add_shares(tables, quarter)
        if quarters == QUARTERS:
            for _, area, kind in [key for key in tables.values if key[0] == QUARTERS[-1]]:
                parts = [(quarter, area, kind) for quarter in quarters]
                if all(part in tables.values for part in parts):
                    tables.add_up((YEAR, area, kind), parts)
            self.add_areas_and_kinds(tables, YEAR)
        return tables

    def add_areas_and_kinds(self, tables: Tables, period: str) -> None:
        for kind in self.kinds:
            self.add_areas(tables, period, kind)
        for area in self.areas:
            tables.add_up((period, area, ALL), [(period, area, kind) for kind in self.kinds])
        self.add_areas(tables, period, ALL)

    def add_areas(self, tables: Tables, period: str, kind: str) -> None:
        for district, inner in self.districts.items():
            if inner:
                tables.add_up((period, district, kind), [(period, name, kind) for name in inner])
        tables.add_up((period, FORCE, kind), [(period, name, kind) for name in self.districts])

    def add_needs(self, tables: Tables, period: str) -> None:
        """A second breakdown of the same total."""
        left = tables.values[period, FORCE, ALL] or 0
        needs = [(period, FORCE, f"need{n}") for n in range(3)]
        for need in needs[1:]:
            tables.values[need] = min(left, self.random.randint(0, 9))
            left -= tables.values[need]
        tables.values[needs[0]] = left
        tables.add_up((period, FORCE, ALL), needs)

    def add_shares(self, tables: Tables, period: str) -> None:
        """The percentage of a kind, and of people content whose number is in no table."""
        for area in self.areas:
            whole = (period, area, ALL)
            if self.random.random() < 0.4:
                kind = (period, area, self.random.choice(self.kinds))
                tables.shares.append(Share(kind, whole, self.decimals))
            if self.random.random() < 0.2 and tables.values[whole] is not None:
                content = (period, area, "content")
                tables.values[content] = self.random.randint(0, tables.values[whole])
                tables.withheld.add(content)
                tables.shares.append(Share(content, whole, self.decimals))
