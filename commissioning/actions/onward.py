"""Grants that the recipient of an award gives on: recorded, and counted in that award alone."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from commissioning import rules
from commissioning.actions import awards, records
from commissioning.models import Award, User
from commissioning.rules import RuleBroken


@transaction.atomic
def record(
    grant: Award,
    *,
    of: Award,
    amount: Decimal,
    from_record: str,
    by: User,
    awarded_on: date | None = None,
) -> Award:
    """Record a grant that the recipient of award `of` made out of it, from what it told.

    `amount` is in pounds. The grant stands on no allocation: its money is committed and paid under
    `of`, so that no total counts it twice.
    """
    rules.amount_is_positive(amount)
    if grant.pk and grant.commitments.exists():
        raise RuleBroken(
            f"Award {grant.reference} asks for money of an allocation. Money that was given on is "
            "committed under the award that it came out of: remove the amounts.",
            "has_money",
        )
    # Locked, so that two at once cannot give on more than it is worth.
    records.lock(of)
    rules.award_is_free_of_interest(of, by)
    rules.award_can_be_given_on(of, amount)
    grant.onward_of, grant.onward_amount = of, amount
    return awards.take_on(
        grant,
        [],
        from_record=from_record,
        effective_on=awarded_on or timezone.localdate(),
        awarded_on=awarded_on,
        by=by,
    )
