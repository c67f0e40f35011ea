"""Breakdowns and their categories in the staff site."""

from django.contrib import admin

from commissioning.admin.base import StaffInline, StaffModelAdmin
from commissioning.admin.columns import list_address
from programmes.models import Breakdown, Category, Measure


class CategoryInline(StaffInline):
    model = Category
    fields = ["position", "name", "code", "small_up_to"]
    verbose_name_plural = "categories, in the order in which they are listed (published)"


@admin.register(Breakdown)
class BreakdownAdmin(StaffModelAdmin):
    list_display = ["name", "code"]
    search_fields = ["name", "code"]
    inlines = [CategoryInline]
    fieldsets = [
        (
            None,
            {
                "fields": ["name", "code"],
                "description": (
                    "Published: a way to split figures, such as by crime type. Several measures "
                    "may share one."
                ),
            },
        ),
    ]

    def next_steps(self, request, obj):
        return [("Measures", list_address(Measure, breakdown__id__exact=obj.pk))]


@admin.register(Category)
class CategoryAdmin(StaffModelAdmin):
    list_display = ["name", "breakdown", "position", "code"]
    list_filter = ["breakdown"]
    list_select_related = ["breakdown"]
    search_fields = ["name", "code", "breakdown__name"]
    autocomplete_fields = ["breakdown"]
    fieldsets = [
        (
            None,
            {
                "fields": ["breakdown", "name", "position", "code"],
                "description": "Published with the figures that it splits.",
            },
        ),
        ("What the public may see", {"fields": ["small_up_to"]}),
    ]

    def told_in_search(self, obj):
        return f"{obj.name} ({obj.breakdown})"
