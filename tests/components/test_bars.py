"""Bars of money."""

from decimal import Decimal

import pytest

from commissioning.templatetags.figures import (
    position_segments,
)
from tests.components.rendering import tag, words


def position(**figures):
    known = {"budget": None, "allocated": "0", "committed": "0", "paid": "0", **figures}
    amounts = {name: None if value is None else Decimal(value) for name, value in known.items()}
    return position_segments(**amounts)


def test_the_four_stretches_fill_the_bar_and_add_up_to_the_budget():
    segments, budget_ends = position(budget="1000", allocated="750", committed="500", paid="100")

    assert [(s.key, s.amount) for s in segments] == [
        ("paid", Decimal("100")),
        ("committed", Decimal("400")),
        ("allocated", Decimal("250")),
        ("unallocated", Decimal("250")),
    ]
    assert [(s.start, s.width) for s in segments] == [(0, 10), (10, 40), (50, 25), (75, 25)]
    assert budget_ends is None


def test_above_its_budget_nothing_is_left_and_the_end_of_the_budget_is_marked():
    segments, budget_ends = position(budget="1000", allocated="1250", committed="10", paid="0")

    assert [s.key for s in segments] == ["paid", "committed", "allocated"]
    assert budget_ends == 80


def test_without_a_published_budget_nothing_is_said_to_be_left():
    segments, budget_ends = position(allocated="1000", committed="500", paid="0")

    assert "unallocated" not in [s.key for s in segments]
    assert [s.share for s in segments] == [None, None, None]
    assert budget_ends is None


@pytest.mark.parametrize(
    "figures",
    [
        {},
        {"budget": "0"},
        {"budget": "0", "allocated": "10"},
        {"budget": "100", "allocated": "50", "committed": "20", "paid": "-5"},
    ],
)
def test_no_stretch_leaves_the_bar(figures):
    segments, _ = position(**figures)
    assert all(0 <= s.start <= 100 and s.width >= 0 and s.start + s.width <= 100 for s in segments)


def test_position_bar_says_its_figures_in_words_and_in_a_table():
    html = tag(
        '{% position_bar "Community safety" uid="csb" budget=b allocated=a committed=c paid=p %}',
        b=Decimal("1000"),
        a=Decimal("750"),
        c=Decimal("500"),
        p=Decimal("100.50"),
    )

    assert 'role="img" aria-labelledby="csb-title csb-desc"' in html
    assert "Committed, not yet paid: £399.50." in html
    assert "£399.50</td>" in html
    assert "Not yet allocated" in html
    assert 'id="csb-committed"' in html


def test_position_bar_above_and_without_budget():
    bar = '{% position_bar "F" uid="f" budget=b allocated=a committed=c paid=c %}'
    nothing = Decimal(0)

    above = words(tag(bar, b=Decimal(1000), a=Decimal(1200), c=nothing))
    assert "£200 more is allocated than the budget" in above

    unknown = words(tag(bar, b=None, a=Decimal(1200), c=nothing))
    assert "The budget is not published." in unknown
    assert "Budget not published" in unknown


def test_amount_bars_are_in_proportion_to_the_largest_and_draw_nothing_for_no_amount():
    html = tag(
        '{% amount_bars "Allocated" rows heading="Area" total=t %}',
        rows=[
            {"label": "Birmingham", "amount": Decimal(800), "href": "/areas/birmingham/"},
            {"label": "Dudley", "amount": Decimal(200)},
            {"label": "Walsall", "amount": None},
        ],
        t=Decimal(1000),
    )

    assert 'width="100.00%"' in html
    assert 'width="25.00%"' in html
    assert html.count("<svg") == 2
    assert '<a class="govuk-link" href="/areas/birmingham/">Birmingham</a>' in html
    assert "not published" in html
    assert "£1,000.00" in html
