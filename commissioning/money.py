"""Pounds and pence: exact Decimal pounds in Python, whole pence in the database."""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator

from commissioning.exact import ExactField, WrittenNumberField

PENNY = Decimal("0.01")
NOTHING = Decimal("0.00")

# An amount as a person writes it: sign, pound sign, sign, digits. Commas only where they part
# thousands: "12,50" is a slip or a foreign decimal, and must not become £1,250.
WRITTEN = re.compile(r"([-+]?)\s*£?\s*([-+]?)((?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?)", re.ASCII)

# One hundred billion pounds: far above any office's budget and far inside 64 bits of pence, so that
# no sum of a million rows can overflow.
LARGEST = Decimal("100000000000.00")


def parse_pounds(text: str) -> Decimal:
    """Decimal pounds from what a person writes: "£1,234.50", "-12", "−£1234.5".

    Raises ValidationError with a sentence for staff for anything else, more than two decimals
    included (a third decimal is a mistake to be asked about, never rounded away).
    """
    written = WRITTEN.fullmatch(text.strip().replace("\N{MINUS SIGN}", "-"))
    digits = "".join(written.groups()).replace(",", "") if written else ""
    try:
        amount = Decimal(digits)
    except InvalidOperation:
        amount = Decimal("NaN")
    return exact_pounds(amount, as_written=text)


def exact_pounds(value: object, as_written: str | None = None) -> Decimal:
    """`value` as Decimal pounds with two decimals; ValidationError unless it is exactly that.

    Floats are refused: they cannot hold most pennies.
    """
    shown = str(value if as_written is None else as_written)[:40]
    if isinstance(value, float | bool) or not isinstance(value, Decimal | int | str):
        raise ValidationError(f"“{shown}” is not an exact amount of money.", code="money_invalid")
    try:
        amount = Decimal(value)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise ValidationError(
            f"“{shown}” is not an amount of money. Write pounds and pence, such as 1,234.50.",
            code="money_invalid",
        )
    # Decimal cannot even take the absolute value of 1e999999999999: look at its size first.
    if amount and (amount.adjusted() > LARGEST.adjusted() or abs(amount) > LARGEST):
        raise ValidationError(
            f"“{shown}” is more than this system can hold ({format_pounds(LARGEST)}).",
            code="money_too_large",
        )
    if amount != amount.quantize(PENNY):
        raise ValidationError(
            f"“{shown}” has parts of a penny. Amounts have at most two decimal places.",
            code="money_decimals",
        )
    return amount.quantize(PENNY)


def format_pounds(amount: Decimal, pence: bool = True) -> str:
    """ "£1,234.50"; "−£1,234.50" below zero; without pence only where the amount has none."""
    whole = not pence and amount == amount.to_integral_value()
    text = f"{abs(amount):,.0f}" if whole else f"{abs(amount):,.2f}"
    return f"\N{MINUS SIGN}£{text}" if amount < 0 else f"£{text}"


def share(total: Decimal, weights: Sequence[Decimal | int]) -> list[Decimal]:
    """`total` pounds split by `weights` so that the shares add up to it to the penny.

    Largest remainder: each share is rounded down to the penny and the pennies left over go to the
    shares that lost most, the earlier one first when two lost the same. Reckoned in whole pence and
    fractions, so that no size of weight loses a penny or breaks a tie wrongly.
    """
    if not weights or sum(weights) <= 0 or min(weights) < 0:
        raise ValueError("Weights must be positive and add up to more than nothing.")
    parts = [Fraction(weight) for weight in weights]
    whole = sum(parts)
    pence = int(exact_pounds(total) / PENNY)
    shares, lost = zip(*(divmod(pence * part, whole) for part in parts), strict=True)
    shares = list(shares)
    neediest = sorted(range(len(shares)), key=lambda i: (-lost[i], i))
    for i in neediest[: pence - sum(shares)]:
        shares[i] += 1
    return [Decimal(share).scaleb(-2).quantize(PENNY) for share in shares]


class MoneyField(ExactField):
    """Decimal pounds and pence, kept as whole pence."""

    description = "An exact amount of money in pounds and pence"
    places = 2

    def exact(self, value) -> Decimal:
        return exact_pounds(value)

    @property
    def validators(self):
        return [
            *super().validators,
            MinValueValidator(-LARGEST),
            MaxValueValidator(LARGEST),
        ]

    def to_python(self, value):
        if value is None or value == "":
            return None
        return parse_pounds(value) if isinstance(value, str) else exact_pounds(value)

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": PoundsField, **kwargs})


class PoundsField(WrittenNumberField):
    """A form field that reads "£1,234.50" as well as "1234.5"."""

    default_error_messages = {"min_value": "The amount must be £%(limit_value)s or more."}

    def __init__(self, **kwargs):
        super().__init__(**{"decimal_places": 2, "max_digits": 14, **kwargs})

    def read(self, value) -> Decimal:
        return parse_pounds(value) if isinstance(value, str) else exact_pounds(value)
