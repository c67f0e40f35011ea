"""Decimal numbers kept as whole numbers of their smallest part, in a 64-bit integer column.

SQLite would keep a DecimalField as floating point, where sums and CHECKs go wrong in the last
decimal; an integer column adds up and compares exactly on both databases.
"""

from decimal import Decimal

from django.db import models
from django.forms import DecimalField


class ExactField(models.Field):
    """A Decimal with `places` decimals; `exact` makes one of whatever is assigned, or refuses.

    In an expression say Value(number, <the field>()): a bare number beside F() counts as parts.
    """

    places = 0

    def get_internal_type(self) -> str:
        return "BigIntegerField"

    def exact(self, value: object) -> Decimal:
        raise NotImplementedError

    def from_db_value(self, value, expression, connection):
        # SUM of a bigint column comes back from PostgreSQL as a numeric, from SQLite as an int.
        if value is None:
            return None
        return Decimal(value).scaleb(-self.places).quantize(Decimal(1).scaleb(-self.places))

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return None if value is None else int(self.exact(value).scaleb(self.places))

    def value_to_string(self, obj):
        value = self.value_from_object(obj)
        return "" if value is None else str(value)


class WrittenNumberField(DecimalField):
    """A form field for numbers as people write them, read by `read`."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        # A number input would refuse the "£" and the comma that people paste from spreadsheets.
        if self.widget.input_type == "number":
            self.widget.input_type = "text"
            self.widget.attrs.setdefault("inputmode", "decimal")
            self.widget.attrs.pop("step", None)

    def read(self, value: object) -> Decimal:
        raise NotImplementedError

    def to_python(self, value):
        return None if value in self.empty_values else self.read(value)
