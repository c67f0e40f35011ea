"""What instalments ask for, and what was asked for and paid of them."""

from django.db.models import (
    Case,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from commissioning.models import Instalment, Payment
from commissioning.money import NOTHING, MoneyField

REQUESTED, RELEASED = Payment.Status.REQUESTED, Payment.Status.RELEASED


# What the bank returned unpaid was not paid.
PAID = Case(
    When(kind=Payment.Kind.RETURN, then=Value(NOTHING, MoneyField()) - F("amount")),
    default=F("amount"),
    output_field=MoneyField(),
)


def with_sums(instalments: QuerySet) -> QuerySet:
    """Instalments, each with pounds `requested` and not yet released, `paid`, and `outstanding`.

    An instalment whose payment the bank returned unpaid is outstanding again.
    """
    of_it = Payment.objects.filter(instalment=OuterRef("pk"))
    asked = of_it.filter(kind=Payment.Kind.PAYMENT, status=REQUESTED)
    return instalments.annotate(
        requested=_sum(asked, "instalment"),
        paid=_sum(of_it.filter(status=RELEASED), "instalment", PAID),
    ).annotate(
        outstanding=ExpressionWrapper(F("amount") - F("requested") - F("paid"), MoneyField())
    )


def with_plans(commitments: QuerySet) -> QuerySet:
    """Commitments, each with the pounds that bear on its schedule.

    `requested` and not yet released, inside the schedule or beside it; `back` for good, which is no
    longer committed although instalments paid it; `outstanding` of the instalments that stand.
    """
    of_it = Payment.objects.filter(commitment=OuterRef("pk"))
    for_good = {"kind": Payment.Kind.RECOVERY, "cause__in": Payment.FOR_GOOD, "status": RELEASED}
    standing = with_sums(Instalment.objects.standing().filter(commitment=OuterRef("pk")))
    return commitments.annotate(
        requested=_sum(of_it.filter(kind=Payment.Kind.PAYMENT, status=REQUESTED), "commitment"),
        back=_sum(of_it.filter(**for_good), "commitment"),
        outstanding=_sum(standing, "commitment", "outstanding"),
    )


def beyond_commitment(commitments: QuerySet) -> QuerySet:
    """Commitments on which more pounds of instalments stand, `planned`, than they hold.

    What was paid and came back for good counts beside what a commitment holds.
    """
    standing = Instalment.objects.standing().filter(commitment=OuterRef("pk"))
    planned = with_plans(commitments.filter(Exists(standing))).annotate(
        planned=_sum(standing, "commitment")
    )
    held = ExpressionWrapper(F("amount") + F("back"), MoneyField())
    return planned.filter(planned__gt=held)


def _sum(rows: QuerySet, of: str, what: str | Case = "amount") -> Coalesce:
    """Pounds of the rows that belong to one record; £0.00 for none."""
    total = rows.order_by().values(of).annotate(total=Sum(what)).values("total")
    return Coalesce(Subquery(total), Value(NOTHING, MoneyField()), output_field=MoneyField())
