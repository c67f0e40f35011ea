"""Sums of journal entries."""

from django.db.models import Q, Sum, Value
from django.db.models.functions import Coalesce

from commissioning.money import NOTHING, MoneyField


def sum_where(*conditions: Q, **more) -> Coalesce:
    """Pounds of the entries that meet the conditions; £0.00 for none."""
    return Coalesce(Sum("amount", filter=Q(*conditions, **more)), Value(NOTHING, MoneyField()))
