"""A position: how much money there is at one place of the chain, and the entries that say so."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from commissioning.figures.sums import sum_where
from commissioning.models import Basis, Entry
from commissioning.money import NOTHING

Kind = Entry.Kind
Reason = Entry.Reason


@dataclass(frozen=True)
class Position:
    """How much money there is at one place of the chain, in pounds.

    `original` and `revisions` are None where there is no budget to speak of (an area has
    allocations, not budgets); `pipeline` is None where it is not shown: to the public.
    """

    original: Decimal | None = NOTHING
    revisions: Decimal | None = NOTHING
    margin: Decimal | None = NOTHING
    allocated: Decimal = NOTHING
    # Of what is allocated: what stands in the chain only because awards stand on it.
    implied: Decimal = NOTHING
    committed: Decimal = NOTHING
    # Of what is committed: under awards made before this register was used, and taken on.
    taken_on: Decimal = NOTHING
    paid: Decimal = NOTHING
    recovered: Decimal = NOTHING
    returned_unpaid: Decimal = NOTHING
    pipeline: Decimal | None = NOTHING
    # What the revisions consist of, besides others.
    virements: Decimal | None = NOTHING
    carried_forward: Decimal | None = NOTHING

    @classmethod
    def of(
        cls,
        sums: Mapping[str, Decimal],
        *,
        margin: Decimal = NOTHING,
        pipeline: Decimal | None = NOTHING,
        has_budget: bool = True,
    ) -> "Position":
        """From the sums of SUMS; without a budget, what is said of budgets is None."""

        def of_budget(amount: Decimal) -> Decimal | None:
            return amount if has_budget else None

        return cls(
            original=of_budget(sums["original"]),
            revisions=of_budget(sums["revisions"]),
            margin=of_budget(margin),
            allocated=sums["allocated"],
            implied=sums["implied"],
            committed=sums["committed"],
            taken_on=sums["taken_on"],
            paid=sums["paid"],
            recovered=-sums["recovered"],
            returned_unpaid=-sums["returned_unpaid"],
            pipeline=pipeline,
            virements=of_budget(sums["virements"]),
            carried_forward=of_budget(sums["carried_forward"]),
        )

    @property
    def other_revisions(self) -> Decimal | None:
        """Revisions that are neither virements nor carry-forward."""
        if self.revisions is None:
            return None
        return self.revisions - self.virements - self.carried_forward

    @property
    def budget(self) -> Decimal | None:
        """The revised budget: original and every later change."""
        return None if self.original is None else self.original + self.revisions

    @property
    def decided(self) -> Decimal:
        """Allocated, without what is only inferred from awards."""
        return self.allocated - self.implied

    @property
    def known_allocated(self) -> Decimal | None:
        """As `decided`; None where no allocation is recorded."""
        return self.decided or None

    @property
    def known_inferred(self) -> Decimal | None:
        """Inferred from awards; None where nothing is."""
        return self.implied or None

    @property
    def known_committed(self) -> Decimal | None:
        """Committed; None where no commitment is recorded."""
        return self.committed or None

    @property
    def known_paid(self) -> Decimal | None:
        """Paid; None where no payment is recorded of what was committed elsewhere, or at all.

        £0.00 is said only of what was committed here, whose payments are kept here.
        """
        is_kept = self.committed > self.taken_on
        came_back = self.recovered or self.returned_unpaid
        return self.paid if self.paid or came_back or is_kept else None

    @property
    def unallocated(self) -> Decimal | None:
        """What may still be allocated, the authorised margin included."""
        return None if self.budget is None else self.budget + self.margin - self.allocated

    @property
    def uncommitted(self) -> Decimal:
        """Allocated and not yet committed."""
        return self.allocated - self.committed

    @property
    def unpaid(self) -> Decimal:
        """Committed and not yet paid."""
        return self.committed - self.paid

    @property
    def available(self) -> Decimal:
        """What may still be committed: of the budget and its margin, or of the allocations."""
        if self.budget is None:
            return self.uncommitted
        return self.budget + self.margin - self.committed

    def emptied(self) -> "Position":
        """The same figures, each £0.00 unless it is not kept."""
        figures = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return Position(**{name: None if f is None else NOTHING for name, f in figures.items()})

    def __add__(self, other: "Position") -> "Position":
        return Position(
            **{
                name: _plus(getattr(self, name), getattr(other, name))
                for name in self.__dataclass_fields__
            }
        )


def _plus(a: Decimal | None, b: Decimal | None) -> Decimal | None:
    return None if a is None or b is None else a + b


# The entries that each figure of a position is the sum of.
FIGURES = {
    "original": Q(kind=Kind.FUNDING, reason=Reason.ORIGINAL),
    "revisions": Q(kind=Kind.FUNDING) & ~Q(reason=Reason.ORIGINAL),
    "virements": Q(kind=Kind.FUNDING, reason=Reason.VIREMENT),
    "carried_forward": Q(kind=Kind.FUNDING, reason=Reason.CARRY_FORWARD),
    "other_revisions": Q(kind=Kind.FUNDING)
    & ~Q(reason__in=[Reason.ORIGINAL, Reason.VIREMENT, Reason.CARRY_FORWARD]),
    "budget": Q(kind=Kind.FUNDING),
    "allocated": Q(kind=Kind.ALLOCATION),
    "implied": Q(kind=Kind.ALLOCATION, allocation__basis=Basis.IMPLIED),
    "committed": Q(kind=Kind.COMMITMENT),
    "taken_on": Q(kind=Kind.COMMITMENT, commitment__award__taken_on_from__gt=""),
    "paid": Q(kind=Kind.PAYMENT),
    "recovered": Q(kind=Kind.PAYMENT, reason=Reason.RECOVERY),
    "returned_unpaid": Q(kind=Kind.PAYMENT, reason=Reason.RETURN),
}
SUMS = {name: sum_where(condition) for name, condition in FIGURES.items()}
