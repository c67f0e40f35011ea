"""Addresses of the search page and of its description for browsers."""

from django.urls import path

from search.public.views import OpenSearch, SearchPage

app_name = "search"
urlpatterns = [
    path("search/", SearchPage.as_view(), name="search"),
    path("opensearch.xml", OpenSearch.as_view(), name="opensearch"),
]
