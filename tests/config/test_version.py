"""One version, from pyproject.toml, wherever this system says which it is."""

import os
import re
import subprocess
import sys
import tomllib

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse

from config import version

NUMBER = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"]


def test_the_changelog_begins_with_this_version():
    changelog = (settings.BASE_DIR / "CHANGELOG.md").read_text()
    assert re.search(r"^## \[?([0-9.]+)", changelog, re.MULTILINE).group(1) == NUMBER


@pytest.mark.django_db
def test_the_api_says_its_version(client):
    described = client.get(reverse("api-schema"), {"format": "json"}).json()
    assert described["info"]["version"] == NUMBER


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["admin:index", "admin:commissioning_award_changelist"])
def test_staff_read_the_version_at_the_foot_of_their_pages(client, superuser, page):
    assert f"Commissioning Register {NUMBER}" in client.get(reverse(page)).text


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["home", "admin:login"])
def test_the_public_does_not_learn_the_version_of_what_runs(client, page):
    assert "Commissioning Register 0." not in client.get(reverse(page)).text
    assert f"Register {NUMBER}" not in client.get(reverse(page)).text


@pytest.mark.django_db
def test_the_command_names_database_and_migrations(capsys, monkeypatch):
    monkeypatch.setenv("COMMIT", "0123456789ab")
    version.commit.cache_clear()
    call_command("version")
    version.commit.cache_clear()
    said = capsys.readouterr().out
    assert re.search(rf"^version +{re.escape(NUMBER)}$", said, re.MULTILINE)
    assert re.search(r"^commit +0123456789ab$", said, re.MULTILINE)
    assert re.search(r"^database +(SQLite|PostgreSQL) \d+\.\d+", said, re.MULTILINE)
    assert re.search(r"^migrations +all have run$", said, re.MULTILINE)


def test_the_command_line_answers_for_a_new_database(tmp_path):
    """`manage.py version` is ours, not Django's, and names what a new database still needs."""
    answer = subprocess.run(
        [sys.executable, "manage.py", "version"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATA_DIR": str(tmp_path), "DATABASE_URL": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.search(rf"^version +{re.escape(NUMBER)}$", answer.stdout, re.MULTILINE)
    assert re.search(r"^migrations +\d+ to run: .*commissioning\.0001", answer.stdout, re.MULTILINE)
