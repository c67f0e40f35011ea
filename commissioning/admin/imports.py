"""Which file brought which records, in the staff site."""

from django.contrib import admin

from commissioning.admin.base import ReadOnlyAdmin
from commissioning.admin.columns import person
from commissioning.models import ImportRun


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = [
        "imported_at",
        "file_name",
        "noun",
        "rows",
        "created",
        "updated",
        "unchanged",
        "imported_by",
    ]
    list_filter = ["noun"]
    list_select_related = ["imported_by"]
    search_fields = ["file_name", "sha256"]
    exclude = ["imported_by"]
    readonly_fields = [person("imported_by")]
    date_hierarchy = "imported_at"
