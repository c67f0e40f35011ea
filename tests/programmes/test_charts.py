"""Charts: what is drawn where, and what is said of it."""

from dataclasses import replace
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


def test_points_stand_at_their_dates_and_not_side_by_side():
    dated = [
        Point(str(year), Decimal(1), "1", day=date(year, 7, 1), is_joined=True)
        for year in (2017, 2018, 2022)
    ]
    [panel] = Lines("Visits", (Series("", tuple(dated)),), "a").panels

    first, second, last = (mark.x for mark in panel.marks)
    assert abs((last - second) - 4 * (second - first)) < Decimal("0.1")


def test_a_point_that_is_not_joined_has_no_line_to_it_and_the_description_says_so():
    one, two, three = points(1, 2, 3)
    apart = replace(three, is_joined=False)
    chart = Lines("Visits", (Series("", (one, two, apart)),), "a")

    [panel] = chart.panels
    assert [(a.point.label, b.point.label) for a, b in panel.strokes] == [("2016", "2017")]
    assert "No line leads to 2018." in panel.told


def test_what_is_less_than_a_final_figure_is_hollow_as_point_and_as_bar():
    hollow = replace(points(1)[0], is_hollow=True)
    lines = Lines("Visits", (Series("", (hollow,)),), "a")

    for kind, chart in (("lines", lines), ("bars", Bars("Visits", (hollow,), "a"))):
        drawn = render_to_string(f"components/chart_{kind}.html", {"chart": chart})
        assert 'fill="#ffffff" stroke="#0f5b66"' in drawn


def test_words_at_points_that_are_close_in_time_are_left_out():
    near = [
        Point(f"1 {month} 2026", Decimal(1000), "1,000", "1,000", f"{month} 2026", day=day)
        for month, day in (("May", date(2026, 5, 1)), ("June", date(2026, 6, 1)))
    ]
    far = Point("2030", Decimal(5), "5", "5", day=date(2030, 1, 1))
    [panel] = Lines("Visits", (Series("", (near[0], near[1], far)),), "a").panels

    assert [mark.is_written for mark in panel.marks] == [True, False, True]
