"""Verbs: what staff can do to a record beyond describing it.

An admin class declares its verbs once. Each becomes a button on the record's page and, if it makes
sense for many at a time, an action on the list. A verb is used in three steps: a page that asks
what is needed, a page that says the effect in pounds, and the deed. No GET changes anything.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

from commissioning import hooks
from commissioning.admin.action_pages import MOST, StaffActionPage, chosen
from commissioning.admin.columns import list_address
from commissioning.admin.effects import Effect, Watch
from commissioning.admin.forms import KEY, VerbForm
from commissioning.admin.relied_on import Path
from commissioning.figures.plans import Plan
from commissioning.models import User
from commissioning.rules import those_of_interest

Row = Any
# Who began something that others go on with, and what they did, by name of the field.
BEGUN = {
    "recommended_by": "recommended",
    "requested_by": "requested",
    "proposed_by": "put forward",
    "drafted_by": "put together",
    "submitted_by": "submitted",
    "certified_by": "certified",
}
Given = dict[str, Any]


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
    # The same, where it depends on who reads it.
    tells_to: Callable[[Row, User], Sequence[str]] = lambda row, user: ()
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
    # Payment plans as they would become, where doing it does not change them yet: row, and what the
    # form was given, which is empty on the page that asks.
    plans: Callable[[Row, Given], Sequence[Plan]] = lambda row, given: ()
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
        planned = tuple(plan for row in rows for plan in self.plans(row, given))
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
        return Effect(
            (*money.sentences, *said),
            (*money.warnings, *warned, *_who_left(rows)),
            details,
            plans=money.plans or planned,
        )


def _who_left(rows: Sequence[Row]) -> list[str]:
    """That the person who began what is now gone on with has left, for each record."""
    steps = [
        field
        for field in type(rows[0])._meta.concrete_fields
        if field.related_model is User and field.name in BEGUN
    ]
    keys = {getattr(row, field.attname) for row in rows for field in steps} - {None}
    gone = User.objects.filter(pk__in=keys, is_active=False, is_staff=True)
    left = gone.in_bulk() if keys else {}
    return [
        f"{row}: {left[key]}, who {BEGUN[field.name]} it, has left: the account is switched off."
        for row in rows
        for field in steps
        if (key := getattr(row, field.attname)) in left
    ]


def _once(said: Sequence[Sequence[str]]) -> list[str]:
    """Sentences said of several rows, none of them twice; what is said of every row comes last."""
    times = Counter(sentence for of_row in said for sentence in dict.fromkeys(of_row))
    return sorted(times, key=lambda sentence: times[sentence] == len(said))


class VerbsMixin:
    """Gives a ModelAdmin the pages, buttons and list actions of its `verbs`."""

    verbs: Sequence[Verb] = ()

    @property
    def staff_actions(self) -> list[Verb]:
        """Its own and those of other apps."""
        return [*self.verbs, *hooks.staff_actions.of(self.model)]

    def get_urls(self):
        addresses = []
        for verb in self.staff_actions:
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
        return StaffActionPage(self, request, verb, rows).respond()

    def verb_list_view(self, verb: Verb, request: HttpRequest) -> HttpResponse:
        if not self.may_use(request, verb):
            raise PermissionDenied
        keys = [key for key in request.POST.get("rows", "").split(",") if KEY.fullmatch(key)]
        rows = chosen(self.get_queryset(request).filter(pk__in=keys[: MOST + 1]))
        if not rows:
            messages.warning(request, "Choose the records on the list first, then the action.")
            return HttpResponseRedirect(list_address(self.model))
        return StaffActionPage(self, request, verb, rows, many=True).respond()

    def get_actions(self, request):
        actions = super().get_actions(request)
        for verb in self.staff_actions:
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
            for verb in self.staff_actions
            if self.may_use(request, verb) and verb.is_possible(row)
        ]


def _list_action(verb: Verb, modeladmin, request: HttpRequest, queryset) -> HttpResponse:
    return StaffActionPage(modeladmin, request, verb, chosen(queryset), many=True).respond()
