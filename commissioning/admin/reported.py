"""Reported totals in the staff site."""

from django.contrib import admin

from commissioning.admin.base import PUBLICATION, PublishableAdmin
from commissioning.admin.columns import pounds
from commissioning.admin.filters import year_of
from commissioning.admin.publishing import publication_verbs
from commissioning.models import ReportedTotal

# Totals that documents state overlap: adding them up would count money twice, so no foot.
AMOUNT = pounds("amount")
del AMOUNT.adds_up


@admin.register(ReportedTotal)
class ReportedTotalAdmin(PublishableAdmin):
    verbs = publication_verbs("publish_reportedtotal", [])
    list_display = [
        "label",
        "kind",
        AMOUNT,
        "count",
        "count_of",
        "fund",
        "period_shown",
        "is_published",
    ]
    list_filter = [
        "kind",
        "is_published",
        year_of("starts_on"),
        ("fund", admin.RelatedOnlyFieldListFilter),
        ("area", admin.RelatedOnlyFieldListFilter),
        "qualifier",
    ]
    list_select_related = ["fund"]
    search_fields = ["label", "code", "document", "fund__name"]
    autocomplete_fields = ["fund", "source", "award", "service", "area", "organisation"]
    fieldsets = [
        (
            None,
            {
                "fields": ["label", "kind", "amount", "per", "count", "count_of", "qualifier"],
                "description": (
                    "Published. For a total that a document states and for which no itemised "
                    "records exist; it is shown beside what is itemised, never added to it."
                ),
            },
        ),
        (
            "What it is about",
            {
                "fields": ["fund", "source", "award", "service", "area", "organisation"],
                "description": "Published. Only what the document says.",
            },
        ),
        (
            "When",
            {"fields": [("starts_on", "ends_on"), "period_note"], "description": "Published."},
        ),
        (
            "Where it is stated",
            {"fields": ["document", "source_ref", "note", "code"], "description": "Published."},
        ),
        PUBLICATION,
    ]

    @admin.display(description="period", ordering="starts_on")
    def period_shown(self, total: ReportedTotal) -> str:
        return total.period
