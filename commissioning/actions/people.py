"""Accounts of staff."""

from django.db import transaction

from commissioning import rules
from commissioning.actions import history, records
from commissioning.models import User


def account_of_nobody(username: str, first_name: str, last_name: str) -> User:
    """The account in whose name a command acts; nobody can sign in as it."""
    user, is_new = User.objects.get_or_create(
        username=username,
        defaults={"first_name": first_name, "last_name": last_name, "is_active": False},
    )
    if is_new:
        user.set_unusable_password()
        user.save()
    return user


@transaction.atomic
def deactivate(person: User, *, reason: str, by: User) -> None:
    """Switch the account of somebody who leaves off: they are signed out and cannot sign in."""
    rules.reason_is_given(reason)
    rules.nobody_leaves_by_their_own_hand(person, by)
    records.lock(person)
    rules.account_is_active(person)
    person.is_active = False
    records.save_checked(person)
    history.record(
        "switched off the account of",
        person,
        by,
        before={"is_active": True},
        after={"is_active": False},
        reason=reason,
    )
