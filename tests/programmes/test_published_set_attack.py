"""An outsider reads the public files of several related measures, and finds no small number."""

import os

import pytest
from django.db import connection, transaction

from tests import builders as a
from tests.programmes.public_sets import Attack, attack

pytestmark = pytest.mark.django_db

FUZZ = int(os.environ.get("FUZZ", "500"))


def attacked(seeds: range) -> list[Attack]:
    """Every office is taken away again after it was attacked."""
    by, found = a.an_officer(), []
    for seed in seeds:
        with transaction.atomic():
            one = attack(seed, by)
            transaction.set_rollback(True)
        if one.recovered:
            print(f"seed {seed}: {one.recovered}")
        found.append(one)
    hidden = sum(one.hidden for one in found)
    small = sum(one.small for one in found)
    shown = sum(one.shown for one in found)
    print(f"{shown} shown, {hidden} hidden, of which {small} small")
    return found


def test_no_small_number_follows_from_the_public_files_of_related_measures():
    found = attacked(range(6))

    assert [one.recovered for one in found if one.recovered] == []
    assert sum(one.small for one in found) > 10
    assert sum(one.implied for one in found) > 10


@pytest.mark.fuzz
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the same on every database")
@pytest.mark.xfail(strict=False, reason="some sets give a number away: docs/decisions/0027")
def test_no_small_number_follows_from_the_public_files_of_thousands_of_sets():
    found = attacked(range(1000, 1000 + 10 * FUZZ))

    assert [one.recovered for one in found if one.recovered] == []
