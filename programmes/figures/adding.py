"""How figures of a measure become one: the only place where counts are added up.

Each measure declares what becomes of its figures over periods, areas, services and categories. A
missing or hidden figure is never taken as 0: what it takes part in is not known either.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from commissioning.models.publication import Qualifier
from programmes.models import Adding, Figure, Measure, Missing


class Over(StrEnum):
    """The ways in which figures of one measure lie side by side."""

    PERIODS = "periods"
    AREAS = "areas"
    SERVICES = "services"
    CATEGORIES = "categories"


@dataclass(frozen=True)
class Total:
    """A figure, stated or worked out; or no value, and the sentence that says why.

    `parts` are the figures it was made from. `numerator` and `denominator` are those of a ratio.
    """

    value: Decimal | None = None
    value_high: Decimal | None = None
    qualifier: str = Qualifier.EXACT
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    why_not: str = ""
    is_hidden: bool = False
    parts: tuple = ()


NOTHING_RECORDED = Total(why_not="No figures are recorded.")
HIDDEN_WORDS = "A number here is hidden, so that nobody can be recognised."
WHY_NOT = {
    Adding.UNIQUE: "These are different people in each part, and some are in several, so they are "
    "not added up.",
    Adding.NONE: "Several figures, which are not added up.",
    Adding.RATIO: "A percentage or rate of the whole needs the numbers behind it, which are not "
    "recorded.",
}


def add_up(measure: Measure, figures: Iterable[Figure], over: Over) -> Total:
    """The whole of which the figures are the parts, along one way in which they lie side by side.

    Give figures of one measure that differ in that way alone. Stated totals among them are left
    out: they are no parts.
    """
    parts = tuple(figure for figure in figures if not figure.is_total)
    if not parts:
        return NOTHING_RECORDED
    if len(parts) == 1:
        return as_total(parts[0])
    how = Adding(getattr(measure, f"over_{over}"))
    return _WAYS[how](parts)


def as_total(figure: Figure) -> Total:
    """One figure by itself, recorded or released."""
    is_hidden = getattr(figure, "is_hidden", False)
    return Total(
        value=figure.value,
        value_high=figure.value_high,
        qualifier=figure.qualifier,
        numerator=figure.numerator,
        denominator=figure.denominator,
        why_not=HIDDEN_WORDS if is_hidden else _why_missing(figure),
        is_hidden=is_hidden,
        parts=(figure,),
    )


def remainder(total: Total, parts: Total) -> Decimal | None:
    """What of a total its parts do not cover: 0 where they add up, None where it is not known."""
    if total.value is None or parts.value is None:
        return None
    return total.value - parts.value


def share(numerator: Total, denominator: Total, per: int = 100) -> Total:
    """The numerator as so many per `per` of the denominator: a percentage unless said otherwise."""
    for side in (numerator, denominator):
        if side.value is None:
            return replace(side, numerator=None, denominator=None)
    parts = (*numerator.parts, *denominator.parts)
    if denominator.value == 0:
        return Total(why_not="There is nothing to take a share of.", parts=parts)
    return Total(
        value=(numerator.value * per / denominator.value).quantize(Decimal("0.0001")),
        qualifier=least_exact((numerator.qualifier, denominator.qualifier)),
        numerator=numerator.value,
        denominator=denominator.value,
        parts=parts,
    )


def least_exact(qualifiers: Iterable[str]) -> str:
    """How exact a figure is that was made of figures this exact."""
    kinds = set(qualifiers) - {Qualifier.EXACT}
    if not kinds:
        return Qualifier.EXACT
    return kinds.pop() if len(kinds) == 1 else Qualifier.ABOUT


def _why_missing(figure: Figure) -> str:
    return f"{Missing(figure.missing).label.capitalize()}." if figure.missing else ""


def _unknown(parts: Sequence[Figure]) -> Total | None:
    """Why the parts cannot be one figure, if one of them is hidden or missing."""
    if any(getattr(part, "is_hidden", False) for part in parts):
        return Total(why_not=HIDDEN_WORDS, is_hidden=True, parts=tuple(parts))
    missing = [part for part in parts if part.value is None]
    if missing:
        counted = f"{len(missing)} of the {len(parts)} figures it is made of"
        verb = "is" if len(missing) == 1 else "are"
        return Total(why_not=f"Not known: {counted} {verb} missing.", parts=tuple(parts))
    return None


def _sum(parts: Sequence[Figure]) -> Total:
    ranged = any(part.value_high is not None for part in parts)
    return _unknown(parts) or Total(
        value=sum(part.value for part in parts),
        value_high=sum(part.value_high or part.value for part in parts) if ranged else None,
        qualifier=least_exact(part.qualifier for part in parts),
        parts=tuple(parts),
    )


def _latest(parts: Sequence[Figure]) -> Total:
    last = max(parts, key=lambda part: part.ends_on or part.starts_on or date.min)
    return as_total(last)


def _ratio(parts: Sequence[Figure]) -> Total:
    unknown = _unknown(parts)
    if unknown:
        return unknown
    if any(part.numerator is None or not part.denominator for part in parts):
        return Total(why_not=WHY_NOT[Adding.RATIO], parts=tuple(parts))
    above = Total(value=sum(part.numerator for part in parts), parts=tuple(parts))
    below = Total(value=sum(part.denominator for part in parts))
    # A rate per thousand stays one: the parts say per how many they were printed, if rounded.
    first = parts[0]
    exact = first.numerator / first.denominator
    per = (first.value / exact).log10().to_integral_value() if first.value and exact else 2
    return share(above, below, 10 ** int(per))


def _not_added(why: str) -> Callable[[Sequence[Figure]], Total]:
    return lambda parts: Total(why_not=why, parts=tuple(parts))


_WAYS = {
    Adding.SUM: _sum,
    Adding.LATEST: _latest,
    Adding.RATIO: _ratio,
    Adding.UNIQUE: _not_added(WHY_NOT[Adding.UNIQUE]),
    Adding.NONE: _not_added(WHY_NOT[Adding.NONE]),
}
