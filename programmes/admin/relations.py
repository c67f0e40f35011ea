"""Relations between measures in the staff site."""

from django.contrib import admin
from django.utils.html import format_html_join

from commissioning.admin.base import StaffModelAdmin
from commissioning.rules import RuleBroken
from programmes.actions import releases
from programmes.admin.release_verb import because, figures
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
    readonly_fields = ["what_it_hides"]
    fieldsets = [
        (
            None,
            {
                "fields": ["whole", "part", "answer", "reason", "what_it_hides"],
                "description": (
                    "Never published. A small number that is hidden in one measure must not follow "
                    "from another: releases are checked against every relation recorded here."
                ),
            },
        ),
    ]

    @admin.display(description="if both were released now")
    def what_it_hides(self, relation: MeasureRelation) -> str:
        if relation.pk is None:
            return "Save the answer to see what it hides."
        try:
            plan = releases.plan([relation.whole, relation.part], explain=True)
        except RuleBroken as refusal:
            return str(refusal)
        said = [f"{figures(plan.hidden)} of both would be hidden.", *because(plan)]
        return format_html_join("", "<p>{}</p>", ((each,) for each in said))
