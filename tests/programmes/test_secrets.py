"""What an attacker tries in order to read a number that is hidden, and what they get."""

import pytest
from django.db import IntegrityError, connection, transaction

from programmes.models import Edition, Observation, Release, ReleasedCell, ReleasedMeasure
from tests import builders as a

pytestmark = pytest.mark.django_db


def cells_of(measure):
    return list(ReleasedCell.objects.published().filter(measure=measure).order_by("pk"))


@pytest.mark.parametrize("form", ["number", "percent"])
def test_a_rate_of_few_people_over_what_are_no_people_does_not_tell_how_many(form):
    few = a.a_measure("Injured")
    raids = a.a_measure("Raids", counts_people=False, unit="raids")
    rate = a.a_measure(
        form=form, unit="rate", numerator=few, denominator=raids, counts_people=False, decimals=2
    )
    a.an_observation(3, few)
    a.an_observation(20, raids)
    a.an_observation("15", rate)
    a.a_release(few, raids, rate)
    [cell] = cells_of(rate)
    assert cell.is_hidden


def test_a_rate_of_few_people_that_is_no_percentage_does_not_tell_how_many():
    few, many = a.a_measure("Injured"), a.a_measure("Asked")
    rate = a.a_measure(unit="in a thousand", numerator=few, denominator=many, counts_people=False)
    a.an_observation(3, few)
    a.an_observation(60, many)
    a.an_observation(50, rate)
    a.a_release(few, many, rate)
    [cell] = cells_of(rate)
    assert cell.is_hidden


@pytest.mark.parametrize(
    "sides",
    [{"numerator": 2, "denominator": 50}, {"numerator": 2}, {"denominator": 3}],
)
@pytest.mark.parametrize("form", ["number", "percent"])
def test_a_small_number_behind_a_figure_is_never_shown(form, sides):
    measure = a.a_measure(form=form, unit="rate")
    a.an_observation(40, measure, **sides)
    a.a_release(measure)
    [cell] = cells_of(measure)
    assert cell.numerator != 2
    assert cell.denominator != 3


def test_a_ratio_of_two_measures_shows_no_numbers_of_its_own_besides():
    few, many = a.a_measure("Injured"), a.a_measure("Asked")
    rate = a.a_measure(
        form="percent", unit="%", numerator=few, denominator=many, counts_people=False, decimals=0
    )
    a.an_observation(3, few)
    a.an_observation(600, many)
    a.an_observation("1", rate, numerator=3, denominator=600)
    a.a_release(few, many, rate)
    [cell] = cells_of(rate)
    assert cell.numerator is None


def sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


FACTS = [Observation, Release, ReleasedMeasure, ReleasedCell, Edition]


@pytest.fixture
def facts():
    a.a_release()
    a.an_edition()
    connection.check_constraints()


@pytest.mark.parametrize("model", FACTS)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_what_was_counted_and_shown_is_never_changed(facts, model, statement):
    with pytest.raises(IntegrityError, match="_is_never_changed"), transaction.atomic():
        sql(statement.format(model._meta.db_table))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="no TRUNCATE elsewhere")
@pytest.mark.parametrize("model", FACTS)
def test_what_was_counted_and_shown_is_not_emptied_by_truncate(facts, model):
    with pytest.raises(IntegrityError, match="_is_never_changed"), transaction.atomic():
        sql(f"TRUNCATE {model._meta.db_table} CASCADE")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="no REPLACE elsewhere")
@pytest.mark.parametrize("model", FACTS)
@pytest.mark.parametrize("with_number", [True, False], ids=["same number", "new number"])
def test_what_was_counted_and_shown_is_not_replaced(facts, model, with_number):
    """A row without its number would take the place of the one that is alike."""
    table = model._meta.db_table
    names = [field.column for field in model._meta.concrete_fields]
    columns = ", ".join(name for name in names if with_number or name != "id")
    keys = set(model.objects.values_list("pk", flat=True))
    try:
        with transaction.atomic():
            sql(f"REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}")  # noqa: S608
    except IntegrityError:
        pass
    assert keys <= set(model.objects.values_list("pk", flat=True))
