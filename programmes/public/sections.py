"""What was achieved, on the pages of an area, a fund, an organisation and others."""

from dataclasses import replace

from commissioning.models import Area, Award, Fund, Organisation, Service, Theme
from commissioning.public.documents import HELD
from commissioning.public.listing import excerpt
from commissioning.public.sections import ADDED, Section
from commissioning.public.withholding import shown
from programmes.models import Report
from programmes.public import listings
from programmes.public.awards import programmes_of

WHOLE = "Released figures of the whole of it. Other awards may have paid for it too."


def of_area(area: Area) -> Section:
    figures = excerpt(listings.FIGURES, area=area.slug, sort="latest")
    return Section("What it achieved", figures, "Figures of this area and of the places in it.")


def programmes_of_theme(theme: Theme) -> Section:
    return Section(
        "Programmes", excerpt(listings.PROGRAMMES, theme=theme.slug, leave_out=["theme"])
    )


def measures_of_theme(theme: Theme) -> Section:
    measures = excerpt(listings.MEASURES, theme=theme.slug, only_if_known=["verdict"])
    return Section("What it achieved", measures)


def of_service(service: Service) -> Section:
    measures = excerpt(listings.MEASURES, service=service.slug, limit=20, only_if_known=["verdict"])
    return Section("What it achieved", measures)


def of_fund(fund: Fund) -> Section:
    measures = excerpt(listings.MEASURES, fund=fund.slug, only_if_known=["verdict"])
    return Section("What it achieved", measures, "Results of the services that it pays for.")


def of_organisation(organisation: Organisation) -> Section:
    measures = excerpt(listings.MEASURES, provider=organisation.slug, only_if_known=["verdict"])
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
    measures = excerpt(
        listings.MEASURES, programme=programme.slug, limit=20, only_if_known=["verdict"]
    )
    return Section(f"What “{programme.name}” achieved", measures, WHOLE)


def reports() -> dict[str, str]:
    """The published annual reports: the address of each by its title."""
    published = Report.objects.filter(editions__isnull=False).distinct()
    return {report.title: report.get_absolute_url() for report in published}


def add() -> None:
    """To the pages of the app below, once, when all apps are there."""
    HELD[:] = [reports]
    ADDED[Area] = [of_area]
    ADDED[Fund] = [of_fund]
    ADDED[Organisation] = [of_organisation]
    ADDED[Theme] = [programmes_of_theme, measures_of_theme]
    ADDED[Service] = [of_service]
    ADDED[Award] = [of_award]
