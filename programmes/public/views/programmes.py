"""The page of a programme: its services, its money and what it achieved."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from commissioning.models import Award
from commissioning.money import NOTHING
from commissioning.public import listings as register
from commissioning.public.columns.base import no_amount
from commissioning.public.listing import Excerpt, excerpt
from commissioning.public.views.base import PublicPage, crumb, find
from commissioning.public.withholding import address_of, named, shown
from commissioning.years import FinancialYear
from programmes.figures import cost
from programmes.models import Programme
from programmes.public import listings
from programmes.public.awards import attach_best_known, awards_of
from programmes.public.by_area import outcomes_by_area
from programmes.public.columns import years
from programmes.public.filters import BACKGROUND, MONEY, RESULTS
from programmes.public.results import attach_headlines, measures_of


class ProgrammePage(PublicPage):
    template_name = "programmes/programme.html"
    records = listings.PROGRAMMES

    def get_context_data(self, slug, **kwargs):
        rows = listings.PROGRAMMES.complete(Programme.objects.published())
        programme = find(rows, slug=slug)
        services = [service for service in programme.services.all() if shown(service)]
        awards = list(awards_of(programme))
        measures = list(measures_of([programme]))
        attach_headlines([programme])
        result = programme.headline
        attach_best_known([programme])
        without = sum(award.amount is None and award.onward_of_id is None for award in awards)
        return super().get_context_data(
            crumbs_at=crumb(listings.PROGRAMMES),
            programme=programme,
            years=years(programme),
            lead=named(programme.lead),
            funds=[
                {
                    "name": fund.name,
                    "href": address_of(fund),
                    "awards": f"{register.AWARDS.address}?fund={fund.slug}",
                }
                for fund in programme.funds.all()
                if shown(fund)
            ],
            services=[service_line(service, awards) for service in services],
            awards_link=register.AWARDS.counted(len(awards)) if awards else "What it costs",
            no_amount=no_amount(programme),
            awards_note=f"{without:,} without a published amount." if without else "",
            by_year=by_year(awards),
            qualifiers={award.qualifier for award in awards},
            result=result,
            measures=measures_of_programme(programme, RESULTS),
            money_measures=measures_of_programme(programme, MONEY),
            background=measures_of_programme(programme, BACKGROUND),
            by_area=outcomes_by_area([one for one in measures if one.is_of_achievement]),
            cost=cost(result, services) if result else None,
            figures=f"{listings.FIGURES.address}?programme={programme.slug}",
            **kwargs,
        )


def measures_of_programme(programme: Programme, tells: str) -> Excerpt:
    return excerpt(
        listings.MEASURES,
        programme=programme.slug,
        tells=tells,
        limit=50,
        only_if_known=["verdict"],
    )


def service_line(service, awards: Iterable[Award]) -> dict:
    """A service with its published awards; no pounds where no amount is published."""
    own = [award for award in awards if award.service_id == service.pk]
    return {
        "service": service,
        "counted": register.AWARDS.counted(len(own)) if own else "",
        "amount": _pounds(own),
        "href": f"{register.AWARDS.address}?service={service.slug}",
    }


def by_year(awards: Iterable[Award]) -> list[dict]:
    """Awards and their pounds by the financial year in which they were made, earliest first."""
    found = defaultdict(list)
    for award in awards:
        day = award.awarded_on or award.starts_on
        found[FinancialYear.containing(day).label if day else ""].append(award)
    return [
        {
            "label": f"{label or 'not stated'} ({register.AWARDS.counted(len(found[label]))})",
            "amount": _pounds(found[label]),
        }
        for label in sorted(found, key=lambda label: (not label, label))
    ]


def _pounds(awards: Sequence[Award]) -> Decimal | None:
    """What is known of their pounds; None, and not £0, where no amount is published."""
    amounts = [award.amount for award in awards if award.amount is not None]
    return sum(amounts, NOTHING) if amounts else None
