"""When somebody leaves: what they have under way, and who else can go on with it."""

from collections.abc import Sequence

from django.utils.html import format_html

from commissioning import rules
from commissioning.actions import people
from commissioning.admin.columns import list_address
from commissioning.admin.forms import ReasonForm
from commissioning.admin.verbs import Verb
from commissioning.figures.under_way import Found, found_for
from commissioning.models import User


def address_of(found: Found, user: User) -> str:
    """The list of exactly these records, if the user may open it; empty otherwise."""
    kind = found.kind
    opts = kind.model._meta
    if not user.has_perm(f"{opts.app_label}.view_{opts.model_name}"):
        return ""
    return list_address(kind.model, **kind.filters(found.person))


def listed(person: User, user: User) -> list[str]:
    """What somebody has under way, each kind with a link to its list for those who may open it."""
    said = []
    for found in found_for(person):
        address = address_of(found, user) if isinstance(found, Found) else ""
        if address:
            sentence = format_html(
                '<a href="{}">{}</a>. {}', address, found.counted, found.who_else
            )
        else:
            sentence = str(found)
        said.append(sentence)
    return said or [f"{person} has nothing under way."]


def says_under_way(person: User) -> Sequence[str]:
    under_way = [str(found) for found in found_for(person)]
    return [
        f"{person} will be signed out and can no longer sign in. What they did keeps their name.",
        *(under_way or ["Nothing is under way."]),
    ]


DEACTIVATE = Verb(
    name="deactivate",
    label="Deactivate",
    permissions=["change_user"],
    relies_on=["groups"],
    explains="When somebody leaves: the account is switched off, and what is under way is listed.",
    tells_to=listed,
    form=ReasonForm,
    is_possible=lambda person: person.is_active,
    rules=[rules.nobody_leaves_by_their_own_hand],
    says=lambda person, given: says_under_way(person),
    do=lambda person, given, by: people.deactivate(person, reason=given["reason"], by=by),
    done="Deactivated",
)
