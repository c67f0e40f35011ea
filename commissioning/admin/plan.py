"""Plans and their themes in the staff site."""

from django.contrib import admin

from commissioning.admin.base import StaffInline, StaffModelAdmin
from commissioning.admin.columns import list_address
from commissioning.models import Award, Plan, Theme


class ThemeInline(StaffInline):
    model = Theme
    fields = ["sequence", "name", "code", "slug", "description"]
    prepopulated_fields = {"slug": ["name"]}
    verbose_name_plural = "themes, in the order of the plan (published)"


@admin.register(Plan)
class PlanAdmin(StaffModelAdmin):
    list_display = ["name", "starts_on", "ends_on"]
    search_fields = ["name"]
    inlines = [ThemeInline]
    fieldsets = [
        (
            None,
            {"fields": ["name", "starts_on", "ends_on"], "description": "Published."},
        )
    ]


@admin.register(Theme)
class ThemeAdmin(StaffModelAdmin):
    list_display = ["name", "code", "plan", "sequence"]
    list_filter = ["plan"]
    list_select_related = ["plan"]
    search_fields = ["name", "code"]
    autocomplete_fields = ["plan"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (
            None,
            {
                "fields": ["plan", "sequence", "name", "description"],
                "description": "Published: awards and services name the themes that they serve.",
            },
        ),
        ("Reference", {"fields": ["code", "slug", "source_ref"], "description": "Published."}),
    ]

    def next_steps(self, request, obj):
        return [("Awards", list_address(Award, for_theme=obj.pk))]
