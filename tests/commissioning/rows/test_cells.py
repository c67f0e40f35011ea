"""What may stand in a cell."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from commissioning.models import (
    ReportedTotal,
)
from commissioning.resources.reported import ReportedTotalResource
from tests.commissioning.rows.loading import a_total, load, refusals

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("cell", "pounds"),
    [
        ("£1,234.50", "1234.50"),
        (" 1234.5 ", "1234.50"),
        (1234.5, "1234.50"),
        (1234, "1234.00"),
        (0.1 + 0.2, "0.30"),
        (Decimal("1234.5"), "1234.50"),
        (99999999999.99, "99999999999.99"),
    ],
)
def test_an_amount_is_read_to_the_penny_from_text_and_from_excel(cell, pounds):
    load(ReportedTotalResource, a_total(amount=cell))

    assert ReportedTotal.objects.get().amount == Decimal(pounds)


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        (1234.567, "“1234.567” has parts of a penny. Amounts have at most two decimal places."),
        (
            "1.234,50",
            "“1.234,50” is not an amount of money. Write pounds and pence, such as 1,234.50.",
        ),
        (
            "about 5",
            "“about 5” is not an amount of money. Write pounds and pence, such as 1,234.50.",
        ),
        ("(500)", "“(500)”: write a negative amount with a minus sign."),
        ("#REF!", "“#REF!” is an error of the spreadsheet. Correct its formula."),
    ],
)
def test_what_is_not_an_exact_amount_is_refused_with_a_sentence(cell, sentence):
    assert refusals(ReportedTotalResource, a_total(amount=cell)) == [f"Row 2, amount: {sentence}"]


@pytest.mark.parametrize(
    "cell",
    [
        "31/03/2021",
        "2021-03-31",
        "31 March 2021",
        "2021-03-31 00:00:00",
        date(2021, 3, 31),
        datetime(2021, 3, 31),  # noqa: DTZ001 - as Excel gives it
    ],
)
def test_a_day_is_read_from_text_and_from_excel(cell):
    load(ReportedTotalResource, a_total(starts_on=cell))

    assert ReportedTotal.objects.get().starts_on == date(2021, 3, 31)


@pytest.mark.parametrize("cell", ["03/31/2021", "31/3/21", "31/02/2021", 44286, "soon"])
def test_what_could_be_another_day_or_none_is_refused(cell):
    assert refusals(ReportedTotalResource, a_total(starts_on=cell)) == [
        f"Row 2, starts_on: “{cell}” is not a date. Write it like 31/03/2021 or 2021-03-31, with "
        "all four digits of the year."
    ]


def test_control_characters_and_half_things_are_refused():
    assert refusals(ReportedTotalResource, a_total(label="To\x00tal", count=5.5)) == [
        "Row 2, label: “To�tal”: The text has characters that cannot be printed. Type it again, or "
        "paste it as plain text.",
        "Row 2, count: “5.5” is not a whole number.",
    ]
