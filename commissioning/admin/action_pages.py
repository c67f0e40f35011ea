"""The pages of one staff action: what it asks, what would happen, and the deed itself.

The deed is done twice: once to say what would happen, and taken back, and once for good, if it is
still the same. Neither happens before the records that it relies on are locked.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property

import structlog
from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, models, transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from commissioning.actions.refusals import explained
from commissioning.admin.effects import Effect
from commissioning.admin.forms import KEY, VerbForm
from commissioning.admin.links import record_url
from commissioning.admin.relied_on import Snapshot, last_event, lock
from commissioning.admin.ticked import ListItCameFrom
from commissioning.days import in_words
from commissioning.money import PoundsField, format_pounds

log = structlog.get_logger(__name__)

# The records named one by one on the page of an action on many.
SHOWN = 50
# How many records one action may be used on at once.
MOST = 5000
# What a rule or the database says instead of doing it. Of two people who wait for each other, the
# database lets one go on, with an OperationalError for the other.
REFUSALS = (ValidationError, IntegrityError, OperationalError)


def chosen(rows: models.QuerySet) -> list[models.Model]:
    """The rows in order of key; one more than may be used at once, if there are so many."""
    return list(rows.order_by("pk")[: MOST + 1])


class Changed(Exception):
    """Between the confirm page and its answer something changed that the action relies on."""

    def __init__(self, form: VerbForm, effect: Effect, changes: Sequence[str]):
        self.form, self.effect, self.changes = form, effect, changes


class StaffActionPage:
    """One use of a staff action: it asks, says what would happen, and does it."""

    def __init__(self, modeladmin, request, verb, rows, many=False):
        self.modeladmin, self.request, self.verb, self.rows = modeladmin, request, verb, rows
        self.many, self.keys = many, ",".join(str(row.pk) for row in rows) if many else ""
        self.left_out: list[tuple[str, str]] = []
        if many:
            self.leave_out()
            rows = self.rows
        # Now, because a rehearsal leaves its marks on the rows.
        self.described = [modeladmin.described(row) for row in rows[:SHOWN]] if many else []
        self.in_all = modeladmin.in_all(rows) if many else ""

    def leave_out(self) -> None:
        """Go on with what is ready, and say of the others why they are left out."""
        if len(self.rows) > MOST:
            return
        sentences = self.verb.obstacles(self.rows, self.request.user)
        both = list(zip(self.rows, sentences, strict=True))
        ready = [row for row, sentence in both if not sentence]
        if ready:
            waiting = [(row, sentence) for row, sentence in both if sentence]
            self.left_out = [(self.modeladmin.described(row), why) for row, why in waiting]
            self.rows = ready
            # What is left has been asked about.
            self.obstacles = []

    def respond(self) -> HttpResponse:
        posted = self.request.POST
        if self.obstacles:
            return self.ask(self.form())
        if "asked" not in posted:
            # Nothing to ask for: say at once what would happen.
            form = self.form({})
            return self.ask(self.form()) if form.fields else self.confirm(form)
        form = self.form(posted)
        if "back" in posted or not form.is_valid():
            return self.ask(form)
        return self.perform(form) if "confirmed" in posted else self.confirm(form)

    @cached_property
    def obstacles(self) -> list[str]:
        if len(self.rows) > MOST:
            return [f"These are more than {MOST:,}. Filter the list and do it in parts."]
        found = self.verb.obstacles(self.rows, self.request.user)
        return [sentence for sentence in dict.fromkeys(found) if sentence]

    def form(self, data=None) -> VerbForm:
        return self.verb.form(data, rows=self.rows)

    def ask(self, form: VerbForm) -> HttpResponse:
        fieldsets = [(None, {"fields": form.layout(), "description": self.verb.explains})]
        return self.page(
            "admin/verb_form.html",
            form=form,
            adminform=AdminForm(form, fieldsets, {}, (), self.modeladmin),
            errors=bool(form.errors),
            media=self.modeladmin.media + form.media,
        )

    def confirm(self, form: VerbForm) -> HttpResponse:
        """The page that says what would happen: the verb is done for real and taken back."""
        as_of = last_event()
        form.is_valid()
        try:
            with transaction.atomic():
                form, effect, _ = self.use(form)
                transaction.set_rollback(True)
        except REFUSALS as refusal:
            return self.refuse(form, refusal)
        return self.confirm_page(form, effect, as_of)

    def confirm_page(self, form, effect: Effect, as_of: int, **context) -> HttpResponse:
        return self.page(
            "admin/verb_confirm.html",
            form=form,
            effect=effect,
            as_of=as_of,
            given=given(form),
            **context,
        )

    def use(self, form: VerbForm) -> tuple[VerbForm, Effect, Snapshot]:
        """Lock, then say, then do: nothing that is said was read before the lock."""
        records = lock(self.rows, self.verb.relies_on, form.cleaned_data)
        kept = self.modeladmin.get_queryset(self.request).filter(pk__in=[r.pk for r in self.rows])
        rows = chosen(kept)
        if len(rows) != len(self.rows):
            raise ValidationError(
                "Some of these records have been removed since. Choose again from the list.",
                code="removed",
            )
        form = self.verb.form(form.data, rows=rows)
        if not form.is_valid():
            raise ValidationError([*form.errors.values()])
        answers = given(form)
        effect = self.verb.use(rows, form.cleaned_data, self.request.user)
        return form, replace(effect, rests_on=(repr(answers), str(records))), records

    def perform(self, form: VerbForm) -> HttpResponse:
        as_of = last_event()
        try:
            with transaction.atomic():
                form, effect, records = self.use(form)
                if effect.fingerprint != self.request.POST.get("confirmed"):
                    changes = records.changes_since(self.seen(as_of))
                    raise Changed(form, effect, changes)
        except Changed as changed:
            return self.confirm_page(
                changed.form, changed.effect, as_of, changed=True, changes=changed.changes
            )
        except REFUSALS as refusal:
            return self.refuse(form, refusal)
        self.rows = form.rows
        messages.success(self.request, self.done())
        if self.many:
            return HttpResponseRedirect(self.came_from.address)
        return HttpResponseRedirect(record_url(self.rows[0]))

    def seen(self, otherwise: int) -> int:
        """The last event of history when the confirm page was shown."""
        as_of = self.request.POST.get("as_of", "")
        return int(as_of) if KEY.fullmatch(as_of) else otherwise

    @cached_property
    def came_from(self) -> ListItCameFrom:
        """The list on which the rows were ticked."""
        return ListItCameFrom.of(self.request, self.modeladmin.model)

    def done(self) -> str:
        if len(self.rows) == 1:
            return f"{self.verb.done}: {self.rows[0]}."
        return f"{self.verb.done}: {len(self.rows)} {self.modeladmin.opts.verbose_name_plural}."

    def refuse(self, form: VerbForm, refusal: Exception) -> HttpResponse:
        log.info(
            "refused",
            action=self.verb.name,
            record=self.modeladmin.opts.model_name,
            count=len(self.rows),
            rule=getattr(refusal, "code", "") or "",
        )
        form.is_valid()
        form.add_error(None, sentences(refusal))
        return self.ask(form)

    def page(self, template: str, **context) -> HttpResponse:
        opts, request = self.modeladmin.opts, self.request
        request.current_app = self.modeladmin.admin_site.name
        context = {
            **self.modeladmin.admin_site.each_context(request),
            "title": self.verb.label,
            "subtitle": None if self.many else str(self.rows[0]),
            "opts": opts,
            "verb": self.verb,
            "rows": self.described,
            "in_all": self.in_all,
            "tells": [] if self.many else self.tells(),
            "plans": [] if self.many else self.verb.plans(self.rows[0], {}),
            "count": len(self.rows),
            "more": max(len(self.rows) - SHOWN, 0),
            "keys": self.keys,
            "left_out": self.left_out[:SHOWN],
            "left_out_count": len(self.left_out),
            "came_from": self.came_from.query if self.many else "",
            "address": self.address(),
            "back_address": (
                self.came_from.back(self.keys) if self.many else record_url(self.rows[0])
            ),
            "many": self.many,
            "obstacles": self.obstacles,
            **context,
        }
        return TemplateResponse(request, template, context)

    def tells(self) -> list[str]:
        """What to know while answering."""
        row = self.rows[0]
        return [*self.verb.tells(row), *self.verb.tells_to(row, self.request.user)]

    def address(self) -> str:
        name = f"admin:{self.modeladmin.verb_address_name(self.verb)}"
        return reverse(f"{name}_many") if self.many else reverse(name, args=[self.rows[0].pk])


def given(form: VerbForm) -> list[tuple[str, str]]:
    """What the form was given, as words beside its labels."""
    return [
        (field.label, _words(field.field, form.cleaned_data[field.name]))
        for field in form
        if not field.is_hidden
        and field.name not in form.unsaid
        and form.cleaned_data[field.name] not in (None, "", False)
    ]


def _words(field: forms.Field, value: object) -> str:
    if isinstance(field, PoundsField):
        return format_pounds(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():,f}"
    if isinstance(field, forms.DateField):
        return in_words(value)
    if isinstance(field, forms.BooleanField):
        return "yes"
    if isinstance(field, forms.ModelMultipleChoiceField):
        return ", ".join(str(row) for row in value)
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))
    return str(value)


def sentences(refusal: Exception) -> list[str]:
    """A refusal for staff; what the database says in its own words is logged, without values."""
    if isinstance(refusal, models.ProtectedError):
        return ["Other records stand on this one, so it stays."]
    if isinstance(refusal, ValidationError):
        return refusal.messages
    return [explained(refusal)]
