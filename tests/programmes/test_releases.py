"""What a release shows of figures, and what it hides."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from commissioning.models import HistoryEvent
from commissioning.rules import RuleBroken
from programmes.actions import observations, releases
from programmes.models import Observation, Release, ReleasedCell
from tests import builders as a

pytestmark = pytest.mark.django_db


def shown(measure) -> list[str]:
    """The current cells of a measure in the order of recording: a number, [c] or nothing."""
    cells = ReleasedCell.objects.published().filter(measure=measure).order_by("observation_id")
    return ["[c]" if cell.is_hidden else f"{cell.value.normalize():f}" for cell in cells]


def over_areas(measure, whole, *parts, **fields):
    """A figure of the whole and one for each of some areas."""
    a.an_observation(whole, measure, **fields)
    for part in parts:
        a.an_observation(part, measure, area=a.an_area(), **fields)


def test_nothing_of_a_figure_is_public_before_it_is_released():
    measure = a.an_observation(700).measure

    assert shown(measure) == []

    a.a_release(measure)

    assert shown(measure) == ["700"]


def test_a_small_number_is_hidden_with_another_from_which_it_would_follow():
    measure = a.a_measure()
    over_areas(measure, 103, 3, 40, 60)

    a.a_release(measure)

    assert shown(measure) == ["103", "[c]", "[c]", "60"]


def test_nothing_is_hidden_of_what_is_already_public():
    measure = a.a_measure()
    over_areas(measure, 103, 3, 40, 60)

    a.a_release(measure, basis=Release.Basis.PUBLIC, document="Annual Report")

    assert shown(measure) == ["103", "3", "40", "60"]


def test_pounds_and_things_are_not_hidden():
    measure = a.a_measure(counts_people=False, unit="dogs")
    over_areas(measure, 5, 2, 3)

    a.a_release(measure)

    assert shown(measure) == ["5", "2", "3"]


def test_a_number_is_small_up_to_what_its_measure_or_its_category_says():
    offences = a.a_breakdown(categories=["Burglary", "Fraud", "Rape"])
    burglary, fraud, rape = offences.categories.all()
    rape.small_up_to = 9
    rape.save()
    measure = a.a_measure(breakdown=offences, small_up_to=5)
    for category, value in ((burglary, 9), (fraud, 5), (rape, 9)):
        a.an_observation(value, measure, category=category)

    a.a_release(measure)

    assert shown(measure) == ["9", "[c]", "[c]"]


def test_a_hidden_figure_takes_its_number_and_its_note_with_it():
    measure = a.an_observation(2, note="Two women of the same street").measure

    a.a_release(measure)

    cell = ReleasedCell.objects.published().get()
    assert (cell.value, cell.note, cell.is_hidden) == (None, "", True)


def test_a_percentage_that_would_tell_a_hidden_number_is_hidden_too():
    asked, agreed = a.a_measure("Asked"), a.a_measure("Agreed")
    rate = a.a_measure(
        "Agreed, of those asked",
        form="percent",
        unit="percent",
        numerator=agreed,
        denominator=asked,
        counts_people=False,
        decimals=0,
    )
    a.an_observation(40, asked)
    a.an_observation(3, agreed)
    a.an_observation("7.5", rate)

    a.a_release(asked, agreed, rate)

    assert [shown(one) for one in (asked, agreed, rate)] == [["40"], ["[c]"], ["[c]"]]


def test_a_percentage_released_later_keeps_the_secret_of_its_numbers():
    asked, agreed = a.a_measure("Asked"), a.a_measure("Agreed")
    rate = a.a_measure(
        form="percent", numerator=agreed, denominator=asked, counts_people=False, decimals=2
    )
    a.an_observation(7, asked)
    a.an_observation(3, agreed)
    a.an_observation("42.86", rate)
    a.a_release(asked)

    a.a_release(rate)

    assert (shown(asked), shown(agreed), shown(rate)) == (["7"], [], ["[c]"])


@pytest.mark.parametrize("recorded", ["before", "after"])
def test_numbers_behind_a_released_percentage_are_not_told_by_each_other(recorded):
    asked, agreed = a.a_measure("Asked"), a.a_measure("Agreed")
    rate = a.a_measure(
        form="percent", numerator=agreed, denominator=asked, counts_people=False, decimals=2
    )
    a.an_observation("42.86", rate)
    if recorded == "before":
        a.an_observation(7, asked)
        a.an_observation(3, agreed)
    a.a_release(rate)
    assert shown(rate) == ["42.86"]
    if recorded == "after":
        a.an_observation(7, asked)
        a.an_observation(3, agreed)

    a.a_release(asked)

    assert shown(asked) == ["[c]"]


def test_a_part_that_was_not_known_before_is_not_told_by_a_later_release():
    measure = a.a_measure()
    over_areas(measure, 100, 60)
    a.a_release(measure)
    a.an_observation(38, measure, area=a.an_area())
    a.an_observation(2, measure, area=a.an_area())

    a.a_release(measure, change_note="Two more areas")

    assert shown(measure) == ["100", "60", "[c]", "[c]"]


def test_a_quarter_is_not_told_by_its_year():
    measure = a.a_measure()
    quarters = [("04-01", "06-30"), ("07-01", "09-30"), ("10-01", "12-31")]
    days = [(f"2026-{first}", f"2026-{last}") for first, last in quarters]
    for (first, last), value in zip(
        [*days, ("2027-01-01", "2027-03-31")], (30, 31, 32, 2), strict=True
    ):
        a.an_observation(value, measure, starts_on=first, ends_on=last, period_kind="quarter")
    a.an_observation(95, measure)

    a.a_release(measure)

    assert shown(measure).count("[c]") == 2
    assert shown(measure)[3:] == ["[c]", "95"]


def test_the_public_sees_the_latest_release_of_each_measure():
    first = a.an_observation(700)
    other = a.an_observation(50).measure
    a.a_release(first.measure, other)
    observations.correct(first, value=710, reason="Ten were left out", by=a.an_officer())

    assert shown(first.measure) == ["700"]

    a.a_release(first.measure, change_note="Ten were left out")

    assert (shown(first.measure), shown(other)) == (["710"], ["50"])
    assert ReleasedCell.objects.filter(measure=first.measure).count() == 2


def test_figures_of_a_measure_that_is_not_published_are_not_released():
    measure = a.a_measure("Kept back", published=False)
    a.an_observation(700, measure)

    with pytest.raises(RuleBroken, match="Publish Kept back first"):
        a.a_release(measure)
    assert not Release.objects.exists()


def test_figures_that_are_public_already_name_the_document():
    measure = a.an_observation(700).measure

    with pytest.raises(ValidationError, match="Name the document"):
        a.a_release(measure, basis=Release.Basis.PUBLIC)


def test_a_release_can_be_looked_at_before_it_is_made():
    measure = a.a_measure()
    over_areas(measure, 103, 3, 40, 60)

    planned = releases.plan([measure])

    assert (planned.shown, planned.hidden) == (2, 2)
    assert not ReleasedCell.objects.exists()


def test_a_release_is_in_history_without_its_numbers():
    measure = a.an_observation(2).measure

    a.a_release(measure, title="First quarter")

    event = HistoryEvent.objects.get(verb="released")
    assert event.subject_label == "First quarter"
    assert event.after == {"measures": [str(measure)], "hidden": 1}


@pytest.mark.parametrize("model", [Release, ReleasedCell, Observation])
def test_what_was_recorded_or_released_is_never_changed_or_removed(model):
    a.a_release()
    table = model._meta.db_table

    for sql in (f"UPDATE {table} SET id = id + 1", f"DELETE FROM {table}"):  # noqa: S608
        with (
            pytest.raises(IntegrityError, match="is_never_changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)
