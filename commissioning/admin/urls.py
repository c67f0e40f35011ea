"""Pages of the staff site that belong to no one noun; config/admin.py takes them in."""

from django.contrib import admin
from django.urls import path

from commissioning.admin import dashboard, owed_back, position, sources

staff = admin.site.admin_view

urlpatterns = [
    path("", staff(dashboard.your_work), name="index"),
    path("attention/<slug:key>/", staff(dashboard.attention), name="attention"),
    path("position/", staff(position.position), name="position"),
    path("position.xlsx", staff(position.download), name="position_download"),
    path("position/entries/", staff(position.entries), name="position_entries"),
    path("sources/", staff(sources.sources), name="sources"),
    path("sources/owed-back/", staff(owed_back.page), name="owed_back"),
    path("sources.xlsx", staff(sources.download), name="sources_download"),
]
