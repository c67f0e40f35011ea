"""What every change of a promise leaves: a numbered variation, and no proposal about what was."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Max
from django.utils import timezone

from commissioning import rules
from commissioning.actions import journal, records
from commissioning.models import (
    Allocation,
    Award,
    Commitment,
    DecisionNotice,
    ProposedVariation,
    User,
    Variation,
)
from commissioning.money import exact_pounds


def make(
    award: Award,
    kind: str,
    lines: Sequence[tuple[Commitment, Decimal]],
    *,
    reason: str,
    decision: DecisionNotice | None,
    effective_on: date,
    by: User,
    ends_on: date | None = None,
    ended_on: date | None = None,
) -> Variation:
    """Record the next variation of an award, which the caller has locked, and post its pounds.

    `ends_on` is the award's new last day, if it changes, and `ended_on` what it was before.
    """
    last = award.variations.aggregate(last=Max("number"))["last"] or 0
    variation = Variation(
        award=award,
        number=last + 1,
        kind=kind,
        reason=reason,
        decision=decision,
        effective_on=effective_on,
        ends_on=ends_on,
        ended_on=ended_on,
        approved_by=by,
        keeps_plan=True,
    )
    records.check(variation)
    records.save_checked(variation)
    ending = kind == Variation.Kind.TERMINATION
    journal.commit(
        lines,
        effective_on=effective_on,
        reason=journal.Reason.WITHDRAWAL if ending else journal.Reason.VARIATION,
        decision=decision,
        variation=variation,
        by=by,
    )
    return variation


def line(award: Award, allocation: Allocation, amount: Decimal, *, by: User) -> Commitment:
    """The award's line on the allocation, added if it has none."""
    line = Commitment.objects.filter(award=award, allocation=allocation).first()
    if line is None:
        rules.amount_is_positive(amount)
        line = Commitment(award=award, allocation=allocation, proposed=amount)
        records.save(line, by=by)
    return line


def exact(
    changes: Iterable[tuple[Allocation, Decimal]],
) -> list[tuple[Allocation, Decimal]]:
    """The same in exact pounds and pence; ValidationError where an amount is not."""
    return [(allocation, exact_pounds(amount)) for allocation, amount in changes]


def lapse(award: Award, *, by: User, but: ProposedVariation | None = None) -> None:
    """End what was put forward for the award as it was; `but` is what is being approved."""
    standing = award.proposals.filter(status=ProposedVariation.Status.PROPOSED)
    for proposal in standing.select_for_update(no_key=True).exclude(pk=but and but.pk):
        proposal.decided_at = timezone.now()
        proposal.decided_reason = "The award changed meanwhile."
        records.move(
            proposal,
            ProposedVariation.Status.LAPSED,
            by=by,
            reason=proposal.decided_reason,
        )
