"""Rules that no constraint can hold, and how a refusal is told.

One function per rule; its docstring is the rule. Each raises RuleBroken with a sentence for staff.
"""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db.models import Model

from commissioning.models import (
    Allocation,
    Award,
    Basis,
    Budget,
    ClosedYear,
    Condition,
    DecisionNotice,
    Payment,
    User,
)
from commissioning.money import exact_pounds, format_pounds
from commissioning.years import FinancialYear


class RuleBroken(ValidationError):
    """Something that may not happen, with the sentence for staff; nothing has changed.

    A ValidationError, so that forms, import previews and commands show the same sentence. It may
    name the field that it is about.
    """

    def __init__(self, sentence: str, code: str, field: str = ""):
        super().__init__({field: sentence} if field else sentence, code=code)
        self.message, self.code = sentence, code

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


def margin_is_used_by_another(budget: Budget, by: User) -> None:
    """Whoever authorised an over-allocation margin does not use it, superusers included."""
    if budget.allocated > budget.amount and budget.margin_authorised_by_id == by.pk:
        raise RuleBroken(
            f"This would use the margin of {budget}, which you authorised yourself. Ask a "
            "colleague to do it.",
            "same_person",
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


# --- What stays once it stands --------------------------------------------------------------------

# What describes an approved award without being part of what was approved.
CLASSIFYING = {"areas", "scope", "scope_basis", "themes", "service", "source_ref", "note"}


def fixed_fields(row: Model) -> dict[str, str]:
    """Fields of a stored record that are not described anew, each with the sentence for staff."""
    fixed = {}
    address = _public_address(row)
    if address:
        fixed[address] = f"{row} is published, so its address stays."
    if isinstance(row, Award):
        fixed |= _fixed_of_award(row)
    if isinstance(row, Budget):
        fixed |= dict.fromkeys(["fund", "source", "starts_on", "ends_on"], MONEY_STAYS)
    if isinstance(row, Allocation):
        fixed |= dict.fromkeys(["budget", "area"], MONEY_STAYS)
    if isinstance(row, Payment):
        fixed |= _fixed_of_payment(row)
    return fixed


MONEY_STAYS = (
    "Money stands on this record, so it cannot be moved by editing it. Vire, vary or correct it "
    "instead."
)


def what_stands_stays(stored: Model, row: Model) -> None:
    """What the public has seen, money stands on or somebody approved is not written over."""
    columns = {field.name: field.attname for field in row._meta.concrete_fields}
    for name, sentence in fixed_fields(stored).items():
        column = columns.get(name)
        if column and getattr(stored, column) != getattr(row, column):
            raise RuleBroken(sentence, "it_stands", name)


def _public_address(row: Model) -> str:
    """The field that is the record's public address; empty while it has none."""
    # Areas and themes are public as soon as they are recorded.
    if not getattr(row, "is_published", True):
        return ""
    if isinstance(row, Award | DecisionNotice):
        return "reference"
    return "slug" if hasattr(row, "slug") else ""


def _fixed_of_award(award: Award) -> dict[str, str]:
    """What was put forward or approved; what an old record left out may be filled in."""
    if award.status in Award.EDITABLE:
        return {}
    fields = {field.name for field in award._meta.get_fields() if getattr(field, "editable", False)}
    state = f"Award {award.reference} is {award.get_status_display()}"
    if award.status not in Award.PROMISED:
        sentence = f"{state}, so what was put forward stays. Make it a draft again to change it."
        return dict.fromkeys(fields - {"note"}, sentence)
    filled = {name for name in fields - CLASSIFYING if getattr(award, name) not in (None, "")}
    return dict.fromkeys(filled, f"{state}, so what was approved stays. Vary it instead.")


def _fixed_of_payment(payment: Payment) -> dict[str, str]:
    """The amount that was asked for is the amount that is released."""
    fixed = ["commitment", "kind", "amount", "paid_on"]
    if payment.status != Payment.Status.REQUESTED:
        # Finance may learn its own reference later than it pays.
        fixed += ["due_on", "reference"] if payment.reference else ["due_on"]
        sentence = f"This {payment.kind} is {payment.get_status_display()}, so it stays as it is."
        return dict.fromkeys(fixed, sentence)
    return dict.fromkeys(
        fixed, "What was asked for stays. Cancel the request, and make a new one, to change it."
    )


def only_drafts_are_removed(row: Model) -> None:
    """What was put forward, and what belongs to it, is never removed."""
    award = row if isinstance(row, Award) else getattr(row, "award", None)
    if isinstance(award, Award) and award.status not in Award.EDITABLE:
        noun = "condition" if isinstance(row, Condition) else "record"
        raise RuleBroken(
            f"Award {award.reference} is {award.get_status_display()}, so this {noun} stays.",
            "it_stands",
        )
