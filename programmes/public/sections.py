"""What was achieved, on the pages of an area, a fund, an organisation and others."""

from commissioning.models import Area, Award, Fund, Organisation, Service, Theme
from commissioning.public.listing import Excerpt, excerpt
from commissioning.public.sections import Section
from programmes.models import Report
from programmes.public import listings
from programmes.public.achieved import NO_RESULT, whose_results
from programmes.public.during import Days, days_of
from programmes.public.filters import BACKGROUND, RESULTS

WHOLE = "Released figures of the whole of it, for which other awards may have paid too"


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
    title, note = "What it achieved", "Results of the services that it pays for"
    return in_its_days(title, note, days_of(fund), "fund", fund=fund.slug)


def in_its_days(title: str, note: str, days: Days | None, noun: str, **chosen) -> Section:
    """Results of the days of some money only; those of other days are linked as such."""
    ever = results(**chosen, limit=20)
    if not ever.table:
        return Section(title, none="" if noun == "fund" else NO_RESULT)
    if days is None:
        return Section(title, ever, f"{note}, of all years: the {noun} states no days.")
    own = results(**chosen, during=days.slug, limit=20)
    return Section(
        title,
        own,
        f"{note}, of the days of the {noun} only: {days}.",
        none=f"No result of the days of this {noun} ({days}) has been published.",
        elsewhere=("Results of the same services in all years", ever.href),
    )


def of_organisation(organisation: Organisation) -> Section:
    measures = results(provider=organisation.slug)
    return Section("What it achieved", measures, "Results of the services that it delivers.")


def of_award(award: Award) -> Section:
    """What was achieved by the service that it paid for; else by its programme."""
    whose = whose_results([award]).get(award.pk)
    if whose is None:
        return Section("What it achieved", none=NO_RESULT)
    title, chosen = f"What “{whose.record.name}” achieved", {whose.by: whose.record.slug}
    return in_its_days(title, WHOLE, days_of(award), "award", **chosen)


def reports() -> dict[str, str]:
    """The published annual reports: the address of each by its title."""
    published = Report.objects.filter(editions__isnull=False).distinct()
    return {report.title: report.get_absolute_url() for report in published}
