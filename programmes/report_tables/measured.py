"""Figures of measures for the cells of a table: found as recorded, else added up."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Self

from commissioning.years import period_label
from programmes.figures import Over, Total, add_up, as_total, by_measure, share
from programmes.figures.results import follow_one_another, when
from programmes.models import Adding, Category, Figure, Measure
from programmes.report_tables.places import Place

WAYS = {Over.SERVICES: "service_id", Over.AREAS: "area_id", Over.CATEGORIES: "category_id"}
# What rows of one table can differ in.
PLACED = {Over.PERIODS: "period", Over.AREAS: "area", Over.CATEGORIES: "category"}


@dataclass(frozen=True)
class Part(Total):
    """A figure, found or added up, at its place: what a larger figure is made of."""

    service_id: int | None = None
    area_id: int | None = None
    category_id: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    missing: str = ""
    is_total: bool = False

    @classmethod
    def at(cls, figure: "Figure | Part", total: Total, **elsewhere) -> Self:
        """The total as a part at the place of one of its figures, but for what is said."""
        names = [*WAYS.values(), "starts_on", "ends_on"]
        place = {name: getattr(figure, name) for name in names} | elsewhere
        return cls(**_plain(total), **place)


def _plain(total: Total) -> dict:
    return {field.name: getattr(total, field.name) for field in fields(Total)}


class Measured:
    """All figures of some measures, to be asked for one place at a time."""

    def __init__(self, figures: Iterable[Figure], nothing: str):
        self.figures = by_measure(figures)
        self.nothing = Total(why_not=nothing)

    def at(self, place: Place) -> Total:
        """The figure of a place: as recorded or stated for it, else what its parts add up to."""
        exact = self._exactly(place)
        found = [one for one in exact if not one.is_total] or exact
        return as_total(max(found, key=when)) if found else self._added_up(place)

    def stated(self, place: Place) -> Total:
        """The total that the source states of a place; else the figure recorded for the place."""
        found = [one for one in self._exactly(place) if one.is_total]
        return as_total(max(found, key=when)) if found else self.at(place)

    def share(self, place: Place, is_total: bool = False) -> Total:
        """The numerator as a percentage of the denominator; both stated totals if so asked."""
        measure, find = place.measure, self.stated if is_total else self.at
        if measure is None:
            return self.nothing
        if measure.numerator_id:
            above = find(place.of_measure(measure.numerator))
            return share(above, find(place.of_measure(measure.denominator)))
        figure = find(place)
        if figure.numerator is None or figure.denominator is None:
            return replace(figure, value=None, why_not=figure.why_not or self.nothing.why_not)
        above = Total(value=figure.numerator, qualifier=figure.qualifier)
        return share(above, Total(value=figure.denominator))

    def sum(self, cells: Sequence[tuple[Place, Total]]) -> Total:
        """What the cells of a column come to, as their measure declares."""
        if not cells:
            return self.nothing
        places = [place for place, _ in cells]
        ways = {over: {getattr(place, name) for place in places} for over, name in PLACED.items()}
        differing = [over for over, values in ways.items() if len(values) > 1]
        if len({place.measure for place in places}) > 1 or len(differing) > 1:
            return Total(why_not="The rows are of different things, so they are not added up.")
        unknown = [total for _, total in cells if total.value is None]
        if unknown:
            hidden = [total for total in unknown if total.is_hidden]
            said = f"Not known: {len(unknown)} of the {len(cells)} rows have no figure."
            return hidden[0] if hidden else Total(why_not=said)
        over = differing[0] if differing else Over.PERIODS
        parts = [Part(**_plain(total), ends_on=place.ends_on) for place, total in cells]
        return add_up(places[0].measure, parts, over)

    def categories(self, place: Place) -> list[tuple[Category, Figure]]:
        """The figures of a place by category, in the order of the categories."""
        found = [one for one in self._about(place) if one.category_id and not one.is_total]
        ordered = sorted(found, key=lambda one: (one.category.position, one.category.name))
        return [(one.category, one) for one in ordered]

    def _of(self, place: Place) -> Sequence[Figure]:
        return self.figures.get(place.measure.pk, ()) if place.measure else ()

    def _exactly(self, place: Place) -> list[Figure]:
        """Figures recorded for this place; for any period where the place says none."""
        return [
            one
            for one in self._of(place)
            if one.service_id == place.service_id
            and one.area_id == _key(place.area)
            and one.category_id == _key(place.category)
            and _is_when(place, one)
        ]

    def _about(self, place: Place) -> list[Figure]:
        return [
            one
            for one in self._of(place)
            if one.service_id == place.service_id
            and one.area_id == _key(place.area)
            and _is_when(place, one)
        ]

    def _added_up(self, place: Place) -> Total:
        parts = [
            Part.at(one, as_total(one))
            for one in self._of(place)
            if not one.is_total
            and place.service_id in (None, one.service_id)
            and _key(place.area) in (None, one.area_id)
            and _key(place.category) in (None, one.category_id)
            and place.holds_period(one.starts_on, one.ends_on)
        ]
        for over in WAYS:
            parts = _together(place.measure, parts, over)
        return _over_periods(place, parts) if parts else self.nothing


def _key(record) -> int | None:
    return None if record is None else record.pk


def _is_when(place: Place, figure: Figure) -> bool:
    if not place.has_period:
        return True
    return (place.starts_on, place.ends_on) == (figure.starts_on, figure.ends_on)


def _together(measure: Measure, parts: Iterable[Part], over: Over) -> list[Part]:
    """Parts that differ in one way only made one; a figure of the whole stands for its parts."""
    name = WAYS[over]
    others = [*(set(WAYS.values()) - {name}), "starts_on", "ends_on"]
    groups = defaultdict(list)
    for part in parts:
        groups[tuple(getattr(part, other) for other in others)].append(part)
    found = []
    for group in groups.values():
        whole = [part for part in group if getattr(part, name) is None] or group
        total = whole[0] if len(whole) == 1 else add_up(measure, whole, over)
        found.append(Part.at(group[0], total, **{name: None}))
    return found


def _over_periods(place: Place, parts: Sequence[Part]) -> Total:
    parts = sorted(parts, key=when)
    total = parts[0] if len(parts) == 1 else add_up(place.measure, parts, Over.PERIODS)
    if len(parts) == 1 and not place.has_period:
        return total
    # The latest stands for all, whatever is missing before it.
    if total.value is None or place.measure.over_periods == Adding.LATEST:
        return total
    spans = [(part.starts_on, part.ends_on) for part in parts]
    if any(None in span for span in spans) or not follow_one_another(parts):
        return Total(why_not="The periods of its figures overlap, so they are not added up.")
    gaps = [later[0] - earlier[1] for earlier, later in pairwise(spans)]
    reaches = (spans[0][0], spans[-1][1])
    if reaches == (place.starts_on, place.ends_on) and set(gaps) <= {timedelta(days=1)}:
        return total
    covered = ", ".join(period_label(*span) for span in spans)
    return replace(total, why_not=f"Not the whole period: {covered}.")
