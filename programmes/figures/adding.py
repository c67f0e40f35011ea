"""How figures of a measure become one: the only place where counts are added up.

Each measure declares what becomes of its figures over periods, areas, services and categories;
`programmes.reporting_rules` says whether they may be one at all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from commissioning.models import Area, Service
from programmes.models import Adding, Figure, Measure, Missing
from programmes.reporting_rules import parts, series, sums
from programmes.reporting_rules.sums import NOT_ADDED, Total, nothing
from programmes.reporting_rules.verdicts import single


class Over(StrEnum):
    """The ways in which figures of one measure lie side by side."""

    PERIODS = "periods"
    AREAS = "areas"
    SERVICES = "services"
    CATEGORIES = "categories"


class Trees:
    """Which areas and services lie within which; each read once, when it is first asked for."""

    @cached_property
    def areas(self) -> parts.Tree:
        rows = list(Area.objects.values_list("pk", "parent", "kind", "name"))
        return parts.Tree(
            {pk: parent for pk, parent, _, _ in rows},
            {pk: kind for pk, _, kind, _ in rows},
            {pk: name for pk, _, _, name in rows},
        )

    @cached_property
    def services(self) -> parts.Tree:
        rows = list(Service.objects.values_list("pk", "parent"))
        return parts.Tree(dict(rows))


NOTHING_RECORDED = Total(why_not="No figures are recorded.")
TWICE = "one of these services is a part of another"
OTHER_TIMES = "they are not all of the same period"
WHY_NOT = {Adding.UNIQUE: sums.DIFFERENT_PEOPLE, Adding.NONE: sums.SEVERAL}


def add_up(
    measure: Measure, figures: Iterable[Figure], over: Over, trees: Trees | None = None
) -> Total:
    """The whole of which the figures are the parts, along one way in which they lie side by side.

    Give figures of one measure that differ in that way alone. Stated totals among them are left
    out: they are no parts. Without every part once there is no total, and it says why.
    """
    of_parts = tuple(figure for figure in figures if not figure.is_total)
    if not of_parts:
        return NOTHING_RECORDED
    if len(of_parts) == 1:
        return as_total(of_parts[0])
    how = Adding(getattr(measure, f"over_{over}"))
    if how in WHY_NOT:
        return nothing(WHY_NOT[how], of_parts)
    if how == Adding.LATEST:
        last = series.latest(of_parts)
        return as_total(last[0]) if len(last) == 1 else nothing(sums.SEVERAL, of_parts)
    gone = sums.unknown(of_parts)
    if gone:
        return gone
    why = _why_not_whole(of_parts, over, trees or Trees())
    if why:
        return nothing(NOT_ADDED.format(why), of_parts)
    return sums.add(of_parts) if how == Adding.SUM else sums.ratio(of_parts, per(measure))


def _why_not_whole(of_parts: Sequence[Figure], over: Over, trees: Trees) -> str:
    """Why the parts are not the whole, once each, to follow “because”; "" where they are."""
    if over == Over.PERIODS:
        return sums.why_not_over_periods(of_parts)
    times = {(part.starts_on, part.ends_on, getattr(part, "period_note", "")) for part in of_parts}
    if len(times) > 1:
        return OTHER_TIMES
    if over == Over.AREAS:
        return parts.why_not([part.area_id for part in of_parts], trees.areas)
    if over == Over.SERVICES:
        services = [part.service_id for part in of_parts]
        return TWICE if parts.overlapping(services, trees.services) else ""
    return ""


def per(measure: Measure) -> int | None:
    """Per how many a rate of the measure is; None where nobody has stated it."""
    if measure.form == Measure.Form.PERCENT:
        return 100
    return measure.per


def as_total(figure: Figure) -> Total:
    """One figure by itself, recorded or released."""
    total = single(figure)
    why = sums.HIDDEN_WORDS if total.is_hidden else _why_missing(figure)
    return replace(total, why_not=total.why_not or why)


def _why_missing(figure: Figure) -> str:
    return f"{Missing(figure.missing).label.capitalize()}." if figure.missing else ""


def remainder(total: Total, of_parts: Total) -> Decimal | None:
    """What of a total its parts do not cover: 0 where they add up, None where it is not known."""
    if total.value is None or of_parts.value is None:
        return None
    if {total.qualifier, of_parts.qualifier} != {"exact"}:
        return None
    return total.value - of_parts.value


share = sums.share
