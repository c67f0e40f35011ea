"""What runs the register elsewhere: the image, compose, and the links between documents."""

import re
import subprocess
import sys

import pytest
import yaml
from django.conf import settings
from django.utils.text import slugify

from config import settings as the_settings

ROOT = settings.BASE_DIR
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
OURS = {name: one for name, one in COMPOSE["services"].items() if name != "db"}
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "docs").glob("*/*.md")]
)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def test_the_image_runs_as_nobody_and_copies_only_what_is_there():
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER \d+:\d+$", last, re.MULTILINE)
    assert "HEALTHCHECK" in last
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source


def test_only_the_step_that_migrates_has_the_owner_of_the_tables():
    with_owner = [n for n, one in OURS.items() if "MIGRATE_DATABASE_URL" in one["environment"]]
    assert with_owner == ["migrate"]
    for name, one in OURS.items():
        assert one["environment"]["DATABASE_URL"].startswith("postgres://register:"), name
        assert one["read_only"] is True
        assert one["cap_drop"] == ["ALL"]
    waits_for = OURS["web"]["depends_on"]["migrate"]["condition"]
    assert waits_for == "service_completed_successfully"


def test_what_compose_sets_are_settings_that_the_register_reads():
    known = the_settings.__doc__ + (ROOT / "scripts" / "start.py").read_text()
    for one in OURS.values():
        for name in one["environment"]:
            assert re.search(rf"\b{name}\b", known), name


def test_the_steps_of_the_container_are_steps_of_start():
    answer = (ROOT / "scripts" / "start.py").read_text()
    for mode in ["migrate", "web"]:
        assert f'"{mode}": ' in answer


def test_a_site_that_does_not_answer_is_not_healthy():
    answer = subprocess.run(
        [sys.executable, "scripts/healthy.py"], cwd=ROOT, env={"PORT": "9"}, capture_output=True
    )
    assert answer.returncode == 1


def anchors(path) -> set[str]:
    text = path.read_text()
    return {slugify(title) for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_a_document_leads_somewhere(path):
    for href in LINK.findall(path.read_text()):
        place, _, anchor = href.partition("#")
        # An address of a running site, or of another one.
        if place.startswith(("http", "/", "mailto")):
            continue
        target = (path.parent / place).resolve() if place else path
        assert target.exists(), href
        assert not anchor or anchor in anchors(target), href
