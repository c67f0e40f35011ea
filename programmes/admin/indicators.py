"""Indicators in the staff site."""

from django.contrib import admin

from commissioning.admin.base import PUBLICATION, PublishableAdmin
from commissioning.admin.publishing import publication_verbs
from programmes.models import Indicator


@admin.register(Indicator)
class IndicatorAdmin(PublishableAdmin):
    verbs = publication_verbs("publish_indicator", ["theme", "measures"])
    list_display = ["number", "name", "kind", "theme", "direction", "is_published"]
    list_display_links = ["name"]
    list_filter = ["kind", "is_published", ("theme", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["theme"]
    search_fields = ["name", "code"]
    autocomplete_fields = ["theme", "measures"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (
            None,
            {
                "fields": ["number", "name", "kind", "theme", "direction"],
                "description": "Published with the indicator.",
            },
        ),
        (
            "Its figures",
            {
                "fields": ["measures", "no_figures_because", "note"],
                "description": (
                    "Published. An indicator is read from measures; each figure is recorded there, "
                    "once."
                ),
            },
        ),
        ("Reference", {"fields": ["code", "slug", "source_ref"], "description": "Published."}),
        PUBLICATION,
    ]
