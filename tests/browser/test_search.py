"""“Who in Walsall got money for knife crime, how much, why, and did it work?”, on a phone."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("register")


@pytest.fixture
def phone_without_scripts(open_page):
    return open_page(viewport={"width": 390, "height": 844}, java_script_enabled=False)


def test_the_question_is_answered_from_the_home_page(phone_without_scripts):
    page = phone_without_scripts
    page.goto("/")

    page.get_by_role("searchbox", name="Search everything").fill("knfie crime walsall")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="knife crime walsall", exact=True).click()

    results = page.locator(".cr-result")
    first = results.first
    for told in ("Recipient", "Amount", "Areas that benefit"):
        expect(first.get_by_text(told, exact=True)).to_be_visible()
    first.get_by_role("link", name="Why, and where the money comes from").click()
    expect(page.get_by_role("heading", name="Why it was made")).to_be_visible()
    page.go_back()
    first.get_by_role("link", name="Did it work?").click()
    expect(page.get_by_role("heading", name="achieved")).to_be_in_viewport()


def test_a_search_is_narrowed_to_awards_with_filters(any_page):
    page = any_page
    page.goto("/funds/")
    page.get_by_role("searchbox", name="Search this site").fill("young people")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Only awards, by area, year, fund and amount").click()

    expect(page.get_by_role("heading", level=1, name="Awards")).to_be_visible()
    expect(page.get_by_text("Remove filter Search: young people")).to_be_attached()
