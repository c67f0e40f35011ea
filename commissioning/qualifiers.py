"""How exact a number is: what its qualifier says, and what becomes of it in a sum or a comparison.

Pure: knows neither Django nor any model. A qualifier is one of the codes of `Qualifier`
(models/publication.py) or "" where there is no value. Every total, sentence, file and chart takes
the qualifier of its number from here, so that none claims more than its source.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

# At the number itself, or above or below it.
LOWER_BOUNDS = {"at_least": True, "over": False}
UPPER_BOUNDS = {"up_to": True, "under": False}
# Nothing follows for certain from these.
VAGUE = {"about", "forecast", "target", "part_year", "provisional"}


def of_sum(qualifiers: Iterable[str]) -> str | None:
    """The qualifier of a sum of numbers that are this exact; None where no one word is true of it.

    "At least 5" and "over 3" come to "over 8"; "at least 5" and "up to 3" come to nothing that can
    be said, nor do "at least 5" and "about 3".
    """
    kinds = set(qualifiers) - {"exact", ""}
    if not kinds:
        return "exact"
    for bounds in (LOWER_BOUNDS, UPPER_BOUNDS):
        if kinds <= set(bounds):
            # One number strictly above its bound puts the whole sum above.
            return next((kind for kind in sorted(kinds) if not bounds[kind]), min(kinds))
    return kinds.pop() if len(kinds) == 1 else None


def of_share(numerator: str, denominator: str) -> str | None:
    """The qualifier of one number as a share of another, both 0 or more; None as in `of_sum`.

    More of the whole makes the share smaller: 10 of at least 20 are up to 50%.
    """
    turned = {"at_least": "up_to", "over": "under", "up_to": "at_least", "under": "over"}
    return of_sum((numerator, turned.get(denominator, denominator)))


@dataclass(frozen=True)
class Bounds:
    """Between which numbers a figure lies; None where it has no bound on that side."""

    low: Decimal | None
    high: Decimal | None
    low_included: bool = True
    high_included: bool = True

    @classmethod
    def of(cls, value: Decimal, value_high: Decimal | None, qualifier: str) -> Self | None:
        """The bounds of a figure; None where its qualifier gives none, such as “about”."""
        high = value if value_high is None else value_high
        if qualifier in VAGUE:
            return None
        if qualifier in LOWER_BOUNDS:
            return cls(value, None, low_included=LOWER_BOUNDS[qualifier])
        if qualifier in UPPER_BOUNDS:
            return cls(None, high, high_included=UPPER_BOUNDS[qualifier])
        return cls(value, high)

    def surely_at_least(self, number: Decimal) -> bool:
        """Whether the figure is the number or more, whatever it is exactly."""
        return self.low is not None and self.low >= number

    def surely_over(self, number: Decimal) -> bool:
        if self.low is None:
            return False
        return self.low > number or (self.low == number and not self.low_included)

    def surely_at_most(self, number: Decimal) -> bool:
        """Whether the figure is the number or less, whatever it is exactly."""
        return self.high is not None and self.high <= number

    def surely_under(self, number: Decimal) -> bool:
        if self.high is None:
            return False
        return self.high < number or (self.high == number and not self.high_included)
