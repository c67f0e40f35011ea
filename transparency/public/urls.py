"""Addresses of runs and of messages to the office."""

from django.urls import path

from transparency.public import views

app_name = "transparency"
urlpatterns = [
    path("transparency/runs/<slug:kind>/", views.DutyPage.as_view(), name="duty"),
    path(
        "transparency/runs/<slug:kind>/<slug:period>/<int:number>/",
        views.RunPage.as_view(),
        name="run",
    ),
    path(
        "transparency/runs/<slug:kind>/<slug:period>/<int:number>.csv",
        views.RunFile.as_view(),
        {"form": "csv"},
        name="run-csv",
    ),
    path(
        "transparency/runs/<slug:kind>/<slug:period>/<int:number>.xlsx",
        views.RunFile.as_view(),
        {"form": "xlsx"},
        name="run-xlsx",
    ),
    path(
        "transparency/runs/<slug:kind>/<slug:period>/<int:number>.json",
        views.RunFile.as_view(),
        {"form": "json"},
        name="run-json",
    ),
    path("problems/", views.ProblemPage.as_view(), name="problem"),
    path("problems/thanks/", views.ThanksPage.as_view(), name="thanks"),
]
