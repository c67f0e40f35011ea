"""Organisations in the staff site."""

from django.contrib import admin

from commissioning.actions import organisations
from commissioning.admin.base import (
    PUBLICATION,
    STAFF_ONLY,
    PublishableAdmin,
    StaffInline,
    from_documents,
)
from commissioning.admin.columns import list_address
from commissioning.admin.publishing import publication_verbs
from commissioning.models import Award, Organisation, OrganisationIdentifier, OrganisationName


class IdentifierInline(StaffInline):
    model = OrganisationIdentifier
    verbose_name_plural = "identifiers: numbers in public registers (published)"


class NameInline(StaffInline):
    model = OrganisationName
    verbose_name_plural = "other and former names (published, so that people find it)"


@admin.register(Organisation)
class OrganisationAdmin(PublishableAdmin):
    verbs = publication_verbs("publish_organisation")
    list_display = ["name", "kind", "code", "withhold", "is_published"]
    list_filter = ["kind", "is_published", "withhold", "areas"]
    search_fields = ["name", "code", "names__name", "identifiers__number"]
    autocomplete_fields = ["parent", "areas"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["withhold_decided_by"]
    inlines = [IdentifierInline, NameInline]
    fieldsets = [
        (
            None,
            {
                "fields": ["name", "kind", "role", "website", "parent", "areas"],
                "description": "Published with the organisation, unless withheld below.",
            },
        ),
        (
            "Keeping people safe",
            {
                "fields": ["withhold", "withhold_ground", "withhold_decided_by"],
                "description": (
                    "A refuge or a small group may have to stay out of sight. What is withheld "
                    "here appears on no public page, download or API."
                ),
            },
        ),
        (
            "Reference",
            {"fields": ["code", "slug"], "description": "Published."},
        ),
        from_documents("source_ref"),
        ("For staff", {"fields": ["note"], "description": STAFF_ONLY}),
        PUBLICATION,
    ]

    def add(self, obj, form, by):
        organisations.save(obj, by=by)

    def change(self, obj, by):
        organisations.save(obj, by=by)

    def next_steps(self, request, obj):
        return [("Awards", list_address(Award, recipient__id__exact=obj.pk))]
