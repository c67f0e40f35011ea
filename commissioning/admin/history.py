"""The whole history in the staff site: who did what, when."""

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import Q
from django.template.loader import render_to_string

from commissioning.actions import history
from commissioning.admin.base import ReadOnlyAdmin
from commissioning.admin.columns import UNKNOWN
from commissioning.admin.events import lines_of, model_of, noun_of
from commissioning.admin.links import record_url
from commissioning.days import at_clock
from commissioning.models import HistoryEvent, HistoryLink


class NounFilter(SimpleListFilter):
    title = "kind of record"
    parameter_name = "noun"

    def lookups(self, request, model_admin):
        kinds = HistoryEvent.objects.order_by("subject_type").values_list("subject_type", flat=True)
        return [(kind, noun_of(kind)) for kind in kinds.distinct()]

    def queryset(self, request, queryset):
        return queryset.filter(subject_type=self.value()) if self.value() else queryset


class WhatFilter(SimpleListFilter):
    """What left the system, and who looked at what few may see."""

    title = "what"
    parameter_name = "what"
    kinds = {
        "exported": ("exports and downloads", Q(verb=history.EXPORTED)),
        "viewed": ("views of what few may see", Q(verb__startswith=history.VIEWED)),
    }

    def lookups(self, request, model_admin):
        return [(kind, label) for kind, (label, _) in self.kinds.items()]

    def queryset(self, request, queryset):
        if self.value() not in self.kinds:
            return queryset
        return queryset.filter(self.kinds[self.value()][1])


@admin.register(HistoryEvent)
class HistoryEventAdmin(ReadOnlyAdmin):
    list_display = ["when", "who", "what", "noun", "record", "why"]
    list_filter = [WhatFilter, NounFilter]
    search_fields = ["by_name", "verb", "subject_label", "reason"]
    date_hierarchy = "at"
    fields = ["when", "who", "what", "noun", "record", "changes", "reason", "link"]
    readonly_fields = ["when", "who", "what", "noun", "record", "changes", "link"]

    @admin.display(description="kind of record", ordering="subject_type")
    def noun(self, event: HistoryEvent) -> str:
        return noun_of(event.subject_type)

    @admin.display(ordering="at")
    def when(self, event: HistoryEvent) -> str:
        return at_clock(event.at)

    @admin.display(ordering="by_name")
    def who(self, event: HistoryEvent) -> str:
        return event.by_name

    @admin.display(ordering="verb")
    def what(self, event: HistoryEvent) -> str:
        return event.verb

    @admin.display(ordering="subject_label")
    def record(self, event: HistoryEvent) -> str:
        return event.subject_label

    @admin.display()
    def why(self, event: HistoryEvent) -> str:
        return event.reason[:100]

    @admin.display(description="what changed")
    def changes(self, event: HistoryEvent) -> str:
        (line,) = lines_of([event])
        return render_to_string("admin/commissioning/changes.html", {"changes": line.changes})

    @admin.display(description="link of the chain")
    def link(self, event: HistoryEvent) -> str:
        link = HistoryLink.objects.filter(event_id=event.pk).first()
        return f"{link.number:,}: {link.sha256}" if link else UNKNOWN

    def next_steps(self, request, obj):
        model = model_of(obj.subject_type)
        if not obj.subject_id or model is None or not self.admin_site.is_registered(model):
            return []
        row = model._base_manager.filter(pk=obj.subject_id).first()
        return [("The record", record_url(row))] if row else []
