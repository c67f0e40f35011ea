"""What was achieved, on the pages of an area, a fund, an organisation and others."""

from commissioning.models import Area, Award, Fund, Organisation, Service, Theme
from commissioning.public.documents import HELD
from commissioning.public.listing import Excerpt, excerpt
from commissioning.public.sections import ADDED, Section
from programmes.models import Report
from programmes.public import listings
from programmes.public.achieved import NO_RESULT, whose_results
from programmes.public.filters import BACKGROUND, RESULTS

WHOLE = "Released figures of the whole of it. Other awards may have paid for it too."


def results(**chosen) -> Excerpt:
    """Measures of what was done or changed: what was planned or put in is no achievement."""
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
    return Section("What it achieved", measures, none=NO_RESULT)


def background_of_service(service: Service) -> Section:
    """What is known of a service beside its results: how it is meant to work, and forecasts."""
    measures = excerpt(
        listings.MEASURES,
        tells=BACKGROUND,
        service=service.slug,
        limit=20,
        only_if_known=["verdict"],
    )
    return Section("Design, context and forecasts", measures, "These are not results.")


def of_fund(fund: Fund) -> Section:
    measures = results(fund=fund.slug)
    return Section("What it achieved", measures, "Results of the services that it pays for.")


def of_organisation(organisation: Organisation) -> Section:
    measures = results(provider=organisation.slug)
    return Section("What it achieved", measures, "Results of the services that it delivers.")


def of_award(award: Award) -> Section:
    """What was achieved by the service that it paid for; else by its programme."""
    whose = whose_results([award]).get(award.pk)
    if whose is None:
        return Section("What it achieved", none=NO_RESULT)
    measures = results(**{whose.by: whose.record.slug}, limit=20)
    return Section(f"What “{whose.record.name}” achieved", measures, WHOLE)


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
    ADDED[Service] = [of_service, background_of_service]
    ADDED[Award] = [of_award]
