"""How every noun behaves in the staff site: saved by actions, listed with totals, never lost."""

from functools import cached_property

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import DataError, IntegrityError, models
from django.db.models import Sum
from django.http import HttpRequest, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.text import capfirst

from commissioning import hooks, rules
from commissioning.actions import history, records
from commissioning.admin.action_pages import sentences
from commissioning.admin.columns import UNKNOWN, add_address, moment, person
from commissioning.admin.events import lines_of
from commissioning.admin.forms import SearchesMixin, StaffForm
from commissioning.admin.links import further_steps, record_url
from commissioning.admin.meanwhile import changes_of, fixed_meanwhile, overtaken
from commissioning.admin.spreadsheets import SpreadsheetMixin
from commissioning.admin.ticked import PER_PAGE, WORK_LIST, WorkListFilter, choose, take_off, tick
from commissioning.admin.verbs import VerbsMixin
from commissioning.fields import ProseField
from commissioning.models import HistoryEvent, User
from commissioning.money import format_pounds
from commissioning.submissions import leads_to

# For fieldsets that most people look at last: they stand below the rows that belong to a record.
AFTER = ["after-rows"]
# And for those that most records never need: folded away until they are opened.
FOLDED = ["collapse", *AFTER]
FOR_STAFF = ("For staff", {"fields": ["note"], "classes": AFTER})
STAFF_ONLY = "For staff only; not on the public site, but open to freedom of information requests."


