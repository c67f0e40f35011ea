"""The API's root: every app registers its part here."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import APIRootView, DefaultRouter

from commissioning.public.api import register
from commissioning.public.views.base import PublicPage
from config import lists


class Root(APIRootView):
    """Public data on funds, awards, services and what they achieve, read-only, under the Open
    Government Licence v3.0.

    Amounts are in pounds, as text with two decimals. Figures are text too; “[c]” stands for a small
    number that is hidden.
    """

    http_method_names = ["get", "head"]
    parameters = ("format",)

    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        response.data = {
            **response.data,
            "description": request.build_absolute_uri("schema/"),
            "for_people": request.build_absolute_uri("docs/"),
        }
        return response


class Schema(SpectacularAPIView):
    """The OpenAPI description."""

    http_method_names = ["get", "head"]
    parameters = ("format",)


class Docs(PublicPage):
    """The same for people. Ours, because Swagger UI does not meet WCAG 2.2 AA."""

    template_name = "pages/api.html"

    def get_context_data(self, **kwargs):
        nouns = [
            {
                "listing": listing,
                "address": f"/api/v1/{listing.name}/",
                "filters": [
                    {
                        "name": name,
                        "label": one.label,
                        "help": one.extra.get("help_text", ""),
                        "codes": codes(one),
                    }
                    for name, one in listing.filters.base_filters.items()
                ],
            }
            for listing in lists.IN_API
        ]
        return super().get_context_data(nouns=nouns, **kwargs)


def codes(one_filter) -> list[str]:
    """The values that a filter knows, where they are fixed."""
    choices = one_filter.extra.get("choices") or ()
    return (
        []
        if callable(choices)
        else [str(getattr(choice, "value", choice[0])) for choice in choices]
    )


router = DefaultRouter()
router.include_format_suffixes = False
router.APIRootView = Root
register(router, lists.IN_API)

urlpatterns = [
    path("schema/", Schema.as_view(), name="api-schema"),
    path("docs/", Docs.as_view(), name="api-docs"),
    *router.urls,
]
