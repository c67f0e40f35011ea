"""How exact a sum or a share is: never more than the numbers that it is made of."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.models.publication import Qualifier
from commissioning.qualifiers import LOWER_BOUNDS, UPPER_BOUNDS, Bounds, of_share, of_sum

BOUNDED = ["exact", *LOWER_BOUNDS, *UPPER_BOUNDS]


@st.composite
def figures(draw, least=0):
    """(what is printed, its qualifier, what is true): a true number that the printed one allows."""
    printed = draw(st.integers(least, 50))
    qualifier = draw(st.sampled_from(BOUNDED))
    off = draw(st.integers(0, 9))
    true = {
        "exact": printed,
        "at_least": printed + off,
        "over": printed + off + 1,
        "up_to": max(printed - off, least),
        "under": printed - off - 1,
    }[qualifier]
    return Decimal(printed), qualifier, Decimal(true)


def allows(printed: Decimal, qualifier: str, true: Decimal) -> bool:
    """Whether a number printed with a qualifier leaves room for the true one."""
    return {
        "exact": true == printed,
        "at_least": true >= printed,
        "over": true > printed,
        "up_to": true <= printed,
        "under": true < printed,
    }[qualifier]


@given(st.lists(figures(), min_size=1, max_size=6))
def test_whatever_the_true_numbers_are_a_qualified_sum_allows_their_sum(parts):
    qualifier = of_sum(qualifier for _, qualifier, _ in parts)

    if qualifier is not None:
        printed, true = (sum(part[n] for part in parts) for n in (0, 2))
        assert allows(printed, qualifier, true)


@given(figures(least=1), figures(least=1))
def test_whatever_the_true_numbers_are_a_qualified_share_allows_theirs(above, below):
    qualifier = of_share(above[1], below[1])

    if qualifier is not None and below[2] > 0 and above[2] >= 0:
        assert allows(above[0] / below[0], qualifier, above[2] / below[2])


@given(figures(), st.integers(-5, 60).map(Decimal))
def test_bounds_are_sure_of_nothing_that_the_true_number_could_deny(figure, number):
    printed, qualifier, true = figure
    bounds = Bounds.of(printed, None, qualifier)

    assert not bounds.surely_at_least(number) or true >= number
    assert not bounds.surely_over(number) or true > number
    assert not bounds.surely_at_most(number) or true <= number
    assert not bounds.surely_under(number) or true < number


@pytest.mark.parametrize(
    ("qualifiers", "of_all"),
    [
        (["exact", "exact"], "exact"),
        (["exact", "about"], "about"),
        (["exact", "up_to", "under"], "under"),
        (["exact", "at_least", "over"], "over"),
        (["at_least", "up_to"], None),
        (["about", "at_least"], None),
        (["", "exact"], "exact"),
    ],
)
def test_a_sum_takes_the_one_word_that_is_true_of_it_or_none(qualifiers, of_all):
    assert of_sum(qualifiers) == of_all


def test_nothing_follows_from_what_is_only_about_so_many():
    assert Bounds.of(Decimal(5), None, "about") is None


def test_every_qualifier_that_can_be_recorded_has_its_rule():
    known = {"exact", *LOWER_BOUNDS, *UPPER_BOUNDS, "about", "forecast", "target", "part_year"}

    assert set(Qualifier.values) == known
