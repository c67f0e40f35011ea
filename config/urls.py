"""Addresses: the public site at the root, staff under /staff/, the API under /api/v1/."""

from django.apps import apps
from django.contrib import admin
from django.contrib.sitemaps import views as sitemaps
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from config import data, feeds, pages
from config.sitemaps import SITEMAPS


def read_only(view, *parameters: str):
    """Library views answer any method: these take GET and HEAD, and need no token to refuse.

    `parameters` are the names that the address takes.
    """
    view = csrf_exempt(require_safe(view))
    view.parameters = parameters
    return view


urlpatterns = [
    path("", pages.Home.as_view(), name="home"),
    path("victims/", pages.Victims.as_view(), name="victims"),
    path("data/", data.Data.as_view(), name="data"),
    path("data/dictionary/", data.Dictionary.as_view(), name="data-dictionary"),
    path("data/dictionary.csv", data.dictionary_csv, name="data-dictionary-csv"),
    path("data/dictionary.json", data.dictionary_json, name="data-dictionary-json"),
    path("data/", include("commissioning.opendata.urls")),
    path("transparency/", pages.Transparency.as_view(), name="transparency"),
    path("accessibility/", pages.Accessibility.as_view(), name="accessibility"),
    path("health/", pages.health, name="health"),
    path("robots.txt", pages.robots, name="robots"),
    path("sitemap.xml", read_only(sitemaps.index), {"sitemaps": SITEMAPS}, name="sitemaps"),
    path(
        "sitemap-<section>.xml",
        read_only(sitemaps.sitemap, "p"),
        {"sitemaps": SITEMAPS},
        name="django.contrib.sitemaps.views.sitemap",
    ),
    path("feeds/awards.atom", read_only(feeds.AwardsFeed()), name="feed-awards"),
    path("feeds/decisions.atom", read_only(feeds.DecisionsFeed()), name="feed-decisions"),
    path(".well-known/security.txt", pages.security, name="security"),
    path("api/v1/", include("config.api")),
    path("staff/", admin.site.urls),
    *(
        path("", include(f"{app}.public.urls"))
        for app in ("search", "transparency", "programmes")
        if apps.is_installed(app)
    ),
    path("", include("commissioning.public.urls")),
]
