"""What a reader sees of a page."""

import re
from decimal import Decimal

from playwright.sync_api import expect


def is_on(page, title: str):
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def sees(page, words: str):
    expect(page.get_by_role("main").get_by_text(words).first).to_be_visible()


def row(page, *words: str):
    """The row of a table that has all these words."""
    found = page.get_by_role("main").get_by_role("row")
    for each in words:
        found = found.filter(has_text=each)
    return found


def sees_row(page, *words: str):
    expect(row(page, *words).first).to_be_visible()


def open_filters(page):
    """The panel beside a list is folded on a phone."""
    summary = page.locator("summary", has_text="Filter this list")
    if summary.is_visible():
        summary.click()


def count_of_list(page) -> int:
    return int(page.locator(".cr-results strong").first.inner_text().split()[0].replace(",", ""))


def total_of_list(page) -> Decimal:
    """The pounds that a list says its records come to."""
    said = page.locator(".cr-results").inner_text()
    return Decimal(re.search(r"£([\d,]+\.\d\d)", said)[1].replace(",", ""))


def in_any_colours(page, axe) -> list[str]:
    """What axe says of a page in its own colours, and in those of high contrast that a reader's
    machine puts in their place.
    """
    said = axe(page)
    page.emulate_media(forced_colors="active", contrast="more")
    said += [f"in high contrast: {fault}" for fault in axe(page, colours_only=True)]
    page.emulate_media(forced_colors="none", contrast="no-preference")
    return said
