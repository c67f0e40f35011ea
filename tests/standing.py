"""Records that are made once for all tests of a module that ask for them.

Each test is rolled back and gets its own copy of what `make` returned, so it may change both. The
tests of a module that ask for the same records run one after another, and those that ask for none
run first: they find an empty database.
"""

from collections.abc import Callable
from copy import deepcopy

import pytest
from django.db import connection, transaction


def for_the_module(make: Callable[[], object]):
    """A fixture of what `make` makes, once. Not for tests that commit."""

    @pytest.fixture(scope="module")
    def standing(django_db_setup, django_db_blocker):
        with django_db_blocker.unblock(), transaction.atomic():
            made = make()
            # What the database does at the end of a transaction it does once, not for each test.
            connection.check_constraints()
            yield made
            transaction.set_rollback(True)

    return standing


def asked_for(item: pytest.Item) -> str:
    """The name of the fixture that a test has of its module; one test has one of them."""
    info = getattr(item, "_fixtureinfo", None)
    for name, definitions in info.name2fixturedefs.items() if info else ():
        if definitions[-1].func.__qualname__.startswith(for_the_module.__name__):
            return name
    return ""


def in_groups(items: list[pytest.Item]) -> None:
    """Sort tests so that, in each module, those that ask for the same records are together."""
    places: dict[str, int] = {}
    for item in items:
        places.setdefault(item.location[0], len(places))
    items.sort(key=lambda item: (places[item.location[0]], asked_for(item)))


def clear_for(item: pytest.Item, following: pytest.Item | None) -> None:
    """Remove the records of a test that the next one does not ask for."""
    name = asked_for(item)
    if name and following is not None and asked_for(following) != name:
        item._fixtureinfo.name2fixturedefs[name][-1].finish(item._request)


def copy_for(item: pytest.Item) -> None:
    """Give a test its own copy of what stands, which it may change."""
    name = asked_for(item)
    if name in getattr(item, "funcargs", ()):
        item.funcargs[name] = deepcopy(item.funcargs[name])
