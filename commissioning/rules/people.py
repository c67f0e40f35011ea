"""Rules about the accounts of staff."""

from collections.abc import Sequence

from commissioning.models import User
from commissioning.rules.broken import RuleBroken


def nobody_leaves_by_their_own_hand(person: User, by: User) -> None:
    """Nobody switches off the account that they are signed in with."""
    if person.pk == by.pk:
        raise RuleBroken(
            "This is your own account. Ask another administrator to deactivate it.", "own_account"
        )


def account_is_active(person: User) -> None:
    if not person.is_active:
        raise RuleBroken(f"The account of {person} is switched off already.", "wrong_state")


def what_is_under_way_is_seen(person: User, under_way: Sequence[object]) -> None:
    """An account is switched off in passing only where its person has nothing under way."""
    if under_way:
        raise RuleBroken(
            f"{person} still has work under way, so the account stays on. Use “Deactivate” on this "
            "page: it lists the work and says who else can go on with it.",
            "under_way",
        )
