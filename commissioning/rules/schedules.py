"""Rules about when awards are paid."""

from datetime import date
from decimal import Decimal

from commissioning.days import in_words
from commissioning.models import Award, Commitment, Condition, Instalment
from commissioning.money import format_pounds
from commissioning.rules.broken import RuleBroken

Pattern = Award.PaymentPattern
# Patterns by which a schedule is drawn up without anybody writing it.
BY_ITSELF = [Pattern.ONCE, Pattern.MONTHLY, Pattern.QUARTERLY]


def lacking_for_schedule(award: Award) -> list[str]:
    """What an award that is to be paid by a pattern still needs for its schedule."""
    if award.payment_pattern not in BY_ITSELF:
        return []
    missing = [] if award.payment_timing else ["whether it is paid in advance or in arrears"]
    if award.starts_on is None or award.ends_on is None:
        missing.append("its first and last day, for the schedule of payments")
    return missing


def schedule_is_written_by_staff(award: Award) -> None:
    """Staff write the schedule of an award paid by milestones; any other is drawn up."""
    if award.payment_pattern != Pattern.MILESTONES:
        raise RuleBroken(
            f"Award {award.reference} is not paid by milestones, so nobody writes its schedule: "
            "it is drawn up from the award's dates.",
            "not_by_milestones",
        )


def schedule_can_be_drawn_up(award: Award) -> None:
    """A schedule is drawn up by a pattern, over the days between the first and the last."""
    missing = lacking_for_schedule(award)
    if award.payment_pattern not in BY_ITSELF:
        missing = ["how it is paid: once, monthly or quarterly"]
    if missing:
        raise RuleBroken(
            f"Award {award.reference} lacks {' and '.join(missing)}. Fill this in first.",
            "incomplete",
        )


def schedule_adds_up(commitment: Commitment, written: Decimal, room: Decimal) -> None:
    """The instalments written for a commitment are all that is left to plan of it, to the penny."""
    if written != room:
        raise RuleBroken(
            f"The instalments of {commitment} add up to {format_pounds(written)}, and "
            f"{format_pounds(room)} of it is to be planned: committed "
            f"{format_pounds(commitment.amount)}, paid {format_pounds(commitment.paid)}, "
            f"difference {format_pounds(written - room)}.",
            "does_not_add_up",
        )


def increase_is_decided_first(
    commitment: Commitment, due: Decimal, committed: Decimal, day: date
) -> None:
    """No more falls due before an increase takes effect than was committed until then."""
    if due > committed:
        raise RuleBroken(
            f"{format_pounds(due)} of {commitment} would fall due before {in_words(day)}, when "
            f"its last increase takes effect, and {format_pounds(committed)} was committed until "
            "then. Give the increase a later day.",
            "due_before_it_was_decided",
        )


def instalment_stands(instalment: Instalment) -> None:
    """Only an instalment of the present schedule is asked for."""
    if instalment.dropped_at is not None:
        raise RuleBroken(
            f"The instalment of award {instalment} was replaced by a later schedule. Look for the "
            "new one.",
            "dropped",
        )


def instalment_s_condition_is_met(instalment: Instalment) -> None:
    """An instalment that hangs on a condition is paid once this is met or waived."""
    condition = instalment.condition
    if condition is not None and condition.state == Condition.State.OPEN:
        raise RuleBroken(
            f"The instalment of award {instalment} waits for the condition “{condition}”, which is "
            "still to be met.",
            "condition_is_not_met",
        )


def something_is_outstanding(instalment: Instalment, left: Decimal) -> None:
    """An instalment that was asked for whole is not asked for again."""
    if left <= 0:
        raise RuleBroken(
            f"Nothing is outstanding of the instalment of award {instalment}: all "
            f"{format_pounds(instalment.amount)} of it was asked for already.",
            "nothing_left",
        )


def instalment_is_not_exceeded(instalment: Instalment, asked: Decimal, left: Decimal) -> None:
    """No more is asked for on an instalment than is outstanding of it."""
    if asked > left:
        raise RuleBroken(
            f"{format_pounds(asked)} cannot be asked for on the instalment of award {instalment}: "
            f"amount {format_pounds(instalment.amount)}, outstanding {format_pounds(left)}.",
            "instalment_is_exceeded",
        )


def schedule_is_not_passed_by(commitment: Commitment, asked: Decimal, free: Decimal) -> None:
    """What the schedule plans is asked for by its instalments, so that nothing is paid twice."""
    if asked > free:
        raise RuleBroken(
            f"{format_pounds(asked)} cannot be asked for beside the schedule of {commitment}: left "
            f"to pay {format_pounds(commitment.unpaid)}, of which {format_pounds(max(free, 0))} is "
            "neither planned nor requested. Request the payment on its instalment.",
            "planned",
        )
