"""The life of an award: drafted, recommended, approved, varied, closed."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from commissioning import hooks, rules
from commissioning.actions import (
    history,
    journal,
    limits,
    overrides,
    periods,
    pipeline,
    records,
    schedules,
    variations,
)
from commissioning.actions.references import save_with_reference
from commissioning.days import in_words
from commissioning.models import (
    Allocation,
    Award,
    Commitment,
    DecisionNotice,
    DelegatedLimit,
    ProposedVariation,
    User,
    Variation,
)
from commissioning.money import NOTHING
from commissioning.rules import RuleBroken

Status = Award.Status
Lines = Sequence[tuple[Allocation, Decimal]]


@transaction.atomic
def draft(award: Award, lines: Lines = (), *, by: User) -> Award:
    """Record a draft award and the pounds proposed from each allocation."""
    _is_new_or_draft(award)
    award.status = Status.DRAFT
    save_with_reference(award, lambda: records.save(award, by=by))
    propose(award, lines, by=by)
    return award


@transaction.atomic
def propose(award: Award, lines: Lines, *, by: User) -> None:
    """Set the pounds proposed from each allocation; a recommendation under it lapses."""
    records.lock(award)
    if award.status == Status.RECOMMENDED:
        send_back(award, reason="The amount changed, so the recommendation lapsed.", by=by)
    if award.status != Status.DRAFT:
        raise RuleBroken(
            f"Award {award.reference} is {award.get_status_display()}. Vary it instead.",
            "wrong_state",
        )
    for allocation, amount in lines:
        rules.amount_is_positive(amount)
        line = Commitment.objects.filter(award=award, allocation=allocation).first()
        line = line or Commitment(award=award, allocation=allocation)
        line.proposed = amount
        records.save(line, by=by)


@transaction.atomic
def recommend(award: Award, *, by: User) -> None:
    """Put a complete draft forward for approval: from now on it is pipeline."""
    records.lock(award)
    rules.may_follow(award, Status.RECOMMENDED)
    rules.award_is_complete(award, has_money=award.commitments.exists())
    rules.award_is_free_of_interest(award, by)
    lines = award.commitments.select_related(
        "allocation__budget__fund", "allocation__budget__source"
    )
    periods.hold_days_ahead(award, [(line.allocation, line.proposed) for line in lines])
    award.recommended_by, award.recommended_at = by, timezone.now()
    records.move(award, Status.RECOMMENDED, by=by)
    pipeline.enter([award], by=by)


@transaction.atomic
def send_back(award: Award, *, reason: str, by: User) -> None:
    """Return a recommendation to its drafter."""
    rules.reason_is_given(reason)
    records.lock(award)
    rules.may_follow(award, Status.DRAFT)
    award.recommended_by = award.recommended_at = None
    records.move(award, Status.DRAFT, by=by, reason=reason)
    pipeline.leave([award], by=by)


def approve(award: Award, *, decision: DecisionNotice, effective_on: date, by: User) -> None:
    """Commit the proposed pounds of a recommended award under a decision notice."""
    approve_many([award], decision=decision, effective_on=effective_on, by=by)


@transaction.atomic
def approve_many(
    awards: Sequence[Award], *, decision: DecisionNotice, effective_on: date, by: User
) -> None:
    """Approve several awards under one decision notice, all or none of them."""
    locked = _lock_many(awards)
    _decide_under(decision, effective_on)
    lines = Commitment.objects.filter(award__in=locked).select_related(
        "award", "allocation__budget"
    )
    with_money = {line.award_id for line in lines}
    rules.awards_are_free_of_interest(locked, by)
    for award in locked:
        rules.may_follow(award, Status.APPROVED)
        rules.award_is_complete(award, has_money=award.pk in with_money)
        rules.approver_is_not_recommender(award, by)
        award.approved_by, award.decision, award.awarded_on = by, decision, effective_on
        award.status = Status.APPROVED
    worths = dict.fromkeys(locked, NOTHING)
    for line in lines:
        worths[line.award] += line.proposed
    overrides.within_limit(worths, by=by, decision=decision)
    Award.objects.bulk_update(
        locked, ["status", "approved_by", "decision", "awarded_on"], batch_size=500
    )
    history.record_all(
        history.event(
            str(Status.APPROVED.label),
            award,
            by,
            before={"status": Status.RECOMMENDED},
            after={"status": Status.APPROVED, "decision": decision.reference},
        )
        for award in locked
    )
    journal.commit(
        [(line, line.proposed) for line in lines],
        effective_on=effective_on,
        decision=decision,
        by=by,
    )
    pipeline.leave(locked, by=by, on=effective_on)
    schedules.draw_up(locked, by=by)
    for award in locked:
        _tell_of_dates(award, by)


@transaction.atomic
def reject(award: Award, *, reason: str, by: User) -> None:
    """Turn a recommendation down."""
    rules.reason_is_given(reason)
    records.lock(award)
    rules.may_follow(award, Status.REJECTED)
    rules.approver_is_not_recommender(award, by)
    rules.award_is_free_of_interest(award, by)
    records.move(award, Status.REJECTED, by=by, reason=reason)
    pipeline.leave([award], by=by)


@transaction.atomic
def withdraw(award: Award, *, reason: str, by: User) -> None:
    """End an award before it was approved."""
    rules.reason_is_given(reason)
    records.lock(award)
    rules.may_follow(award, Status.WITHDRAWN)
    records.move(award, Status.WITHDRAWN, by=by, reason=reason)
    pipeline.leave([award], by=by)


@transaction.atomic
def reopen_draft(award: Award, *, by: User) -> None:
    """Take a rejected or withdrawn award up again, as a draft."""
    records.lock(award)
    if award.status == Status.RECOMMENDED:
        raise RuleBroken(
            f"Award {award.reference} is recommended. Send it back instead.", "wrong_state"
        )
    rules.may_follow(award, Status.DRAFT)
    award.recommended_by = award.recommended_at = None
    records.move(award, Status.DRAFT, by=by)


@transaction.atomic
def activate(award: Award, *, by: User) -> None:
    """Mark an approved award as under way."""
    records.lock(award)
    if award.status == Status.TERMINATED:
        raise RuleBroken(
            f"Award {award.reference} is terminated. Reinstate it instead.", "wrong_state"
        )
    rules.may_follow(award, Status.ACTIVE)
    records.move(award, Status.ACTIVE, by=by)


@transaction.atomic
def vary(
    award: Award,
    changes: Lines,
    *,
    kind: str,
    reason: str,
    decision: DecisionNotice | None,
    effective_on: date,
    by: User,
    ends_on: date | None = None,
    proposal: ProposedVariation | None = None,
) -> Variation:
    """Change an approved award by signed pounds per allocation, as a numbered variation.

    An allocation that the award does not stand on yet is added. Without changes it is an extension,
    which needs a new last day. What else was put forward for the award than `proposal` lapses.
    """
    records.lock(award)
    rules.award_is_open(award)
    _may_be_decided(award, reason, decision, effective_on, by)
    if not changes and ends_on is None:
        raise RuleBroken("Say what changes: an amount, or the last day.", "nothing_changes")
    rules.award_ends_after_it_starts(award, ends_on)
    changes = variations.exact(changes)
    more = sum((amount for _, amount in changes), NOTHING)
    if more > 0:
        worth = (award.amount or NOTHING) + more
        overrides.within_limit({award: worth}, by=by, decision=decision)
    variations.lapse(award, by=by, but=proposal)
    lines = [
        (variations.line(award, allocation, amount, by=by), amount)
        for allocation, amount in changes
    ]
    ended_on = award.ends_on if ends_on else None
    if ends_on:
        award.ends_on = ends_on
        records.save_checked(award)
        if all(amount <= 0 for _, amount in lines):
            periods.hold_days(award, lines, by=by)
    variation = variations.make(
        award,
        kind,
        lines,
        reason=reason,
        decision=decision,
        effective_on=effective_on,
        ends_on=ends_on,
        ended_on=ended_on,
        by=by,
    )
    history.record(
        f"varied ({variation.number})",
        award,
        by,
        reason=reason,
        after={"change": str(more)},
    )
    schedules.draw_up([award], by=by, variations={award: variation})
    if ends_on:
        _tell_of_dates(award, by)
    return variation


@transaction.atomic
def close(award: Award, *, by: User) -> None:
    """End an award whose money is settled."""
    records.lock(award)
    rules.may_follow(award, Status.CLOSED)
    rules.award_is_settled(award)
    variations.lapse(award, by=by)
    records.move(award, Status.CLOSED, by=by)


@transaction.atomic
def terminate(
    award: Award, *, reason: str, decision: DecisionNotice | None, effective_on: date, by: User
) -> None:
    """End an award early: what is not paid goes back to its allocations."""
    records.lock(award)
    rules.may_follow(award, Status.TERMINATED)
    _may_be_decided(award, reason, decision, effective_on, by)
    variations.lapse(award, by=by)
    lines = award.commitments.select_for_update(no_key=True).order_by("pk")
    variation = variations.make(
        award,
        Variation.Kind.TERMINATION,
        [(line, -line.unpaid) for line in lines if line.unpaid],
        reason=reason,
        decision=decision,
        effective_on=effective_on,
        by=by,
    )
    records.move(award, Status.TERMINATED, by=by, reason=reason)
    schedules.draw_up([award], by=by, variations={award: variation})
    _tell_of_dates(award, by)


@transaction.atomic
def reinstate(
    award: Award, *, reason: str, decision: DecisionNotice | None, effective_on: date, by: User
) -> Variation:
    """Take a terminated award up again: what its termination took back is committed once more."""
    records.lock(award)
    rules.award_can_be_reinstated(award, by)
    _may_be_decided(award, reason, decision, effective_on, by)
    ended = award.variations.filter(kind=Variation.Kind.TERMINATION).last()
    if effective_on < ended.effective_on:
        raise RuleBroken(
            f"Award {award.reference} was terminated from {in_words(ended.effective_on)}. It "
            "cannot be reinstated from an earlier day.",
            "too_early",
        )
    lines = [
        (entry.commitment, -entry.amount) for entry in ended.entries.select_related("commitment")
    ]
    worth = sum((amount for _, amount in lines), award.amount or NOTHING)
    overrides.within_limit({award: worth}, by=by, decision=decision)
    variation = variations.make(
        award,
        Variation.Kind.REINSTATEMENT,
        lines,
        reason=reason,
        decision=decision,
        effective_on=effective_on,
        by=by,
    )
    records.move(award, Status.ACTIVE, by=by, reason=reason)
    schedules.draw_up([award], by=by, variations={award: variation})
    _tell_of_dates(award, by)
    return variation


@transaction.atomic
def take_on(
    award: Award,
    lines: Lines,
    *,
    from_record: str,
    effective_on: date,
    by: User,
    awarded_on: date | None = None,
) -> Award:
    """Record an award that the office made before it used this system, from a named record.

    It needs no recommender, approver or decision notice here, and says instead where it was taken
    from. `effective_on` is the day from which its money counts. Nobody takes on more than they
    might approve, awards to one recipient from about the same day together.
    """
    rules.reason_is_given(from_record)
    lines = variations.exact(lines)
    worth = sum((amount for _, amount in lines), NOTHING)
    rules.award_is_free_of_interest(award, by)
    _is_new_or_draft(award)
    award.status, award.taken_on_from = Status.APPROVED, from_record
    award.awarded_on = awarded_on
    why = f"Taken on from {from_record}"
    save_with_reference(award, lambda: records.save(award, by=by, reason=why))
    if worth:
        limits.lock(DelegatedLimit.Act.APPROVE)
        day = awarded_on or effective_on
        rules.awards_are_within_limit(by, {award: worth}, awarded_on=day)
    if lines:
        journal.commit(
            [
                (variations.line(award, allocation, amount, by=by), amount)
                for allocation, amount in lines
            ],
            effective_on=effective_on,
            by=by,
            note=why,
        )
    award.refresh_from_db()
    schedules.draw_up([award], by=by)
    _tell_of_dates(award, by)
    return award


@transaction.atomic
def name_decision(award: Award, decision: DecisionNotice, *, by: User) -> None:
    """Say which notice decided an award that was taken on without one."""
    records.lock(award)
    if not award.taken_on_from or award.decision_id is not None:
        raise RuleBroken(
            "Only an award that was taken on without a decision notice is given one afterwards.",
            "wrong_state",
        )
    records.lock(decision)
    award.decision = decision
    records.save_checked(award)
    after = {"decision": decision.reference}
    history.record("named the decision notice of", award, by, after=after)


def _may_be_decided(
    award: Award, reason: str, decision: DecisionNotice | None, effective_on: date, by: User
) -> None:
    """What holds whenever somebody decides on an award that was approved before."""
    rules.approver_is_not_recommender(award, by)
    rules.award_is_free_of_interest(award, by)
    rules.reason_is_given(reason)
    _decide_under(decision, effective_on)


def _decide_under(decision: DecisionNotice | None, effective_on: date) -> None:
    """The notice as it is now, which nobody rewrites meanwhile, allows it by that day."""
    if decision is not None:
        records.lock(decision)
    rules.decision_is_made(decision, effective_on)


def _tell_of_dates(award: Award, by: User) -> None:
    for follow in hooks.award_dates_changed:
        follow(award, by)


def _is_new_or_draft(award: Award) -> None:
    stored = Award.objects.select_for_update(no_key=True).filter(pk=award.pk).first()
    if stored is not None and stored.status != Status.DRAFT:
        raise RuleBroken(
            f"Award {stored.reference} is {stored.get_status_display()}, no longer a draft.",
            "wrong_state",
        )


def _lock_many(awards: Sequence[Award]) -> list[Award]:
    """Lock the rows in order of id, so that two batches never wait for each other in a ring."""
    stored = Award.objects.select_for_update(no_key=True).order_by("pk")
    by_key = {award.pk: award for award in awards}
    for row in stored.filter(pk__in=by_key):
        # The caller's objects, as records.lock leaves them: they show what has become of them.
        by_key[row.pk].__dict__.update(row.__dict__)
    return [by_key[key] for key in sorted(by_key)]
