"""An office that leaves an app out lacks that app's pages, and nothing else."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from tests import builders as a
from tests import world
from tests.racing import database_in_a_file
from tests.sampling import sample

# It commits: a transaction cannot be copied into a file.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.dialect]


@pytest.fixture
def office(tmp_path):
    """The environment of an installation in a file of its own, with a record of everything."""
    if connection.vendor != "sqlite":
        pytest.skip("another process reads a copy in a file, which SQLite makes")
    world.whole()
    a.a_user(superuser=True)
    with database_in_a_file(tmp_path):
        yield {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{tmp_path / 'race.sqlite3'}",
            "DATA_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        }


def test_without_an_app_every_page_that_is_led_to_opens(office):
    asked = [sys.executable, "-m", "tests.core.crawling"]
    for app in sample(["search", "finance", "transparency"], 1):
        found = subprocess.run(
            asked,
            env={**office, "LEAVE_OUT": app},
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
        )
        assert (app, found.returncode) == (app, 0), found.stdout + found.stderr
        assert int(found.stdout.split()[0]) > 60
