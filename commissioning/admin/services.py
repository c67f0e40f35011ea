"""Commissioned services in the staff site."""

from django.contrib import admin

from commissioning.admin.base import (
    FOR_STAFF,
    PUBLICATION,
    PublishableAdmin,
    StaffInline,
    from_documents,
)
from commissioning.admin.columns import list_address
from commissioning.admin.publishing import publication_verbs
from commissioning.models import Award, Service, ServiceName


class ServiceNameInline(StaffInline):
    model = ServiceName
    verbose_name_plural = "other names (published, so that people find it)"


@admin.register(Service)
class ServiceAdmin(PublishableAdmin):
    verbs = publication_verbs(
        "publish_service", ["names", "providers", "areas", "funds", "sources"]
    )
    list_display = ["name", "kind", "status", "theme", "starts_on", "ends_on", "is_published"]
    list_filter = ["status", "is_published", "kind", "theme", "areas", "funds"]
    list_select_related = ["theme"]
    search_fields = ["name", "code", "names__name", "providers__name"]
    autocomplete_fields = ["providers", "parent", "theme", "areas", "funds", "sources"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [ServiceNameInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "name",
                    "kind",
                    "status",
                    "status_as_at",
                    "description",
                    "providers",
                    "parent",
                    "theme",
                ],
                "description": "Published with the service.",
            },
        ),
        (
            "Where",
            {
                "fields": ["scope", "areas", "place_note"],
                "description": "Published with the service.",
            },
        ),
        (
            "When",
            {
                "fields": [("starts_on", "ends_on")],
                "description": "Published with the service.",
            },
        ),
        (
            "Money",
            {
                "fields": ["funds", "sources"],
                "description": "Published. The amounts stand in the awards for this service.",
            },
        ),
        ("Did it work", {"fields": ["evaluation"], "description": "Published with the service."}),
        ("Reference", {"fields": ["code", "slug"], "description": "Published."}),
        from_documents("scope_basis", "date_precision", "source_ref"),
        FOR_STAFF,
        PUBLICATION,
    ]

    def next_steps(self, request, obj):
        return [("Awards", list_address(Award, service__id__exact=obj.pk))]
