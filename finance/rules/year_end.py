"""Rules about what is carried into the next year, and about what belongs to which."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from commissioning.days import in_words
from commissioning.models import Budget, DelegatedLimit, User
from commissioning.money import NOTHING, format_pounds
from commissioning.rules import (
    Part,
    RuleBroken,
    amount_is_positive,
    money_is_used_in_time,
    parts_are_within_limit,
    year_is_open,
)
from commissioning.years import FinancialYear
from finance.models import Accrual, CarryForward

Act = DelegatedLimit.Act

# --- Carry-forward --------------------------------------------------------------------------------


def can_be_carried(giver: Budget, taker: Budget, amount: Decimal) -> None:
    """Money is carried within one fund and source, into a later period, out of an open year."""
    amount_is_positive(amount)
    if giver.fund_id != taker.fund_id or giver.source_id != taker.source_id:
        raise RuleBroken(
            "Money is carried forward within one fund and one source. Vire it first.",
            "unlike_records",
        )
    if not (giver.ends_on and taker.starts_on and giver.ends_on < taker.ends_on):
        raise RuleBroken("Money is carried forward to a later period.", "not_later")
    money_is_used_in_time(giver, taker)
    year_is_open(giver.ends_on)


def money_is_there(giver: Budget, amount: Decimal, asked_already: Decimal = NOTHING) -> None:
    """Only what is not allocated is carried forward, and no pound of it twice."""
    left = max(giver.amount - giver.allocated, NOTHING)
    if amount + asked_already <= left:
        return
    already = (
        f" {format_pounds(asked_already)} of it is in carry-forwards that wait already."
        if asked_already
        else ""
    )
    raise RuleBroken(
        f"{format_pounds(amount)} cannot be carried forward: {giver} is "
        f"{format_pounds(giver.amount)}, of which {format_pounds(giver.allocated)} is allocated, "
        f"and {format_pounds(left)} is left.{already}",
        "money_is_gone",
    )


def proposal_s_money_is_there(proposal: CarryForward, by: User | None = None) -> None:
    """A carry-forward is approved only while its money is still there."""
    money_is_there(proposal.giver, proposal.amount)


def carry_forward_is_within_limit(proposal: CarryForward, by: User) -> None:
    """All that is carried out of one budget is within the limit of whoever approves a part."""
    same = CarryForward.objects.filter(giver=proposal.giver, status=CarryForward.Status.APPROVED)
    earlier = [
        Part(f"carried forward on {in_words(each.decided_at)}", each.amount, before=True)
        for each in same.exclude(pk=proposal.pk).order_by("pk")
    ]
    parts = [Part("this", proposal.amount), *earlier]
    why = f"carried forward out of {proposal.giver}"
    parts_are_within_limit(by, Act.CARRY_FORWARD, parts, timezone.localdate(), why)


def carry_forward_waits(proposal: CarryForward) -> None:
    """Only what still waits is approved, rejected or withdrawn."""
    if proposal.status != CarryForward.Status.PROPOSED:
        raise RuleBroken(
            f"This carry-forward is already {proposal.get_status_display()}.", "wrong_state"
        )


def decider_is_not_proposer(proposal: CarryForward, by: User) -> None:
    """Whoever proposed a carry-forward does not decide on it, superusers included."""
    if proposal.proposed_by_id == by.pk:
        raise RuleBroken(
            "You proposed this carry-forward, so you cannot decide on it. Ask a colleague, or "
            "withdraw it.",
            "same_person",
        )


# --- Accruals and prepayments ---------------------------------------------------------------------


def is_end_of_an_open_month(day: date) -> None:
    """Accruals are settled as at the last day of a month that is over, in a year that is open."""
    if (day + timedelta(days=1)).day != 1:
        raise RuleBroken(
            f"{in_words(day)} is not the last day of a month.", "not_the_end_of_a_month"
        )
    if day >= timezone.localdate():
        raise RuleBroken(f"{day:%B %Y} has not ended yet.", "month_has_not_ended")
    year_is_open(day)


def accrual_is_covered(accrual: Accrual, committed: Decimal, paid: Decimal) -> None:
    """No more is accrued than is committed and not paid by the day; no more prepaid than is paid.

    An amount typed with a nought too many would stand in the month's report.
    """
    award = accrual.commitment.award.reference
    asked, by = format_pounds(accrual.amount), in_words(accrual.as_at)
    left = committed - paid
    if accrual.kind == Accrual.Kind.PREPAYMENT:
        if accrual.amount > paid:
            raise RuleBroken(
                f"{asked} cannot be prepaid: by {by}, {format_pounds(paid)} was paid of this part "
                f"of {award}.",
                "accrual_is_too_much",
            )
    elif accrual.amount > left:
        raise RuleBroken(
            f"{asked} cannot be accrued: by {by}, {format_pounds(committed)} was committed of this "
            f"part of {award} and {format_pounds(paid)} was paid, so {format_pounds(left)} "
            "is left.",
            "accrual_is_too_much",
        )


# --- Closing --------------------------------------------------------------------------------------


def year_has_ended(year: FinancialYear) -> None:
    """Only a year that is over is closed."""
    if timezone.localdate() <= year.last_day:
        raise RuleBroken(f"The financial year {year} has not ended yet.", "year_has_not_ended")
