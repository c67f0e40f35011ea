"""Numbers hidden in one measure do not follow from another, nor small ones by subtraction."""

from datetime import date
from html import unescape

import pytest
from django.urls import reverse

from commissioning.models import HistoryEvent
from commissioning.rules import RuleBroken
from programmes.actions import observations, relations, releases
from programmes.likely import unanswered
from programmes.models import MeasureRelation, Release, ReleasedCell
from tests import builders as a
from tests.commissioning.staff import ask, confirm, effect, problems, use

pytestmark = pytest.mark.django_db

Q1 = {"starts_on": date(2026, 4, 1), "ends_on": date(2026, 6, 30)}
HALF = {"starts_on": date(2026, 4, 1), "ends_on": date(2026, 9, 30)}


def shown(measure) -> list[str]:
    """The current cells of a measure in the order of recording: a number or [c]."""
    cells = ReleasedCell.objects.published().filter(measure=measure).order_by("observation_id")
    return ["[c]" if cell.is_hidden else f"{cell.value.normalize():f}" for cell in cells]


def by_area(measure, whole, *parts, areas=None, **fields) -> list:
    areas = areas or [a.an_area() for _ in parts]
    if whole is not None:
        a.an_observation(whole, measure, **fields)
    for area, part in zip(areas, parts, strict=True):
        a.an_observation(part, measure, area=area, **fields)
    return areas


# --- Small numbers that nobody recorded -----------------------------------------------------------


def test_people_of_an_area_that_was_not_recorded_do_not_follow_from_the_whole():
    measure = a.a_measure()
    by_area(measure, 30, 9, 9, 10)

    a.a_release(measure)

    assert shown(measure).count("[c]") == 1


def test_people_of_no_known_kind_do_not_follow_from_the_whole():
    crimes = a.a_breakdown(categories=["Burglary", "Fraud"])
    measure = a.a_measure(breakdown=crimes)
    a.an_observation(110, measure)
    for category in crimes.categories.all():
        a.an_observation(54, measure, category=category)

    a.a_release(measure)

    assert shown(measure).count("[c]") == 1


@pytest.mark.parametrize("at_once", [True, False])
def test_a_quarter_does_not_follow_from_the_year_to_date(at_once):
    measure = a.a_measure()
    a.an_observation(20, measure, **Q1)
    if not at_once:
        a.a_release(measure)
    a.an_observation(22, measure, **HALF)

    a.a_release(measure, change_note="To September")

    assert shown(measure) == (["20", "[c]"] if not at_once else shown(measure))
    assert shown(measure).count("[c]") == 1


def test_a_period_within_another_is_not_told_by_what_is_left_of_it():
    measure = a.a_measure()
    a.an_observation(50, measure)
    a.an_observation(
        48, measure, starts_on=date(2026, 5, 1), ends_on=date(2027, 2, 28), period_kind="range"
    )

    a.a_release(measure)

    assert shown(measure).count("[c]") == 1


def test_people_who_are_counted_once_in_the_whole_are_not_told_by_a_part():
    measure = a.a_measure(over_areas="unique")
    by_area(measure, 60, 58)

    a.a_release(measure)

    assert shown(measure).count("[c]") == 1


def test_what_is_left_is_a_large_number_and_nothing_is_hidden():
    measure = a.a_measure()
    by_area(measure, 60, 20, 20)
    a.an_observation(20, measure, **Q1)

    a.a_release(measure)

    assert "[c]" not in shown(measure)


# --- Related measures -----------------------------------------------------------------------------


def all_and_by_crime(how: str | None = "same"):
    """All who were supported by area, and the same by kind of crime: one small number."""
    crimes = a.a_breakdown(categories=["Burglary", "Fraud"])
    service = a.a_service()
    split = a.a_measure("Supported, by crime", breakdown=crimes, service=service)
    every = a.a_measure("All victims supported", service=service)
    areas = [a.an_area(), a.an_area()]
    for area, numbers in zip(areas, ((3, 40), (50, 60)), strict=True):
        for category, number in zip(crimes.categories.all(), numbers, strict=True):
            a.an_observation(number, split, area=area, category=category)
        a.an_observation(sum(numbers), every, area=area)
    if how:
        a.a_relation(every, split, how)
    return every, split


def test_a_total_in_a_second_measure_does_not_tell_what_the_first_hides():
    every, split = all_and_by_crime()
    a.a_release(split)
    assert shown(split) == ["[c]", "40", "50", "60"]

    planned = releases.plan([every])
    a.a_release(every)

    assert planned.hidden == 1
    assert shown(every) == ["[c]", "110"]


