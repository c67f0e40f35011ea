"""Decisions on accruals and prepayments in the staff site, every version of them."""

from django.contrib import admin

from commissioning.admin.base import ReadOnlyAdmin
from commissioning.admin.columns import moment, person, pounds
from commissioning.admin.links import record_url
from finance.admin.accruals import line_url
from finance.models import Accrual


@admin.register(Accrual)
class AccrualAdmin(ReadOnlyAdmin):
    """What was decided, the latest first."""

    written_on = ("Accruals and prepayments at a month’s end", "admin:accruals")
    list_display = [
        "award",
        "as_at",
        "kind",
        pounds("proposed", "worked out"),
        "choice",
        pounds("amount", "counts"),
        person("decided_by", "decided by"),
    ]
    list_filter = ["kind", "choice"]
    list_select_related = ["commitment__award", "decided_by"]
    search_fields = ["commitment__award__reference", "reason"]
    date_hierarchy = "as_at"
    ordering = ["-as_at", "-pk"]
    shown = [
        "award",
        "as_at",
        "number",
        "kind",
        pounds("proposed", "worked out"),
        "worked_out",
        "choice",
        pounds("amount", "counts"),
        "reason",
        person("decided_by", "decided by"),
        moment("decided_at", "decided at"),
    ]
    fields = shown
    readonly_fields = shown

    @admin.display(ordering="commitment__award__reference")
    def award(self, row: Accrual) -> str:
        return row.commitment.award.reference

    def next_steps(self, request, obj):
        return [
            ("On the list", line_url(obj.commitment_id, obj.as_at)),
            ("Award", record_url(obj.commitment.award)),
        ]
