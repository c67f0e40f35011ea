"""An outsider reads the public files of several related measures, and finds no small number."""

import os
from collections.abc import Iterable

import pytest
from django.db import connection, transaction

from programmes.actions import releases
from programmes.disclosure import NotProven
from programmes.models import Release
from tests import builders as a
from tests.programmes.public_sets import Attack, attack

pytestmark = pytest.mark.django_db

FUZZ = int(os.environ.get("FUZZ", "500"))
CHUNK = 100
# A number followed from each of these before crossings, unreleased figures and corrections were
# taken into account (docs/decisions/0032).
ONCE_BROKEN = [2088, 2093, 2390, 1195]


def attacked(seeds: Iterable[int]) -> list[Attack]:
    """Every office is taken away again after it was attacked."""
    by, found = a.an_officer(), []
    for at, seed in enumerate(seeds):
        with transaction.atomic():
            one = attack(seed, by, compare=at % 10 == 0)
            transaction.set_rollback(True)
        if one.recovered:
            print(f"seed {seed}: {one.recovered}")
        found.append(one)
    print(
        ", ".join(
            f"{sum(getattr(one, name) for one in found)} {name}"
            for name in ("shown", "hidden", "small", "implied", "corrections", "refused")
        )
        + f"; of sets released at once {hidden(found)} hidden, at least {least(found)} of need"
    )
    return found


def hidden(found: list[Attack]) -> int:
    return sum(one.compared for one in found)


def least(found: list[Attack]) -> int:
    return sum(one.least for one in found)


def test_no_small_number_follows_from_the_public_files_of_related_measures():
    found = attacked([*ONCE_BROKEN, *range(4)])

    assert [one.recovered for one in found if one.recovered] == []
    assert sum(one.small for one in found) > 10
    assert sum(one.implied for one in found) > 10
    assert sum(one.corrections for one in found) > 0


def test_not_much_more_is_hidden_of_related_measures_than_must_be():
    by, found = a.an_officer(), []
    for seed in (1, 4, 11):
        with transaction.atomic():
            found.append(attack(seed, by, compare=True))
            transaction.set_rollback(True)

    assert least(found) > 0
    assert hidden(found) <= 3 * least(found)


def test_a_release_that_cannot_be_proven_safe_is_refused(client, monkeypatch):
    measure = a.an_observation(3).measure

    def too_long(*args, **kwargs):
        raise NotProven

    monkeypatch.setattr("programmes.published_set.protect", too_long)
    with pytest.raises(releases.rules.RuleBroken, match="could not be proven"):
        releases.release([measure], title="Figures", by=a.an_officer())

    assert not Release.objects.exists()


@pytest.mark.fuzz
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the same on every database")
@pytest.mark.parametrize("chunk", range(10 * FUZZ // CHUNK))
def test_no_small_number_follows_from_the_public_files_of_thousands_of_sets(chunk):
    first = 1000 + CHUNK * chunk
    found = attacked(range(first, first + CHUNK))

    assert [one.recovered for one in found if one.recovered] == []
    assert hidden(found) <= 5 * least(found)
