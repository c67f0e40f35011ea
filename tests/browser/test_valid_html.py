"""Pages are valid HTML: html-validate holds them to the standard, the public's and staff's."""

import json
import os
import subprocess
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from scripts.assets import path_with_node
from tests import builders as a
from tests import public_pages, world
from tests.commissioning import staff

VALIDATOR = Path(settings.BASE_DIR) / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
RULES = Path(__file__).with_name("html_rules.json")


def objections(folder: Path) -> list[str]:
    """What html-validate says of the .html files of a folder, one line each."""
    command = ["node", VALIDATOR, "--config", RULES, "--formatter", "json", folder]
    said = subprocess.run(
        command,
        cwd=settings.BASE_DIR,
        env={**os.environ, "PATH": path_with_node()},
        capture_output=True,
        text=True,
    )
    assert said.stdout.startswith("["), said.stderr
    return [
        f"{Path(file['filePath']).name}:{each['line']}: {each['ruleId']}: {each['message']}"
        for file in json.loads(said.stdout)
        for each in file["messages"]
    ]


def save(client, addresses, folder: Path) -> int:
    """Save each page of these addresses in the folder; how many there were."""
    saved = 0
    for address in addresses:
        response = client.get(address)
        if not response.get("Content-Type", "").startswith("text/html"):
            continue
        name = address.strip("/").replace("/", "-") or "home"
        (folder / f"{name[:100]}.html").write_bytes(response.content)
        saved += 1
    return saved


def test_public_pages_are_valid_html(client, transactional_db, tmp_path):
    world.whole()

    assert save(client, [*public_pages.examples(), *public_pages.STATES], tmp_path) > 60
    sent_wrong = client.post(reverse("transparency:problem"), {"about": "", "text": ""})
    (tmp_path / "problem-with-errors.html").write_bytes(sent_wrong.content)

    assert objections(tmp_path) == []


def test_full_pages_are_valid_html(client, register, tmp_path):
    save(client, public_pages.OF_THE_REGISTER, tmp_path)

    assert objections(tmp_path) == []


def test_staff_pages_are_valid_html(client, transactional_db, tmp_path):
    staff.a_world()
    save(client, [reverse("admin:login")], tmp_path)
    client.force_login(a.a_user(superuser=True))

    pages = {address for _, _, _, address in staff.pages()}
    assert save(client, [reverse("admin:index"), *sorted(pages)], tmp_path) > 200

    assert objections(tmp_path) == []


def test_a_page_that_is_not_valid_is_objected_to(tmp_path):
    page = (
        "<!DOCTYPE html><html lang=en><head><title>A</title></head><body><p><div></p></body></html>"
    )
    (tmp_path / "page.html").write_text(page)

    assert any("close" in each or "element" in each for each in objections(tmp_path))
