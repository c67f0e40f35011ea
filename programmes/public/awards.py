"""The pounds of a programme: the published awards of its services and of its own funds."""

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum, Value

from commissioning.models import Award, Commitment
from programmes.models import Programme


def awards_of(programme: Programme | OuterRef) -> QuerySet[Award]:
    """Published awards for a service of the programme, or out of a fund that is for it alone."""
    services = Programme.services.through.objects.filter(programme=programme).values("service")
    funds = Programme.funds.through.objects.filter(programme=programme).values("fund")
    standing = Commitment.objects.filter(allocation__budget__fund__in=funds).values("award")
    return Award.objects.published().filter(
        Q(service__in=services) | Q(fund__in=funds) | Q(pk__in=standing)
    )


def with_pounds(programmes: QuerySet[Programme]) -> QuerySet[Programme]:
    """Each programme with `awarded`; None where no amount is published."""
    awards = awards_of(OuterRef(OuterRef("pk"))).order_by()
    total = awards.values(whole=Value(1)).annotate(total=Sum("amount")).values("total")
    return programmes.annotate(awarded=Subquery(total))
