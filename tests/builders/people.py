"""Members of staff for tests, and what every builder needs."""

from decimal import Decimal
from itertools import count

from django.contrib.auth.models import Group

from commissioning import roles
from commissioning.actions import records
from commissioning.models import (
    User,
)

numbers = count(1)


def pounds(text: str | int) -> Decimal:
    return Decimal(text).quantize(Decimal("0.01"))


def a_user(role: str | None = None, superuser: bool = False, **fields) -> User:
    n = next(numbers)
    fields = {"username": f"user{n}", "first_name": "User", "last_name": f"{n}", **fields}
    user = User.objects.create_user(is_staff=True, is_superuser=superuser, **fields)
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def an_officer() -> User:
    return a_user(roles.OFFICER)


def an_approver() -> User:
    return a_user(roles.APPROVER)


def a_finance_officer() -> User:
    return a_user(roles.FINANCE)


def saved(row, by: User | None = None):
    """The row, saved by an officer as the admin would."""
    records.save(row, by=by or an_officer())
    return row
