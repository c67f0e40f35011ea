"""Victims' services in the staff site: how they report."""

from django.contrib import admin
from django.forms import CheckboxSelectMultiple

from commissioning.admin.base import StaffModelAdmin
from commissioning.admin.columns import list_address
from commissioning.admin.links import record_url
from commissioning.admin.verbs import Verb
from programmes.models import Breakdown, Measure
from victims.actions import returns
from victims.models import Counted, MonitoringReturn, Post, VictimsService

# For lists of what belongs to a victims' service: its own name would be asked for one by one.
OF_SERVICE = ("service__service", admin.RelatedOnlyFieldListFilter)

SCHEDULE = Verb(
    name="schedule",
    label="Schedule its returns",
    permissions=["schedule_monitoringreturn"],
    relies_on=["service__awards", "returns", "indicator_set"],
    explains=(
        "Have returns due for the days of its awards. It happens by itself when an award is "
        "approved, extended or ended, and every night."
    ),
    says=lambda service, given: [
        "What was ever submitted stays. A return that is only due, and no longer asked for, falls "
        "away."
    ],
    do=lambda service, given, by: returns.schedule(service, by=by),
    done="Returns scheduled",
    many=True,
)


@admin.register(VictimsService)
class VictimsServiceAdmin(StaffModelAdmin):
    verbs = [SCHEDULE]
    list_display = ["service", "period", "indicator_set", "by_area", "contact_email"]
    list_filter = ["period", "indicator_set", "by_area"]
    list_select_related = ["service", "indicator_set"]
    search_fields = ["service__name", "service__code", "service__providers__name"]
    autocomplete_fields = ["service"]
    fieldsets = [
        (None, {"fields": ["service", "indicator_set"]}),
        (
            "When it reports",
            {"fields": [("period", "days_until_due"), "reports_from", "contact_email"]},
        ),
        (
            "What it reports",
            {
                "fields": ["by_area", "breakdowns"],
                "description": (
                    "The form of its next return follows. Returns count; nothing about one person "
                    "is ever recorded."
                ),
            },
        ),
        ("What the public may see", {"fields": ["small_up_to"]}),
    ]

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "breakdowns":
            # Those of some indicator set; all of them unless somebody leaves one out.
            used = Counted.objects.exclude(breakdown=None).values("breakdown")
            offered = Breakdown.objects.filter(pk__in=used)
            kwargs |= {"queryset": offered, "initial": offered, "widget": CheckboxSelectMultiple}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def add(self, obj, form, by):
        super().add(obj, form, by)
        returns.schedule(obj, by=by)

    def change(self, obj, by):
        super().change(obj, by)
        returns.schedule(obj, by=by)

    def get_readonly_fields(self, request, obj=None):
        fixed = super().get_readonly_fields(request, obj)
        return fixed if obj is None else [*fixed, "service"]

    def additions(self, request, obj):
        return self.addition(
            request, "Add a post", "An ISVA, IDVA or other post in it.", Post, service=obj.pk
        )

    def next_steps(self, request, obj):
        return [
            ("Measures", list_address(Measure, service__id__exact=obj.service_id)),
            ("Returns", list_address(MonitoringReturn, service__id__exact=obj.pk)),
            ("Posts", list_address(Post, service__id__exact=obj.pk)),
            ("Commissioned service", record_url(obj.service)),
        ]