class FootedList(ChangeList):
    """A list whose columns of pounds are added up at its foot, over all its pages."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_popup:
            self.title = capfirst(self.opts.verbose_name_plural)

    def get_results(self, request):
        if WORK_LIST in request.GET:
            self.list_per_page = PER_PAGE
        super().get_results(request)
        self.result_list = list(self.result_list)
        tick(self.result_list, request)

    @cached_property
    def foot(self) -> dict | None:
        """What stands at the foot: a label over the first columns, then a cell for each column."""
        sums = {
            f"column_{place}": Sum(column.adds_up, filter=getattr(column, "adds_up_where", None))
            for place, column in enumerate(self.list_display)
            if hasattr(column, "adds_up")
        }
        if not sums or not self.result_count:
            return None
        totals = self.queryset.order_by().aggregate(**sums)
        cells = [
            self._cell(totals[f"column_{place}"]) if f"column_{place}" in totals else ""
            for place in range(len(self.list_display))
        ]
        first = next(place for place, cell in enumerate(cells) if cell)
        return {
            "label": f"Total of {self.result_count:,}",
            "span": first,
            "cells": cells[first:],
        }

    def _cell(self, total) -> str:
        return UNKNOWN if total is None else format_pounds(total)


class StaffModelAdmin(VerbsMixin, SpreadsheetMixin, SearchesMixin, admin.ModelAdmin):
    """A noun in the staff site.

    Saving goes through `actions/records.py`, so that everything is checked and kept in history.
    Spreadsheets come in and go out by spreadsheets.py.
    """

    form = StaffForm
    formfield_overrides = {
        models.URLField: {"assume_scheme": "https"},
        ProseField: {"widget": AdminTextareaWidget(attrs={"rows": 4})},
    }
    list_per_page = 50
    list_max_show_all = 500
    show_full_result_count = False
    change_list_template = "admin/commissioning/change_list.html"
    change_form_template = "admin/commissioning/change_form.html"
    object_history_template = "admin/commissioning/object_history.html"
    # How other pages lead to the records under them, where it is no filter that the list offers.
    reached_by: frozenset[str] = frozenset()

    # --- Lists ---

    def lookup_allowed(self, lookup, value, request):
        return lookup in self.reached_by or super().lookup_allowed(lookup, value, request)

    def get_changelist(self, request, **kwargs):
        return FootedList

    def get_list_filter(self, request):
        offered = [*super().get_list_filter(request), *hooks.list_filters.of(self.model)]
        return [WorkListFilter, *offered] if WORK_LIST in request.GET else offered

    def action_checkbox(self, obj):
        label = f"Select {obj}"
        box = forms.CheckboxInput(
            {"class": "action-select", "aria-label": label},
            check_test=lambda value: getattr(obj, "is_ticked", False),
        )
        return box.render(ACTION_CHECKBOX_NAME, str(obj.pk))

    def changelist_view(self, request, extra_context=None):
        take_off(request)
        if "\0" in "".join(request.GET.values()):
            # PostgreSQL cannot be asked for it, and Django would ask.
            return self._unasked(request)
        try:
            return choose(super().changelist_view(request, extra_context), request)
        except (DataError, OverflowError):
            # A number in the address that no column can hold. An action has no such excuse.
            if request.method != "GET":
                raise
            return self._unasked(request)

    def _unasked(self, request):
        messages.warning(request, "Nothing can be searched for with such characters or numbers.")
        return HttpResponseRedirect(request.path)

    # --- Saving ---

    def get_object(self, request, object_id, from_field=None):
        row = super().get_object(request, object_id, from_field)
        if row is not None and request.method == "POST":
            # Locked, so that a form cannot write back over what a verb changes at the same time.
            row.refresh_from_db(
                from_queryset=self.model._base_manager.select_for_update(no_key=True)
            )
        return row

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.refusal = (
            getattr(request, "refusal", None)
            or overtaken(self, request, obj)
            or fixed_meanwhile(form, request, obj)
        )
        return form

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (ValidationError, IntegrityError) as refusal:
            # All is rolled back. The same form once more, which now knows why it is refused.
            request.refusal = ValidationError(sentences(refusal))
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request, obj, form, change):
        if change:
            self.change(obj, request.user)
        else:
            self.add(obj, form, request.user)

    def add(self, obj, form, by: User) -> None:
        """Save a new record by its action."""
        records.save(obj, by=by)

    def change(self, obj, by: User) -> None:
        """Save a changed record by its action."""
        records.save(obj, by=by)

    def save_related(self, request, form, formsets, change):
        lists = [f.name for f in self.opts.many_to_many if f.name in form.changed_data]
        if lists:
            # Asked of the lists as they were; history asks of them as they are now.
            rules.free_of_interest(form.instance, request.user)
        before = {name: _labels(form.instance, name) for name in lists}
        super().save_related(request, form, formsets, change)
        after = {name: _labels(form.instance, name) for name in lists}
        if before != after:
            history.record("changed", form.instance, request.user, before=before, after=after)

    def save_formset(self, request, form, formset, change):
        formset.save(commit=False)
        for row in formset.deleted_objects:
            records.remove(row, by=request.user)
        for row in [*(row for row, _ in formset.changed_objects), *formset.new_objects]:
            records.save(row, by=request.user)
        formset.save_m2m()

    def construct_change_message(self, request, form, formsets, add=False):
        message = super().construct_change_message(request, form, formsets, add)
        request.nothing_changed = not add and not message
        return message

    def message_user(self, request, message, level=messages.INFO, *args, **kwargs):
        if level == messages.SUCCESS and getattr(request, "nothing_changed", False):
            level, message = messages.INFO, "Nothing was changed: the record was so already."
        super().message_user(request, message, level, *args, **kwargs)

    def get_inline_formsets(self, request, formsets, inline_instances, obj=None):
        # Rows that are only shown are shown as they are, not as a form that could still write them
        # sent them.
        shown = [
            formset
            if not formset.is_bound or inline.has_change_permission(request, obj)
            else type(formset)(
                instance=formset.instance,
                prefix=formset.prefix,
                queryset=inline.get_queryset(request),
            )
            for formset, inline in zip(formsets, inline_instances, strict=True)
        ]
        return super().get_inline_formsets(request, shown, inline_instances, obj)

    def response_add(self, request, obj, post_url_continue=None):
        # On to the record's page: what can be done next stands there.
        if "_addanother" not in request.POST and "_popup" not in request.POST:
            request.POST = request.POST.copy()
            request.POST["_continue"] = "yes"
        response = super().response_add(request, obj, post_url_continue)
        # A window for a record that another form needs is answered with a script, not a redirect.
        return leads_to(response, record_url(obj)) if "_popup" in request.POST else response

    # --- Removing ---

    def is_removable(self, obj) -> bool:
        """True for a draft; everything else stays."""
        return False

    def has_delete_permission(self, request, obj=None):
        return (
            obj is not None
            and self.is_removable(obj)
            and super().has_delete_permission(request, obj)
        )

    def delete_model(self, request, obj):
        records.remove(obj, by=request.user)

    def delete_view(self, request, object_id, extra_context=None):
        try:
            return super().delete_view(request, object_id, extra_context)
        except (ValidationError, IntegrityError) as refusal:
            messages.error(request, " ".join(sentences(refusal)))
            return HttpResponseRedirect(record_url(self.model(pk=unquote(object_id))))

    # --- The page of a record ---

    def get_readonly_fields(self, request, obj=None):
        fixed = list(super().get_readonly_fields(request, obj))
        return fixed if obj is None else [*fixed, *rules.fixed_fields(obj)]

    def get_prepopulated_fields(self, request, obj=None):
        # Written while the name is typed, but an address that exists is not rewritten.
        return super().get_prepopulated_fields(request, obj) if obj is None else {}

    def get_view_on_site_url(self, obj=None):
        if obj is None or not getattr(obj, "is_published", False):
            return None
        return obj.get_absolute_url() if hasattr(obj, "get_absolute_url") else None

    def told_in_search(self, obj) -> str:
        """The record as boxes that look it up offer it."""
        return str(obj)

    def additions(self, request, obj) -> list[dict]:
        """Records that are added under this one: buttons beside those of its verbs."""
        return []

    def addition(self, request, label: str, explains: str, model, **initial) -> list[dict]:
        """The button that adds a record of the model, for those who may."""
        if not self.admin_site.get_model_admin(model).has_add_permission(request):
            return []
        return [{"label": label, "explains": explains, "address": add_address(model, **initial)}]

    def next_steps(self, request, obj) -> list[tuple[str, str]]:
        """(label, address) of pages that people go to from this record."""
        return []

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None and change:
            additions = self.additions(request, obj)
            context["verb_buttons"] = [*additions, *self.verb_buttons(request, obj)]
            steps = [*self.next_steps(request, obj), *further_steps(request, obj)]
            context["next_steps"] = steps
            context["seen"] = changes_of(self, request, obj).count()
        context["faults"] = faults(context)
        return super().render_change_form(request, context, add, change, form_url, obj)

    # --- History ---

    def events_of(self, obj) -> models.QuerySet[HistoryEvent]:
        """What happened to the record."""
        return HistoryEvent.objects.filter(
            subject_type=self.opts.model_name, subject_id=str(obj.pk)
        )

    def history_view(self, request: HttpRequest, object_id: str, extra_context=None):
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        page = Paginator(self.events_of(obj), 50).get_page(request.GET.get("page"))
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "title": "History",
            "subtitle": str(obj),
            "opts": self.opts,
            "object": obj,
            "page": page,
            "events": lines_of(page.object_list),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)


def faults(context: dict) -> list[tuple[str, str, str]]:
    """(label, id of the field, sentence) of everything that is wrong on a form with its rows."""
    found = []
    formsets = [inline.formset for inline in context["inline_admin_formsets"]]
    for form in [context["adminform"].form, *(row for rows in formsets for row in rows)]:
        found += [
            (form[name].label, form[name].id_for_label, sentence)
            for name, sentences_of_field in form.errors.items()
            if name in form.fields
            for sentence in sentences_of_field
        ]
    return found


def from_documents(*fields: str) -> tuple[str, dict]:
    """A folded fieldset for what only records taken from old documents need."""
    return (
        "For records taken from documents",
        {
            "fields": list(fields),
            "classes": FOLDED,
            "description": "How exact the document is, and where it says so. Published.",
        },
    )


def _labels(row: models.Model, name: str) -> list[str]:
    return [str(other) for other in getattr(row, name).all()]


class ReadOnlyAdmin(StaffModelAdmin):
    """A noun that staff look at and nobody writes by hand."""

    # (label, name) of the page whose deeds write it, for those who look for a way to add one.
    written_on: tuple[str, str] | None = None

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class StaffInline(SearchesMixin, admin.TabularInline):
    """Rows that belong to a record, on its page."""

    extra = 1
    formfield_overrides = {ProseField: {"widget": AdminTextareaWidget(attrs={"rows": 2})}}
    form = StaffForm


class ReadOnlyInline(admin.TabularInline):
    """Rows under a record that only verbs write."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


PUBLISHED = [
    "is_published",
    moment("published_at", "published at"),
    person("published_by", "published by"),
]
PUBLICATION = (
    "Publication",
    {
        "fields": PUBLISHED,
        "classes": AFTER,
        "description": "Use the buttons above to publish or to withdraw.",
    },
)


class PublishableAdmin(StaffModelAdmin):
    """A noun that the public can see once staff publish it (publishing.py has the verbs)."""

    def get_readonly_fields(self, request, obj=None):
        fixed = super().get_readonly_fields(request, obj)
        return [*fixed, *PUBLISHED]
