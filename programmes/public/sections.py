"""What was achieved, on the pages of an area, a fund, an organisation and others."""

from dataclasses import replace

from commissioning.models import Area, Award, Fund, Organisation, Service, Theme
from commissioning.public.listing import Excerpt, excerpt
from commissioning.public.sections import ADDED, Section
from commissioning.public.withholding import shown
from programmes.public import listings
from programmes.public.awards import programmes_of
from programmes.public.filters import RESULTS

WHOLE = "Released figures of the whole of it. Other awards may have paid for it too."


def results(**chosen) -> Excerpt:
    """Measures of what was done or changed: money that was put in is no achievement."""
    return excerpt(listings.MEASURES, tells=RESULTS, only_if_known=["verdict"], **chosen)


def of_area(area: Area) -> Section:
    figures = excerpt(listings.FIGURES, area=area.slug, tells=RESULTS, sort="latest")
    return Section("What it achieved", figures, "Figures of this area and of the places in it.")


def programmes_of_theme(theme: Theme) -> Section:
    return Section(
        "Programmes", excerpt(listings.PROGRAMMES, theme=theme.slug, leave_out=["theme"])
    )


def measures_of_theme(theme: Theme) -> Section:
    measures = results(theme=theme.slug)
    return Section("What it achieved", measures)


def of_service(service: Service) -> Section:
    measures = results(service=service.slug, limit=20)
    return Section("What it achieved", measures)


def of_fund(fund: Fund) -> Section:
    measures = results(fund=fund.slug)
    return Section("What it achieved", measures, "Results of the services that it pays for.")


def of_organisation(organisation: Organisation) -> Section:
    measures = results(provider=organisation.slug)
    return Section("What it achieved", measures, "Results of the services that it delivers.")


def of_award(award: Award) -> Section | None:
    """What was achieved by the service that it paid for; else by its programme."""
    if shown(award.service) is not None:
        section = of_service(award.service)
        if section.excerpt.table:
            return replace(section, title=f"What “{award.service.name}” achieved", note=WHOLE)
    programme = programmes_of(award).first()
    if programme is None:
        return None
    measures = results(programme=programme.slug, limit=20)
    return Section(f"What “{programme.name}” achieved", measures, WHOLE)


def add() -> None:
    """To the pages of the app below, once, when all apps are there."""
    ADDED[Area] = [of_area]
    ADDED[Fund] = [of_fund]
    ADDED[Organisation] = [of_organisation]
    ADDED[Theme] = [programmes_of_theme, measures_of_theme]
    ADDED[Service] = [of_service]
    ADDED[Award] = [of_award]
