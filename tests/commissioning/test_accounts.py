"""An administrator keeps accounts and roles: other people's, and nothing else."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from commissioning import roles
from commissioning.models import HistoryEvent, User
from tests import builders as a
from tests.commissioning import staff

pytestmark = pytest.mark.django_db

RIGHT = "A-long-secret-1"


@pytest.fixture
def keeper(client):
    keeper = a.a_user(roles.ADMINISTRATOR)
    client.force_login(keeper)
    return keeper


def role(name: str) -> Group:
    return Group.objects.get(name=name)


def told(user, *groups, **more) -> dict:
    return {
        "username": user.username,
        "is_active": "on",
        "groups": [group.pk for group in groups],
        **more,
    }


def test_an_administrator_makes_an_account_and_gives_it_its_roles(client, keeper):
    made = {"username": "newcomer", "password1": RIGHT, "password2": RIGHT}
    client.post(reverse("admin:commissioning_user_add"), {**made, "usable_password": "true"})
    newcomer = User.objects.get(username="newcomer")

    client.post(staff.address(newcomer), told(newcomer, role(roles.OFFICER), role(roles.APPROVER)))

    assert set(newcomer.groups.values_list("name", flat=True)) == {roles.OFFICER, roles.APPROVER}
    event = HistoryEvent.objects.filter(subject_type="user").latest("pk")
    assert set(event.after["groups"]) == {roles.OFFICER, roles.APPROVER}
    assert event.by_id == keeper.pk


def test_an_administrator_switches_a_leaver_off_and_takes_their_roles_away(client, keeper):
    leaver = a.a_chief_finance_officer()

    client.post(staff.address(leaver), {"username": leaver.username})

    leaver.refresh_from_db()
    assert not leaver.is_active
    assert not leaver.groups.exists()


def test_an_administrator_gives_themselves_nothing(client, keeper):
    more = {"is_superuser": "on", "user_permissions": [1]}
    client.post(staff.address(keeper), told(keeper, *Group.objects.all(), **more))

    keeper = User.objects.get(pk=keeper.pk)
    assert [group.name for group in keeper.groups.all()] == [roles.ADMINISTRATOR]
    assert not keeper.is_superuser
    assert not keeper.user_permissions.exists()


def test_an_administrator_makes_nobody_a_superuser_and_touches_none(client, keeper):
    officer, superuser = a.an_officer(), a.a_user(superuser=True)

    client.post(staff.address(officer), told(officer, role(roles.OFFICER), is_superuser="on"))

    assert not User.objects.get(pk=officer.pk).is_superuser
    assert client.post(staff.address(superuser), told(superuser)).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[superuser.pk])
    assert client.post(password, {}).status_code == 403


def test_the_roles_of_the_system_and_one_s_own_stay_as_they_are(client, keeper):
    shipped, own, other = role(roles.APPROVER), *(Group.objects.create(name=n) for n in "AB")
    keeper.groups.add(own)
    approve = Permission.objects.get(codename="approve_award")
    changed = {"name": "Changed", "permissions": [approve.pk]}

    assert client.post(staff.address(shipped), changed).status_code == 403
    assert client.post(staff.address(own), changed).status_code == 403
    assert client.post(staff.address(other), changed).status_code == 302

    assert set(approve.group_set.values_list("name", flat=True)) == {roles.APPROVER, "Changed"}


def test_an_administrator_sees_history_and_no_records(client, keeper):
    award = a.an_award()

    assert client.get(staff.list_of(HistoryEvent)).status_code == 200
    assert client.get(staff.address(award)).status_code == 403
    page = client.get(reverse("admin:index"))
    assert page.status_code == 200
    assert "Where the money stands" not in page.content.decode()
