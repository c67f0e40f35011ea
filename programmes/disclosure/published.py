"""What a release shows: figures, the sums and ratios that tie them together, earlier releases."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

Key = Hashable


class State(Enum):
    """Why a figure is shown or not; the public sees one marker for both kinds of hidden."""

    SHOWN = "shown"
    SMALL = "hidden because it is small"
    PROTECTS = "hidden to protect another figure"
    MISSING = "missing"  # there is no figure; its reason is the caller's to say
    WITHHELD = "withheld"  # in no table of the release, whatever its size

    @property
    def is_hidden(self) -> bool:
        """Whether the figure is shown as [c]."""
        return self in (State.SMALL, State.PROTECTS)


@dataclass(frozen=True)
class Sum:
    """The public knows that these parts add up to this total.

    A key without a value (missing, or in no table) is an unknown remainder, nothing if the others
    already add up. Parts that do not add up as printed are taken with their difference.

    Of a Sum with a Crossing in it, every part is one, or is known.
    """

    total: Key
    parts: tuple[Key, ...]


@dataclass(frozen=True)
class Crossing:
    """A count of people that nobody recorded or published, such as of one kind in one area.

    Nobody knows it, but it is a whole number from nought on, and figures are made up of such
    counts: that alone can tell an outsider something.
    """

    name: Hashable


@dataclass(frozen=True)
class Share:
    """A rounded ratio `per` × numerator ÷ denominator: a percentage, or a rate per so many."""

    numerator: Key
    denominator: Key
    decimals: int = 0
    per: int = 100

    def of(self, values: Mapping[Key, int | None]) -> Decimal | None:
        """The ratio as it is printed, half away from zero; None where there is none."""
        above, below = values.get(self.numerator), values.get(self.denominator)
        if above is None or not below:
            return None
        # Whole numbers all the way: Decimal division would round once before this rounding.
        steps, rest = divmod(self.per * above * 10**self.decimals, below)
        return Decimal(steps + (2 * rest >= below)).scaleb(-self.decimals)

    def rules(self, above: int, below: int) -> Iterator[tuple[int, int, int]]:
        """What the rounded ratio tells: (times the numerator's change, the denominator's, at most).

        An alternative must round to the same, whatever is done with halves: it stays strictly
        within half a step, in whole numbers by multiplying with the denominator; or, where the
        true ratio lies on a half, it may be the same ratio.
        """
        scale = 2 * self.per * 10**self.decimals
        steps = int(self.of({self.numerator: above, self.denominator: below}).scaleb(self.decimals))
        for edge, side in ((2 * steps + 1, 1), (2 * steps - 1, -1)):
            room = side * (edge * below - scale * above)
            yield side * scale, -side * edge, max(room - 1, 0)


@dataclass(frozen=True)
class Earlier:
    """An earlier release, whole: also the figures that it hid, as they then were.

    A figure whose value has changed since (a correction) is another unknown to the outsider. The
    same value under the same key is the same unknown, and once shown it is public for good.
    """

    values: Mapping[Key, int | None]
    shown: frozenset[Key]
    sums: tuple[Sum, ...] = ()
    shares: tuple[Share, ...] = ()  # those that were shown
