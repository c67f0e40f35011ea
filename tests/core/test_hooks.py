"""Hooks: how an app takes part in what a package below it does."""

import pytest
from django.conf import settings

from commissioning.models import Award, Fund
from core.hooks import AlreadyRegistered, Hook, ModelHook, SingleHook, declared
from core.management.commands.hooks_table import DOCUMENT, with_table


def test_receivers_are_asked_in_the_order_in_which_they_were_registered():
    hook = Hook("Asked for words.")
    hook.register("one", "two")
    hook.register("three")

    assert list(hook) == ["one", "two", "three"]


def test_a_receiver_is_not_registered_twice():
    hook, by_model, single = Hook(""), ModelHook(""), SingleHook("")
    hook.register("one")
    by_model.register(Award, "one")
    by_model.register(Fund, "one")
    single.register("one")

    for register in (hook.register, lambda again: by_model.register(Award, again), single.register):
        with pytest.raises(AlreadyRegistered, match="'one' is registered already"):
            register("one")


def test_receivers_for_a_model_are_asked_of_no_other():
    hook = ModelHook("Asked for words about a record.")
    hook.register(Award, "one", "two")

    assert hook.of(Award) == ("one", "two")
    assert hook.of(Fund) == ()
    assert hook.models == (Award,)


def test_every_hook_says_what_it_is_for_and_stands_in_the_docs():
    text = DOCUMENT.read_text()

    assert len(declared()) > 20
    assert all(hook.purpose.endswith(".") for hook in declared().values())
    assert with_table(text) == text, "Run `manage.py hooks_table`."


def test_nothing_is_registered_outside_receivers():
    """Otherwise the order of receivers would depend on what is imported first."""
    sources = [
        path
        for app in (*settings.OUR_APPS, "config", "core")
        for path in settings.BASE_DIR.glob(f"{app}/**/*.py")
        if path.name != "receivers.py"
    ]

    names = [name.rpartition(".")[2] for name in declared()]
    assert [
        (str(path), name)
        for path in sources
        for name in names
        if f"{name}.register(" in path.read_text()
    ] == []
