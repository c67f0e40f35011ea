"""Relations between measures in the staff site."""

from django.contrib import admin

from commissioning.admin.base import StaffModelAdmin
from programmes.models import MeasureRelation


@admin.register(MeasureRelation)
class MeasureRelationAdmin(StaffModelAdmin):
    list_display = ["whole", "answer", "part", "reason"]
    list_filter = ["answer"]
    list_select_related = [
        "whole__service",
        "whole__programme",
        "part__service",
        "part__programme",
    ]
    search_fields = ["whole__name", "whole__code", "part__name", "part__code"]
    autocomplete_fields = ["whole", "part"]
    fieldsets = [
        (
            None,
            {
                "fields": ["whole", "part", "answer", "reason"],
                "description": (
                    "Never published. A small number that is hidden in one measure must not follow "
                    "from another: releases are checked against every relation recorded here."
                ),
            },
        ),
    ]
