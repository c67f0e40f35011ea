"""Who acts when nobody presses a button."""

from commissioning.actions.people import account_of_nobody
from commissioning.models import User


def account() -> User:
    """The account under which commands work by the clock."""
    return account_of_nobody("clockwork", "By", "the clock")
