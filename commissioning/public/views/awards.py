"""The page of an award: what it is, the chain of its money, and all that became of it."""

from django.urls import reverse
from django.utils import timezone

from commissioning import figures
from commissioning.figures import AwardPosition
from commissioning.models import Award
from commissioning.public import linked, listings, related, versions
from commissioning.public.chain import Chain, in_short, of_line, of_onward, without_money
from commissioning.public.columns.lines import entries_address
from commissioning.public.columns.register import decision_document, reported_total_address
from commissioning.public.listing import excerpt
from commissioning.public.sections import sections_of
from commissioning.public.states import state_of
from commissioning.public.views.base import PublicPage, crumb, find
from commissioning.public.withholding import address_of, award_areas, hides_place, shown


class AwardPage(PublicPage):
    template_name = "public/award.html"
    records = listings.AWARDS

    def get_context_data(self, reference, **kwargs):
        award = find(listings.AWARDS.complete(Award.objects.published()), reference=reference)
        position = figures.award_position(award)
        absolute = self.request.build_absolute_uri
        decision = shown(award.decision)
        steps = chains(award, position)
        return super().get_context_data(
            **facts(award),
            crumbs_at=crumb(listings.AWARDS),
            award=award,
            state=state_of(award),
            giver=shown(award.onward_of),
            decision=decision,
            decision_document=decision_document(decision) if decision else "",
            qualifiers={award.qualifier},
            position=position,
            chains=steps,
            in_short=in_short(award, steps),
            versions=versions.of_award(award, position),
            conditions=list(award.conditions.all()),
            **lists(award),
            sections=sections_of(award),
            related=related.to_award(award),
            entries=entries_address(award=award.reference),
            address=absolute(award.get_absolute_url()),
            today=timezone.localdate(),
            linked_data=linked.script(award, absolute),
            **kwargs,
        )


def facts(award: Award) -> dict:
    """What the summary list says besides the award's own columns."""
    return {
        "recipient_href": address_of(award.recipient),
        "place_is_withheld": hides_place(award.recipient),
        "fund": shown(award.fund),
        "service": shown(award.service),
        "areas": award_areas(award),
        "themes": [
            {"name": theme.name, "href": reverse("public:theme", args=[theme.slug])}
            for theme in award.themes.all()
        ],
    }


def lists(award: Award) -> dict:
    """Its payments, the grants given on out of it, and totals that documents state of it."""
    totals = award.reported_totals.published()
    return {
        "payments": excerpt(
            listings.PAYMENTS,
            award=award.reference,
            leave_out=["award", "recipient"],
            limit=50,
        ),
        "onward": excerpt(
            listings.AWARDS,
            onward_of=award.reference,
            leave_out=["amount", "fund"],
            limit=20,
        ),
        "totals": [{"total": total, "href": reported_total_address(total)} for total in totals],
    }


def chains(award: Award, position: AwardPosition) -> list[Chain]:
    """One chain for each allocation that the award stands on."""
    if award.onward_of is not None:
        giver = shown(award.onward_of)
        return [of_onward(award, giver, figures.award_position(giver).lines if giver else [])]
    if not position.is_known:
        return [without_money(award)]
    return [of_line(award, line) for line in position.lines]
