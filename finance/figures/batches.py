"""What became of the payments in a batch."""

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from commissioning.models import Payment
from commissioning.money import NOTHING, MoneyField
from finance.models import BatchLine

Status = Payment.Status


def with_outcomes(batches: QuerySet) -> QuerySet:
    """Batches, each with how many of their payments the bank returned unpaid, or came to nothing.

    `returned_count` and `returned`, `ended_count` and `ended`: how many, and pounds.
    """
    lines = BatchLine.objects.standing().filter(batch=OuterRef("pk"))
    returned = lines.filter(payment__returns__status=Status.RELEASED)
    # Since a request that ends leaves its batch, only in batches of before.
    ended = lines.filter(payment__status__in=[Status.REFUSED, Status.CANCELLED])
    return batches.annotate(
        returned_count=_of(returned, Count("pk"), Value(0)),
        returned=_of(returned, Sum("payment__amount"), Value(NOTHING, MoneyField())),
        ended_count=_of(ended, Count("pk"), Value(0)),
        ended=_of(ended, Sum("payment__amount"), Value(NOTHING, MoneyField())),
    )


def _of(lines: QuerySet, what: Count | Sum, otherwise: Value) -> Coalesce:
    found = lines.order_by().values("batch").annotate(found=what).values("found")
    return Coalesce(Subquery(found), otherwise)
