"""The best known money of an area, and what of it is itemised here."""

from django.db.models import Max, Min
from django.http import QueryDict

from commissioning.models import Area, Basis, ReportedTotal
from commissioning.money import NOTHING
from commissioning.public import exactness, listings
from commissioning.public.best_known import BestKnown, Itemised, best_of
from commissioning.public.listing import Selection
from commissioning.years import period_label


def best_of_area(area: Area) -> BestKnown | None:
    """The largest of what is allocated to the area by statement and of each reported total of it,
    with the awards out of this money; None where no total is known.
    """
    chosen = QueryDict(f"area={area.slug}")
    stated = Selection(listings.ALLOCATIONS, chosen).rows.filter(basis=Basis.DECIDED)
    itemised = _itemised(Selection(listings.COMMITMENTS, chosen).rows)
    totals = ReportedTotal.objects.published().filter(area=area, award__isnull=True)
    reported = best_of(totals, (), itemised)
    known = [one for one in (_allocated(area, stated, itemised), reported) if one]
    return max(known, key=lambda one: one.amount, default=None)


def _allocated(area: Area, stated, itemised: Itemised) -> BestKnown | None:
    rows = list(stated.order_by().values_list("amount", "qualifier"))
    amount = sum((amount for amount, _ in rows), NOTHING)
    if not amount:
        return None
    days = stated.order_by().aggregate(first=Min("budget__starts_on"), last=Max("budget__ends_on"))
    words = exactness.word_for({word for _, word in rows})
    period = period_label(days["first"], days["last"]) or "period not stated"
    return BestKnown(amount, words, f"allocated to {area.name}", period, itemised)


def _itemised(commitments) -> Itemised:
    """Awards out of stated allocations: what is inferred from awards is no part of these."""
    rows = commitments.filter(allocation__basis=Basis.DECIDED).order_by()
    known = list(rows.values_list("award_id", "amount", "award__qualifier"))
    if not known:
        return Itemised()
    pounds = sum((amount for _, amount, _ in known), NOTHING)
    words = exactness.word_for({word for _, _, word in known})
    return Itemised(len({award for award, _, _ in known}), pounds, words)
