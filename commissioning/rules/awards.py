"""Rules about awards and decisions."""

from datetime import date

from commissioning.days import in_words
from commissioning.models import (
    Award,
    DecisionNotice,
    User,
    Variation,
)
from commissioning.money import format_pounds
from commissioning.rules.broken import RuleBroken
from commissioning.rules.schedules import lacking_for_schedule


def may_follow(award: Award, status: str) -> None:
    """An award moves only along its lifecycle."""
    if status not in Award.TRANSITIONS[award.status]:
        raise RuleBroken(
            f"Award {award.reference} is {award.get_status_display()}, so it cannot become "
            f"{Award.Status(status).label}.",
            "wrong_state",
        )


def lacking(award: Award, *, has_money: bool) -> list[str]:
    """What an award still needs before it is whole."""
    missing = []
    if award.recipient_id is None:
        missing.append("a recipient")
    if not award.purpose:
        missing.append("its purpose")
    if not award.reason:
        missing.append("the reason for it")
    if not award.legal_power:
        missing.append("a legal power")
    if not has_money:
        missing.append("an amount on an allocation")
    return missing + lacking_for_schedule(award)


def in_a_row(words: list[str]) -> str:
    """Words as a sentence lists them: "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def award_is_complete(award: Award, *, has_money: bool) -> None:
    """An award is put forward whole: recipient, purpose, reason, legal power and money."""
    missing = lacking(award, has_money=has_money)
    if missing:
        raise RuleBroken(
            f"Award {award.reference} is not complete yet. It lacks {in_a_row(missing)}.",
            "incomplete",
        )


def approver_is_not_recommender(award: Award, by: User) -> None:
    """Whoever recommended an award cannot approve or vary it, superusers included."""
    if award.recommended_by_id == by.pk:
        raise RuleBroken(
            f"You recommended award {award.reference}, so you cannot approve it. Ask another "
            "approver.",
            "same_person",
        )


def award_can_be_reinstated(award: Award, by: User) -> None:
    """A terminated award is taken up again by somebody else than whoever terminated it."""
    if award.status != Award.Status.TERMINATED:
        raise RuleBroken(
            f"Award {award.reference} is {award.get_status_display()}. Only a terminated award is "
            "reinstated.",
            "wrong_state",
        )
    ended = award.variations.filter(kind=Variation.Kind.TERMINATION).last()
    if ended is not None and ended.approved_by_id == by.pk:
        raise RuleBroken(
            f"You terminated award {award.reference}, so you cannot reinstate it. Ask another "
            "approver.",
            "same_person",
        )


def award_ends_after_it_starts(award: Award, ends_on: date | None) -> None:
    """A variation moves the last day of an award to no day before its first."""
    if ends_on and award.starts_on and ends_on < award.starts_on:
        raise RuleBroken(
            f"Award {award.reference} starts on {in_words(award.starts_on)}, so it cannot end on "
            f"{in_words(ends_on)}.",
            "award_ends_after_it_starts",
        )


def award_is_settled(award: Award) -> None:
    """An award is closed once nothing of it is left to pay."""
    if award.unpaid:
        raise RuleBroken(
            f"{format_pounds(award.unpaid)} of award {award.reference} is committed and not paid. "
            "Pay it, or reduce the award by a variation, before you close it.",
            "unsettled",
        )


def decision_is_made(decision: DecisionNotice | None, on: date) -> None:
    """Money is committed under a decision notice that has been made by then."""
    if decision is None:
        raise RuleBroken("Choose the decision notice that allows this.", "no_decision")
    if decision.decided_on > on:
        raise RuleBroken(
            f"Decision {decision.reference} was made on {in_words(decision.decided_on)}, after "
            f"{in_words(on)}.",
            "decision_too_late",
        )


def award_is_open(award: Award) -> None:
    """Money moves only under an approved or active award."""
    if award.status not in Award.OPEN:
        raise RuleBroken(
            f"Award {award.reference} is {award.get_status_display()}. Money moves only under an "
            "approved or active award.",
            "wrong_state",
        )


def award_can_be_published(award: Award) -> None:
    """An award is published once the office has promised it, with what the law asks to be shown."""
    if award.status not in Award.PROMISED:
        raise RuleBroken(
            f"Award {award.reference} is {award.get_status_display()}. Only approved awards are "
            "published.",
            "wrong_state",
        )
    if not award.purpose:
        raise RuleBroken(
            f"Award {award.reference} has no purpose to publish. Write what it is for.",
            "incomplete",
        )
