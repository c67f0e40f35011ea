"""Every kind of public page: whole, accessible, and never wider than a phone."""

from collections import Counter, deque
from urllib.parse import urldefrag

import pytest
from django.conf import settings

from tests import world
from tests.test_public_door import addresses

# Pages that are longer or stranger than the first of their kind.
OF_THE_REGISTER = [
    "/",
    "/victims/",
    "/funds/community-safety-budget/",
    "/funds/active-citizens-fund/",
    "/areas/birmingham/",
    "/awards/?area=birmingham&theme=protecting-from-harm",
    "/awards/AW-016/",
    "/organisations/",
    "/programmes/early-youth-intervention-fund-programme/",
    "/programmes/domestic-violence-perpetrator-programme/",
    "/indicators/more-reporting-of-hidden-crime/",
    "/indicators/custody-visiting/",
    "/measures/victims-supported/",
    "/figures/?year=2020-21",
]
# Narrow, as a page at 400% is: only tables may scroll, and only by themselves.
NARROWEST = 320

# What a page says of itself, without drawing it.
READ = """async address => {
  const answer = await fetch(address);
  const found = {status: answer.status, links: [], ids: []};
  if (!answer.headers.get("content-type").startsWith("text/html")) {
    await answer.body.cancel();
    return found;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const here = new URL(address, location.origin);
  return {
    ...found,
    is_page: true,
    lang: page.documentElement.lang,
    title: page.title,
    headings: page.querySelectorAll("h1").length,
    ids: [...page.querySelectorAll("[id]")].map(element => element.id),
    links: [...page.querySelectorAll("a[href]")]
      .map(link => new URL(link.getAttribute("href"), here))
      .filter(address => address.origin === location.origin)
      .map(address => address.pathname + address.search + address.hash),
  };
}"""
# How many records of one kind are read, and of one list how many choices: the next are like these.
MOST = 12


def faults(found: dict) -> list[str]:
    """What is wrong with an answer, whatever it is about."""
    if found["status"] != 200:
        return [f"answers {found['status']}"]
    if "is_page" not in found:
        return []
    ids = found["ids"]
    wrong = [f"the id {each!r} twice" for each in sorted({x for x in ids if ids.count(x) > 1})]
    if found["headings"] != 1:
        wrong.append(f"{found['headings']} headings of level 1")
    if found["lang"] != "en":
        wrong.append(f"is in {found['lang']!r}")
    return wrong if found["title"] else [*wrong, "no title"]


def kind(address: str) -> str:
    """Records of one noun are of a kind, and so are the choices of one list."""
    path, asked, _ = address.partition("?")
    if asked:
        return path + asked
    return path.rsplit("/", 2)[0] if path.count("/") > 2 else path


def crawl(page, start: str):
    """(address, what it says) of every page that links lead to; staff's site is another."""
    waiting, seen, kinds = deque([start]), {start}, Counter()
    while waiting:
        address = waiting.popleft()
        found = page.evaluate(READ, address)
        yield address, found
        for link in found["links"]:
            address = urldefrag(link).url
            if address in seen or address.startswith("/staff/") or kinds[kind(address)] == MOST:
                continue
            seen.add(address)
            kinds[kind(address)] += 1
            waiting.append(address)


def test_every_link_leads_to_a_whole_page(page, register):
    page.goto("/")
    found = dict(crawl(page, "/"))
    wrong = {path: faults(said) for path, said in found.items() if faults(said)}
    titles = [said["title"] for path, said in found.items() if "title" in said and "?" not in path]
    pieces = {link for said in found.values() for link in said["links"] if "#" in link}
    lost = [
        link
        for address, piece, link in ((*urldefrag(link), link) for link in pieces)
        if address in found and "is_page" in found[address] and piece not in found[address]["ids"]
    ]

    assert wrong == {}
    assert lost == []
    assert len(found) > 200
    assert {"/funds/community-safety-budget/", "/awards.csv", "/api/v1/"} <= found.keys()
    assert sorted({title for title in titles if titles.count(title) > 1}) == []


@pytest.fixture
def everything(transactional_db):
    """A record of every kind, some with names or places withheld."""
    world.a_theme("Supporting victims", code=settings.OFFICE["victims_theme"])
    built = world.build()
    world.plant_secrets(built)
    return built


def is_page(path: str) -> bool:
    return path == "/api/v1/docs/" or (path.endswith("/") and not path.startswith("/api/v1/"))


def examples() -> list[str]:
    """One page of every kind."""
    return [path for path in addresses(records=1) if is_page(path) and path != "/health/"]


def look_at(page, paths, axe) -> dict[str, list[str]]:
    """What is wrong with these pages as they are drawn."""
    width = page.viewport_size["width"]
    wrong = {}
    for path in paths:
        page.goto(path)
        said = axe(page)
        page.set_viewport_size({"width": NARROWEST, "height": 640})
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            said.append(f"is wider than {NARROWEST} pixels")
        page.set_viewport_size({"width": width, "height": 900})
        if said:
            wrong[path] = said
    return wrong


@pytest.mark.parametrize("width", [1280, 390])
def test_every_kind_of_page_is_accessible(open_page, axe, everything, width):
    page = open_page(viewport={"width": width, "height": 900})

    assert look_at(page, examples(), axe) == {}


@pytest.mark.parametrize("width", [1280, 390])
def test_full_pages_are_accessible(open_page, axe, register, width):
    page = open_page(viewport={"width": width, "height": 900})

    assert look_at(page, OF_THE_REGISTER, axe) == {}


@pytest.mark.parametrize("width", [1280, 390])
def test_pages_that_say_no_are_accessible(open_page, axe, register, expected_errors, width):
    expected_errors += [r"status of 400", r"status of 404"]
    page = open_page(viewport={"width": width, "height": 900})

    paths = ["/nowhere/", "/awards/?min=lots&area=atlantis", "/awards/?q=nothing-has-this-name"]
    assert look_at(page, paths, axe) == {}


def test_a_register_without_records_is_whole_too(page, transactional_db):
    page.goto("/")

    wrong = {address: faults(found) for address, found in crawl(page, "/") if faults(found)}
    assert wrong == {}
