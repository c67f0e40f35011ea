"""What a first visit to each kind of page costs: bytes, and nothing that stays in the browser.

As deployed: static files collected, under hashed names and compressed.
"""

import pytest
from django.core.management import call_command
from pytest_django.live_server_helper import LiveServer

from config import settings as deployed
from tests import public_pages, world

MOST_BYTES = 100_000


@pytest.fixture
def server(django_db_setup, settings, tmp_path, monkeypatch):
    """The site with its static files as they are deployed, in place of the tests' own server."""
    settings.STORAGES = deployed.STORAGES
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "static"
    call_command("collectstatic", interactive=False, verbosity=0)
    # LiveServer would answer for static files itself, and not as deployed.
    handlers = "django.contrib.staticfiles.handlers.StaticFilesHandler"
    monkeypatch.setattr(handlers, lambda handler: handler)
    server = LiveServer("localhost")
    yield server
    server.stop()


def weigh(page, paths) -> dict[str, int]:
    """The bytes that Chromium took from the network for each page, nothing being cached."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    taken = []
    network.on("Network.loadingFinished", lambda file: taken.append(file["encodedDataLength"]))
    weights = {}
    for path in paths:
        taken.clear()
        page.goto(path)
        assert len(taken) >= 3, f"{path} came without its style or script"
        weights[path] = sum(taken)
    return weights


def too_heavy(weights: dict[str, float]) -> dict[str, float]:
    return {path: weight for path, weight in weights.items() if weight > MOST_BYTES}


def test_no_page_weighs_more_than_100_kilobytes(page, transactional_db):
    world.whole()

    assert too_heavy(weigh(page, public_pages.examples())) == {}
    assert page.context.cookies() == []
    kept = page.evaluate("[localStorage.length, sessionStorage.length]")
    assert kept == [0, 0]


def test_no_full_page_weighs_more_than_100_kilobytes(page, register):
    weights = weigh(page, public_pages.OF_THE_REGISTER)

    assert too_heavy(weights) == {}
    # A page with all its files cannot be lighter: it would have been weighed wrongly.
    assert min(weights.values()) > 15_000
