"""Template filters: figures in words."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from commissioning.templatetags.figures import (
    DEFINITIONS,
    QUALIFIED,
    date_with_precision,
    definitions,
    financial_year,
    pounds,
    qualified,
    qualified_whole,
    short_pounds,
)


@pytest.mark.parametrize(
    ("amount", "decimals", "expected"),
    [
        (Decimal("18107456"), "2", "£18,107,456.00"),
        (Decimal("18107456"), "0", "£18,107,456"),
        (Decimal("17803129.64"), "0", "£17,803,129.64"),
        (Decimal("0"), "2", "£0.00"),
        (Decimal("-1200"), "2", "−£1,200.00"),
        (None, "2", "not published"),
    ],
)
def test_pounds(amount, decimals, expected):
    assert pounds(amount, decimals) == expected


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("18107456", "£18.1m"),
        ("2700000", "£2.7m"),
        ("3000000", "£3m"),
        ("999999", "£1m"),
        ("911065.64", "£911k"),
        ("100000", "£100k"),
        ("950000", "£950k"),
        ("999999999", "£1bn"),
        ("1000", "£1k"),
        ("999.40", "£999.40"),
        ("500", "£500"),
        ("-2700000", "−£2.7m"),
        ("1250000000", "£1.3bn"),
    ],
)
def test_short_pounds(amount, expected):
    assert short_pounds(Decimal(amount)) == expected


def test_short_pounds_of_nothing_published():
    assert short_pounds(None) == "not published"


@pytest.mark.parametrize(
    ("qualifier", "expected"),
    [
        ("exact", "£5,000.00"),
        ("", "£5,000.00"),
        (None, "£5,000.00"),
        ("at_least", "at least £5,000.00"),
        ("about", "about £5,000.00"),
        ("under", "under £5,000.00"),
        ("forecast", "forecast £5,000.00"),
        ("target", "target £5,000.00"),
        ("part_year", "£5,000.00 (part year)"),
        ("provisional", "£5,000.00 (provisional)"),
        ("new word", "£5,000.00 (new word)"),
    ],
)
def test_qualified(qualifier, expected):
    assert qualified(Decimal("5000"), qualifier) == expected


def test_qualified_without_pence_for_counts_and_for_nothing():
    assert qualified_whole(Decimal("2700000"), "about") == "about £2,700,000"
    assert qualified("4,200", "about") == "about 4,200"
    assert qualified(None, "about") == "not published"


def test_every_inexact_qualifier_is_explained():
    assert set(DEFINITIONS) == set(QUALIFIED) - {"", "exact"}
    assert [word for word, _ in definitions(["exact", "under", "about", "about"])] == [
        "about",
        "under",
    ]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2021, 3, 31), "2020/21"),
        (date(2021, 4, 1), "2021/22"),
        (date(1999, 12, 1), "1999/00"),
        (None, ""),
    ],
)
def test_financial_year(day, expected):
    assert financial_year(day) == expected


@pytest.mark.parametrize(
    ("precision", "expected"),
    [("day", "3 March 2021"), ("month", "March 2021"), ("year", "2021"), ("", "3 March 2021")],
)
def test_date_with_precision(precision, expected):
    assert date_with_precision(date(2021, 3, 3), precision) == expected
    assert date_with_precision(None, precision) == "date not published"


def test_a_moment_is_told_by_the_day_it_was_at_the_office():
    just_after_midnight = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)

    assert date_with_precision(just_after_midnight) == "1 July 2026"
