"""Verbs: what staff can do to a record beyond describing it.

An admin class declares its verbs once. Each becomes a button on the record's page and, if it makes
sense for many at a time, an action on the list. A verb is used in three steps: a page that asks
what is needed, a page that says the effect in pounds, and the deed. No GET changes anything.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, OperationalError, models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from commissioning.admin.columns import list_address
from commissioning.admin.effects import Effect, Watch
from commissioning.admin.forms import KEY, VerbForm
from commissioning.admin.links import record_url
from commissioning.admin.relied_on import Path, Snapshot, last_event, lock
from commissioning.admin.ticked import ListItCameFrom
from commissioning.days import in_words
from commissioning.models import User
from commissioning.money import PoundsField, format_pounds
from commissioning.rules import those_of_interest

Row = Any
Given = dict[str, Any]

# The records named one by one on the page of a verb that is used on many.
SHOWN = 50
# How many one verb may be used on at once.
MOST = 5000
# What a rule or the database says instead of doing it. Of two people who wait for each other, the
# database lets one go on, with an OperationalError for the other.
REFUSALS = (ValidationError, IntegrityError, OperationalError)


@dataclass(frozen=True)
class Verb:
    """One thing that can be done, to one record or to several; calls an action."""

    name: str
    label: str
    # Any one of these permissions allows it.
    permissions: Sequence[str]
    # The records that it relies on besides its own and those chosen in its form: if one of them
    # changes between the confirm page and its answer, staff are asked again (relied_on.py).
    relies_on: Sequence[Path]
    # The action: row, what the form was told, who.
    do: Callable[[Row, Given, User], object]
    # Said afterwards.
    done: str
    # Said beforehand, on the page that asks.
    explains: str = ""
    # What to know while answering, in sentences: row.
    tells: Callable[[Row], Sequence[str]] = lambda row: ()
    form: type[VerbForm] = VerbForm
    is_possible: Callable[[Row], bool] = lambda row: True
    # Rules that may stand in somebody's way: each takes row and user, and raises RuleBroken.
    rules: Sequence[Callable[[Row, User], None]] = ()
    # What happens besides the money, in sentences: row, what the form was told.
    says: Callable[[Row, Given], Sequence[str]] = lambda row, given: ()
    # What to think about before confirming, in sentences: row, what the form was told.
    warns: Callable[[Row, Given], Sequence[str]] = lambda row, given: ()
    # What stands in the record and matters to whoever confirms, as (label, words).
    shows: Callable[[Row], Sequence[tuple[str, str]]] = lambda row: ()
    many: bool = False
    # The same as `rules` and `warns` for many rows, where asking row by row takes too long: the
    # sentence of each row that something stands in the way of, by key; and all warnings.
    obstacles_of: Callable[[Sequence[Row], User], Mapping[int, str]] | None = None
    warns_of: Callable[[Sequence[Row], Given], Sequence[str]] | None = None
    # Where the action has a form for many; otherwise `do` is done row by row, all or none.
    do_many: Callable[[Sequence[Row], Given, User], object] | None = None

    def may(self, user: User, app_label: str) -> bool:
        return any(user.has_perm(f"{app_label}.{name}") for name in self.permissions)

    def obstacle(self, row: Row, by: User) -> str:
        """Why this person cannot do it to this row, in a sentence; empty if nothing is known."""
        for rule in self.rules:
            try:
                rule(row, by)
            except ValidationError as refusal:
                return " ".join(refusal.messages)
        return ""

    def obstacles(self, rows: Sequence[Row], by: User) -> list[str]:
        """Of each row why this person cannot do it to it as it is; empty if they can.

        A declared interest comes first, whatever the action.
        """
        aside = those_of_interest(rows, by)
        if self.obstacles_of is not None:
            known = self.obstacles_of(rows, by)
        else:
            known = {row.pk: self.obstacle(row, by) for row in rows}
        return [aside.get(row.pk) or known.get(row.pk) or self._impossible(row) for row in rows]

    def _impossible(self, row: Row) -> str:
        possible = self.is_possible(row)
        return "" if possible else f"“{self.label}” is not possible for {row} as it stands."

    def use(self, rows: Sequence[Row], given: Given, by: User) -> Effect:
        """Say what it does, then do it. Call inside a transaction, with the rows locked."""
        details = tuple((str(row), tuple(self.shows(row))) for row in rows)
        said = _once([self.says(row, given) for row in rows])
        warned = (
            self.warns_of(rows, given)
            if self.warns_of
            else _once([self.warns(row, given) for row in rows])
        )
        watch = Watch(by)
        if self.do_many:
            self.do_many(rows, given, by)
        else:
            for row in rows:
                self.do(row, given, by)
        money = watch.effect()
        return Effect((*money.sentences, *said), (*money.warnings, *warned), details)


def _once(said: Sequence[Sequence[str]]) -> list[str]:
    """Sentences said of several rows, none of them twice; what is said of every row comes last."""
    times = Counter(sentence for of_row in said for sentence in dict.fromkeys(of_row))
    return sorted(times, key=lambda sentence: times[sentence] == len(said))


class VerbsMixin:
    """Gives a ModelAdmin the pages, buttons and list actions of its `verbs`."""

    verbs: Sequence[Verb] = ()

    def get_urls(self):
        addresses = []
        for verb in self.verbs:
            name = self.verb_address_name(verb)
            single = self.admin_site.admin_view(partial(self.verb_view, verb))
            addresses.append(path(f"<int:pk>/{verb.name}/", single, name=name))
            if verb.many:
                many = self.admin_site.admin_view(partial(self.verb_list_view, verb))
                addresses.append(path(f"{verb.name}/", many, name=f"{name}_many"))
        return addresses + super().get_urls()

    def verb_address_name(self, verb: Verb) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{verb.name}"

    def may_use(self, request: HttpRequest, verb: Verb) -> bool:
        return self.has_view_permission(request) and verb.may(request.user, self.opts.app_label)

    def verb_view(self, verb: Verb, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.may_use(request, verb):
            raise PermissionDenied
        rows = list(self.get_queryset(request).filter(pk=pk))
        if not rows:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        return VerbPage(self, request, verb, rows).respond()

    def verb_list_view(self, verb: Verb, request: HttpRequest) -> HttpResponse:
        if not self.may_use(request, verb):
            raise PermissionDenied
        keys = [key for key in request.POST.get("rows", "").split(",") if KEY.fullmatch(key)]
        rows = chosen(self.get_queryset(request).filter(pk__in=keys[: MOST + 1]))
        if not rows:
            messages.warning(request, "Choose the records on the list first, then the action.")
            return HttpResponseRedirect(list_address(self.model))
        return VerbPage(self, request, verb, rows, many=True).respond()

    def get_actions(self, request):
        actions = super().get_actions(request)
        for verb in self.verbs:
            if verb.many and self.may_use(request, verb):
                actions[verb.name] = (partial(_list_action, verb), verb.name, f"{verb.label}…")
        return actions

    def described(self, row: models.Model) -> str:
        """A row among several that a verb is used on."""
        return str(row)

    def in_all(self, rows: Sequence[models.Model]) -> str:
        """What the rows that a verb is used on come to, in pounds; empty if that says nothing."""
        return ""

    def verb_buttons(self, request: HttpRequest, row: models.Model) -> list[dict]:
        """The verbs possible for the row as it stands, each with what is in this person's way."""
        aside = those_of_interest([row], request.user).get(row.pk)
        return [
            {
                "label": verb.label,
                "explains": verb.explains,
                "address": reverse(f"admin:{self.verb_address_name(verb)}", args=[row.pk]),
                "obstacle": aside or verb.obstacle(row, request.user),
            }
            for verb in self.verbs
            if self.may_use(request, verb) and verb.is_possible(row)
        ]


