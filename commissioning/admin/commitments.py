"""What awards have from allocations, in the staff site."""

from django.contrib import admin

from commissioning.admin.base import ReadOnlyAdmin
from commissioning.admin.columns import UNKNOWN, difference, list_address, pounds
from commissioning.admin.links import record_url
from commissioning.models import Commitment, Entry
from commissioning.money import format_pounds

MONEY = [
    pounds("amount", "committed"),
    pounds("paid"),
    pounds("unpaid", "left to pay", difference("amount", "paid")),
]


@admin.register(Commitment)
class CommitmentAdmin(ReadOnlyAdmin):
    """What awards have from allocations; written by the award's verbs."""

    list_display = ["award_shown", "recipient", "allocation", *MONEY]
    list_filter = [
        "award__status",
        ("allocation__budget__fund", admin.RelatedOnlyFieldListFilter),
        ("allocation__area", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = [
        "award__recipient",
        "allocation__area",
        "allocation__budget__fund",
        "allocation__budget__source",
    ]
    search_fields = [
        "award__reference",
        "award__title",
        "award__recipient__name",
        "allocation__area__name",
        "allocation__budget__fund__name",
        "allocation__budget__starts_on",
    ]
    fields = ["award", "allocation", "proposed", *MONEY]
    readonly_fields = MONEY

    @admin.display(description="award", ordering="award__reference")
    def award_shown(self, line: Commitment) -> str:
        return str(line.award)

    @admin.display(description="recipient", ordering="award__recipient__name")
    def recipient(self, line: Commitment) -> str:
        return str(line.award.recipient or line.award.recipient_note or UNKNOWN)

    def told_in_search(self, obj):
        return f"{obj}: {format_pounds(obj.unpaid)} left to pay"

    def next_steps(self, request, obj):
        return [
            ("Award", record_url(obj.award)),
            ("Journal", list_address(Entry, commitment__id__exact=obj.pk)),
        ]
