"""Variations that were made, in the staff site: what each did to the award and its payment plan."""

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from commissioning.admin.base import ReadOnlyAdmin
from commissioning.admin.columns import list_address, moment, person
from commissioning.admin.links import record_url
from commissioning.figures.plans import Plan, changed_by
from commissioning.models import Entry, Variation


def shown(plan: Plan) -> SafeString:
    """A payment plan before and after, as a table."""
    return mark_safe(render_to_string("admin/payment_plan.html", {"plan": plan}))


@admin.register(Variation)
class VariationAdmin(ReadOnlyAdmin):
    """Written by the staff actions on awards and on what was put forward."""

    list_display = ["award", "number", "kind", "effective_on", "decision", "reason"]
    list_filter = ["kind"]
    list_select_related = ["award", "decision", "approved_by"]
    search_fields = ["award__reference", "award__title", "award__recipient__name", "reason"]
    date_hierarchy = "effective_on"
    reached_by = frozenset(["award__id__exact"])
    fields = readonly_fields = [
        "award",
        "number",
        "kind",
        "reason",
        "decision",
        "effective_on",
        "ended_on",
        "ends_on",
        person("approved_by", "approved by"),
        moment("recorded_at", "recorded at"),
        "payment_plan",
    ]

    @admin.display(description="payment plan")
    def payment_plan(self, variation: Variation) -> str:
        return shown(changed_by(variation))

    def next_steps(self, request, obj):
        return [
            ("Award", record_url(obj.award)),
            ("Journal", list_address(Entry, variation__id__exact=obj.pk)),
        ]
