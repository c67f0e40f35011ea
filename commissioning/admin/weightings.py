"""Weightings in the staff site: published numbers by area that money is shared by."""

from django.contrib import admin
from django.db.models import Count, OuterRef, Subquery, Sum

from commissioning.actions import weightings
from commissioning.admin.base import FOR_STAFF, ReadOnlyInline, StaffInline, StaffModelAdmin
from commissioning.admin.columns import UNKNOWN, list_address
from commissioning.models import Allocation, Weight, Weighting
from commissioning.rules.weightings import WEIGHTING_STAYS

TO_BE_USED = (
    "Published numbers that money can be shared in proportion to, such as people by area. Once an "
    "allocation stands on them they stay: a new release is another weighting. To share money by "
    "it, open a budget and use “Allocate by formula”."
)


class WeightInline(StaffInline):
    """The number of each area; only their proportion counts."""

    model = Weight
    fields = ["area", "value"]
    autocomplete_fields = ["area"]
    extra = 7
    verbose_name_plural = "numbers by area (published)"

    def get_extra(self, request, obj=None, **kwargs):
        return 1 if obj else self.extra

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("area", "weighting")


class StandingWeightInline(ReadOnlyInline):
    """Numbers that allocations stand on, and what part of all of them each is."""

    model = Weight
    fields = ["area", "number", "share"]
    readonly_fields = ["number", "share"]
    verbose_name_plural = "numbers by area (published)"

    def get_queryset(self, request):
        of_all = Weight.objects.filter(weighting=OuterRef("weighting")).order_by()
        total = of_all.values("weighting").annotate(total=Sum("value")).values("total")
        weights = super().get_queryset(request).select_related("area", "weighting")
        return weights.annotate(total=Subquery(total))

    @admin.display(description="number")
    def number(self, weight) -> str:
        return f"{weight.value:,}"

    @admin.display(description="share of them all")
    def share(self, weight) -> str:
        return f"{weight.value / weight.total:.2%}" if weight.total else UNKNOWN


@admin.register(Weighting)
class WeightingAdmin(StaffModelAdmin):
    list_display = ["name", "kind", "released_on", "areas", "total", "source_ref"]
    list_filter = ["kind"]
    search_fields = ["name", "code", "source_ref"]

    def get_inlines(self, request, obj):
        return [StandingWeightInline if obj and obj.is_used else WeightInline]

    def get_fieldsets(self, request, obj=None):
        is_used = obj is not None and obj.is_used
        what = {
            "fields": ["name", "code", "kind", "released_on", "source_ref"],
            "description": WEIGHTING_STAYS if is_used else TO_BE_USED,
        }
        return [(None, what), FOR_STAFF]

    def get_queryset(self, request):
        weighed = super().get_queryset(request)
        return weighed.annotate(counted=Count("weights"), summed=Sum("weights__value"))

    @admin.display(description="areas", ordering="counted")
    def areas(self, weighting) -> str:
        return f"{weighting.counted:,}"

    @admin.display(description="total of the numbers", ordering="summed")
    def total(self, weighting) -> str:
        return f"{weighting.summed or 0:,}"

    def save_formset(self, request, form, formset, change):
        formset.save(commit=False)
        for weight in formset.deleted_objects:
            weightings.take_out(weight, by=request.user)
        for weight in [*(row for row, _ in formset.changed_objects), *formset.new_objects]:
            weightings.weigh(weight, by=request.user)

    def next_steps(self, request, obj):
        return [("Allocations", list_address(Allocation, weighting__id__exact=obj.pk))]
