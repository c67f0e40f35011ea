"""What was achieved, on the pages of an area, a theme and a service."""

from commissioning.models import Area, Service, Theme
from commissioning.public.listing import excerpt
from commissioning.public.sections import ADDED, Section
from programmes.public import listings


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


def add() -> None:
    """To the pages of the app below, once, when all apps are there."""
    ADDED[Area] = [of_area]
    ADDED[Theme] = [programmes_of_theme, measures_of_theme]
    ADDED[Service] = [of_service]
