"""Profiled to date: what would have been paid by a day, by schedules or by an even spread."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.utils import timezone

from commissioning.figures import Cell, Slice
from commissioning.models import Instalment
from commissioning.money import NOTHING
from finance.figures import days
from finance.figures.rows import PATHS, row_of


@dataclass(frozen=True)
class Share:
    """The part of an unscheduled commitment that its days up to the day of the report make up.

    `head` is what heads its allocation, by PATHS.
    """

    commitment: int
    amount: Decimal
    of: Decimal
    first_day: date | None
    last_day: date | None
    head: tuple


def due_instalments(cell: Cell) -> QuerySet[Instalment]:
    """Instalments due by the day, of the schedules that stood at the moment.

    What was not promised by then has no profile yet.
    """
    slice_ = cell.slice
    promised = slice_.entries().filter(commitment=OuterRef("commitment"))
    return Instalment.objects.known_at(slice_.known_at or timezone.now()).filter(
        Exists(promised),
        slice_.of_allocations("commitment__allocation__"),
        cell.of_row(cell.step("commitment__allocation__")),
        due_on__lte=slice_.as_at,
    )


def shares(cell: Cell) -> list[Share]:
    """Commitments without a schedule, spread evenly over their award's days, to the penny."""
    slice_ = cell.slice
    scheduled = Instalment.objects.known_at(slice_.known_at or timezone.now())
    fields = [f"allocation__{name}" for name in PATHS[cell.by]]
    found = list(
        cell.entries("committed")
        .filter(~Exists(scheduled.filter(commitment=OuterRef("commitment"))))
        .order_by()
        .values(
            "commitment",
            "commitment__award",
            "commitment__award__starts_on",
            "commitment__award__ends_on",
            "budget__starts_on",
            "budget__ends_on",
            *fields,
        )
        .annotate(total=Sum("amount"))
        .order_by("commitment")
    )
    ends = days.ends_as_known(slice_)
    return [_share(row, fields, ends, slice_.as_at) for row in found if row["total"]]


def _share(row: dict, fields: list[str], ends: dict, day: date) -> Share:
    award = row["commitment__award"]
    first = row["commitment__award__starts_on"]
    last = ends.get(award, row["commitment__award__ends_on"])
    if not first or not last or last < first:
        first, last = row["budget__starts_on"], row["budget__ends_on"]
    amount = row["total"]
    if first and last:
        amount = days.passed(row["total"], first, last, day)
    return Share(
        row["commitment"],
        amount,
        row["total"],
        first,
        last,
        tuple(row[name] for name in fields),
    )


def profiled(by: str, slice_: Slice) -> dict[tuple, Decimal]:
    """Pounds profiled to the day, by the ids or days of each row."""
    cell, row_for = Cell(slice_, by), row_of(by, slice_)
    fields = [f"commitment__allocation__{name}" for name in PATHS[by]]
    sums: dict[tuple, Decimal] = defaultdict(lambda: NOTHING)
    due = due_instalments(cell).order_by().values(*fields).annotate(total=Sum("amount"))
    for row in due:
        sums[row_for(tuple(row[name] for name in fields))] += row["total"]
    for share in shares(cell):
        sums[row_for(share.head)] += share.amount
    return sums
