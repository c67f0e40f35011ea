"""References of awards: the office's own, or one that is given."""

from django.core.exceptions import ValidationError
from django.db.models import Max

from commissioning.actions import records
from commissioning.models import Award, User


def next_reference() -> str:
    """The reference for an award that came without one: A-00001, A-00002, …"""
    number = (Award.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    while Award.objects.filter(reference=f"A-{number:05d}").exists():
        number += 1
    return f"A-{number:05d}"


def save_with_reference(award: Award, *, by: User, reason: str = "") -> None:
    """Save the award; two that come at once without a reference are given two."""
    if award.reference:
        records.save(award, by=by, reason=reason)
    while not award.reference:
        award.reference = next_reference()
        try:
            records.save(award, by=by, reason=reason)
        except ValidationError as refusal:
            if not _is_taken(refusal):
                raise
            award.reference = ""


def _is_taken(refusal: ValidationError) -> bool:
    """Whether another award got the reference first: just before the save, or during it."""
    errors = getattr(refusal, "error_dict", {}).get("reference", [refusal])
    return any(error.code in (records.TAKEN, "unique") for error in errors)
