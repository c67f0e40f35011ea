"""`manage.py create_demo_staff`: people to sign in as while trying the register out."""

import os

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.crypto import salted_hmac

from commissioning import roles
from commissioning.models import User

# User name, name and role; the last is a superuser and has none.
STAFF = (
    *((role.username, role.person, role.name) for role in roles.ALL),
    ("administrator", "Administrator", None),
)
MARK = "(demonstration)"

CONSONANTS = "bdfghjklmnprstvz"
VOWELS = "aiou"


def password_for(username: str) -> str:
    """Four words such as "lusab-babad-gutih-tugad" that only this site's secret key gives.

    Derived, so that they can be printed again and need not be kept. Each word holds 16 bits:
    consonants four, vowels two.
    """
    digest = salted_hmac("commissioning.demo_staff", username, algorithm="sha256").digest()
    return "-".join(_word(int.from_bytes(digest[i : i + 2])) for i in range(0, 8, 2))


def _word(bits: int) -> str:
    return (
        CONSONANTS[bits >> 12]
        + VOWELS[bits >> 10 & 3]
        + CONSONANTS[bits >> 6 & 15]
        + VOWELS[bits >> 4 & 3]
        + CONSONANTS[bits & 15]
    )


class Command(BaseCommand):
    help = "Make one demonstration user for each role and a superuser; print their sign-ins."

    def add_arguments(self, parser):
        parser.add_argument(
            "--force", action="store_true", help="also where DEBUG is off, as on a test server"
        )

    @transaction.atomic
    def handle(self, *, force, **options):
        if not (settings.DEBUG or force):
            raise CommandError(
                "Demonstration staff are for trying the register out, and DEBUG is off here. "
                "Nothing was made. Add --force if this is not a site with real data."
            )
        for username, name, role in STAFF:
            _make(username, name, role)
        self.stdout.write(_table())


def _make(username: str, name: str, role: str | None) -> None:
    """Make the user, or put name, role and password back as they are meant to be."""
    user = User.objects.filter(username=username).first() or User(username=username)
    if user.pk and user.last_name != MARK:
        raise CommandError(
            f"There is already a member of staff with the user name “{username}”. Nothing was made."
        )
    user.first_name, user.last_name = name, MARK
    user.is_staff, user.is_active, user.is_superuser = True, True, role is None
    if not user.check_password(password_for(username)):
        user.set_password(password_for(username))
    user.save()
    user.groups.set(Group.objects.filter(name=role))


def _table() -> str:
    site = f"http://127.0.0.1:{os.environ.get('PORT') or '8000'}"
    addresses = [("Public site", "/"), ("Staff site", "/staff/"), ("API", "/api/v1/")]
    lines = [f"{label:<15}{site}{path}" for label, path in addresses]
    lines += ["", f"{'Sign in as':<15}{'password':<25}role"]
    lines += [
        f"{username:<15}{password_for(username):<25}{role or 'none: may do everything'}"
        for username, _, role in STAFF
    ]
    return "\n".join(lines)
