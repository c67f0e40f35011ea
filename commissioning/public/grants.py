"""What all forms of open data say alike of a grant: its id, its pounds, text without contacts."""

import re
from decimal import Decimal

from django.conf import settings

from commissioning.models import Award

CURRENCY = "GBP"
CONTACTS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+|(?<![\w.£])(\+44|0)(\s?\(0\))?(\s?\d){9,10}\b")


def grant_id(award: Award) -> str:
    """Of the award's reference, which never changes after publication."""
    return f"{settings.OFFICE['funder_id']}-{award.reference}"


def number(amount: Decimal) -> int | float:
    """Pounds as a JSON number; two decimals of any amount the database holds survive exactly."""
    return int(amount) if amount == int(amount) else float(amount)


def without_contacts(text: str) -> str:
    """The text without e-mail addresses and telephone numbers: they may be somebody's own."""
    return CONTACTS.sub("[removed]", text)
