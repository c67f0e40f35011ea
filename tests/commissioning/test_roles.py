"""What each role may do is written down, and is what it may do."""

import pytest
from django.contrib.auth.models import Group, Permission

from commissioning import roles
from commissioning.management.commands.roles_table import DOCUMENT, tables

pytestmark = pytest.mark.django_db


def permissions_of(role: str) -> set[str]:
    held = Permission.objects.filter(group__name=role)
    return {".".join(pair) for pair in held.values_list("content_type__app_label", "codename")}


def test_the_table_of_roles_is_what_the_roles_may_do():
    """`manage.py roles_table` writes it anew."""
    assert DOCUMENT.read_text().endswith(tables())


def test_every_declared_role_comes_with_the_system():
    assert [role.name for role in roles.ALL] == list(roles.ROLES)
    assert Group.objects.filter(name__in=roles.ROLES).count() == len(roles.ALL)


def test_an_auditor_may_only_look():
    held = permissions_of(roles.AUDITOR)

    assert held
    assert all(name.partition(".")[2].startswith("view_") for name in held)


def test_an_administrator_keeps_accounts_and_nothing_else():
    assert permissions_of(roles.ADMINISTRATOR) == {
        "auth.add_group",
        "auth.change_group",
        "auth.view_group",
        "commissioning.add_user",
        "commissioning.change_user",
        "commissioning.view_user",
        "commissioning.view_historyevent",
    }


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("commissioning.recommend_award", "commissioning.approve_award"),
        ("commissioning.propose_variation", "commissioning.vary_award"),
        ("commissioning.request_payment", "commissioning.release_payment"),
        ("commissioning.add_interest", "commissioning.change_user"),
        ("commissioning.add_override", "commissioning.approve_award"),
        ("commissioning.add_delegatedlimit", "commissioning.approve_award"),
    ],
)
def test_no_role_by_itself_holds_two_steps_that_two_people_take(first, second):
    for role in roles.ROLES:
        assert not {first, second} <= permissions_of(role), role
