"""Pages in a real browser that fail their test on any console error or request elsewhere."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Error, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests import chromium, prepared_databases

# Playwright's loop runs in the thread of the tests, which Django would take for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]

# Without preload, for which it would put styles into the page that the page's own policy refuses.
RUN_AXE = "which => axe.run(document, {runOnly: which, preload: false})"
# What other colours may change.
COLOURS = ["color-contrast", "link-in-text-block"]


def pytest_itemcollected(item):
    item.add_marker("browser")


def pytest_collection_modifyitems(items):
    """The pictures come last, because they add to the reference figures."""
    items.sort(key=lambda item: item.get_closest_marker("screenshot") is not None)


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        try:
            found = chromium.launch(playwright)
        except Error as problem:
            why = f"{chromium.MISSING} {problem.message.splitlines()[0]}"
            pytest.fail(why, pytrace=False) if os.environ.get("CI") else pytest.skip(why)
        yield found
        found.close()


@pytest.fixture(scope="session")
def server(django_db_setup):
    """The site, for as long as there are tests: unlike live_server it does not empty the database.

    A test that makes its own records says django_db(transaction=True).
    """
    server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture
def db(django_db_setup, django_db_blocker):
    """No transaction around the test, as pytest-django's has: the server is outside of it."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def register(db):
    """The reference figures, for tests that only read them."""
    with prepared_databases.reference_figures(connection, copy="browsed"):
        yield


@pytest.fixture
def expected_errors():
    """Patterns of the console errors that a test brings about on purpose: append to it."""
    return []


@pytest.fixture
def open_page(server, browser, expected_errors):
    """open_page(**options of a Playwright context) opens an empty page and watches it."""
    contexts, problems = [], []

    def on_console(message):
        if message.type == "error":
            problems.append(f"console: {message.text} ({message.location.get('url')})")

    def on_request(request):
        address = urlsplit(request.url)
        if (
            address.scheme not in ("data", "blob")
            and f"{address.scheme}://{address.netloc}" != server.url
        ):
            problems.append(f"request elsewhere: {request.url}")

    def open_page(**options):
        context = browser.new_context(base_url=server.url, locale="en-GB", **options)
        contexts.append(context)
        context.set_default_timeout(15_000)
        context.on("console", on_console)
        context.on("weberror", lambda error: problems.append(f"script: {error.error}"))
        context.on("request", on_request)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    unexpected = [
        problem
        for problem in problems
        if not any(re.search(pattern, problem) for pattern in expected_errors)
    ]
    if unexpected:
        pytest.fail("\n".join(unexpected), pytrace=False)


@pytest.fixture
def page(open_page):
    return open_page(viewport={"width": 1280, "height": 900})


@pytest.fixture
def phone_page(open_page):
    return open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)


@pytest.fixture
def no_js_page(open_page):
    return open_page(viewport={"width": 1280, "height": 900}, java_script_enabled=False)


@pytest.fixture(params=["page", "phone_page", "no_js_page"])
def any_page(request):
    """The same journey at a desk, on a phone and without scripts."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def sign_in(server):
    """sign_in(page, user) gives the page that user's session, without the sign-in form."""

    def sign_in(page, user):
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}
        page.context.add_cookies([cookie])

    return sign_in


@pytest.fixture(scope="session")
def axe():
    """axe(page) lists what breaks WCAG 2.2 A or AA: `assert axe(page) == []`.

    `colours_only` leaves out what no change of colours can break.
    """
    source = AXE.read_text(encoding="utf-8")

    def axe(page, colours_only=False):
        if not page.evaluate("'axe' in window"):
            page.evaluate(source)
        which = {"type": "tag", "values": WCAG}
        if colours_only:
            which = {"type": "rule", "values": COLOURS}
        violations = page.evaluate(RUN_AXE, which)["violations"]
        return [
            f"{violation['id']}: {violation['help']}: {node['html']}"
            for violation in violations
            for node in violation["nodes"]
        ]

    return axe
