"""What stands under an award on its page in the staff site."""

from django.contrib import admin

from commissioning.admin.base import ReadOnlyInline, StaffInline
from commissioning.admin.columns import UNKNOWN, link, person, pounds
from commissioning.admin.commitments import MONEY
from commissioning.models import Commitment, Condition, Variation
from commissioning.money import format_pounds

PROPOSED = pounds("proposed")
APPROVED_BY = person("approved_by")


class ProposalInline(StaffInline):
    """The amounts that a draft asks for."""

    model = Commitment
    fields = ["allocation", "proposed", "left"]
    readonly_fields = ["left"]
    autocomplete_fields = ["allocation"]
    verbose_name = "amount"
    verbose_name_plural = "amounts proposed: what will be committed when the award is approved"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("allocation__budget__fund")

    @admin.display(description="left in the allocation")
    def left(self, line: Commitment) -> str:
        return UNKNOWN if line.pk is None else format_pounds(line.allocation.uncommitted)


class ProposedInline(ReadOnlyInline):
    """The amounts that a recommendation asks for, beside what is left."""

    model = Commitment
    fields = ["allocation", PROPOSED, "left"]
    readonly_fields = [PROPOSED, "left"]
    verbose_name_plural = "amounts proposed: what will be committed when the award is approved"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("allocation__budget__fund")

    @admin.display(description="left in the allocation")
    def left(self, line: Commitment) -> str:
        return format_pounds(line.allocation.uncommitted)


class CommitmentInline(ReadOnlyInline):
    """What an approved award has from each allocation."""

    model = Commitment
    fields = ["allocation", *MONEY]
    readonly_fields = MONEY
    verbose_name_plural = "commitments: where the money comes from (published)"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("allocation__budget__fund")


CONDITIONS = "conditions of funding (published: the law asks for them)"


class ConditionInline(StaffInline):
    """The conditions of a draft."""

    model = Condition
    fields = ["text", "due_on", "note"]
    extra = 0
    verbose_name = "condition"
    verbose_name_plural = CONDITIONS


class ConditionStandingInline(ReadOnlyInline):
    """The conditions that an award was put forward with, or given since; each has its own page."""

    model = Condition
    fields = ["text", "due_on", "state", "settled_on", "open_it"]
    readonly_fields = ["settled_on", "open_it"]
    verbose_name_plural = CONDITIONS

    @admin.display(description="")
    def open_it(self, condition: Condition) -> str:
        return link(condition, "Open")


class VariationInline(ReadOnlyInline):
    model = Variation
    fields = [
        "number",
        "kind",
        "effective_on",
        "ends_on",
        "reason",
        "decision",
        APPROVED_BY,
        "open_it",
    ]
    readonly_fields = [APPROVED_BY, "open_it"]
    verbose_name_plural = "variations (published)"

    @admin.display(description="")
    def open_it(self, variation: Variation) -> str:
        return link(variation, "Open")
