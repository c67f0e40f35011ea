"""Warnings on confirm pages: this may be asked for, or let go, a second time."""

from commissioning.figures.alike import payments_alike
from commissioning.models import Award
from commissioning.money import format_pounds


def warn_of_alike(award: Award, amount, kind: str, *, planned=False, but=()) -> list[str]:
    """Other payments of the amount to the recipient of an award, each in a sentence."""
    return [
        f"Likely duplicate: a {other.kind} of {format_pounds(other.amount)} under award "
        f"{other.commitment.award.reference} is {other.get_status_display()}"
        + (f" (reference {other.reference})." if other.reference else ".")
        for other in payments_alike(award, amount, kind, planned=planned, but=but)
    ]
