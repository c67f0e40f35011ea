"""Whoever declared an interest stands aside from every action on the organisation's records.

Every action function is tried by somebody with an interest two levels above or below, just before
a colleague does the same; every staff action is opened by them. test_interests.py has the levels.
"""

import copy
import inspect
import pkgutil
import typing
from collections.abc import Iterable
from importlib import import_module

import pytest
from django.db import models, transaction
from django.utils import timezone

import commissioning.actions
import finance.actions
import programmes.actions
import victims.actions
from commissioning.models import HistoryEvent, Interest, Organisation
from commissioning.rules import RuleBroken
from commissioning.rules.interests import leading, organisations_of
from tests import builders as a
from tests.commissioning import staff
from tests.interest_steps import further_steps

pytestmark = pytest.mark.django_db

PACKAGES = (commissioning.actions, finance.actions, programmes.actions, victims.actions)
# What every other action is made of, and what it asks before; tried with the actions that call it.
MADE_OF = {
    *("history", "records", "journal", "publication", "pipeline", "variations", "references"),
    *("hold_commitments", "hold_days", "hold_payments"),
    *("find", "needed", "within_limit", "draw_up", "follow_award"),
}
LEVELS = ["two levels up", "two levels down"]


def models_in(annotation) -> set[type]:
    """The models that an annotation names, inside Sequence[…] or | too."""
    if isinstance(annotation, type) and issubclass(annotation, models.Model):
        return {annotation}
    return {model for each in typing.get_args(annotation) for model in models_in(each)}


def action_functions() -> dict[str, tuple]:
    """name: (module, function) of each action that takes a record that leads to an organisation."""
    found = {}
    for package in PACKAGES:
        for info in pkgutil.iter_modules(package.__path__):
            module = import_module(f"{package.__name__}.{info.name}")
            for name, function in inspect.getmembers(module, inspect.isfunction):
                own = function.__module__ == module.__name__ and not name.startswith("_")
                if own and not MADE_OF & {info.name, name} and _takes_a_record(function):
                    found[f"{module.__name__}.{name}"] = (module, function)
    return found


def _takes_a_record(function) -> bool:
    parameters = inspect.signature(function).parameters
    named = {model for each in parameters.values() for model in models_in(each.annotation)}
    return "by" in parameters and bool(named & set(leading()))


def rows_in(value) -> Iterable[models.Model]:
    if isinstance(value, models.Model):
        yield value
    elif isinstance(value, (list, tuple, set)):
        for each in value:
            yield from rows_in(each)


def somebody_with_an_interest(keys: Iterable[int], level: str):
    """A superuser with an interest in what stands two levels from each of the organisations."""
    person, plain = a.a_user(superuser=True), {"kind": "charity"}

    def one_more(**fields) -> Organisation:
        n = f"gate-{next(a.numbers)}"
        return Organisation.objects.create(code=n, slug=n, name=n, **plain, **fields)

    for key in keys:
        if level == "two levels up":
            top = one_more()
            near = top
            Organisation.objects.filter(pk=key).update(parent=one_more(parent=top))
        else:
            near = one_more(parent=one_more(parent_id=key))
        Interest.objects.create(
            person=person,
            organisation=near,
            nature="trustee",
            declared_on=timezone.localdate(),
        )
    return person


class Tried:
    """Wraps action functions: each is first tried by somebody who must stand aside."""

    def __init__(self):
        self.names, self.let_through, self.inside = set(), [], False

    def wrapper(self, name, function):
        def instead(*args, **kwargs):
            if not self.inside and "by" in kwargs:
                self.inside = True
                self.try_first(name, function, args, kwargs)
                self.inside = False
            return function(*args, **kwargs)

        return instead

    def try_first(self, name, function, args, kwargs):
        given = [*args, *(value for key, value in kwargs.items() if key != "by")]
        keys = {key for row in rows_in(given) for key in organisations_of(row)}
        if not keys or name in self.names:
            return
        level = LEVELS[len(self.names) % 2]
        with transaction.atomic():
            person = somebody_with_an_interest(keys, level)
            tried_args, tried_kwargs = copy.deepcopy((args, {**kwargs, "by": person}))
            before = HistoryEvent.objects.count()
            try:
                function(*tried_args, **tried_kwargs)
                if HistoryEvent.objects.count() > before:
                    self.let_through.append((name, level))
            except RuleBroken as refusal:
                if "declared an interest" in str(refusal):
                    self.names.add(name)
                else:
                    self.let_through.append((name, level, str(refusal)))
            transaction.set_rollback(True)


def test_no_action_is_done_by_somebody_with_an_interest_two_levels_up_or_down(monkeypatch):
    tried, functions = Tried(), action_functions()
    for name, (module, function) in functions.items():
        monkeypatch.setattr(module, function.__name__, tried.wrapper(name, function))

    staff.a_world()
    further_steps()

    assert tried.let_through == []
    assert sorted(functions.keys() - tried.names) == []


def test_no_staff_action_is_offered_to_them(client):
    staff.a_world()
    offered, seen = [], 0
    for modeladmin, verb in staff.verbs():
        row = staff.row_for(modeladmin, verb)
        keys = organisations_of(row)
        if not keys:
            continue
        seen += 1
        with transaction.atomic():
            client.force_login(somebody_with_an_interest(keys, LEVELS[seen % 2]))
            page = client.get(staff.address(row, verb.name)).content.decode()
            transaction.set_rollback(True)
        if "You declared an interest" not in page:
            offered.append((modeladmin.opts.model_name, verb.name))
    assert offered == []
    assert seen > 40
