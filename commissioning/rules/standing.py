"""What stays once it stands: seen by the public, approved, or with money on it."""

from django.db.models import Model

from commissioning.models import (
    Allocation,
    Award,
    Budget,
    Condition,
    DecisionNotice,
    Payment,
)
from commissioning.rules.broken import RuleBroken

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
