"""Programmes in the staff site."""

from django.contrib import admin

from commissioning.admin.base import FOR_STAFF, PUBLICATION, PublishableAdmin, from_documents
from commissioning.admin.columns import list_address
from commissioning.admin.publishing import publication_verbs
from programmes.models import Measure, Programme


@admin.register(Programme)
class ProgrammeAdmin(PublishableAdmin):
    verbs = publication_verbs("publish_programme", ["theme", "lead", "services", "funds"])
    list_display = ["name", "theme", "lead", "starts_on", "ends_on", "is_published"]
    list_filter = [
        "is_published",
        ("theme", admin.RelatedOnlyFieldListFilter),
        ("funds", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["theme", "lead"]
    search_fields = ["name", "code", "services__name"]
    autocomplete_fields = ["theme", "lead", "services", "funds", "headline_measure"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (
            None,
            {
                "fields": ["name", "description", "theme", "lead"],
                "description": "Published with the programme.",
            },
        ),
        (
            "What belongs to it",
            {
                "fields": ["services", "funds"],
                "description": (
                    "Published. The awards and figures of its services count as the programme’s."
                ),
            },
        ),
        (
            "Headline",
            {
                "fields": ["headline_measure"],
                "description": (
                    "Published. Choose one of the measures of the programme or of its services."
                ),
            },
        ),
        (
            "When",
            {"fields": [("starts_on", "ends_on")], "description": "Published."},
        ),
        ("Reference", {"fields": ["code", "slug"], "description": "Published."}),
        from_documents("source_ref"),
        FOR_STAFF,
        PUBLICATION,
    ]

    def additions(self, request, obj):
        return self.addition(
            request,
            "New measure",
            "Something that this programme counts.",
            Measure,
            programme=obj.pk,
        )

    def next_steps(self, request, obj):
        return [("Measures", list_address(Measure, programme__id__exact=obj.pk))]
