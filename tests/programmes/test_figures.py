"""How figures become one, and how they stand against targets, in words."""

from datetime import date
from decimal import Decimal

import pytest

from programmes import figures
from programmes.actions import observations
from programmes.figures import Over
from programmes.models import Observation
from programmes.quantities import parse_quantity
from tests import builders as a

pytestmark = pytest.mark.django_db

YEARS = [(date(year, 4, 1), date(year + 1, 3, 31)) for year in (2024, 2025, 2026)]


def by_year(measure, *values, **fields) -> list[Observation]:
    return [
        a.an_observation(value, measure, starts_on=first, ends_on=last, **fields)
        for value, (first, last) in zip(values, YEARS, strict=False)
    ]


def test_what_adds_up_is_added_up():
    measure = a.a_measure(over_periods="sum")

    total = figures.add_up(measure, by_year(measure, 30, 40, 50), Over.PERIODS)

    assert total.value == 120


def test_of_what_stands_only_the_latest_counts():
    measure = a.a_measure(over_periods="latest")

    total = figures.add_up(measure, by_year(measure, 30, 40, 50), Over.PERIODS)

    assert total.value == 50


def test_different_people_are_not_added_up_and_it_says_why():
    measure = a.a_measure(over_periods="unique")

    total = figures.add_up(measure, by_year(measure, 30, 40), Over.PERIODS)

    assert total.value is None
    assert total.why_not.startswith("These are different people in each part")


def test_a_percentage_of_the_whole_is_worked_out_from_the_numbers_behind_its_parts():
    measure = a.a_measure(form="percent", over_periods="ratio", counts_people=False)
    parts = [
        a.an_observation(
            value, measure, numerator=over, denominator=under, starts_on=first, ends_on=last
        )
        for value, over, under, (first, last) in (
            (50, 5, 10, YEARS[0]),
            (10, 9, 90, YEARS[1]),
        )
    ]

    total = figures.add_up(measure, parts, Over.PERIODS)

    assert (total.value, total.numerator, total.denominator) == (14, 14, 100)


def test_a_percentage_without_the_numbers_behind_it_has_no_whole():
    measure = a.a_measure(form="percent", over_periods="ratio", counts_people=False)

    total = figures.add_up(measure, by_year(measure, 50, 10), Over.PERIODS)

    assert total.value is None
    assert "needs the numbers behind it" in total.why_not


def test_a_missing_figure_is_never_taken_as_nothing():
    measure = a.a_measure()
    parts = [*by_year(measure, 30, 40), a.an_observation(None, measure, missing="not_received")]

    total = figures.add_up(measure, parts, Over.PERIODS)

    assert total.value is None
    assert total.why_not == "Not known: 1 of the 3 figures it is made of is missing."


def test_the_whole_is_as_inexact_as_its_parts():
    measure = a.a_measure()
    exact, about = by_year(measure, 30, 40)
    about.qualifier = "about"

    assert figures.add_up(measure, [exact, about], Over.PERIODS).qualifier == "about"


def test_a_rate_of_the_whole_is_per_as_many_as_the_measure_says_and_never_guessed():
    measure = a.a_measure(unit="crimes per 1,000", over_periods="ratio", counts_people=False)
    parts = [
        a.an_observation(
            value, measure, numerator=over, denominator=under, starts_on=first, ends_on=last
        )
        for value, over, under, (first, last) in ((50, 5, 100, YEARS[0]), (90, 9, 100, YEARS[1]))
    ]

    assert figures.add_up(measure, parts, Over.PERIODS).why_not.endswith("which is not stated.")
    measure.per = 1000
    assert figures.add_up(measure, parts, Over.PERIODS).value == 70


def test_a_stated_total_is_not_added_to_what_it_is_the_total_of():
    measure = a.a_measure()
    parts = by_year(measure, 30, 40)
    stated = a.an_observation(75, measure, starts_on=YEARS[0][0], is_total=True)

    added = figures.add_up(measure, [*parts, stated], Over.PERIODS)

    assert added.value == 70
    assert figures.remainder(figures.as_total(stated), added) == 5


def test_correcting_an_early_figure_moves_later_totals():
    measure = a.a_measure()
    first, _ = by_year(measure, 30, 40)
    observations.correct(first, value=Decimal(35), reason="Five were late", by=a.an_officer())

    current = Observation.objects.current().filter(measure=measure)

    assert figures.add_up(measure, current, Over.PERIODS).value == 75


def test_the_headline_is_the_total_of_years_that_add_up():
    measure = a.a_measure(over_periods="sum")

    result = figures.headline(measure, by_year(measure, 30, 40, 50))

    assert (result.said, result.period) == ("120 people", "2024/25 to 2026/27")


def test_the_headline_is_the_latest_year_where_years_do_not_add_up():
    measure = a.a_measure(over_periods="unique")

    result = figures.headline(measure, by_year(measure, 30, 40, 50))

    assert (result.said, result.period) == ("50 people", "2026/27")


def test_years_that_overlap_are_not_added_up():
    measure = a.a_measure(over_periods="sum")
    year, _ = by_year(measure, 30, 40)
    both = a.an_observation(
        70, measure, starts_on=YEARS[0][0], ends_on=YEARS[1][1], period_kind="range"
    )

    assert figures.headline(measure, [year, both]).said == "70 people"


def test_the_headline_of_figures_by_area_is_what_they_add_up_to():
    measure = a.a_measure(over_areas="sum")
    parts = [a.an_observation(value, measure, area=a.an_area()) for value in (5, 6)]

    assert figures.headline(measure, parts).said == "11 people"


@pytest.mark.parametrize("text", ["", "12,50", "1e5", "NaN", "many", "1.23456", "9" * 30])
def test_what_is_not_a_number_is_refused_with_a_sentence(text):
    with pytest.raises(Exception, match=r"^\['.+\.'\]$"):
        parse_quantity(text)


@pytest.mark.parametrize(
    ("text", "number"), [("11,445", "11445"), (" 83.5 ", "83.5"), ("−3", "-3")]
)
def test_a_number_is_read_as_people_write_it(text, number):
    assert parse_quantity(text) == Decimal(number)


def test_what_each_person_cost_is_told_where_payments_and_people_are_known():
    service = a.a_service()
    award = a.an_award(9_000, service=service, published=True)
    a.a_payment(9_000, award, paid_on=date(2026, 5, 1))
    measure = a.a_measure(service=service)
    result = figures.headline(measure, [a.an_observation(70, measure)])

    cost = figures.cost(result, [service])

    assert (cost.pounds, cost.each) == (Decimal("9000.00"), Decimal("128.57"))


def test_no_cost_is_told_without_payments_in_just_the_period():
    service = a.a_service()
    a.a_payment(9_000, a.an_award(9_000, service=service, published=True))
    measure = a.a_measure(service=service)
    earlier = a.an_observation(70, measure, starts_on=YEARS[0][0], ends_on=YEARS[0][1])

    assert figures.cost(figures.headline(measure, [earlier]), [service]) is None


def test_how_exact_a_figure_is_stands_around_its_unit():
    measure = a.a_measure()
    (result,) = by_year(measure, 30_000, qualifier="part_year")

    assert figures.with_unit(measure, result) == "30,000 people (part year)"
