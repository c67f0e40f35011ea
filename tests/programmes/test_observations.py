"""Figures are recorded once, corrected openly, and never changed by anybody or anything."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from commissioning.models import HistoryEvent
from commissioning.rules import RuleBroken
from programmes.actions import observations
from programmes.models import Observation
from tests import builders as a

pytestmark = pytest.mark.django_db


def current(measure) -> Observation:
    return Observation.objects.filter(measure=measure).current().get()


def test_a_figure_is_recorded_with_who_and_when():
    officer = a.an_officer()

    figure = a.an_observation(11_445, by=officer)

    figure.refresh_from_db()
    assert (figure.value, figure.version, figure.recorded_by) == (Decimal(11_445), 1, officer)
    assert figure.recorded_at is not None
    event = HistoryEvent.objects.get(subject_type="observation", verb="recorded")
    assert (event.subject_id, event.by_name) == (str(figure.pk), str(officer))


def test_the_same_figure_is_not_recorded_a_second_time():
    figure = a.an_observation(10)

    with pytest.raises(RuleBroken, match="Correct it instead"):
        a.an_observation(11, figure.measure)

    assert Observation.objects.count() == 1


def test_of_many_figures_all_or_none_are_recorded():
    measure = a.a_measure()
    rows = [
        Observation(measure=measure, value=Decimal(value), period_note=f"week {value}")
        for value in (1, 2, -3)
    ]

    with pytest.raises(RuleBroken, match="from 0 up"):
        observations.record_all(rows, by=a.an_officer())

    assert not Observation.objects.exists()


def test_a_correction_takes_the_place_of_the_figure_which_stays_on_record():
    figure = a.an_observation(10, note="First count.")
    officer = a.an_officer()

    observations.correct(figure, value=Decimal(12), reason="Two forms came late.", by=officer)

    new = current(figure.measure)
    assert (new.value, new.version, new.reason) == (Decimal(12), 2, "Two forms came late.")
    assert new.note == "First count."
    figure.refresh_from_db()
    assert (figure.value, figure.version) == (Decimal(10), 1)
    event = HistoryEvent.objects.get(verb="corrected")
    assert event.reason == "Two forms came late."
    assert (event.before["value"], event.after["value"]) != ("", "")


def test_what_a_correction_does_not_name_stays():
    figure = a.an_observation(10, qualifier="about")

    observations.correct(figure, note="Counted by hand.", reason="Added.", by=a.an_officer())

    new = current(figure.measure)
    assert (new.value, new.qualifier, new.note) == (Decimal(10), "about", "Counted by hand.")


def test_a_figure_that_was_missing_can_come_later():
    figure = a.an_observation(None, missing="not_received")

    observations.correct(figure, value=Decimal(7), reason="It came.", by=a.an_officer())

    new = current(figure.measure)
    assert (new.value, new.missing) == (Decimal(7), "")


def test_a_correction_says_why():
    figure = a.an_observation(10)

    with pytest.raises(RuleBroken, match="Say why"):
        observations.correct(figure, value=Decimal(12), reason=" ", by=a.an_officer())

    assert current(figure.measure).value == Decimal(10)


def test_each_correction_follows_the_last_one():
    figure = a.an_observation(10)

    for value in (11, 12):
        observations.correct(figure, value=Decimal(value), reason="Again.", by=a.an_officer())

    assert current(figure.measure).value == Decimal(12)
    assert Observation.objects.count() == 3


@pytest.mark.parametrize("value", ["2.5", "-1"])
def test_people_are_counted_in_whole_numbers(value):
    with pytest.raises(RuleBroken, match="whole numbers"):
        a.an_observation(value)


def test_a_percentage_of_people_may_have_decimals_and_no_people_below_nought():
    measure = a.a_measure(form="percent", unit="percent")

    assert a.an_observation("42.7", measure, numerator=819, denominator=1916).value
    with pytest.raises(RuleBroken, match="whole numbers"):
        a.an_observation("42.7", measure, numerator=-819, denominator=1916, area=a.an_area())


@pytest.mark.parametrize("value", ["2.5", "-1"])
def test_other_things_may_be_measured_in_parts(value):
    measure = a.a_measure(counts_people=False, unit="hours")

    assert a.an_observation(value, measure).value == Decimal(value)


def test_a_category_of_another_breakdown_is_refused():
    measure = a.a_measure(breakdown=a.a_breakdown("Crime type", ["Theft"]))
    need = a.a_category("Housing", a.a_breakdown("Need"))

    with pytest.raises(RuleBroken, match="“Housing” is not a category of"):
        a.an_observation(5, measure, category=need)


def test_a_figure_that_is_missing_says_why():
    with pytest.raises(RuleBroken, match="say why there is none"):
        a.an_observation(None)


@pytest.mark.parametrize(
    "harm",
    [
        lambda figure: Observation.objects.filter(pk=figure.pk).update(value=Decimal(0)),
        lambda figure: figure.delete(),
        lambda figure: Observation.objects.bulk_update([figure], ["note"]),
        lambda figure: in_sql("UPDATE programmes_observation SET value = 0 WHERE id = %s", figure),
        lambda figure: in_sql("DELETE FROM programmes_observation WHERE id = %s", figure),
    ],
    ids=["update", "delete", "bulk update", "SQL update", "SQL delete"],
)
def test_the_database_refuses_to_change_a_figure(harm):
    figure = a.an_observation(10)

    with pytest.raises(IntegrityError, match="never changed or removed"), transaction.atomic():
        harm(figure)

    figure.refresh_from_db()
    assert figure.value == Decimal(10)


def in_sql(statement: str, figure: Observation) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [figure.pk])


def test_figures_of_the_same_period_differ_by_what_they_are_of():
    measure = a.a_measure(breakdown=a.a_breakdown("Crime type", ["Theft"]))
    theft = measure.breakdown.categories.get()

    a.an_observation(10, measure)
    a.an_observation(4, measure, category=theft)
    a.an_observation(3, measure, area=a.an_area())
    a.an_observation(10, measure, is_total=True)
    a.an_observation(2, measure, ends_on=date(2026, 4, 30))

    assert Observation.objects.filter(measure=measure).current().count() == 5
