"""What is true of every record with a first and a last day, either of which may be unknown."""

from django.db.models import CheckConstraint, F, Q


def ends_after_it_starts(noun: str, told: str = "") -> CheckConstraint:
    """The constraint `<noun>_ends_after_it_starts`; `told` is the noun in words, if they differ."""
    return CheckConstraint(
        name=f"{noun}_ends_after_it_starts",
        condition=Q(ends_on__isnull=True)
        | Q(starts_on__isnull=True)
        | Q(ends_on__gte=F("starts_on")),
        violation_error_message=f"The {told or noun} cannot end before it starts.",
    )
