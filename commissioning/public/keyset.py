"""Pages of long lists that begin where the last one ended, whatever was added meanwhile.

A page by number is found by counting past all before it: slowly at depth, and a record that is
published meanwhile pushes another one over the edge, to be read twice. A cursor holds the values by
which the last record of a page stands in the order; the next page begins behind them.
"""

import base64
import json
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import OrderBy

# Lists up to so many records have numbered pages, which people like better.
NUMBERED_UP_TO = 1_000
# What cursors are made of is short.
LONGEST = 2_000


class BadCursor(ValueError):
    """Not a cursor of this order."""


@dataclass(frozen=True)
class CursorPage:
    """Some records of a list in its order, and the cursor of the next page, if there is one."""

    object_list: list[Model]
    next: str = ""
    is_later: bool = False  # not the first page


def page_of(rows: QuerySet, size: int, cursor: str = "") -> CursorPage:
    """The first records behind the cursor, or of all. BadCursor for one that is not ours."""
    order = [_order(by) for by in rows.query.order_by]
    keys = {f"key_{number}": by.expression for number, by in enumerate(order)}
    rows = rows.annotate(**keys)
    if cursor:
        rows = rows.filter(_behind(order, _values(rows, list(keys), cursor)))
    found = list(rows[: size + 1])
    if len(found) <= size:
        return CursorPage(found, is_later=bool(cursor))
    last = [getattr(found[size - 1], name) for name in keys]
    return CursorPage(found[:size], _cursor(last), is_later=bool(cursor))


def _order(by: str | OrderBy) -> OrderBy:
    if isinstance(by, OrderBy):
        return by
    return OrderBy(F(by.removeprefix("-")), descending=by.startswith("-"))


def _behind(order: list[OrderBy], values: list) -> Q:
    """Behind these values: alike in the first ones, and behind in the next."""
    behind, alike = Q(pk__in=[]), Q()
    for number, (by, value) in enumerate(zip(order, values, strict=True)):
        name = f"key_{number}"
        if value is None:
            # Nothing stands behind what is unknown.
            alike &= Q(**{f"{name}__isnull": True})
            continue
        beyond = Q(**{f"{name}__{'lt' if by.descending else 'gt'}": value})
        if by.nulls_last:
            beyond |= Q(**{f"{name}__isnull": True})
        behind |= alike & beyond
        alike &= Q(**{name: value})
    return behind


def _cursor(values: list) -> str:
    told = json.dumps(values, cls=DjangoJSONEncoder, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def _values(rows: QuerySet, names: list[str], cursor: str) -> list:
    try:
        padded = cursor[:LONGEST] + "=" * (-len(cursor) % 4)
        told = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(told, list) or len(told) != len(names):
            raise BadCursor(cursor)
        fields = [rows.query.annotations[name].output_field for name in names]
        values = [field.to_python(one) for field, one in zip(fields, told, strict=True)]
        # More than a column of the database holds.
        if any("\x00" in str(value) for value in values) or any(
            abs(value) > 10**15 for value in values if isinstance(value, int | Decimal)
        ):
            raise BadCursor(cursor)
    except (ValueError, TypeError, ArithmeticError, ValidationError) as error:
        raise BadCursor(cursor) from error
    return values
