"""Addresses: the public site at the root, staff under /staff/, the API under /api/v1/."""

from django.contrib import admin
from django.urls import include, path

from config import pages

urlpatterns = [
    path("", pages.Home.as_view(), name="home"),
    path("victims/", pages.Victims.as_view(), name="victims"),
    path("data/", pages.Data.as_view(), name="data"),
    path("transparency/", pages.Transparency.as_view(), name="transparency"),
    path("accessibility/", pages.Accessibility.as_view(), name="accessibility"),
    path("health/", pages.health, name="health"),
    path("robots.txt", pages.robots, name="robots"),
    path(".well-known/security.txt", pages.security, name="security"),
    path("api/v1/", include("config.api")),
    path("staff/", admin.site.urls),
    path("", include("programmes.public.urls")),
    path("", include("commissioning.public.urls")),
]
