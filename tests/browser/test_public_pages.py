"""Every kind of public page: whole, accessible, and never wider than a phone."""

from collections import Counter, deque
from itertools import pairwise
from urllib.parse import urldefrag

import pytest
from playwright.sync_api import expect

from tests import public_pages, world
from tests.browser.reading import in_any_colours

# Narrow, as a page at 400% is: only tables may scroll, and only by themselves.
NARROWEST = 320
# A desk and a phone.
WIDTHS = (1280, 390)

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
    levels: [...page.querySelectorAll("h1, h2, h3, h4, h5, h6")]
      .map(heading => Number(heading.tagName[1])),
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
    levels = found["levels"]
    if levels.count(1) != 1:
        wrong.append(f"{levels.count(1)} headings of level 1")
    wrong += [
        f"a heading of level {lower} under one of {upper}"
        for upper, lower in pairwise(levels)
        if lower > upper + 1
    ]
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
    return world.whole()


def drawn_at(page, width: int, axe) -> list[str]:
    page.set_viewport_size({"width": width, "height": 900})
    return in_any_colours(page, axe)


def look_at(page, paths, axe) -> dict[str, list[str]]:
    """What is wrong with these pages as they are drawn: wide, on a phone, in colours of high
    contrast that the reader's machine chose, and at 400%.
    """
    wrong = {}
    for path in paths:
        page.goto(path)
        said = [fault for width in WIDTHS for fault in drawn_at(page, width, axe)]
        page.set_viewport_size({"width": NARROWEST, "height": 640})
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            said.append(f"is wider than {NARROWEST} pixels")
        if said:
            wrong[path] = said
    return wrong


def test_there_is_a_page_of_every_kind_to_look_at(everything):
    assert public_pages.without_an_example() == set()


def test_every_kind_of_page_is_accessible(page, axe, everything):
    assert look_at(page, public_pages.examples(), axe) == {}


def test_pages_are_accessible_in_every_state(page, axe, everything, expected_errors):
    expected_errors += [r"status of 400", r"status of 404"]
    answers = {path: page.goto(path).status for path in public_pages.STATES}

    assert answers == public_pages.STATES
    assert look_at(page, public_pages.STATES, axe) == {}


def test_a_form_with_mistakes_is_accessible(page, axe, transactional_db, expected_errors):
    expected_errors.append(r"status of 400")
    page.goto("/problems/")
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    for width in WIDTHS:
        assert drawn_at(page, width, axe) == []


def test_full_pages_are_accessible(page, axe, register):
    assert look_at(page, public_pages.OF_THE_REGISTER, axe) == {}


def test_a_register_without_records_is_whole_too(page, transactional_db):
    page.goto("/")

    wrong = {address: faults(found) for address, found in crawl(page, "/") if faults(found)}
    assert wrong == {}