def _list_action(verb: Verb, modeladmin, request: HttpRequest, queryset) -> HttpResponse:
    return VerbPage(modeladmin, request, verb, chosen(queryset), many=True).respond()


def chosen(rows: models.QuerySet) -> list[Row]:
    """The rows in order of key; one more than may be used at once, if there are so many."""
    return list(rows.order_by("pk")[: MOST + 1])


class Changed(Exception):
    """Between the confirm page and its answer something changed that the action relies on."""

    def __init__(self, form: VerbForm, effect: Effect, changes: Sequence[str]):
        self.form, self.effect, self.changes = form, effect, changes


class VerbPage:
    """One use of a verb: it asks, says what would happen, and does it."""

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
            "tells": [] if self.many else self.verb.tells(self.rows[0]),
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

    def address(self) -> str:
        name = f"admin:{self.modeladmin.verb_address_name(self.verb)}"
        return reverse(f"{name}_many") if self.many else reverse(name, args=[self.rows[0].pk])


def given(form: VerbForm) -> list[tuple[str, str]]:
    """What the form was told, as words beside its labels."""
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
    """A refusal for staff; what the database says in its own words is not for them."""
    if isinstance(refusal, models.ProtectedError):
        return ["Other records stand on this one, so it stays."]
    if isinstance(refusal, ValidationError):
        return refusal.messages
    return ["Somebody else saved something at the same moment. Look at the record and try again."]