def test_what_was_shown_together_hides_no_more_than_it_must():
    every, split = all_and_by_crime()

    a.a_release(every, split)

    assert sum(each == "[c]" for each in shown(every) + shown(split)) == 2


def test_who_is_left_of_a_whole_beside_its_part_does_not_follow():
    referred, accepted = a.a_measure("Referred"), a.a_measure("Accepted")
    a.an_observation(60, referred)
    a.an_observation(58, accepted)
    a.a_relation(referred, accepted, "part")
    a.a_release(referred)

    a.a_release(accepted)

    assert (shown(referred), shown(accepted)) == (["60"], ["[c]"])


def test_the_rest_of_a_percentage_does_not_follow():
    """97% of 60 who were better off: two were not."""
    asked, better = a.a_measure("Asked"), a.a_measure("Better off")
    rate = a.a_measure(
        form="percent", numerator=better, denominator=asked, counts_people=False, decimals=0
    )
    a.an_observation(60, asked)
    a.an_observation(58, better)
    a.an_observation("96.6667", rate)

    a.a_release(asked, better, rate)

    assert len([each for each in (*shown(asked), *shown(better)) if each == "[c]"]) >= 1


def test_what_is_shown_now_leaves_room_for_the_small_numbers_that_are_recorded_and_not_shown():
    """Of 10 people outside one area 8 are women, so that at most 2 are men."""
    every, women, men = a.a_measure("All"), a.a_measure("Women"), a.a_measure("Men")
    for part in (women, men):
        a.a_relation(every, part, "added")
    rural, urban = a.an_area(), a.an_area()
    a.an_observation(60, every)
    a.an_observation(50, every, area=urban)
    a.an_observation(8, women, area=rural)
    a.an_observation(2, men, area=rural)

    a.a_release(every, women)

    assert "[c]" in shown(every) + shown(women)


def test_a_correction_does_not_tell_who_was_left_of_the_figure_before_it():
    """Of 34 people 31 were helped, until 5 more were found: the 3 may be the ones who were not."""
    every, helped = a.a_measure("All"), a.a_measure("Helped")
    a.a_relation(every, helped, "part")
    figure = a.an_observation(34, every)
    a.an_observation(31, helped)
    a.a_release(every)
    observations.correct(figure, value=39, reason="Five came late", by=a.an_officer())

    a.a_release(every, helped, change_note="Five came late")

    assert (shown(every), shown(helped)) != (["39"], ["31"])


def test_what_several_measures_leave_of_their_whole_does_not_follow():
    every = a.a_measure("All")
    parts = [a.a_measure("Women"), a.a_measure("Men")]
    for measure, number in zip([every, *parts], (100, 51, 47), strict=True):
        a.an_observation(number, measure)
    for part in parts:
        a.a_relation(every, part, "added")

    a.a_release(every, *parts)

    assert sum(each == "[c]" for one in (every, *parts) for each in shown(one)) == 1


def test_a_part_by_quarters_does_not_tell_who_is_left_of_the_year():
    referred, accepted = a.a_measure("Referred"), a.a_measure("Accepted")
    a.an_observation(60, referred)
    quarters = [(4, 6, 30), (7, 9, 30), (10, 12, 31)]
    days = [(date(2026, first, 1), date(2026, last, day)) for first, last, day in quarters]
    for first, last in [*days, (date(2027, 1, 1), date(2027, 3, 31))]:
        a.an_observation(
            "14.0" if first.month != 4 else 16, accepted, starts_on=first, ends_on=last
        )
    a.a_relation(referred, accepted, "part")

    a.a_release(referred, accepted)

    assert "[c]" in shown(referred) + shown(accepted)


def test_a_correction_of_one_measure_keeps_the_secret_of_the_other():
    every, split = all_and_by_crime()
    a.a_release(split)
    a.a_release(every)
    figure = every.observations.get(value=110)
    observations.correct(figure, value=112, reason="Two came late", by=a.an_officer())

    a.a_release(every, change_note="Two came late")

    assert shown(every) == ["[c]", "[c]"] or shown(every)[0] == "[c]"


# --- Asking ---------------------------------------------------------------------------------------


def test_a_release_is_refused_while_measures_that_look_related_are_not_answered():
    every, split = all_and_by_crime(how=None)
    a.a_release(split)
    by = a.an_officer()

    with pytest.raises(RuleBroken, match="All victims supported"):
        releases.release([every], title="All", by=by)

    assert Release.objects.count() == 1
    relations.answer(every, split, "same", by=by)
    releases.release([every], title="All", by=by)
    assert shown(every) == ["[c]", "110"]


