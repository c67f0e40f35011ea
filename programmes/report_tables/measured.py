"""Figures of measures for the cells of a table: found as recorded, else added up."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from programmes.figures import (
    Over,
    Total,
    Trees,
    add_up,
    as_total,
    by_measure,
    figures_of,
    share,
)
from programmes.figures.places import Part, as_fields
from programmes.figures.words import qualified, shown
from programmes.models import Adding, Category, Figure
from programmes.report_tables.places import Place
from programmes.reporting_rules.periods import Coverage, Span, how_much_of, when

# What rows of one table can differ in.
PLACED = {Over.PERIODS: "period", Over.AREAS: "area", Over.CATEGORIES: "category"}


class Measured:
    """All figures of some measures, to be asked for one place at a time."""

    def __init__(self, figures: Iterable[Figure], nothing: str):
        self.figures = by_measure(figures)
        self.nothing = Total(why_not=nothing)
        self.trees = Trees()

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
        in_part = [total for _, total in cells if total.why_not]
        if in_part:
            said = "1 row is" if len(in_part) == 1 else f"{len(in_part)} rows are"
            return Total(why_not=f"Not added up, because {said} not of the whole period.")
        over = differing[0] if differing else Over.PERIODS
        parts = [_part(place, total) for place, total in cells]
        return add_up(places[0].measure, parts, over, self.trees)

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
        within = [one for one in self._of(place) if place.holds_period(one.starts_on, one.ends_on)]
        parts = figures_of(
            place.measure,
            within,
            self.trees,
            service_id=place.service_id,
            area_id=_key(place.area),
            category_id=_key(place.category),
        )
        return _over_periods(place, parts) if parts else self.nothing


def _key(record) -> int | None:
    return None if record is None else record.pk


def _is_when(place: Place, figure: Figure) -> bool:
    if not place.has_period:
        return True
    return (place.starts_on, place.ends_on) == (figure.starts_on, figure.ends_on)


def _part(place: Place, total: Total) -> Part:
    """A cell as a part of what its column comes to."""
    return Part(
        **as_fields(total),
        area_id=_key(place.area),
        category_id=_key(place.category),
        starts_on=place.starts_on,
        ends_on=place.ends_on,
    )


def _over_periods(place: Place, parts: Sequence[Part]) -> Total:
    """What the periods come to. Of some periods of the place’s there is no total: each value stands
    with its days. One value by itself says of which days it is.
    """
    total = add_up(place.measure, sorted(parts, key=when), Over.PERIODS)
    covered = Coverage.of(parts)
    # The latest stands for all, whatever is missing before it.
    if place.measure.over_periods == Adding.LATEST:
        return total
    if total.value is None:
        adds_up = place.measure.over_periods == Adding.SUM and place.has_period
        is_known = all(part.value is not None and not part.is_hidden for part in parts)
        has_gaps = covered.gaps and not covered.overlaps and not covered.undated
        return _by_period(place, parts) if adds_up and is_known and has_gaps else total
    covered = covered.whole
    if not place.has_period or covered == Span.of(place):
        return total
    if len(parts) > 1:
        return _by_period(place, sorted(parts, key=when))
    label = covered.label if covered else parts[0].period
    return replace(total, why_not=f"Not the whole period: {label}.")


def _by_period(place: Place, parts: Sequence[Part]) -> Total:
    """Values beside one another, of a place whose whole period they are not."""
    said = [
        f"{Span.of(part).label}: {qualified(shown(place.measure, part.value), part.qualifier)}"
        for part in parts
    ]
    how_much = how_much_of(Span.of(place), [Span.of(part) for part in parts])
    return Total(
        by_period=f"{'; '.join(said)} ({how_much})",
        why_not=f"Not added up, because only {how_much} of the period are recorded.",
    )
