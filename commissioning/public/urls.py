"""Public addresses: for each noun its list, the list as a file, and its records."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from django.urls import URLPattern, path, register_converter

from commissioning.public import listings
from commissioning.public.downloads import FORMS
from commissioning.public.listing import Listing
from commissioning.public.views.awards import AwardPage
from commissioning.public.views.glossary import GlossaryPage
from commissioning.public.views.lists import ListFile, ListPage
from commissioning.public.views.money import AllocationPage, FundPage, SourcePage
from commissioning.public.views.places import (
    AreaPage,
    AreasPage,
    CompareFile,
    ComparePage,
    ThemePage,
)
from commissioning.public.views.register import (
    DecisionPage,
    OrganisationPage,
    ReportedTotalPage,
    ServicePage,
)


class FileForm:
    """What stands in place of the last slash: csv, xlsx or json."""

    regex = "|".join(FORMS)

    def to_python(self, value: str) -> str:
        return value

    to_url = to_python


register_converter(FileForm, "file_form")


def list_addresses(
    listings: Iterable[Listing],
    template_name: str = ListPage.template_name,
    pages: Mapping[str, type[ListPage]] = MappingProxyType({}),
) -> list[URLPattern]:
    """Of each list its page and its files. `pages` are those with more on them than the list."""
    addresses = []
    for listing in listings:
        if listing.name in pages:
            page = pages[listing.name].as_view(listing=listing)
        else:
            page = ListPage.as_view(listing=listing, template_name=template_name)
        file = ListFile.as_view(listing=listing)
        addresses += [
            path(f"{listing.name}/", page, name=listing.name),
            path(f"{listing.name}.<file_form:form>", file, name=f"{listing.name}-file"),
        ]
    return addresses


app_name = "public"
urlpatterns = [
    path("allocations/<int:pk>/", AllocationPage.as_view(), name="allocation"),
    path("areas/<slug:slug>/", AreaPage.as_view(), name="area"),
    path("glossary/", GlossaryPage.as_view(), name="glossary"),
    path("compare/", ComparePage.as_view(), name="compare"),
    path("compare.<file_form:form>", CompareFile.as_view(), name="compare-file"),
    path("awards/<slug:reference>/", AwardPage.as_view(), name="award"),
    path("decisions/<slug:reference>/", DecisionPage.as_view(), name="decision"),
    path("funds/<slug:slug>/", FundPage.as_view(), name="fund"),
    path("organisations/<slug:slug>/", OrganisationPage.as_view(), name="organisation"),
    path("reported-totals/<path:code>/", ReportedTotalPage.as_view(), name="reported-total"),
    path("services/<slug:slug>/", ServicePage.as_view(), name="service"),
    path("sources/<slug:slug>/", SourcePage.as_view(), name="source"),
    path("themes/<slug:slug>/", ThemePage.as_view(), name="theme"),
]
urlpatterns += list_addresses(listings.ALL, pages={"areas": AreasPage})
