"""Financial years run from 1 April to 31 March."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from commissioning.years import FinancialYear, period_label

days = st.dates(date(1980, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("day", "label"),
    [
        (date(2020, 3, 31), "2019/20"),
        (date(2020, 4, 1), "2020/21"),
        (date(2020, 12, 31), "2020/21"),
        (date(2021, 1, 1), "2020/21"),
        (date(1999, 4, 1), "1999/00"),
        (date(2000, 2, 29), "1999/00"),
    ],
)
def test_a_day_lies_in_its_financial_year(day, label):
    assert FinancialYear.containing(day).label == label


@given(days)
def test_a_year_holds_its_days_and_four_quarters_without_gap_or_overlap(day):
    year = FinancialYear.containing(day)

    assert year.first_day <= day <= year.last_day
    assert year.next().first_day == year.last_day + timedelta(days=1)
    starts = [first for first, _ in year.quarters]
    ends = [last for _, last in year.quarters]
    assert [starts[0], ends[3]] == [year.first_day, year.last_day]
    assert starts[1:] == [last + timedelta(days=1) for last in ends[:3]]


@given(days)
def test_a_label_and_an_address_are_read_back_as_the_same_year(day):
    year = FinancialYear.containing(day)

    assert FinancialYear.parse(year.label) == FinancialYear.parse(year.slug) == year


@pytest.mark.parametrize("text", ["2020/21", "2020-21", "2020-2021", " 2020 / 21 "])
def test_a_year_is_read_as_people_write_it(text):
    assert FinancialYear.parse(text) == FinancialYear(2020)


@pytest.mark.parametrize(
    "text", ["", "2020", "2020/22", "20/21", "2020/1", "3020/21", "x" * 10_000]
)
def test_what_is_no_financial_year_is_refused_with_a_short_sentence(text):
    with pytest.raises(ValidationError, match=r"Write it like 2020/21\.") as refusal:
        FinancialYear.parse(text)

    assert len(refusal.value.message) < 120


@pytest.mark.parametrize(
    ("first", "last", "label"),
    [
        (date(2020, 4, 1), date(2021, 3, 31), "2020/21"),
        (date(2016, 4, 1), date(2022, 3, 31), "2016/17 to 2021/22"),
        (date(2020, 4, 2), date(2021, 3, 31), "2 April 2020 to 31 March 2021"),
        (None, None, "period not stated"),
        (date(2020, 4, 1), None, "period not stated"),
    ],
)
def test_a_period_is_named_as_people_say_it(first, last, label):
    assert period_label(first, last) == label
