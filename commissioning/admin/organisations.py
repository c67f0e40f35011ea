"""Organisations in the staff site."""

from django.contrib import admin

from commissioning.actions import organisations
from commissioning.admin.base import (
    FOR_STAFF,
    PUBLICATION,
    PublishableAdmin,
    StaffInline,
    from_documents,
)
from commissioning.admin.columns import UNKNOWN, list_address, person
from commissioning.admin.publishing import publication_verbs
from commissioning.models import Award, Organisation, OrganisationIdentifier, OrganisationName

WITHHELD = {
    Organisation.Withhold.NOTHING: UNKNOWN,
    Organisation.Withhold.PLACE: "place",
    Organisation.Withhold.NAME: "name and place",
}
DECIDED_BY = person("withhold_decided_by", "decided by")


class IdentifierInline(StaffInline):
    model = OrganisationIdentifier
    verbose_name_plural = "identifiers: numbers in public registers (published)"


class NameInline(StaffInline):
    model = OrganisationName
    verbose_name_plural = "other and former names (published, so that people find it)"


@admin.register(Organisation)
class OrganisationAdmin(PublishableAdmin):
    verbs = publication_verbs("publish_organisation", ["names", "identifiers", "areas"])
    list_display = ["name", "kind", "code", "withheld", "is_published"]
    list_filter = ["kind", "is_published", "withhold", "areas"]
    search_fields = ["name", "code", "names__name", "identifiers__number"]
    autocomplete_fields = ["parent", "areas"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = [DECIDED_BY]
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
                "fields": ["withhold", "withhold_ground", DECIDED_BY],
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
        FOR_STAFF,
        PUBLICATION,
    ]

    @admin.display(description="withheld", ordering="withhold")
    def withheld(self, organisation: Organisation) -> str:
        return WITHHELD[organisation.withhold]

    def add(self, obj, form, by):
        organisations.save(obj, by=by)

    def change(self, obj, by):
        organisations.save(obj, by=by)

    def next_steps(self, request, obj):
        return [("Awards", list_address(Award, recipient__id__exact=obj.pk))]
