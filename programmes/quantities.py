"""Numbers that are counted or measured: exact, with at most four decimals."""

import re
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError

from commissioning.exact import ExactField, WrittenNumberField

PLACES = 4
SMALLEST = Decimal(1).scaleb(-PLACES)
LARGEST = Decimal(10) ** 14

# Commas only where they part thousands: "12,50" is a slip or a foreign decimal.
WRITTEN = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?", re.ASCII)


def parse_quantity(text: str) -> Decimal:
    """A number from what a person writes: "11,445", "83.5", "−3"; ValidationError otherwise."""
    written = text.strip().replace("\N{MINUS SIGN}", "-")
    return exact_quantity(
        written.replace(",", "") if WRITTEN.fullmatch(written) else "no number", as_written=text
    )


def exact_quantity(value: object, as_written: str | None = None) -> Decimal:
    """`value` as a Decimal with at most four decimals; ValidationError unless it is exactly that.

    Floats are refused: they cannot hold most decimals.
    """
    shown = str(value if as_written is None else as_written)[:40]
    try:
        if isinstance(value, float | bool):
            raise InvalidOperation
        number = Decimal(value)
        finite = number.is_finite()
    except (InvalidOperation, TypeError, ValueError):
        finite = False
    if not finite:
        raise ValidationError(
            f"“{shown}” is not a number. Write figures, such as 11,445 or 83.5.",
            code="quantity_invalid",
        )
    # Decimal cannot even take the absolute value of 1e999999999999: look at its size first.
    if number and (number.adjusted() > LARGEST.adjusted() or abs(number) > LARGEST):
        raise ValidationError(f"“{shown}” is more than can be held.", code="quantity_too_large")
    if number != number.quantize(SMALLEST):
        raise ValidationError(
            f"“{shown}” has more than {PLACES} decimal places.", code="quantity_decimals"
        )
    return number.quantize(SMALLEST)


def format_quantity(number: Decimal, decimals: int | None = None) -> str:
    """ "11,445", "83.5", "−3"; with `decimals` decimals, or with as many as the number has."""
    if decimals is None:
        decimals = max(0, -number.normalize().as_tuple().exponent)
    text = f"{abs(number):,.{decimals}f}"
    return f"\N{MINUS SIGN}{text}" if number < 0 and text.strip("0.,") else text


class QuantityField(ExactField):
    """A number with at most four decimals, kept as whole ten-thousandths."""

    description = "An exact number with at most four decimals"
    places = PLACES

    def exact(self, value) -> Decimal:
        return exact_quantity(value)

    def to_python(self, value):
        if value is None or value == "":
            return None
        return parse_quantity(value) if isinstance(value, str) else exact_quantity(value)

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": NumberField, **kwargs})


class NumberField(WrittenNumberField):
    """A form field that reads "11,445" as well as "83.5"."""

    def prepare_value(self, value):
        return format(value.normalize(), "f") if isinstance(value, Decimal) else value

    def read(self, value) -> Decimal:
        return parse_quantity(value) if isinstance(value, str) else exact_quantity(value)
