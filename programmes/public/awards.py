"""The pounds of a programme: the published awards of its services and of its own funds."""

from collections.abc import Sequence

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from commissioning.models import Award, Commitment
from commissioning.models.publication import Qualifier
from commissioning.public import best_known, exactness
from commissioning.public.withholding import shown
from programmes.models import Programme


def awards_of(programme: Programme | OuterRef) -> QuerySet[Award]:
    """Published awards for a service of the programme, or out of a fund that is for it alone."""
    services = Programme.services.through.objects.filter(programme=programme).values("service")
    funds = Programme.funds.through.objects.filter(programme=programme).values("fund")
    standing = Commitment.objects.filter(allocation__budget__fund__in=funds).values("award")
    return Award.objects.published().filter(
        Q(service__in=services) | Q(fund__in=funds) | Q(pk__in=standing)
    )


def attach_best_known(programmes: Sequence[Programme]) -> None:
    """Gives each programme the `best_known` total of the funds that are for it alone, or None, and
    how exact its awards are.
    """
    funds = {fund.pk: fund for row in programmes for fund in row.funds.all() if shown(fund)}
    best_known.attach_to_funds(list(funds.values()))
    inexact = _inexact(programmes)
    for row in programmes:
        found = [funds[fund.pk].best_known for fund in row.funds.all() if fund.pk in funds]
        row.best_known = max(filter(None, found), key=lambda one: one.amount, default=None)
        row.exactness = exactness.word_for(inexact[row.pk]) if row.awarded else ""


def _inexact(programmes: Sequence[Programme]) -> dict[int, set[str]]:
    """The qualifiers of the inexact amounts of each programme’s awards. Takes one query."""
    of = {
        row.pk: (
            {service.pk for service in row.services.all()},
            {fund.pk for fund in row.funds.all()},
        )
        for row in programmes
    }
    paths = ("service", "fund", "commitments__allocation__budget__fund", "qualifier")
    awards = Award.objects.published().exclude(qualifier=Qualifier.EXACT).order_by()
    found = {key: set() for key in of}
    for service, fund, under, word in awards.exclude(amount=None).values_list(*paths).distinct():
        for key, (services, funds) in of.items():
            if service in services or {fund, under} & funds:
                found[key].add(word)
    return found


def with_pounds(programmes: QuerySet[Programme]) -> QuerySet[Programme]:
    """Each programme with `award_count` and `awarded`; None where no amount is published."""
    awards = awards_of(OuterRef(OuterRef("pk"))).order_by()
    total = awards.values(whole=Value(1)).annotate(total=Sum("amount")).values("total")
    count = awards.values(whole=Value(1)).annotate(count=Count("pk", distinct=True)).values("count")
    return programmes.annotate(awarded=Subquery(total), award_count=Coalesce(Subquery(count), 0))
