"""Rules about budgets, allocations and years."""

from datetime import date
from decimal import Decimal

from commissioning.days import in_words
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


def margin_is_used_by_another(budget: Budget, by: User, day: date) -> None:
    """Whoever authorised the margin of the day does not use it, superusers included."""
    authority = budget.authority_on(day)
    if budget.allocated > budget.amount and authority and authority.authorised_by_id == by.pk:
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
            f"The authority that stands begins on {in_words(last.starts_on)}. A new one begins on "
            "that day or later.",
            "authority_too_early",
        )


def margin_covers_what_is_allocated(budget: Budget, margin: Decimal) -> None:
    """A margin is not made smaller, in pounds, than what already stands on it."""
    if budget.allocated > budget.amount + margin:
        raise RuleBroken(
            f"{format_pounds(budget.allocated)} is already allocated from {budget}, "
            f"{format_pounds(budget.allocated - budget.amount)} more than the budget. The margin "
            "cannot be smaller than that.",
            "budget_allocates_no_more_than_it_holds",
        )


def margin_is_in_force(budget: Budget, day: date) -> None:
    """No more is allocated than the budget and the margin in force on the day."""
    margin = budget.margin_on(day)
    if budget.allocated <= budget.amount + margin:
        return
    last = budget.authorities.filter(margin__gt=0).order_by("-starts_on", "-pk").first()
    stands = f"; the last authority stands {last.days}" if last else ""
    raise RuleBroken(
        f"{format_pounds(budget.allocated)} would be allocated from {budget}, which is "
        f"{format_pounds(budget.amount)} with a margin of {format_pounds(margin)} on "
        f"{in_words(day)}{stands}. Ask for another authority.",
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
