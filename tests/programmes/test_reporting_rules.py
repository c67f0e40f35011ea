"""Rules of reporting over random periods, areas and targets, held against days counted singly."""

import itertools
import os
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commissioning.qualifiers import LOWER_BOUNDS, UPPER_BOUNDS
from programmes.reporting_rules import parts, series, sums, verdicts
from programmes.reporting_rules.periods import Coverage, Span
from programmes.reporting_rules.timeline import gaps
from programmes.reporting_rules.verdicts import State

FIRST = date(2024, 4, 1)
TODAY = date(2024, 6, 1)
MUCH = settings(
    max_examples=4 * int(os.environ.get("FUZZ", "500")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@dataclass(frozen=True)
class OneFigure:
    """A figure as the rules need it."""

    starts_on: date | None
    ends_on: date | None
    value: Decimal | None = Decimal(10)
    value_high: Decimal | None = None
    qualifier: str = "exact"
    series_break: str = ""
    is_total: bool = False
    is_hidden: bool = False
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    period: str = "a period"


@dataclass(frozen=True)
class Goal:
    """A target as the rules need it."""

    starts_on: date | None
    ends_on: date | None
    value: Decimal = Decimal(30)
    value_high: Decimal | None = None
    qualifier: str = "exact"
    period_note: str = ""


def days(figure) -> list[date]:
    return [
        figure.starts_on + timedelta(days=n)
        for n in range((figure.ends_on - figure.starts_on).days + 1)
    ]


@st.composite
def a_figure(draw, **chosen):
    """A figure of up to six of some forty days, rarely undated, missing, hidden or inexact."""
    first = FIRST + timedelta(days=draw(st.integers(0, 40)))
    last = first + timedelta(days=draw(st.integers(0, 5)))
    rare = draw(st.integers(0, 19))
    figure = OneFigure(first, last, Decimal(draw(st.integers(0, 40))))
    odd = {
        0: {"starts_on": None},
        1: {"ends_on": None},
        2: {"value": None},
        3: {"value": None, "is_hidden": True},
        4: {"qualifier": "part_year"},
        5: {"series_break": draw(st.sampled_from(series.BREAKS))},
        6: {"qualifier": draw(st.sampled_from([*LOWER_BOUNDS, *UPPER_BOUNDS, "about"]))},
        7: {"qualifier": "forecast"},
    }
    return replace(figure, **{**odd.get(rare, {}), **chosen})


@st.composite
def a_row_of_figures(draw):
    """Figures one after another, so that many of them do cover a span."""
    first, row = FIRST, []
    for length in draw(st.lists(st.integers(1, 6), min_size=1, max_size=5)):
        last = first + timedelta(days=length - 1)
        row.append(draw(a_figure(starts_on=first, ends_on=last)))
        first = last + timedelta(days=1 + draw(st.sampled_from([0, 0, 0, 0, 2, -1])))
    return row


periods = st.one_of(a_row_of_figures(), st.lists(a_figure(), min_size=1, max_size=5))


def counted(figures) -> list[date]:
    return sorted(day for figure in figures for day in days(figure))


def check_sum(figures):
    """A sum is the sum of known figures of whole periods that hold each day of its span once."""
    if sums.why_not_over_periods(figures):
        return
    total = sums.add(figures)
    span = Coverage.of(figures).whole
    found = counted(figures)
    assert found == days(replace(figures[0], starts_on=span.first, ends_on=span.last))
    assert not any(series.is_part(figure) for figure in figures)
    if total.value is not None:
        assert total.value == sum(figure.value for figure in figures)
        assert not any(figure.is_hidden for figure in figures)
        exact = {"exact"} == {figure.qualifier for figure in figures}
        assert (total.qualifier == "exact") is exact


def check_coverage(figures):
    """What is missing and what is twice is what counting day by day finds."""
    dated = [one for one in figures if one.starts_on and one.ends_on]
    cover, found = Coverage.of(figures), counted(dated)
    twice = {day for day in found if found.count(day) > 1}
    between = (
        {found[0] + timedelta(days=n) for n in range((found[-1] - found[0]).days + 1)}
        if (found)
        else set()
    )
    assert {day for span in cover.gaps for day in _of(span)} == between - set(found)
    assert {day for span in cover.overlaps for day in _of(span)} == twice
    assert (cover.whole is not None) is (
        bool(found) and len(dated) == len(figures) and not twice and between == set(found)
    )
    assert bool(cover.why_not) is (cover.whole is None)


def _of(span: Span) -> list[date]:
    return [span.first + timedelta(days=n) for n in range(span.days)]


def judged(figures, target, direction, over_periods):
    asked = verdicts.Asked(direction, over_periods, sums.add)
    return verdicts.judge(figures, target, asked, TODAY)


def check_verdict(figures, target, direction, over_periods):
    """Met or missed is said of what is due, counted once for just its days, and sure."""
    verdict = judged(figures, target, direction, over_periods)
    if verdict.is_met is None:
        assert verdict.why_not or verdict.state == State.NOT_DUE
        return
    assert direction in ("higher", "lower")
    assert target.ends_on is not None
    assert target.ends_on < TODAY
    looked_at = verdict.total.parts
    assert all(series.is_result(one) and not series.is_part(one) for one in looked_at)
    if over_periods == "latest":
        assert {one.ends_on for one in looked_at} == {target.ends_on}
    elif target.starts_on is None:
        assert [(one.starts_on, one.ends_on) for one in looked_at] == [(None, target.ends_on)]
    else:
        assert counted(looked_at) == days(target)
    if verdict.ratio is not None:
        assert {one.qualifier for one in looked_at} == {"exact"}
        assert target.qualifier == "exact"
    check_true(verdict, looked_at, target, direction)


def check_true(verdict, looked_at, target, direction):
    """Whatever the true numbers are within what is printed, the verdict holds."""
    low, high = Decimal(0), Decimal(0)
    for one in looked_at:
        assert one.qualifier not in ("about", "forecast")
        up_to, over = one.qualifier in UPPER_BOUNDS, one.qualifier in LOWER_BOUNDS
        low += Decimal("-Infinity") if up_to else one.value
        high += Decimal("Infinity") if over else one.value
    if direction == "higher":
        assert low >= target.value if verdict.is_met else high <= target.value
    else:
        assert high <= target.value if verdict.is_met else low >= target.value


@st.composite
def a_target(draw, figures):
    """Often of just the days of some of the figures."""
    dated = [one for one in figures if one.starts_on and one.ends_on]
    if dated and draw(st.booleans()):
        chosen = draw(st.lists(st.sampled_from(dated), min_size=1))
        first = min(one.starts_on for one in chosen)
        last = max(one.ends_on for one in chosen)
    else:
        first = FIRST + timedelta(days=draw(st.integers(0, 60)))
        last = first + timedelta(days=draw(st.integers(0, 30)))
    return Goal(
        draw(st.sampled_from([first, first, first, None])),
        draw(st.sampled_from([last, last, last, None])),
        Decimal(draw(st.integers(0, 60))),
        qualifier=draw(st.sampled_from(["exact", "exact", "exact", "at_least", "under", "about"])),
    )


directions = st.sampled_from(["higher", "lower", "neither", "unset"])
ways = st.sampled_from(["sum", "sum", "latest", "unique", "none"])


@given(periods)
def test_a_sum_needs_every_day_of_its_span_once(figures):
    check_sum(figures)


@given(periods)
def test_the_gap_and_the_overlap_are_the_days_themselves(figures):
    check_coverage(figures)


@given(periods, st.data(), directions, ways)
def test_a_verdict_needs_a_due_date_the_whole_of_its_days_and_a_sure_value(
    figures, data, direction, way
):
    check_verdict(figures, data.draw(a_target(figures)), direction, way)


@pytest.mark.fuzz
@MUCH
@given(periods, st.data(), directions, ways)
def test_the_same_over_many_more(figures, data, direction, way):
    check_sum(figures)
    check_coverage(figures)
    check_verdict(figures, data.draw(a_target(figures)), direction, way)


@given(periods)
def test_no_line_crosses_a_gap_a_part_or_another_way_of_counting(figures):
    dated = sorted(
        (one for one in figures if one.starts_on and one.ends_on), key=lambda one: one.starts_on
    )
    for before, after in itertools.pairwise(dated):
        if series.is_joined(before, after):
            assert not gaps([before, after])
            assert {before.series_break, after.series_break} <= {"", "definition"}
            assert after.series_break == ""
            assert {before.qualifier, after.qualifier}.isdisjoint({"part_year", "forecast"})


# --- Parts ----------------------------------------------------------------------------------------


@st.composite
def a_tree(draw):
    """Areas in areas, by number; each lies within one of those before it, or within none."""
    many = draw(st.integers(1, 9))
    parents = {
        key: draw(st.sampled_from([None, *range(key)])) if key else None for key in range(many)
    }
    return parts.Tree(parents)


def leaves(key, tree) -> set[int]:
    """What a part is made of in the end."""
    inner = set().union(*tree.within(key).values()) if tree.within(key) else set()
    return set().union(*(leaves(one, tree) for one in inner)) if inner else {key}


@given(a_tree(), st.data())
def test_areas_add_up_to_a_whole_only_if_each_place_in_it_is_there_once(tree, data):
    keys = data.draw(st.lists(st.sampled_from(sorted(tree.parents)), min_size=1, max_size=5))

    if not parts.why_not(keys, tree):
        found = sorted(leaf for key in keys for leaf in leaves(key, tree))
        above = [{None, *tree.above(key)} for key in keys]
        whole = max(
            set.intersection(*above),
            key=lambda one: len(tree.above(one)) + 1 if (one is not None) else 0,
        )
        inside = [leaf for key in tree.parents for leaf in leaves(key, tree) if key == leaf]
        expected = sorted(leaf for leaf in inside if whole is None or whole in tree.above(leaf))
        assert found == expected


def test_what_an_area_leaves_out_is_named():
    tree = parts.Tree(
        {1: None, 2: 1, 3: 1, 4: 1}, {2: "town", 3: "town", 4: "town"}, {2: "A", 3: "B", 4: "C"}
    )

    assert parts.why_not([2, 3], tree) == "there is no figure for C"
    assert parts.why_not([2, 3, 4], tree) == ""
    assert parts.why_not([2, 2], tree) == "A would be counted twice"
    assert parts.why_not([1, 2], tree) == "A would be counted twice"
