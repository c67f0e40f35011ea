"""A page that belongs to no one record carries what it showed, and is asked again if that changed.

Forms of records have meanwhile.py, and staff actions their confirm page (action_pages.py).
"""

from hashlib import sha256

from django.core.exceptions import ValidationError

# The field of a form, or the part of a button's value after SEPARATOR.
FIELD, SEPARATOR = "seen", ":"
CODE = "changed_meanwhile"


def fingerprint(*shown: object) -> str:
    """What a page showed, short enough for a form."""
    return sha256(repr(shown).encode()).hexdigest()[:32]


def still_so(seen: str | None, *now: object) -> None:
    """Refuse what is older than what it is about. Call it under the lock of what is changed.

    A form that does not say what it showed is judged by the rules alone.
    """
    if seen and seen != fingerprint(*now):
        raise ValidationError(
            "Somebody, or you in another window, changed this while you had the page open. Nothing "
            "has been done. Read the page again, and then decide.",
            code=CODE,
        )
