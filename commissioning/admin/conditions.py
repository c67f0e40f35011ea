"""Conditions of funding in the staff site."""

from django.contrib import admin

from commissioning.admin.base import FOR_STAFF, StaffModelAdmin, from_documents
from commissioning.admin.filters import year_of
from commissioning.models import Award, Condition


@admin.register(Condition)
class ConditionAdmin(StaffModelAdmin):
    list_display = ["text_shown", "award", "fund", "applies_to", "due_on", "state"]
    list_filter = ["state", year_of("due_on"), ("fund", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["award", "fund"]
    search_fields = ["text", "code", "applies_to", "award__reference", "award__title"]
    date_hierarchy = "due_on"
    autocomplete_fields = ["award", "fund"]
    fieldsets = [
        (
            None,
            {
                "fields": ["text", "due_on", "state"],
                "description": "Published with the award or fund: the law asks for it.",
            },
        ),
        (
            "What it applies to",
            {
                "fields": ["award", "fund", "applies_to"],
                "description": "One award, one fund, or a group in words. Published.",
            },
        ),
        from_documents("code", "source_ref"),
        FOR_STAFF,
    ]

    @admin.display(description="condition", ordering="text")
    def text_shown(self, condition: Condition) -> str:
        return str(condition)

    def is_removable(self, obj: Condition) -> bool:
        return obj.award is not None and obj.award.status in Award.EDITABLE
