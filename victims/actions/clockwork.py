"""Who acts when nobody presses a button: the account under which commands work by the clock."""

from commissioning.models import User


def account() -> User:
    """The account in whose name history tells of it; nobody can sign in as it."""
    user, is_new = User.objects.get_or_create(
        username="clockwork",
        defaults={"first_name": "By", "last_name": "the clock", "is_active": False},
    )
    if is_new:
        user.set_unusable_password()
        user.save()
    return user
