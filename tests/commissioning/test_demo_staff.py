"""`create_demo_staff`: a user for each role, on a site that is only tried out."""

from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from commissioning import roles
from commissioning.models import User
from tests import builders as a

pytestmark = pytest.mark.django_db


def create_demo_staff(*options) -> str:
    out = StringIO()
    call_command("create_demo_staff", *options, stdout=out)
    return out.getvalue()


def sign_ins(printed: str) -> dict[str, str]:
    """User name → password, as printed."""
    table = printed.split("password", 1)[1].splitlines()[1:]
    return {line.split()[0]: line.split()[1] for line in table if line}


def test_it_refuses_where_debug_is_off():
    with pytest.raises(CommandError, match="DEBUG is off"):
        create_demo_staff()

    assert not User.objects.exists()


def test_every_role_and_an_administrator_can_sign_in_with_what_is_printed(settings, rf):
    settings.DEBUG = True

    printed = sign_ins(create_demo_staff())

    found = {}
    for username, password in printed.items():
        assert len(password) >= 14
        user = authenticate(rf.post("/staff/login/"), username=username, password=password)
        assert user.is_staff
        assert str(user).endswith("(demonstration)")
        found[username] = [*user.groups.values_list("name", flat=True)]
        assert user.is_superuser == (username == "administrator")
    assert {name for names in found.values() for name in names} == set(roles.ROLES)
    assert found["administrator"] == []


def test_a_second_run_changes_nothing_and_prints_the_same():
    first = create_demo_staff("--force")
    before = list(User.objects.order_by("pk").values())

    assert create_demo_staff("--force") == first
    assert list(User.objects.order_by("pk").values()) == before


def test_a_changed_password_is_put_back(client):
    printed = sign_ins(create_demo_staff("--force"))
    officer = User.objects.get(username="officer")
    officer.set_password("something else entirely")
    officer.is_superuser = True
    officer.save()

    create_demo_staff("--force")

    officer.refresh_from_db()
    assert officer.check_password(printed["officer"])
    assert not officer.is_superuser


def test_passwords_differ_between_users_and_sites(settings):
    here = sign_ins(create_demo_staff("--force"))
    settings.SECRET_KEY = "another site's secret"
    there = sign_ins(create_demo_staff("--force"))

    assert len({*here.values(), *there.values()}) == 2 * len(here)


def test_a_real_member_of_staff_of_the_same_name_is_left_alone():
    finance = a.a_user(username="finance")

    with pytest.raises(CommandError, match="“finance”"):
        create_demo_staff("--force")

    assert User.objects.get() == finance


def test_the_addresses_have_the_port_of_the_site(monkeypatch):
    monkeypatch.setenv("PORT", "8123")

    printed = create_demo_staff("--force")

    assert "http://127.0.0.1:8123/staff/" in printed
    assert "http://127.0.0.1:8123/api/v1/" in printed
