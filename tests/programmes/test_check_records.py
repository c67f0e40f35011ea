"""`check_records` finds figures that came into the tables behind the back of their guards."""

import pytest
from django.db import transaction

from programmes.actions import observations
from programmes.models import Observation, ReleasedCell, ReleasedMeasure
from search import index
from tests import builders as a
from tests.breaking import change, unguard
from tests.commissioning.test_check_records import check_records

pytestmark = pytest.mark.django_db


@pytest.fixture
def released():
    """A released figure without its guards; all is undone at the end."""
    with transaction.atomic():
        a.a_release(a.an_observation(700).measure)
        unguard()
        yield ReleasedCell.objects.get()
        transaction.set_rollback(True)


def test_figures_recorded_corrected_and_released_by_the_book_agree():
    figure = a.an_observation(700)
    a.a_release(figure.measure)
    observations.correct(figure, value=a.pounds(710), reason="Late", by=a.an_officer())
    a.a_release(figure.measure, change_note="Late figures")
    index.rebuild()

    assert check_records()[0] == 0


def test_a_released_number_that_was_never_recorded_is_found(released):
    change(released, value=7)()

    status, said = check_records()

    assert status == 1
    assert f"Released cell {released.pk}" in said
    assert "differs from the figure recorded for it" in said


def test_a_recorded_number_that_was_changed_after_its_release_is_found(released):
    change(released.observation, value=7)()

    assert "differs from the figure recorded for it" in check_records()[1]


def test_a_measure_taken_out_of_its_release_is_found(released):
    ReleasedMeasure.objects.all().delete()

    assert "is of a measure that its release lacks" in check_records()[1]


def test_a_version_that_was_removed_is_found(released):
    change(Observation.objects.get(), version=3)()

    assert "corrects a version that is not there" in check_records()[1]
