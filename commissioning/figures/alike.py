"""Payments that may be one payment asked for twice."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from commissioning.models import Award, Payment


def payments_alike(
    award: Award, amount, kind: str, *, planned: bool, but: Iterable[int | None] = ()
) -> list[Payment]:
    """Payments of the amount to the award's recipient, requested or released in the last days.

    What the bank returned unpaid may be paid again. Of what is `planned` by an instalment, other
    instalments are no duplicates.
    """
    since = timezone.now() - timedelta(days=settings.SPLIT_DAYS)
    to = (
        Q(commitment__award__recipient=award.recipient_id)
        if award.recipient_id
        else Q(commitment__award=award)
    )
    near = Q(status=Payment.Status.REQUESTED) | Q(
        status=Payment.Status.RELEASED, released_at__gte=since
    )
    alike = (
        Payment.objects.not_returned()
        .filter(to, near, kind=kind, amount=amount)
        .exclude(pk__in=but)
    )
    if planned:
        alike = alike.filter(instalment__isnull=True)
    return list(alike.select_related("commitment__award").order_by("pk"))
