"""The journal added up line by line in plain Python, and every report held against it.

The reports add up in the database, by joins and groups; here nothing is joined or grouped, so that
the same mistake is not made twice.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Model

from commissioning import figures, integrity
from commissioning.figures import Position, Slice
from commissioning.models import Allocation, Area, Award, Budget, Commitment, Entry
from commissioning.money import NOTHING, format_pounds
from finance.figures.monitoring import monitoring
from tests.opendata.reading import content_of

Sums = dict[str, Decimal]
REPORTS = ("fund", "source", "period", "budget", "area", "allocation")
MONITORED = ("fund", "source", "period", "budget", "area")
# Figures of a position that are sums over budgets, which no area or allocation has of its own.
OF_BUDGETS = {"original", "revisions", "virements", "carried_forward", "budget"}


@dataclass(frozen=True)
class Line:
    """One entry of the journal, with everything it can be counted under."""

    entry: Entry

    def key(self, by: str) -> object:
        budget, allocation = self.entry.budget, self.entry.allocation
        if by in ("area", "allocation"):
            if allocation is None:
                return None
            return _area(allocation.area) if by == "area" else allocation
        return {
            "fund": budget.fund,
            "source": budget.source,
            "period": (budget.starts_on, budget.ends_on),
            "budget": budget,
        }[by]

    def figures(self) -> Iterator[tuple[str, Decimal]]:
        """(name of the figure, pounds) of everything that the entry is a part of."""
        kind, reason, amount = self.entry.kind, self.entry.reason, self.entry.amount
        if kind == Entry.Kind.FUNDING:
            yield "budget", amount
            yield ("original" if reason == Entry.Reason.ORIGINAL else "revisions"), amount
            if reason == Entry.Reason.VIREMENT:
                yield "virements", amount
            if reason == Entry.Reason.CARRY_FORWARD:
                yield "carried_forward", amount
        elif kind == Entry.Kind.ALLOCATION:
            yield "allocated", amount
        elif kind == Entry.Kind.COMMITMENT:
            yield "committed", amount
        else:
            yield "paid", amount
            if reason == Entry.Reason.RECOVERY:
                yield "recovered", -amount
            if reason == Entry.Reason.RETURN:
                yield "returned_unpaid", -amount

    @property
    def is_public(self) -> bool:
        commitment = self.entry.commitment
        return self.entry.budget.fund.is_published and (
            commitment is None or commitment.award.is_published
        )


def _area(area: Area) -> Area:
    """A neighbourhood unit's money is shown with its area."""
    while area.kind == Area.Kind.NEIGHBOURHOOD_UNIT and area.parent:
        area = area.parent
    return area


def journal(as_at: date | None = None) -> list[Line]:
    """Every entry that takes effect by the day; all of them without one."""
    rows = Entry.objects.select_related(
        "budget__fund", "budget__source", "allocation__area__parent", "commitment__award", "payment"
    )
    return [Line(row) for row in rows if as_at is None or row.effective_on <= as_at]


def added_up(lines: list[Line], key: Callable[[Line], object]) -> dict[object, Sums]:
    """The figures by key; lines whose key is None are left out."""
    found: dict[object, Sums] = {}
    for line in lines:
        if key(line) is None:
            continue
        sums = found.setdefault(key(line), defaultdict(lambda: NOTHING))
        for name, amount in line.figures():
            sums[name] += amount
    return found


def ties(*days: date, client=None, everything: bool = False) -> list[str]:
    """Where a report differs from the journal: now, as at each of the days, and for the public.

    With what `check_records` finds about money; `everything` it finds takes a second.
    """
    rules = integrity.rules()
    if not everything:
        rules = [each for each in rules if each not in GENERAL]
    breaches = [sentence for rule in rules for sentence in rule()]
    return [*differences(days, client), *breaches]


# Rules about every table of every app.
GENERAL = [
    integrity.triggers_stand,
    integrity.constraints_stand,
    integrity.constraints_hold,
    integrity.nothing_is_there_twice,
]


def differences(days: Iterable[date] = (), client=None) -> Iterator[str]:
    """The same, without what `check_records` would find."""
    lines = journal()
    yield from _running_totals(lines)
    yield from _children(Budget, "allocated", ["amount", "margin"])
    yield from _children(Allocation, "committed", ["amount"])
    yield from _children(Commitment, "paid", ["amount"])
    yield from _positions(lines, Slice())
    yield from _positions([one for one in lines if one.is_public], Slice(published=True))
    for day in days:
        known = [one for one in lines if one.entry.effective_on <= day]
        yield from _monitoring(known, Slice(as_at=day))
    yield from _pipeline()
    if client is not None:
        yield from _public_list(client, lines)


# --- Rows -----------------------------------------------------------------------------------------

