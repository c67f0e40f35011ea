"""Totals as documents state them, each beside the sum of the parts that the document states."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from commissioning.models import ReportedTotal
from commissioning.money import NOTHING


@dataclass(frozen=True)
class Series:
    """Amounts for parts of a period, and the total printed for the whole of it, in pounds.

    The two are kept as printed: where they differ, `difference` says by how much.
    """

    printed: ReportedTotal
    parts: tuple[ReportedTotal, ...]

    @property
    def sum(self) -> Decimal:
        return sum((part.amount for part in self.parts), NOTHING)

    @property
    def difference(self) -> Decimal:
        return self.printed.amount - self.sum

    def __contains__(self, total: ReportedTotal) -> bool:
        return total == self.printed or total in self.parts


def series(totals: Iterable[ReportedTotal]) -> list[Series]:
    """The totals among these that are printed beside at least two parts of them."""
    groups: dict[tuple, list[ReportedTotal]] = {}
    for total in totals:
        if total.amount is not None and total.starts_on and total.ends_on:
            key = (total.fund_id, total.service_id, total.award_id, total.kind, total.document)
            groups.setdefault(key, []).append(total)
    return [found for group in groups.values() if (found := _series_of(group))]


def _series_of(group: Sequence[ReportedTotal]) -> Series | None:
    printed = max(group, key=lambda total: total.ends_on - total.starts_on)
    parts = sorted(
        (total for total in group if total != printed), key=lambda total: total.starts_on
    )
    if len(parts) < 2 or not _fill(printed, parts):
        return None
    return Series(printed, tuple(parts))


def _fill(whole: ReportedTotal, parts: Sequence[ReportedTotal]) -> bool:
    """Whether the parts cover the whole period, one after the other."""
    follow_on = all(
        (later.starts_on - earlier.ends_on).days == 1 for earlier, later in pairwise(parts)
    )
    return (
        follow_on and parts[0].starts_on == whole.starts_on and parts[-1].ends_on == whole.ends_on
    )
