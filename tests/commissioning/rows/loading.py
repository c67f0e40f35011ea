"""Loading rows as a sheet would."""

import pytest
from django.core.exceptions import ValidationError

from commissioning.models import (
    Allocation,
)
from commissioning.resources.base import load_rows
from tests import builders as a

WALSALL = {"code": "E08000030", "name": "Walsall", "kind": "local_authority"}


def load(resource, *rows, by=None):
    return str(load_rows(resource, rows, by or a.a_user(superuser=True)))


def refusals(resource, *rows, by=None) -> list[str]:
    with pytest.raises(ValidationError) as refusal:
        load(resource, *rows, by=by)
    return refusal.value.messages


def a_line(allocation: Allocation, amount) -> dict:
    """The columns of an award's line on the allocation."""
    return {
        "line_fund_code": allocation.budget.fund.code,
        "line_area_code": allocation.area.code,
        "line_amount": amount,
    }


def a_total(**cells) -> dict:
    row = {"code": "R1", "label": "Total", "kind": "spending", "document": "Report", "amount": 1}
    return {**row, **cells}
