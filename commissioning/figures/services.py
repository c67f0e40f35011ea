"""What was paid for services."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from commissioning.models import Entry, Service


def paid_for(services: Iterable[Service], first_day: date, last_day: date) -> Decimal | None:
    """Pounds paid, less what came back, under published awards of these services within the days.

    None where no payment is recorded: that is not £0.
    """
    payments = Entry.objects.filter(
        kind=Entry.Kind.PAYMENT,
        commitment__award__is_published=True,
        commitment__award__service__in=services,
        effective_on__range=(first_day, last_day),
    )
    return payments.aggregate(paid=Sum("amount"))["paid"]
