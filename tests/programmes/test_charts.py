"""Charts: what is drawn where, and what is said of it."""

from datetime import date
from decimal import Decimal

from django.template.loader import render_to_string

from programmes.charts import Bars, Lines, Point, Series


def points(*values, text=None):
    return tuple(
        Point(
            str(2016 + n),
            None if value is None else Decimal(value),
            text or f"{value}",
            day=date(2016 + n, 7, 1),
            is_joined=n > 0,
        )
        for n, value in enumerate(values)
    )


def test_bars_are_as_long_as_their_numbers_and_begin_at_0():
    bars = Bars("Referrals", points(50, 100, -50), "a").bars

    widths = [bar.width for bar in bars]
    assert widths[1] - 2 * widths[0] in (-Decimal("0.01"), 0, Decimal("0.01"))
    assert bars[0].x == bars[1].x == bars[2].x + bars[2].width
    assert all(bar.x + bar.width <= 100 for bar in bars)


def test_a_gap_has_no_bar_and_says_why():
    chart = Bars(
        "Referrals", (Point("Walsall", None, "[c]"), Point("Dudley", Decimal(0), "0")), "a"
    )

    drawn = render_to_string("components/chart_bars.html", {"chart": chart})

    assert drawn.count("<rect") == 1
    assert drawn.count(">[c]</text>") == 1
    assert (
        "1 figure is hidden or missing and left out of the drawing; that does not mean 0" in drawn
    )


def test_a_line_is_not_drawn_over_a_gap():
    [panel] = Lines("Visits", (Series("", points(1, 2, None, 4, 5)),), "a").panels

    assert [(a.point.label, b.point.label) for a, b in panel.strokes] == [
        ("2016", "2017"),
        ("2019", "2020"),
    ]


def test_every_figure_is_written_where_there_is_room_else_first_last_and_highest():
    [few] = Lines("Visits", (Series("", points(1, 2, 3)),), "a").panels
    [many] = Lines("Visits", (Series("", points(*range(6), 99, *range(6))),), "a").panels

    assert all(mark.is_written for mark in few.marks)
    assert [mark.point.text for mark in many.marks if mark.is_written] == ["0", "99", "5"]


def test_a_chart_stands_without_numbers_too():
    for chart in (Bars("None", points(None), "a"), Bars("Nothing", (), "a")):
        assert "<svg" in render_to_string("components/chart_bars.html", {"chart": chart})
    lines = Lines("None", (Series("", points(None, None)),), "a")
    assert "<circle" not in render_to_string("components/chart_lines.html", {"chart": lines})


def test_names_are_text_and_nothing_is_styled_inside_the_page():
    chart = Bars("<b>Bold</b>", (Point("<i>x</i>", Decimal(1), "1"),), "a")

    drawn = render_to_string("components/chart_bars.html", {"chart": chart})

    assert "<b>" not in drawn
    assert "<i>" not in drawn
    assert "style=" not in drawn
    assert 'aria-labelledby="a-title a-desc"' in drawn
