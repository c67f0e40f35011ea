"""What all forms of open data say alike of a grant: its id and its pounds."""

from decimal import Decimal

from django.conf import settings

from commissioning.models import Award

CURRENCY = "GBP"


def grant_id(award: Award) -> str:
    """Of the award's reference, which never changes after publication."""
    return f"{settings.OFFICE['funder_id']}-{award.reference}"


def number(amount: Decimal) -> int | float:
    """Pounds as a JSON number; two decimals of any amount the database holds survive exactly."""
    return int(amount) if amount == int(amount) else float(amount)
