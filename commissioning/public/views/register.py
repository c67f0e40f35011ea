"""Pages of an organisation, a service, a decision notice and a reported total."""

from commissioning import figures, reported
from commissioning.figures import Slice
from commissioning.models import DecisionNotice, ReportedTotal, Service
from commissioning.public import best_known, listings, stories
from commissioning.public.columns.register import (
    decision_document,
)
from commissioning.public.listing import excerpt
from commissioning.public.sections import sections_of
from commissioning.public.states import state_of
from commissioning.public.views.base import PublicPage, crumb, find
from commissioning.public.views.money import compared
from commissioning.public.withholding import (
    address_of,
    hides_place,
    named,
    named_organisations,
    service_areas,
    service_hides_place,
    shown,
    shown_areas,
    total_area,
)


class OrganisationPage(PublicPage):
    """A withheld name has no page at all: its awards say that it is withheld, and why."""

    template_name = "public/organisation.html"
    records = listings.ORGANISATIONS

    def get_context_data(self, slug, **kwargs):
        rows = listings.ORGANISATIONS.complete(named_organisations())
        organisation = find(rows.prefetch_related("parts"), slug=slug)
        best_known.attach_to_organisations([organisation])
        place_is_withheld = hides_place(organisation)
        years = figures.by_year(Slice(recipient=organisation, published=True))
        return super().get_context_data(
            crumbs_at=crumb(listings.ORGANISATIONS),
            organisation=organisation,
            best_known=organisation.best_known,
            story=stories.awarded_lead(
                "Awards to it",
                "the {count} awards to it",
                years,
                stories.itemised(recipient=organisation.slug),
            ),
            sections=sections_of(organisation),
            awarded=stories.year_bars(
                years, "committed", listings.COMMITMENTS, recipient=organisation.slug
            ),
            awarded_total=sum(row.position.committed for row in years),
            decisions=stories.decisions_of(recipient=organisation.slug),
            parent=named(organisation.parent),
            parts=[part for part in organisation.parts.all() if named(part)],
            place_is_withheld=place_is_withheld,
            areas=shown_areas(organisation.areas.all(), place_is_withheld),
            awards=excerpt(listings.AWARDS, recipient=organisation.slug, leave_out=["recipient"]),
            payments=excerpt(
                listings.PAYMENTS, recipient=organisation.slug, leave_out=["recipient"]
            ),
            services=excerpt(
                listings.SERVICES, provider=organisation.slug, leave_out=["providers"]
            ),
            funds_led=[fund for fund in organisation.funds_led.all() if fund.is_published],
            sources=[s for s in organisation.sources_provided.all() if s.is_published],
            totals=excerpt(listings.REPORTED_TOTALS, organisation=organisation.slug),
            **kwargs,
        )


class ServicePage(PublicPage):
    template_name = "public/service.html"
    records = listings.SERVICES

    def get_context_data(self, slug, **kwargs):
        rows = listings.SERVICES.complete(Service.objects.published())
        service = find(rows.prefetch_related("parts"), slug=slug)
        return super().get_context_data(
            crumbs_at=crumb(listings.SERVICES),
            service=service,
            state=state_of(service),
            sections=sections_of(service),
            providers=[
                {"name": provider.public_name, "href": address_of(provider)}
                for provider in service.providers.all()
                if provider.is_published
            ],
            parent=shown(service.parent),
            parts=[part for part in service.parts.all() if part.is_published],
            areas=service_areas(service),
            place_is_withheld=service_hides_place(service),
            grounds={p.withhold_ground for p in service.providers.all() if hides_place(p)},
            funds=[fund for fund in service.funds.all() if fund.is_published],
            sources=[source for source in service.sources.all() if source.is_published],
            awards=excerpt(listings.AWARDS, service=service.slug),
            totals=excerpt(listings.REPORTED_TOTALS, service=service.slug),
            **kwargs,
        )


class DecisionPage(PublicPage):
    template_name = "public/decision.html"
    records = listings.DECISIONS

    def get_context_data(self, reference, **kwargs):
        decision = find(DecisionNotice.objects.published(), reference=reference)
        varied = decision.variations.filter(award__is_published=True)
        return super().get_context_data(
            crumbs_at=crumb(listings.DECISIONS),
            decision=decision,
            is_public=decision.status == DecisionNotice.Status.PUBLIC,
            document_url=decision_document(decision),
            corrections=decision.public_corrections,
            awards=excerpt(listings.AWARDS, decision=decision.reference, limit=50),
            variations=list(varied.select_related("award")),
            **kwargs,
        )


class ReportedTotalPage(PublicPage):
    template_name = "public/reported_total.html"
    records = listings.REPORTED_TOTALS

    def get_context_data(self, code, **kwargs):
        totals = listings.REPORTED_TOTALS.complete(ReportedTotal.objects.published())
        total = find(totals, code=code)
        beside = totals.filter(fund=total.fund_id, service=total.service_id)
        return super().get_context_data(
            crumbs_at=crumb(listings.REPORTED_TOTALS),
            total=total,
            area=total_area(total),
            fund=shown(total.fund),
            source=shown(total.source),
            award=shown(total.award),
            service=shown(total.service),
            organisation=named(total.organisation),
            series=[series for series in reported.series(beside) if total in series],
            compared=self._compared(total),
            per_year="a year" if total.per == ReportedTotal.Per.YEAR else "",
            where=", ".join(filter(None, [total.document, total.source_ref])),
            qualifiers={total.qualifier},
            **kwargs,
        )

    def _compared(self, total: ReportedTotal) -> list[dict]:
        """Beside the fund's awards, where the total is of them."""
        if not shown(total.fund) or total.kind != ReportedTotal.Kind.AWARDS:
            return []
        awards = excerpt(listings.AWARDS, fund=total.fund.slug, limit=0)
        return compared([total], awards.summary, awards.href)
