"""Rules about conditions of funding."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.utils import timezone

from commissioning.days import in_words
from commissioning.models import Commitment, Condition, User
from commissioning.rules.awards import approver_is_not_recommender
from commissioning.rules.broken import RuleBroken
from commissioning.rules.interests import award_is_free_of_interest

State = Condition.State


def condition_is_open(condition: Condition) -> None:
    """Only a condition that is to be met can be met, waived or given more time."""
    if condition.state != State.OPEN:
        raise RuleBroken(
            f"This condition is {condition.get_state_display()} already.", "wrong_state"
        )


def condition_is_settled(condition: Condition) -> None:
    """Only a condition that was met or waived can be opened again."""
    if condition.state == State.OPEN:
        raise RuleBroken("This condition is still to be met.", "wrong_state")


def condition_is_let_go_by_another(condition: Condition, by: User) -> None:
    """Whoever recommended an award neither waives its conditions nor gives them more time.

    Nor does anybody who declared an interest in its recipient.
    """
    if condition.award is not None:
        approver_is_not_recommender(condition.award, by)
        award_is_free_of_interest(condition.award, by)


def condition_is_judged_without_interest(condition: Condition, by: User) -> None:
    """Nobody says that a condition is met for an organisation in which they have an interest."""
    if condition.award is not None:
        award_is_free_of_interest(condition.award, by)


def condition_comes_open(condition: Condition) -> None:
    """A condition of an award that was made here begins open, and is settled by somebody.

    One that comes with an award taken on may have been settled before.
    """
    award = condition.award
    if condition.state != State.OPEN and award is not None and not award.taken_on_from:
        raise RuleBroken(
            "A new condition is to be met. Somebody says later, on its page, that it is met or "
            "waived.",
            "wrong_state",
            "state",
        )


def overdue(lines: Iterable[Commitment], on: date) -> dict[int, Condition]:
    """The first overdue condition on which payments under these lines depend, by award key.

    It is a condition of the award, or of a fund that one of its lines is paid from. A condition is
    overdue when it is to be met, and was due before the day; or before today, for nobody passes it
    by writing an earlier day.
    """
    pairs = {(line.award_id, line.allocation.budget.fund_id) for line in lines}
    of_them = Q(award__in={award for award, _ in pairs}) | Q(fund__in={fund for _, fund in pairs})
    found = Condition.objects.filter(
        of_them, state=State.OPEN, due_on__lt=max(on, timezone.localdate())
    )
    first: dict[int, Condition] = {}
    # The earliest stands last.
    for row in found.select_related("award", "fund").order_by("-due_on", "-pk"):
        held = (award for award, fund in pairs if row.award_id == award or row.fund_id == fund)
        first |= dict.fromkeys(held, row)
    return first


def waits_for(condition: Condition) -> str:
    """The sentence for a payment that an overdue condition holds."""
    of = f"Award {condition.award.reference}" if condition.award else f"Fund {condition.fund}"
    return (
        f"{of}: the condition “{condition}” was due on {in_words(condition.due_on)} and is still "
        "to be met. Payments wait until it is met or waived, or until an emergency override lets "
        "a colleague release them."
    )
