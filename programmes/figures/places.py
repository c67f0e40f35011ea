"""Figures of one place of a measure, period by period: as recorded, else what its parts come to."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Self

from programmes.figures.adding import Over, Total, Trees, add_up, as_total
from programmes.models import Figure, Measure

WAYS = {Over.SERVICES: "service_id", Over.AREAS: "area_id", Over.CATEGORIES: "category_id"}
PLACE = [*WAYS.values(), "starts_on", "ends_on"]


@dataclass(frozen=True)
class Part(Total):
    """A figure, found or added up, at its place: what a larger figure is made of."""

    service_id: int | None = None
    area_id: int | None = None
    category_id: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    period: str = ""
    period_note: str = ""
    note: str = ""
    missing: str = ""
    is_total: bool = False

    @classmethod
    def at(cls, figure: "Figure | Part", total: Total, **elsewhere) -> Self:
        """The total as a part at the place of one of its figures, but for what is said."""
        names = [*PLACE, "period", "period_note"]
        place = {name: getattr(figure, name, "") for name in names} | elsewhere
        place["note"] = figure.note if total.parts == (figure,) else ""
        return cls(**as_fields(total), **place)


def as_fields(total: Total) -> dict:
    """What a total says, to make a part of it."""
    return {field.name: getattr(total, field.name) for field in fields(Total)}


def figures_of(
    measure: Measure,
    figures: Iterable[Figure],
    trees: Trees,
    *,
    service_id: int | None = None,
    area_id: int | None = None,
    category_id: int | None = None,
) -> list[Part]:
    """One figure for each period of a place; None means the whole.

    Stated totals are left out. Of a period with a figure of the place itself that one stands.
    """
    place = {"service_id": service_id, "area_id": area_id, "category_id": category_id}
    parts = [
        Part.at(one, as_total(one))
        for one in figures
        if not one.is_total
        and all(key is None or getattr(one, name) == key for name, key in place.items())
    ]
    for over, name in WAYS.items():
        parts = _together(measure, parts, over, trees, place[name])
    return parts


def _together(
    measure: Measure, parts: Iterable[Part], over: Over, trees: Trees, key: int | None
) -> list[Part]:
    """Parts that differ in one way only made one; a figure of the whole stands for its parts."""
    name = WAYS[over]
    others = [*(set(PLACE) - {name}), "period_note"]
    groups = defaultdict(list)
    for part in parts:
        groups[tuple(getattr(part, other) for other in others)].append(part)
    found = []
    for group in groups.values():
        whole = [part for part in group if getattr(part, name) == key] or group
        total = whole[0] if len(whole) == 1 else add_up(measure, whole, over, trees)
        found.append(Part.at(group[0], total, **{name: key}))
    return found
