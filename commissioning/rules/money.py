"""Rules about budgets, allocations and years."""

from datetime import date
from decimal import Decimal

from commissioning.models import (
    Basis,
    Budget,
    ClosedYear,
    User,
)
from commissioning.money import exact_pounds, format_pounds
from commissioning.rules.broken import RuleBroken
from commissioning.years import FinancialYear


def amount_is_positive(amount: Decimal) -> None:
    """An amount asked for is more than nothing."""
    if exact_pounds(amount) <= 0:
        raise RuleBroken(
            f"The amount must be more than £0.00, not {format_pounds(amount)}.", "not_positive"
        )


def budget_is_implied(budget: Budget) -> None:
    """Only an implied budget follows what is known beneath it; a decided one is revised."""
    if budget.basis != Basis.IMPLIED:
        raise RuleBroken(f"The budget of {budget} was decided. Revise it instead.", "wrong_state")


def margin_is_used_by_another(budget: Budget, by: User) -> None:
    """Whoever authorised an over-allocation margin does not use it, superusers included."""
    if budget.allocated > budget.amount and budget.margin_authorised_by_id == by.pk:
        raise RuleBroken(
            f"This would use the margin of {budget}, which you authorised yourself. Ask a "
            "colleague to do it.",
            "same_person",
        )


def authority_follows_the_last(budget: Budget, starts_on: date) -> None:
    """An authority begins no earlier than the one that it takes the place of."""
    last = budget.authorities.order_by("-pk").first()
    if last and starts_on < last.starts_on:
        raise RuleBroken(
            f"The authority that stands begins on {last.starts_on:%-d %B %Y}. A new one begins on "
            "that day or later.",
            "authority_too_early",
        )


def margin_is_in_force(budget: Budget, day: date) -> None:
    """Nothing more is allocated on a margin before its first day or after its last."""
    if budget.allocated <= budget.amount:
        return
    authority = budget.authorities.order_by("-pk").first()
    if authority is None:
        return
    if authority.starts_on > day or (authority.ends_on and authority.ends_on < day):
        last = f" to {authority.ends_on:%-d %B %Y}" if authority.ends_on else ""
        raise RuleBroken(
            f"This would use the margin of {budget}, which stands from "
            f"{authority.starts_on:%-d %B %Y}{last}. Ask for another authority.",
            "margin_not_in_force",
        )


def year_is_open(day: date) -> None:
    """Nothing is posted to a closed financial year."""
    if ClosedYear.objects.filter(
        reopened_at__isnull=True, first_day__lte=day, last_day__gte=day
    ).exists():
        raise RuleBroken(
            f"The financial year {FinancialYear.containing(day)} is closed. Use a later day, or "
            "ask finance to reopen the year.",
            "year_is_closed",
        )


def reason_is_given(reason: str) -> None:
    """A change of money says why."""
    if not reason.strip():
        raise RuleBroken("Say why.", "no_reason")
