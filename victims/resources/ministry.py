"""The ministry's return as a workbook, from accepted returns."""

from collections.abc import Iterator
from datetime import date

from commissioning.days import in_words
from commissioning.workbooks import Heading, Sheet, Unit, workbook
from commissioning.years import period_label
from victims import figures
from victims.models import IndicatorSet, MonitoringReturn, Post

ADDED = [
    "From accepted returns of providers; no numbers are hidden. Not for publication.",
    "Where a number is empty, the last column says why. An empty number is not 0.",
]


def ministry_return(indicator_set: IndicatorSet, first_day: date, last_day: date) -> bytes:
    """The .xlsx file: counts, posts, and the returns that are not in it."""
    period = period_label(first_day, last_day)
    return workbook(
        [
            Sheet(
                name="Counts",
                title=f"{indicator_set}, {period}",
                notes=ADDED,
                columns=[
                    *("Service", "Counted", "By", "Crime type or need"),
                    Heading("Number", Unit.NUMBER),
                    Heading("Returns", Unit.NUMBER),
                    "",
                ],
                rows=_counts(indicator_set, first_day, last_day),
                widths=[34, 34, 28, 34, 12, 10, 60],
            ),
            Sheet(
                name="Posts",
                title=f"Posts in full-time equivalents, {period}",
                notes=[f"On average over the period, and on {in_words(last_day)}."],
                columns=[
                    "Service",
                    "Post",
                    Heading("On average", Unit.NUMBER),
                    Heading("On the last day", Unit.NUMBER),
                ],
                rows=_posts(indicator_set, first_day, last_day),
                widths=[34, 44, 14, 16],
            ),
            Sheet(
                name="Not in it",
                title="Returns that are not in these figures",
                notes=["Not accepted yet, or partly of another period."],
                columns=["Service", "First day", "Last day", "State"],
                rows=_not_in_it(indicator_set, first_day, last_day),
                widths=[34, 14, 14, 44],
            ),
        ]
    )


def _counts(indicator_set: IndicatorSet, first_day: date, last_day: date) -> Iterator[list]:
    for line in figures.counts(indicator_set, first_day, last_day):
        by = line.counted.breakdown
        yield [
            str(line.service),
            str(line.counted),
            str(by) if by else None,
            str(line.category) if line.category else "All",
            line.value,
            line.returns,
            line.why_not or None,
        ]


def _posts(indicator_set: IndicatorSet, first_day: date, last_day: date) -> Iterator[list]:
    for line in figures.posts(indicator_set, first_day, last_day):
        yield [
            str(line.service),
            str(Post.Kind(line.kind).label),
            round(line.on_average, 2),
            line.on_last_day,
        ]


def _not_in_it(indicator_set: IndicatorSet, first_day: date, last_day: date) -> Iterator[list]:
    for row in figures.not_accepted(indicator_set, first_day, last_day):
        accepted = row.status == MonitoringReturn.Status.ACCEPTED
        state = "accepted, but partly of another period" if accepted else row.get_status_display()
        yield [str(row.service), row.starts_on, row.ends_on, state]
