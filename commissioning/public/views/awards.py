"""The page of an award: what it is, the chain of its money, and all that became of it."""

from decimal import Decimal

from django.db.models import Sum
from django.urls import reverse

from commissioning import figures
from commissioning.figures import AwardPosition
from commissioning.models import Award, Entry
from commissioning.public import listings
from commissioning.public.chain import of_line, without_money
from commissioning.public.columns.lines import entries_address
from commissioning.public.columns.register import reported_total_address
from commissioning.public.listing import excerpt
from commissioning.public.views.base import PublicPage, crumb, find
from commissioning.public.withholding import address_of, award_areas, hides_place, shown


class AwardPage(PublicPage):
    template_name = "public/award.html"

    def get_context_data(self, reference, **kwargs):
        award = find(listings.AWARDS.complete(Award.objects.published()), reference=reference)
        position = figures.award_position(award)
        totals = award.reported_totals.published()
        return super().get_context_data(
            crumbs_at=crumb(listings.AWARDS),
            award=award,
            recipient_href=address_of(award.recipient),
            fund=shown(award.fund),
            source=shown(award.source),
            service=shown(award.service),
            decision=shown(award.decision),
            areas=award_areas(award),
            themes=[
                {"name": theme.name, "href": reverse("public:theme", args=[theme.slug])}
                for theme in award.themes.all()
            ],
            qualifiers={award.qualifier},
            place_is_withheld=hides_place(award.recipient),
            position=position,
            chains=chains(award, position),
            variations=variations(award),
            conditions=list(award.conditions.all()),
            payments=excerpt(
                listings.PAYMENTS,
                award=award.reference,
                leave_out=["award", "recipient"],
                limit=50,
            ),
            totals=[{"total": total, "href": reported_total_address(total)} for total in totals],
            entries=entries_address(award=award.reference),
            **kwargs,
        )


def chains(award: Award, position: AwardPosition) -> list:
    """One chain for each allocation that the award stands on."""
    if not position.is_known:
        return [without_money(award)]
    return [of_line(award, line) for line in position.lines]


def variations(award: Award) -> list[dict]:
    """The numbered changes of the award, each with its signed pounds; None for an extension."""
    sums: dict[int, Decimal] = dict(
        Entry.objects.filter(variation__award=award)
        .order_by()
        .values_list("variation")
        .annotate(total=Sum("amount"))
    )
    return [
        {
            "variation": variation,
            "amount": sums.get(variation.pk),
            "decision": shown(variation.decision),
        }
        for variation in award.variations.select_related("decision")
    ]