TOTALS: dict[type[Model], tuple[str, dict[str, str]]] = {
    Budget: ("budget_id", {"amount": "budget", "allocated": "allocated"}),
    Allocation: (
        "allocation_id",
        {"amount": "allocated", "committed": "committed", "paid": "paid"},
    ),
    Commitment: ("commitment_id", {"amount": "committed", "paid": "paid"}),
}


def _running_totals(lines: list[Line]) -> Iterator[str]:
    for model, (column, totals) in TOTALS.items():
        sums = added_up(lines, lambda line, column=column: getattr(line.entry, column))
        for row in model.objects.all():
            for total, figure in totals.items():
                yield from _same(row, total, getattr(row, total), sums.get(row.pk, {}), figure)
    by_award = added_up(lines, lambda one: one.entry.commitment and one.entry.commitment.award_id)
    for award in Award.objects.exclude(amount=None):
        sums = by_award.get(award.pk, {})
        yield from _same(award, "amount", award.amount, sums, "committed")
        yield from _same(award, "paid", award.paid, sums, "paid")


def _children(model: type[Model], taken: str, held: list[str]) -> Iterator[str]:
    """No record has more taken from it than it holds."""
    for row in model.objects.all():
        holds = sum(getattr(row, name) for name in held)
        if getattr(row, taken) > holds:
            yield f"{row}: {taken} {getattr(row, taken)} of {holds}."


def _same(of: object, name: str, told: Decimal, sums: Sums, figure: str) -> Iterator[str]:
    adds_up = sums.get(figure, NOTHING)
    if told != adds_up:
        yield f"{of}: {name} {format_pounds(told)}, the journal has {format_pounds(adds_up)}."


# --- Reports --------------------------------------------------------------------------------------


def _positions(lines: list[Line], slice_: Slice) -> Iterator[str]:
    whole = added_up(lines, lambda line: "whole").get("whole", {})
    yield from _as_told(f"Whole {slice_}", figures.position(slice_), whole)
    for by in REPORTS:
        table = figures.positions(by, slice_)
        yield from _rows(f"{by} {slice_}", list(table), lines, by)
        of_rows = sum((row.position for row in table), table.total.emptied())
        if of_rows != table.total:
            yield f"{by}: the rows add up to {of_rows}, the total is {table.total}."


def _rows(of: str, rows: list, lines: list[Line], by: str) -> Iterator[str]:
    """Each row has what the journal has for its key, and no key is left out."""
    sums = added_up(lines, lambda line: line.key(by))
    for row in rows:
        yield from _as_told(f"{row.label} by {of}", row.position, sums.get(row.key, {}))
    for key in {*sums} - {row.key for row in rows}:
        yield f"By {of}: no row for {key}."


def _as_told(of: str, told: Position, sums: Sums) -> Iterator[str]:
    for figure in OF_BUDGETS | {"allocated", "committed", "paid", "recovered", "returned_unpaid"}:
        amount = getattr(told, figure)
        if amount is not None:
            yield from _same(of, figure, amount, sums, figure)


def _monitoring(lines: list[Line], slice_: Slice) -> Iterator[str]:
    """The monitoring report has the journal's figures, and its total is the sum of its rows."""
    for by in ("budget", "source", "area"):
        report = monitoring(by, slice_)
        yield from _rows(f"{by} {slice_}", list(report.rows), lines, by)
        whole = report.total.position
        of_rows = sum((row.position for row in report.rows), whole.emptied())
        if of_rows != whole:
            yield f"Monitoring {by}: the rows add up to {of_rows}, the total is {whole}."
        for row in report.rows:
            if row.variance is not None and row.variance != row.forecast - row.position.budget:
                yield f"Monitoring {by} {row.label}: variance {row.variance}."
        for figure in ("profiled", "forecast"):
            adds_up = sum((getattr(row, figure) for row in report.rows), NOTHING)
            if adds_up != getattr(report.total, figure):
                yield f"Monitoring {by}: rows have {adds_up} {figure}, {report.total}."


def _pipeline() -> Iterator[str]:
    asked: dict[Budget, Decimal] = defaultdict(lambda: NOTHING)
    lines = Commitment.objects.filter(award__status=Award.Status.RECOMMENDED)
    for line in lines.select_related("allocation__budget"):
        asked[line.allocation.budget] += line.proposed
    told = {row.key: row.position.pipeline for row in figures.positions("budget", Slice())}
    for budget in {*asked, *told}:
        if told.get(budget, NOTHING) != asked[budget]:
            yield f"{budget}: pipeline {told.get(budget)}, recommended {asked[budget]}."


def _public_list(client, lines: list[Line]) -> Iterator[str]:
    """The public's list of awards, as a file: how many, and how many pounds."""
    told = json.loads(content_of(client.get("/awards.json")))
    sums = added_up([one for one in lines if one.is_public], lambda one: "whole").get("whole", {})
    yield from _same("/awards.json", "total", Decimal(told["total"] or 0), sums, "committed")
    published = Award.objects.filter(is_published=True).count()
    if told["count"] != published:
        yield f"/awards.json: {told['count']} awards, {published} are published."
