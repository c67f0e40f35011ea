"""Rules that bind money to the period of its budget, and to the last day that its source allows."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from commissioning.days import in_words
from commissioning.models import Award, Budget, Instalment, Payment
from commissioning.money import format_pounds
from commissioning.rules.broken import RuleBroken

DAY = timedelta(days=1)
CODE = "outside_its_period"


def bound(budget: Budget) -> str:
    """The last day of a budget in words, and who sets it."""
    last = in_words(budget.last_day)
    if budget.use_by and (not budget.ends_on or budget.use_by < budget.ends_on):
        return f"{last}, the last day on which {budget.source} lets it be spent"
    return f"{last}, the last day of its period"


def money_comes_within_its_period(budget: Budget, day: date) -> None:
    """No money is put into a budget or its allocations, or vired away, after its last day."""
    if budget.last_day and day > budget.last_day:
        raise RuleBroken(
            f"{in_words(day)} is after {bound(budget)}: the money of {budget} stays as it was "
            "then. Date this within the period, use the budget of a later one, or carry forward "
            "what is left.",
            CODE,
        )


def committed_too_late(budgets: Iterable[Budget], day: date) -> str:
    """Why money of these budgets is not committed on a day; empty if it may be."""
    for budget in budgets:
        if budget.last_day and day > budget.last_day:
            return (
                f"The money of {budget} cannot be committed from {in_words(day)}: that is after "
                f"{bound(budget)}."
            )
    return ""


def days_not_covered(award: Award, ends_on: date | None, budgets: Sequence[Budget]) -> str:
    """Why budgets cannot pay for the days of an award; empty if they can.

    Each day lies in the period of one of them, and each of them pays for some of the days.
    """
    no_days = award.starts_on is None and ends_on is None
    if no_days or not budgets or any(_is_unbound(budget) for budget in budgets):
        return ""
    spans = sorted(
        ((budget.starts_on, budget.last_day, budget) for budget in budgets),
        key=lambda span: (span[0], span[1], span[2].pk),
    )
    # Where the award says only one of its days, the other is taken to be that of its money.
    first = award.starts_on or min(spans[0][0], ends_on)
    last = ends_on or max(award.starts_on, *(until for _, until, _ in spans))
    days = f"The days of award {award.reference} are {_from_to(first, last)}"
    for starts_on, until, budget in spans:
        if until < first or starts_on > last:
            return f"{days}, and the money of {budget} is for {_from_to(starts_on, until)}."
    day = first
    for starts_on, until, _ in spans:
        if starts_on <= day <= until:
            day = until + DAY
    if day > last:
        return ""
    money = " and ".join(f"{budget} for {_from_to(start, end)}" for start, end, budget in spans)
    return f"{days}, and none of its money is for {in_words(day)}: it is of {money}."


def _from_to(first: date, last: date) -> str:
    return in_words(first) if first == last else f"{in_words(first)} to {in_words(last)}"


def _is_unbound(budget: Budget) -> bool:
    return budget.starts_on is None or budget.last_day is None


def refused_without_override(sentence: str) -> None:
    """Raise why money is outside its period, with what may be done about it."""
    raise RuleBroken(
        f"{sentence} Use money of the right period, or ask a colleague to authorise an emergency "
        "override.",
        CODE,
    )


# --- Payments -------------------------------------------------------------------------------------


def instalment_outside(instalment: Instalment, budget: Budget) -> str:
    """Why an instalment is not for the period of its budget; empty if it is."""
    first = instalment.covers_from or instalment.due_on
    last = instalment.covers_to or instalment.due_on
    early = budget.starts_on and first < budget.starts_on
    late = budget.last_day and last > budget.last_day
    if not early and not late:
        return ""
    what = (
        f"for {_from_to(first, last)}"
        if instalment.covers_from
        else f"due on {in_words(instalment.due_on)}"
    )
    limit = f"before {in_words(budget.starts_on)}, its first day" if early else bound(budget)
    return (
        f"{format_pounds(instalment.amount)} of award {instalment.commitment.award.reference} is "
        f"{what}, and the money of {budget} may not be spent {'' if early else 'after '}{limit}."
    )


def paid_before_its_period(payment: Payment, day: date) -> str:
    """Why a payment is too early for its budget; empty if it is not.

    What was paid of a migrated award may have been paid long before.
    """
    line = payment.commitment
    budget = line.allocation.budget
    if line.award.taken_on_from or not budget.starts_on or day >= budget.starts_on:
        return ""
    return (
        f"{in_words(day)} is before {in_words(budget.starts_on)}, the first day of {budget}: its "
        "money is not paid yet."
    )


def paid_beyond_delivery(
    payment: Payment, asked: Decimal, paid_since: Decimal, to_pay: Decimal
) -> str:
    """Why pounds cannot be paid after a budget's last day; empty if they can.

    What was delivered by that day may be paid later, and nothing else.
    """
    if paid_since + asked <= to_pay:
        return ""
    line = payment.commitment
    budget = line.allocation.budget
    return (
        f"{format_pounds(asked)} cannot be paid under award {line.award.reference} after "
        f"{bound(budget)}: of {budget}, {format_pounds(to_pay)} was delivered and not paid by "
        f"then, and {format_pounds(max(paid_since, Decimal(0)))} of that was paid since."
    )
