"""Rules that no constraint can hold, and how a refusal is told.

One function per rule; its docstring is the rule. Each raises RuleBroken with a sentence for staff.
"""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError

from commissioning.models import Award, Basis, Budget, ClosedYear, DecisionNotice, Payment, User
from commissioning.money import exact_pounds, format_pounds
from commissioning.years import FinancialYear


class RuleBroken(ValidationError):
    """Something that may not happen, with the sentence for staff; nothing has changed.

    A ValidationError, so that forms, import previews and commands show the same sentence.
    """

    def __init__(self, sentence: str, code: str):
        super().__init__(sentence, code=code)

    def __str__(self) -> str:
        return self.message


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
    return missing


def award_is_complete(award: Award, *, has_money: bool) -> None:
    """An award is put forward whole: recipient, purpose, reason, legal power and money."""
    missing = lacking(award, has_money=has_money)
    if missing:
        raise RuleBroken(
            f"Award {award.reference} is not complete yet. It lacks {', '.join(missing)}.",
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


def decision_is_made(decision: DecisionNotice | None, on: date) -> None:
    """Money is committed under a decision notice that has been made by then."""
    if decision is None:
        raise RuleBroken("Choose the decision notice that allows this.", "no_decision")
    if decision.decided_on > on:
        raise RuleBroken(
            f"Decision {decision.reference} was made on {decision.decided_on:%-d %B %Y}, after "
            f"{on:%-d %B %Y}.",
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


def payment_is_requested(payment: Payment) -> None:
    """Only a requested payment can be released, refused or cancelled."""
    if payment.status != Payment.Status.REQUESTED:
        raise RuleBroken(
            f"This {payment.kind} is already {payment.get_status_display()}.", "wrong_state"
        )


def releaser_is_not_requester(payment: Payment, by: User) -> None:
    """Whoever requested a payment cannot release it, superusers included."""
    if payment.requested_by_id == by.pk:
        raise RuleBroken(
            "You requested this payment, so you cannot release it. Ask a colleague in finance.",
            "same_person",
        )


def reason_is_given(reason: str) -> None:
    """A change of money says why."""
    if not reason.strip():
        raise RuleBroken("Say why.", "no_reason")


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
