"""What stays once it stands: seen by the public, approved, or with money on it."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model

from commissioning.models import (
    Allocation,
    Award,
    Budget,
    Commitment,
    Condition,
    DecisionNotice,
    DelegatedLimit,
    Hold,
    Instalment,
    Interest,
    Override,
    Payment,
    Receipt,
    Weight,
    Weighting,
)
from commissioning.rules.broken import RuleBroken
from commissioning.rules.decisions import fixed_of_decision
from commissioning.rules.weightings import WEIGHTING_STAYS, weighting_is_unused

# What describes an approved award without being part of what was approved.
CLASSIFYING = {"areas", "scope", "scope_basis", "themes", "service", "source_ref", "note"}
CLASSIFYING |= {"recipient_basis"}


def fixed_fields(row: Model) -> dict[str, str]:
    """Fields of a stored record that are not described anew, each with the sentence for staff."""
    fixed = {}
    address = _public_address(row)
    if address:
        fixed[address] = f"{row} is published, so its address stays."
    for model, fixes in _FIXES.items():
        if isinstance(row, model):
            fixed |= fixes(row)
    if type(row) in NEVER_EDITED:
        names = [field.name for field in row._meta.concrete_fields if field.editable]
        fixed |= dict.fromkeys(names, NEVER_EDITED[type(row)])
    return fixed


MONEY_STAYS = (
    "Money stands on this record, so it cannot be moved by editing it. Vire, vary or correct it "
    "instead."
)


# What an allocation decided beside a weighting cites.
WEIGHED = {
    Weighting: ["code", "name", "kind", "released_on", "source_ref"],
    Weight: ["weighting", "area", "value"],
}

# Records that are ended or used up by their verbs, and otherwise stay as they were written.
NEVER_EDITED = {
    DelegatedLimit: "A limit is never edited. End it, and record another.",
    Interest: "A declared interest is never edited. Somebody else ends it; declare another.",
    Override: "An override is never edited. Authorise another.",
    Instalment: "An instalment is never edited. A new schedule takes its place.",
    Receipt: "A receipt is never edited. Correct it.",
    Hold: "A hold is never edited. Lift it, and place another.",
}


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


def _fixed_of_budget(budget: Budget) -> dict[str, str]:
    """Where the money is from and for when; how sure it is, once some of it was recorded."""
    fixed = dict.fromkeys(["fund", "source", "starts_on", "ends_on"], MONEY_STAYS)
    if budget.receipts.exists():
        fixed["source_status"] = "It follows the money that was recorded as received."
    return fixed


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
    fixed = ["commitment", "kind", "cause", "instalment", "amount", "paid_on", "early_reason"]
    fixed += ["returned_payment", "bank_reason"]
    if payment.instalment_id is not None:
        # It falls due when the schedule says.
        fixed.append("due_on")
    if payment.status != Payment.Status.REQUESTED:
        # Finance may learn its own reference later than it pays.
        fixed += ["due_on", "reference"] if payment.reference else ["due_on"]
        sentence = f"This {payment.kind} is {payment.get_status_display()}, so it stays as it is."
        return dict.fromkeys(fixed, sentence)
    again = "Cancel the request, and make a new one, to change it."
    if payment.kind == Payment.Kind.RETURN:
        again = "Refuse it, and mark the payment again, to change it."
    return dict.fromkeys(fixed, f"What was asked for stays. {again}")


def _fixed_of_condition(condition: Condition) -> dict[str, str]:
    """A condition's terms are approved with its award; its state changes by its staff actions.

    Those of a fund stand once awards are paid from the fund.
    """
    award = condition.award
    if condition.fund is not None:
        return _fixed_of_fund_s(condition)
    is_taken_on = award is not None and bool(award.taken_on_from)
    fixed = {}
    if award is not None and not is_taken_on:
        fixed["state"] = "A condition is met, waived or opened again by its own buttons."
    if award is None or award.status in Award.EDITABLE:
        return fixed
    sentence = (
        f"Award {award.reference} is {award.get_status_display()}, so its conditions stay as they "
        "are. An approver can waive one or give it more time."
    )
    terms = ["award", "fund", "text", *(["due_on"] if condition.due_on else [])]
    return fixed | dict.fromkeys(terms, sentence)


def _fixed_of_fund_s(condition: Condition) -> dict[str, str]:
    """Payments under every award of the fund wait for it."""
    fixed = {"state": "A condition is met, waived or opened again by its own buttons."}
    under = Commitment.objects.filter(allocation__budget__fund=condition.fund, amount__gt=0)
    if not under.exists():
        return fixed
    sentence = (
        f"Awards are paid from {condition.fund}, so its conditions stay as they are. An approver "
        "can waive one or give it more time."
    )
    terms = ["award", "fund", "text", *(["due_on"] if condition.due_on else [])]
    return fixed | dict.fromkeys(terms, sentence)


def _fixed_of_weighting(row: Weighting | Weight) -> dict[str, str]:
    """A decided share can be worked out again from the numbers that it was decided beside."""
    weighting = row if isinstance(row, Weighting) else row.weighting
    return dict.fromkeys(WEIGHED[type(row)], WEIGHTING_STAYS) if weighting.is_used else {}


def _fixed_of_allocation(allocation: Allocation) -> dict[str, str]:
    return dict.fromkeys(["budget", "area"], MONEY_STAYS)


def _fixed_of_commitment(line: Commitment) -> dict[str, str]:
    if line.award.status in Award.EDITABLE:
        return {}
    return {"proposed": "What was recommended stays. Send the award back to draft to change it."}


_FIXES: dict[type[Model], Callable[[Any], dict[str, str]]] = {
    Award: _fixed_of_award,
    Budget: _fixed_of_budget,
    Allocation: _fixed_of_allocation,
    Payment: _fixed_of_payment,
    DecisionNotice: fixed_of_decision,
    Condition: _fixed_of_condition,
    Commitment: _fixed_of_commitment,
    Weighting: _fixed_of_weighting,
    Weight: _fixed_of_weighting,
}


def only_drafts_are_removed(row: Model) -> None:
    """What was put forward, and what belongs to it, is never removed."""
    award = row if isinstance(row, Award) else getattr(row, "award", None)
    if isinstance(award, Award) and award.status not in Award.EDITABLE:
        noun = "condition" if isinstance(row, Condition) else "record"
        raise RuleBroken(
            f"Award {award.reference} is {award.get_status_display()}, so this {noun} stays.",
            "it_stands",
        )
    if isinstance(row, Weighting | Weight):
        weighting_is_unused(row if isinstance(row, Weighting) else row.weighting)
    if isinstance(row, Award) and row.pipeline.exists():
        raise RuleBroken(
            f"Award {row.reference} stays. It was recommended before, and past reports hold it. "
            "Withdraw it instead.",
            "it_stands",
        )
