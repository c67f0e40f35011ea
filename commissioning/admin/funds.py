"""Funds and sources of funding in the staff site."""

from django.contrib import admin

from commissioning import figures
from commissioning.admin.base import (
    FOR_STAFF,
    PUBLICATION,
    PublishableAdmin,
    StaffInline,
    from_documents,
)
from commissioning.admin.columns import list_address
from commissioning.admin.publishing import publication_verbs
from commissioning.models import Allocation, Award, Budget, Entry, Fund, FundingSource, FundName
from commissioning.money import format_pounds


@admin.register(FundingSource)
class FundingSourceAdmin(PublishableAdmin):
    verbs = publication_verbs("publish_fund", ["provider"])
    list_display = ["name", "kind", "provider", "code", "is_published"]
    list_filter = ["kind", "is_published"]
    list_select_related = ["provider"]
    search_fields = ["name", "code"]
    autocomplete_fields = ["provider"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (
            None,
            {
                "fields": ["name", "kind", "provider", "ring_fence"],
                "description": "Published with the source.",
            },
        ),
        ("Reference", {"fields": ["code", "slug"], "description": "Published."}),
        from_documents("source_ref"),
        FOR_STAFF,
        PUBLICATION,
    ]

    def next_steps(self, request, obj):
        return [
            ("Budgets", list_address(Budget, source__id__exact=obj.pk)),
            ("Awards", list_address(Award, for_fundingsource=obj.pk)),
        ]


class FundNameInline(StaffInline):
    model = FundName
    verbose_name_plural = "other and former names (published, so that people find it)"


@admin.register(Fund)
class FundAdmin(PublishableAdmin):
    verbs = publication_verbs("publish_fund", ["names", "sources", "lead", "theme"])
    list_display = ["name", "status", "lead", "starts_on", "ends_on", "is_published"]
    list_filter = ["status", "is_published", "theme", "sources"]
    list_select_related = ["lead"]
    search_fields = ["name", "code", "names__name"]
    autocomplete_fields = ["lead", "theme", "sources", "successor"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["position"]
    inlines = [FundNameInline]
    fieldsets = [
        (
            None,
            {
                "fields": ["name", "status", "status_as_at", "purpose", "lead", "theme", "sources"],
                "description": (
                    "Published with the fund. Its money is put into its budgets, one for each "
                    "period and source."
                ),
            },
        ),
        (
            "Dates",
            {
                "fields": [("starts_on", "ends_on"), "successor"],
                "description": "Published.",
            },
        ),
        ("Reference", {"fields": ["code", "slug"], "description": "Published."}),
        from_documents("date_precision", "source_ref"),
        FOR_STAFF,
        PUBLICATION,
    ]

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            return fieldsets
        money = {
            "fields": ["position"],
            "description": "All periods together, money dated ahead included.",
        }
        return [("Money", money), *fieldsets]

    @admin.display(description="position")
    def position(self, fund: Fund) -> str:
        if not fund.budgets.exists():
            return "No budget is recorded yet."
        now = figures.fund_position(fund)
        return (
            f"Budget {format_pounds(now.budget)}; allocated {format_pounds(now.allocated)}; "
            f"committed {format_pounds(now.committed)}; paid {format_pounds(now.paid)}; "
            f"still to commit {format_pounds(now.available)}."
        )

    def additions(self, request, obj):
        explains = "Money for a period, usually a financial year, from one source."
        return self.addition(request, "Add a budget", explains, Budget, fund=obj.pk)

    def next_steps(self, request, obj):
        return [
            ("Budgets", list_address(Budget, fund__id__exact=obj.pk)),
            ("Allocations", list_address(Allocation, budget__fund__id__exact=obj.pk)),
            ("Awards", list_address(Award, for_fund=obj.pk)),
            ("Journal", list_address(Entry, budget__fund__id__exact=obj.pk)),
        ]