def test_an_answer_and_its_reason_are_in_history():
    every, split = all_and_by_crime(how=None)
    by = a.an_officer()
    relations.answer(every, split, "unrelated", reason="Other people", by=by)
    relations.answer(split, every, "same", by=by)

    changed = HistoryEvent.objects.filter(verb="changed").latest("pk")

    assert MeasureRelation.objects.get().answer == "same"
    assert changed.before["reason"] == "Other people"


def likely_pairs(*measures) -> int:
    return len(unanswered(measures))


@pytest.mark.parametrize(
    ("first", "second", "asked"),
    [
        ({}, {}, 1),  # of the same service
        ({"unit": "referrals"}, {}, 1),  # people and referrals
        ({"service": None}, {}, 1),  # the whole force, in the same unit
        ({"service": None, "unit": "calls"}, {}, 0),
        ({"counts_people": False, "unit": "dogs"}, {}, 0),
        ({"form": "percent"}, {}, 0),
    ],
)
def test_measures_of_the_same_people_places_and_days_are_asked_about(first, second, asked):
    service = a.a_service()
    one = a.a_measure(**{"service": service, **first})
    other = a.a_measure(**{"service": service, **second})
    a.an_observation(30, one)
    a.an_observation(20, other)

    assert likely_pairs(one, other) == asked


def test_measures_whose_numbers_or_days_rule_it_out_are_not_asked_about():
    service = a.a_service()
    one, other, third = (a.a_measure(service=service) for _ in range(3))
    areas = by_area(one, None, 30, 10)
    by_area(other, None, 10, 30, areas=areas)
    a.an_observation(30, third, starts_on=date(2020, 4, 1), ends_on=date(2021, 3, 31))

    assert likely_pairs(one, other, third) == 0


def test_what_follows_from_other_answers_is_not_asked():
    one, other, third = (a.a_measure(service=None) for _ in range(3))
    for measure, number in ((one, 90), (other, 60), (third, 30)):
        a.an_observation(number, measure)
    a.a_relation(one, other, "part")
    a.a_relation(other, third, "part")

    assert likely_pairs(one, other, third) == 0


# --- On the page ----------------------------------------------------------------------------------

TOLD = {"title": "All", "basis": "checked"}


@pytest.fixture
def officer(client):
    user = a.an_officer()
    client.force_login(user)
    return user


def test_the_page_asks_how_measures_are_related_and_says_what_will_be_hidden_and_why(
    client, officer
):
    every, split = all_and_by_crime(how=None)
    a.a_release(split)

    page = ask(client, every, "release", **TOLD)
    assert "Say how these two measures are related." in problems(page)

    page = ask(client, every, "release", relation_0="unrelated", **TOLD)
    assert "Say why the two are not related." in problems(page)

    answered = {"relation_0": "same", **TOLD}
    page = ask(client, every, "release", **answered)
    assert "1 figure will be hidden." in effect(page)
    assert "a small number would follow from it" in effect(page)
    assert "The published figures of 1 other measure were taken into account." in effect(page)
    assert "1 figure of these is hidden only because of related measures" in effect(page)
    assert not MeasureRelation.objects.exists()

    confirm(client, every, "release", page, **answered)
    assert MeasureRelation.objects.get().answer == "same"
    assert shown(every) == ["[c]", "110"]


def test_the_page_of_a_relation_says_what_it_hides_and_why(client, officer):
    all_and_by_crime()
    relation = MeasureRelation.objects.get()

    page = client.get(reverse("admin:programmes_measurerelation_change", args=[relation.pk]))

    said = unescape(page.content.decode())
    assert "2 figures of both would be hidden." in said
    assert "1 figure hidden for being of few people." in said


def test_figures_recorded_and_not_released_are_taken_into_account(client, officer):
    referred, accepted = a.a_measure("Referred"), a.a_measure("Accepted")
    a.a_relation(referred, accepted, "part")
    a.an_observation(60, referred)
    a.an_observation(58, accepted)

    page = ask(client, referred, "release", **TOLD)

    assert "recorded of 1 related measure and not released yet" in effect(page)


def test_one_reason_can_answer_for_all_measures_that_are_not_related(client, officer):
    service = a.a_service()
    measures = [a.an_observation(90 - n, a.a_measure(service=service)).measure for n in range(7)]
    first, *others = measures
    for each in others:
        a.a_release(each)
    MeasureRelation.objects.all().delete()

    use(client, first, "release", relation_others="Counted on other days", **TOLD)

    assert MeasureRelation.objects.filter(answer="unrelated").count() == len(others)
    assert shown(first) == ["90"]
