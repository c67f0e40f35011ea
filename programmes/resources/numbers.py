"""Cells that hold counted or measured numbers."""

from decimal import Decimal

from commissioning.resources import cells
from commissioning.resources.columns import Cell, cell_of
from commissioning.workbooks import Unit
from programmes.quantities import QuantityField, exact_quantity, format_quantity, parse_quantity


def read_quantity(cell: object) -> Decimal | None:
    """A cell as an exact number: 11445, "11,445" and 83.5 are read, "12,50" is refused."""
    if cells.is_blank(cell):
        return None
    if isinstance(cell, float):
        # Excel keeps fifteen digits; what binary adds behind them is not the user's.
        return exact_quantity(Decimal(f"{cell:.15g}"))
    if isinstance(cell, int | Decimal) and not isinstance(cell, bool):
        return exact_quantity(cell)
    return parse_quantity(cells.read_text(cell))


class Number(Cell):
    """A number with at most four decimals."""

    how = "A number, such as 11,445 or 83.5"
    unit = Unit.NUMBER

    def clean(self, value, row=None, **kwargs):
        return read_quantity(value)

    def render(self, value, obj=None, **kwargs):
        """Without the noughts behind it, so that a file shows 11445 and not 11445.0000."""
        if value is None:
            return None
        return int(value) if value == value.to_integral_value() else value.normalize()

    def said(self, value) -> str:
        return "" if value is None else format_quantity(value)


cell_of.register(QuantityField, lambda field: Number)
