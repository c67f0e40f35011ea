"""Pounds are exact to the penny from the text that a person writes to a sum over many rows."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import FieldError, ValidationError
from django.db import connection, models
from django.db.models import Avg, F, Max, Min, Sum, Value
from hypothesis import given
from hypothesis import strategies as st

from commissioning.actions import journal
from commissioning.models import Budget, Entry, Payment
from commissioning.money import (
    LARGEST,
    PENNY,
    MoneyField,
    PoundsField,
    exact_pounds,
    format_pounds,
    parse_pounds,
    share,
)
from tests import builders as a

pytestmark = pytest.mark.dialect

amounts = st.decimals(-LARGEST, LARGEST, places=2, allow_nan=False, allow_infinity=False)


# --- Reading and writing --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1234.50", "1234.50"),
        ("£1,234.50", "1234.50"),
        (" £ 1,234.5 ", "1234.50"),
        ("1,234,567", "1234567.00"),
        ("-12", "-12.00"),
        ("-£12", "-12.00"),
        ("£-12", "-12.00"),
        ("−£1,234.50", "-1234.50"),
        ("+7", "7.00"),
        (".05", "0.05"),
        ("12.", "12.00"),
        ("0", "0.00"),
        ("12.3400", "12.34"),
        ("0012", "12.00"),
    ],
)
def test_what_a_person_writes_is_read_as_pounds(text, amount):
    assert str(parse_pounds(text)) == amount


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "not an amount of money"),
        (".", "not an amount of money"),
        ("£", "not an amount of money"),
        ("--5", "not an amount of money"),
        ("-£-5", "not an amount of money"),
        ("££5", "not an amount of money"),
        ("12,50", "not an amount of money"),
        ("1,23,456", "not an amount of money"),
        ("1,2345", "not an amount of money"),
        ("1_000", "not an amount of money"),
        ("1e3", "not an amount of money"),
        ("٣٤", "not an amount of money"),
        ("NaN", "not an amount of money"),
        ("Infinity", "not an amount of money"),
        ("twelve", "not an amount of money"),
        ("12.345", "parts of a penny"),
        ("0.001", "parts of a penny"),
        ("100000000000.01", "more than this system can hold"),
        ("9" * 10_000_000, "more than this system can hold"),
        ("x" * 10_000_000, "not an amount of money"),
    ],
    ids=lambda text: text[:20],
)
def test_anything_else_is_refused_with_a_short_sentence(text, sentence):
    with pytest.raises(ValidationError, match=sentence) as refusal:
        parse_pounds(text)

    assert len(refusal.value.message) < 200


@pytest.mark.parametrize("value", [0.1, 1e22, float("nan"), True, None, b"1", [1]])
def test_a_float_is_never_an_amount(value):
    with pytest.raises(ValidationError):
        exact_pounds(value)


@given(amounts)
def test_an_amount_survives_being_written_and_read(amount):
    assert parse_pounds(format_pounds(amount)) == amount
    assert PoundsField().clean(format_pounds(amount)) == amount


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(text):
    try:
        amount = parse_pounds(text)
    except ValidationError as refusal:
        assert refusal.message.endswith((".", ")."))  # noqa: PT017
    else:
        assert amount == amount.quantize(PENNY)


def test_pounds_are_written_with_commas_and_pence():
    assert format_pounds(Decimal("1234567.5")) == "£1,234,567.50"
    assert format_pounds(Decimal("-0.05")) == "−£0.05"
    assert format_pounds(Decimal("1200"), pence=False) == "£1,200"
    assert format_pounds(Decimal("1200.5"), pence=False) == "£1,200.50"


def test_a_form_reads_what_people_paste_and_keeps_its_limits():
    field = PoundsField(min_value=Decimal("0.01"))

    assert field.clean("£1,234.50") == Decimal("1234.50")
    assert isinstance(field.widget, forms.NumberInput)
    assert field.widget.input_type == "text"
    for wrong in ("0", "-1", "1.005", "£"):
        with pytest.raises(ValidationError):
            field.clean(wrong)


# --- Sharing --------------------------------------------------------------------------------------

weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=40).filter(any)


@given(amounts.map(abs), weights)
def test_shares_add_up_to_the_penny_and_none_is_a_penny_off(total, weights):
    shares = share(total, weights)

    assert sum(shares) == total
    for part, weight in zip(shares, weights, strict=True):
        assert part == part.quantize(PENNY)
        assert abs(part - total * weight / sum(weights)) < PENNY
        assert weight or part == 0


@given(amounts.map(abs), weights)
def test_a_larger_weight_never_gets_a_smaller_share(total, weights):
    shares = share(total, weights)

    by_weight = sorted(zip(weights, shares, strict=True))
    assert [part for _, part in by_weight] == sorted(shares)


def test_pennies_left_over_go_to_the_earlier_of_equals():
    assert share(Decimal("100.00"), [1, 1, 1]) == [
        Decimal("33.34"),
        Decimal("33.33"),
        Decimal("33.33"),
    ]
    assert share(Decimal("0.05"), [Decimal("0.5"), Decimal("0.5"), 1]) == [
        Decimal("0.01"),
        Decimal("0.01"),
        Decimal("0.03"),
    ]


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [2, -1]])
def test_weights_that_share_nothing_are_refused(weights):
    with pytest.raises(ValueError, match="Weights must be positive"):
        share(Decimal("1.00"), weights)


# --- In the database ------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "amount", [LARGEST, LARGEST - PENNY, Decimal("26222857921.94"), Decimal("0.10"), PENNY]
)
def test_an_amount_comes_back_from_the_database_as_it_went(amount):
    payment = Payment.objects.create(
        commitment=a.a_draft().commitments.get(), amount=amount, requested_by=a.an_officer()
    )

    payment.refresh_from_db()

    assert payment.amount == amount
    assert str(payment.amount) == f"{amount:.2f}"
    assert Payment.objects.get(amount=amount) == payment
    assert not Payment.objects.filter(amount__lt=amount).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT amount FROM commissioning_payment")
        assert cursor.fetchone()[0] == int(amount * 100)


@pytest.mark.django_db
def test_the_sum_of_many_odd_pennies_is_exact():
    line = a.an_award(10_000).commitments.get()
    pennies = [Decimal(7 * i % 997 + 1) / 100 for i in range(5_000)]
    officer = a.an_officer()
    Payment.objects.bulk_create(
        Payment(commitment=line, amount=amount, requested_by=officer) for amount in pennies
    )

    sums = Payment.objects.aggregate(sum=Sum("amount"), least=Min("amount"), most=Max("amount"))

    assert sums == {"sum": sum(pennies), "least": min(pennies), "most": max(pennies)}
    by_line = Payment.objects.values("commitment").annotate(sum=Sum("amount")).get()
    assert by_line["sum"] == sum(pennies)
    mean = Payment.objects.aggregate(mean=Avg("amount"))["mean"]
    assert abs(mean - sum(pennies) / len(pennies)) <= PENNY


@pytest.mark.django_db
def test_totals_of_many_odd_pennies_are_exact_in_the_journal():
    budget, by = a.a_budget("0.01"), a.a_finance_officer()
    signs = [1, 1, -1] * 333
    pennies = [sign * Decimal(7 * i % 997 + 1) / 100 for i, sign in enumerate(signs)]

    journal.post(
        [journal.Move(budget, amount, "revision", date(2026, 5, 1)) for amount in pennies], by=by
    )

    budget.refresh_from_db()
    assert budget.amount == sum(pennies) + PENNY
    assert Entry.objects.aggregate(sum=Sum("amount"))["sum"] == budget.amount


@pytest.mark.django_db
def test_columns_of_money_are_added_and_compared_in_the_database():
    allocation = a.an_allocation("40000.07")
    a.an_award("12000.01", allocation)
    row = type(allocation).objects.annotate(
        left=models.ExpressionWrapper(F("amount") - F("committed"), MoneyField())
    )

    assert row.get().left == Decimal("28000.06")
    assert row.filter(left=Decimal("28000.06")).exists()
    assert row.filter(amount=F("committed") + Value(Decimal("28000.06"), MoneyField())).exists()
    assert row.filter(amount__gt=F("committed")).exists()
    assert row.filter(amount__in=[Decimal("40000.07"), 3], amount__range=(0, "40000.07")).exists()


@pytest.mark.django_db
def test_a_bare_number_cannot_be_mixed_with_a_column_of_money_by_mistake():
    """It would count as pence: say Value(…, MoneyField())."""
    a.a_budget(100)

    with pytest.raises(FieldError):
        Budget.objects.annotate(more=F("amount") + Decimal("1.00")).get()


@pytest.mark.django_db
@pytest.mark.parametrize("amount", [0.5, Decimal("0.001"), "three", Decimal("NaN"), LARGEST + 1])
def test_what_is_not_an_amount_reaches_no_column(amount):
    request = a.a_request()

    with pytest.raises(ValidationError):
        Payment.objects.filter(pk=request.pk).update(amount=amount)
    with pytest.raises(ValidationError):
        Payment.objects.filter(amount=amount).exists()
