"""Public addresses of what is counted: lists, the lists as files, and the records."""

from django.urls import path

from commissioning.public.urls import list_addresses
from programmes.documents import FORMS
from programmes.public import listings
from programmes.public.views.indicators import IndicatorPage
from programmes.public.views.measures import MeasurePage
from programmes.public.views.programmes import ProgrammePage
from programmes.public.views.reports import ReportPage, ReportsPage, edition_file

app_name = "programmes"
urlpatterns = [
    path("indicators/<slug:slug>/", IndicatorPage.as_view(), name="indicator"),
    path("measures/<slug:slug>/", MeasurePage.as_view(), name="measure"),
    path("programmes/<slug:slug>/", ProgrammePage.as_view(), name="programme"),
    *list_addresses(listings.ALL, template_name="programmes/list.html"),
]
urlpatterns += [
    path("reports/", ReportsPage.as_view(), name="reports"),
    path("reports/<slug:slug>/", ReportPage.as_view(), name="report"),
    path("reports/<slug:slug>/<int:number>/", ReportPage.as_view(), name="edition"),
    *(
        path(
            f"reports/<slug:slug>/<int:number>/annual-report.{form}",
            edition_file,
            {"form": form},
            name=f"edition-{form}",
        )
        for form in FORMS
    ),
]
