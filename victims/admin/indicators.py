"""Indicator sets in the staff site, and the ministry's return from them."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from commissioning.actions import history
from commissioning.admin.base import StaffModelAdmin
from commissioning.admin.columns import list_address
from commissioning.admin.forms import day
from commissioning.workbooks import CONTENT_TYPE
from commissioning.years import FinancialYear
from victims.models import Counted, IndicatorSet
from victims.resources.ministry import ministry_return


class PeriodForm(forms.Form):
    """Which days the ministry asks about."""

    use_required_attribute = False
    first_day = day("First day", initial=None)
    last_day = day("Last day", initial=None)

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            raise ValidationError("The period cannot end before it starts.")
        return cleaned


class CountedInline(admin.StackedInline):
    model = Counted
    extra = 0
    fieldsets = [
        (None, {"fields": [("name", "code", "position"), "definition"]}),
        (None, {"fields": [("kind", "unit", "breakdown"), ("no_more_than", "share_name")]}),
        (
            "What becomes of its parts when the whole is asked for",
            {"fields": [("over_periods", "over_areas", "over_services", "over_categories")]},
        ),
    ]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "no_more_than":
            key = request.resolver_match.kwargs.get("object_id")
            kwargs["queryset"] = Counted.objects.filter(indicator_set=key)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(IndicatorSet)
class IndicatorSetAdmin(StaffModelAdmin):
    list_display = ["name", "code"]
    search_fields = ["name", "code"]
    inlines = [CountedInline]
    filter_horizontal = ["categories"]
    fieldsets = [
        (
            None,
            {
                "fields": ["name", "code", "description", "categories"],
                "description": (
                    "What providers count. A change makes the forms sent out before it old ones."
                ),
            },
        )
    ]

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_ministry"
        view = self.admin_site.admin_view(self.ministry)
        return [path("<int:pk>/ministry/", view, name=name), *super().get_urls()]

    def next_steps(self, request, obj):
        address = reverse("admin:victims_indicatorset_ministry", args=[obj.pk])
        return [("The ministry’s return", address)]

    @method_decorator(require_safe)
    def ministry(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Choose the period; the answer is the workbook. Nothing is changed."""
        if not request.user.has_perm("victims.view_returncount"):
            raise PermissionDenied
        chosen = IndicatorSet.objects.filter(pk=pk).first()
        if chosen is None:
            raise Http404("There is no such indicator set.")
        form = PeriodForm(request.GET) if request.GET else PeriodForm(initial=_last_half_year())
        if request.GET and form.is_valid():
            days = {name: str(day) for name, day in form.cleaned_data.items()}
            history.record(history.EXPORTED, chosen, request.user, after=days)
            return _file(chosen, **form.cleaned_data)
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "title": "The ministry’s return",
            "subtitle": str(chosen),
            "opts": self.opts,
            "back_address": list_address(IndicatorSet),
            "form": form,
        }
        return TemplateResponse(request, "admin/victims/ministry.html", context)


def _last_half_year() -> dict:
    """The half of a financial year that ended last."""
    today = timezone.localdate()
    quarters = FinancialYear.containing(today).quarters
    if today > quarters[1][1]:
        first, last = quarters[0][0], quarters[1][1]
    else:
        before = FinancialYear(FinancialYear.containing(today).start_year - 1).quarters
        first, last = before[2][0], before[3][1]
    return {"first_day": first, "last_day": last}


def _file(chosen: IndicatorSet, first_day, last_day) -> HttpResponse:
    name = f"ministry-return-{slugify(chosen.code)}-{first_day}-to-{last_day}.xlsx"
    return HttpResponse(
        ministry_return(chosen, first_day, last_day),
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
