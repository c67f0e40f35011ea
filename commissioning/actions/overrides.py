"""Emergencies: a named colleague is let past one rule, once, for one award."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from commissioning import rules
from commissioning.actions import history, limits, records
from commissioning.models import Award, DecisionNotice, DelegatedLimit, Override, User
from commissioning.rules import RuleBroken


@transaction.atomic
def authorise(override: Override, *, by: User) -> Override:
    """Let a colleague pass one rule, once, up to an amount and until a day."""
    if override.person_id == by.pk:
        raise RuleBroken("Nobody can authorise an override for themselves.", "same_person")
    rules.award_is_free_of_interest(override.award, by)
    if override.valid_until < timezone.localdate():
        raise RuleBroken("The override would be over already. Choose a later day.", "too_late")
    override.authorised_by = by
    records.save(override, by=by, reason=override.reason)
    return override


def find(rule: str, award: Award, by: User, amount: Decimal, on: date) -> Override | None:
    """The override by which this person may pass the rule for these pounds on that day."""
    return (
        Override.objects.filter(
            rule=rule,
            award=award,
            person=by,
            most__gte=abs(amount),
            valid_until__gte=on,
            used_at__isnull=True,
            withdrawn_at__isnull=True,
        )
        .order_by("most", "valid_until", "pk")
        .first()
    )


@transaction.atomic
def withdraw(override: Override, *, reason: str, by: User) -> None:
    """Take back an override that nobody used, because it was a mistake or is no longer needed."""
    rules.reason_is_given(reason)
    records.lock(override)
    if override.used_at is not None:
        raise RuleBroken(
            "This emergency override has been used, so it cannot be taken back.", "wrong_state"
        )
    if override.withdrawn_at is not None:
        raise RuleBroken("This emergency override was taken back already.", "wrong_state")
    before = history.state(override)
    override.withdrawn_at, override.withdrawn_by = timezone.now(), by
    override.withdrawn_reason = reason
    records.save_checked(override)
    history.record(
        "took back", override, by, before=before, after=history.state(override), reason=reason
    )


@transaction.atomic
def use(override: Override, *, by: User) -> None:
    """Use an override up. Call it in the transaction of the deed that it allows."""
    records.lock(override)
    if override.used_at is not None:
        raise RuleBroken("This emergency override has been used already.", "wrong_state")
    if override.withdrawn_at is not None:
        raise RuleBroken("This emergency override was taken back.", "wrong_state")
    override.used_at = timezone.now()
    records.save_checked(override)
    history.record(
        "used an emergency override for",
        override.award,
        by,
        after={
            "to": override.get_rule_display(),
            "up to": str(override.most),
            "authorised by": str(override.authorised_by),
        },
        reason=override.reason,
    )


def needed(award: Award, worth: Decimal, by: User) -> Override | None:
    """What lets this person decide on an award of these pounds: None if their limit does.

    Raises RuleBroken where neither their limit nor an override does. The day is today: nobody
    chooses the day by which they are judged.
    """
    try:
        rules.awards_are_within_limit(by, {award: worth})
    except RuleBroken:
        override = _dearest({award: worth}, by)
        if override is None:
            raise
        return override
    return None


def within_limit(
    worths: Mapping[Award, Decimal], *, by: User, decision: DecisionNotice | None = None
) -> None:
    """Hold the whole worth of awards, in pounds, against the limit of whoever decides on them.

    While what belongs together is above it, overrides are used up, that of the dearest award first;
    what an override allows is not counted any more.
    """
    limits.lock(DelegatedLimit.Act.APPROVE)
    left = dict(worths)
    while left:
        try:
            return rules.awards_are_within_limit(by, left, decision)
        except RuleBroken:
            override = _dearest(left, by)
            if override is None:
                raise
            use(override, by=by)
            left = {award: worth for award, worth in left.items() if award != override.award}
    return None


def _dearest(worths: Mapping[Award, Decimal], by: User) -> Override | None:
    """The override for the dearest of the awards that there is one for."""
    today = timezone.localdate()
    for award in sorted(worths, key=worths.__getitem__, reverse=True):
        override = find(Override.Rule.LIMIT, award, by, worths[award], today)
        if override is not None:
            return override
    return None
