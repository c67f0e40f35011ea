"""Accounts of staff."""

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
