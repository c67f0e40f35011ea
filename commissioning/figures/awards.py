"""What an award was and is worth, and what has been paid."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from commissioning.figures.sums import sum_where
from commissioning.models import (
    Award,
    Commitment,
    Entry,
)
from commissioning.money import NOTHING

Kind = Entry.Kind
Reason = Entry.Reason


@dataclass(frozen=True)
class AwardLine:
    """What an award has from one allocation, in pounds."""

    commitment: Commitment
    original: Decimal
    variations: Decimal
    paid: Decimal
    recovered: Decimal
    returned_unpaid: Decimal

    @property
    def current(self) -> Decimal:
        return self.original + self.variations

    @property
    def unpaid(self) -> Decimal:
        return self.current - self.paid


@dataclass(frozen=True)
class AwardPosition:
    """What an award was and is worth and what has been paid, each the sum of its lines.

    `is_known` is False for an award whose amount is not published: its figures are not £0.
    """

    lines: tuple[AwardLine, ...]

    @property
    def is_known(self) -> bool:
        return bool(self.lines)

    @property
    def original(self) -> Decimal:
        return sum((line.original for line in self.lines), NOTHING)

    @property
    def variations(self) -> Decimal:
        return sum((line.variations for line in self.lines), NOTHING)

    @property
    def current(self) -> Decimal:
        return sum((line.current for line in self.lines), NOTHING)

    @property
    def paid(self) -> Decimal:
        """Payments less recoveries and what the bank returned unpaid."""
        return sum((line.paid for line in self.lines), NOTHING)

    @property
    def recovered(self) -> Decimal:
        return sum((line.recovered for line in self.lines), NOTHING)

    @property
    def returned_unpaid(self) -> Decimal:
        return sum((line.returned_unpaid for line in self.lines), NOTHING)

    @property
    def unpaid(self) -> Decimal:
        return self.current - self.paid


def award_position(
    award: Award, as_at: date | None = None, known_at: datetime | None = None
) -> AwardPosition:
    """An award's position by allocation; without lines until money is committed."""
    entries = Entry.objects.filter(commitment__award=award)
    if as_at:
        entries = entries.filter(effective_on__lte=as_at)
    if known_at:
        entries = entries.filter(recorded_at__lte=known_at)
    sums = {
        row["commitment"]: row
        for row in entries.order_by()
        .values("commitment")
        .annotate(
            original=sum_where(kind=Kind.COMMITMENT, reason=Reason.ORIGINAL),
            committed=sum_where(kind=Kind.COMMITMENT),
            paid=sum_where(kind=Kind.PAYMENT),
            recovered=sum_where(kind=Kind.PAYMENT, reason=Reason.RECOVERY),
            returned=sum_where(kind=Kind.PAYMENT, reason=Reason.RETURN),
        )
    }
    commitments = award.commitments.filter(pk__in=sums).select_related(
        "allocation__area", "allocation__budget__fund", "allocation__budget__source"
    )
    return AwardPosition(
        tuple(
            AwardLine(
                commitment=commitment,
                original=sums[commitment.pk]["original"],
                variations=sums[commitment.pk]["committed"] - sums[commitment.pk]["original"],
                paid=sums[commitment.pk]["paid"],
                recovered=-sums[commitment.pk]["recovered"],
                returned_unpaid=-sums[commitment.pk]["returned"],
            )
            for commitment in commitments
        )
    )
