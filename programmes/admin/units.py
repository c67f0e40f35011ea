"""Local units of services in the staff site."""

from django.contrib import admin

from commissioning.admin.base import StaffModelAdmin
from programmes.models import LocalUnit


@admin.register(LocalUnit)
class LocalUnitAdmin(StaffModelAdmin):
    list_display = ["name", "service", "area", "position"]
    list_filter = [
        ("service", admin.RelatedOnlyFieldListFilter),
        ("area", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["service", "area"]
    search_fields = ["name", "service__name", "area__name"]
    autocomplete_fields = ["service", "area"]
    fieldsets = [
        (
            None,
            {
                "fields": ["service", "name", "area", "position", "source_ref"],
                "description": "Published with the service, unless its place is withheld.",
            },
        ),
    ]

    def is_removable(self, obj):
        return True
