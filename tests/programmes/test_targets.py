"""A target is met or missed once it is due, by figures of just its days, if they are sure."""

from datetime import date

import pytest

from tests import builders as a
from tests import clock
from tests.commissioning.test_public_pages import read

pytestmark = pytest.mark.django_db

YEAR = {"starts_on": date(2024, 4, 1), "ends_on": date(2025, 3, 31)}
QUARTERS = [
    (date(2024, 4, 1), date(2024, 6, 30)),
    (date(2024, 7, 1), date(2024, 9, 30)),
    (date(2024, 10, 1), date(2024, 12, 31)),
    (date(2025, 1, 1), date(2025, 3, 31)),
]
TODAY = date(2026, 11, 30)


def quarters(*values, start=0):
    """Figures of quarters, from the first on."""
    days = QUARTERS[start : start + len(values)]
    return [
        {"value": value, "starts_on": first, "ends_on": last}
        for value, (first, last) in zip(values, days, strict=True)
    ]


def so_far(*values):
    """Figures from the first day of the year to the end of each quarter."""
    return [
        {"value": value, "starts_on": YEAR["starts_on"], "ends_on": last}
        for value, (_, last) in zip(values, QUARTERS, strict=False)
    ]


def one(value, **fields):
    return [{"value": value, **YEAR, **fields}]


# What is recorded, the target, and what is said of it. More is better unless it says otherwise.
SAID = {
    "exact": (one(630), {"value": 600}, "630 people, target 600: met, 5% above the target"),
    "twice": (one(1200), {"value": 600}, "1,200 people, target 600: twice the target"),
    "equal": (one(600), {"value": 600}, "600 people, target 600: exactly the target"),
    "short": (one(522), {"value": 600}, "522 people, target 600: missed, 87% of the target"),
    "quarters": (
        quarters(150, 150, 150, 150),
        {"value": 500},
        "600 people, target 500: met, 20% above the target",
    ),
    "quarters and the year, F1": (
        [*quarters(25, 25, 25, 25), *one(100)],
        {"value": 150},
        "100 people, target 150: missed, 66% of the target",
    ),
    "cumulative, F1": (
        so_far(25, 50, 75, 100),
        {"value": 150},
        "100 people, target 150: missed, 66% of the target",
    ),
    "cumulative that stops": (
        so_far(25, 50, 75),
        {"value": 60},
        "cannot be judged, because some days are in more than one figure",
    ),
    "a quarter is missing": (
        [*quarters(25, 25), *quarters(25, start=3)],
        {"value": 60},
        "cannot be judged, because there is no figure for 1 October 2024 to 31 December 2024",
    ),
    "the last quarter is missing under a ceiling": (
        quarters(2, 2, 2),
        {"value": 10, "direction": "lower"},
        "cannot be judged, because the figures are for 1 April 2024 to 31 December 2024 only, and "
        "the target for 2024/25",
    ),
    "below a ceiling": (
        one(80),
        {"value": 100, "direction": "lower"},
        "80 people, target 100: met, 20 below the target",
    ),
    "27 months for 21, F5": (
        [{"value": 395, "starts_on": date(2022, 10, 1), "ends_on": date(2024, 12, 31)}],
        {"value": 175, "starts_on": date(2022, 10, 1), "ends_on": date(2024, 6, 30)},
        "cannot be judged, because the figure is for 27 months and the target for 21 months",
    ),
    "no date, F4": (
        one(370, qualifier="under"),
        {"value": 500, "starts_on": None, "ends_on": None},
        "under 370 people, target 500: cannot be judged, because no day is set by which it is to "
        "be reached",
    ),
    "not due, F2": (
        [{"value": 105, "starts_on": date(2026, 4, 1), "ends_on": date(2026, 6, 30)}],
        {"value": 400, "starts_on": date(2026, 4, 1), "ends_on": date(2027, 3, 31)},
        "105 people, target 400: not due until 31 March 2027, 26% of it so far",
    ),
    "about": (
        one(630, qualifier="about"),
        {"value": 600},
        "cannot be judged, because the source of the figure says “about”",
    ),
    "up to, and short of it": (
        one(370, qualifier="up_to"),
        {"value": 500},
        "up to 370 people, target 500: missed",
    ),
    "up to, and perhaps short of it": (
        one(630, qualifier="up_to"),
        {"value": 600},
        "cannot be judged, because the figure is not exact enough",
    ),
    "at least": (
        one(600, qualifier="at_least"),
        {"value": 600},
        "at least 600 people, target 600: met",
    ),
    "provisional": (
        one(630, series_break="provisional"),
        {"value": 600},
        "630 people (provisional), target 600: cannot be judged, because the figure is provisional",
    ),
    "part of the year": (
        one(630, qualifier="part_year"),
        {"value": 600},
        "cannot be judged, because 2024/25 is counted for a part of the period only",
    ),
    "nobody chose": (
        one(630),
        {"value": 600, "direction": "unset"},
        "cannot be judged, because nobody has chosen yet whether more or less is better",
    ),
    "neither": (
        one(630),
        {"value": 600, "direction": "neither"},
        "cannot be judged, because neither more nor less is better",
    ),
    "nothing": ([], {"value": 600}, "cannot be judged, because there is no figure for 2024/25"),
}


@pytest.mark.parametrize("case", SAID)
def test_a_target_is_judged_by_figures_of_its_days_and_else_it_says_why_not(client, case):
    recorded, asked, words = SAID[case]
    asked = {**YEAR, **asked}
    measure = a.a_measure(direction=asked.pop("direction", "higher"), counts_people=False)
    earlier = {"value": 1, "starts_on": date(2019, 4, 1), "ends_on": date(2020, 3, 31)}
    with clock.on(TODAY):
        for figure in recorded or [earlier]:
            a.an_observation(measure=measure, **{"period_kind": "range", **figure})
        a.a_target(measure=measure, **asked)
        a.a_release(measure)

        text = read(client, measure.get_absolute_url())
        [row] = client.get("/api/v1/measures/").json()["results"]

    assert words in text
    assert words in row["verdict"]
    verdict = words.partition(": ")[2]
    is_met = "met" in verdict or "the target" in verdict
    tag = "Missed" if "missed" in verdict else "Met" if is_met else ""
    shown = [word for word in ("Met", "Missed") if f"people {word} " in text]
    assert shown == ([tag] if tag else [])


def test_a_new_measure_has_no_direction_until_staff_choose_one():
    assert a.a_measure().get_direction_display() == "not chosen yet"


def test_figures_of_services_are_not_taken_for_figures_of_periods(client):
    measure = a.a_measure(direction="higher", over_services="none", counts_people=False)
    for service in (a.a_service(), a.a_service()):
        a.an_observation(60, measure, service=service, **YEAR)
    a.a_target(100, measure, **YEAR)
    a.a_release(measure)

    assert "Met" not in read(client, measure.get_absolute_url())
