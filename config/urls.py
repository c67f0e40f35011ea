"""Addresses: the public site at the root, staff under /staff/, the API under /api/."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("staff/", admin.site.urls),
    path("", include("commissioning.public.urls")),
]
