"""Records that stand for all tests of a module, which look at them and are each rolled back."""

from collections.abc import Callable

import pytest
from django.db import transaction


def for_the_module(make: Callable[[], object]):
    """A fixture of what `make` makes, once. Not for tests that commit."""

    @pytest.fixture(scope="module")
    def standing(django_db_setup, django_db_blocker):
        with django_db_blocker.unblock(), transaction.atomic():
            yield make()
            transaction.set_rollback(True)

    return standing
