"""Everything can be done with a keyboard, and one always sees where one is."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("register")

# Of the thing that has the focus: what it is, whether it is seen to have it, and where it is.
FOCUSED = """() => {
  const here = document.activeElement;
  if (here === document.body) return null;
  const style = getComputedStyle(here), box = here.getBoundingClientRect();
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  return {
    html: here.outerHTML.slice(0, 120),
    marked: outlined || style.boxShadow !== "none",
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    top: box.top + scrollY,
  };
}"""
# Far more stops than any of these pages has.
MOST = 400
PAGES = ["/", "/awards/", "/awards/AW-016/", "/areas/birmingham/", "/reports/2020-21/"]


def press(page, key: str, until) -> None:
    """Press a key until `until()` holds."""
    for _ in range(MOST):
        page.keyboard.press(key)
        if until():
            return
    raise AssertionError(f"{MOST} times {key} did not lead there")


def tab_to(page, target) -> None:
    press(page, "Tab", lambda: target.evaluate("it => it === document.activeElement"))


def stops(page) -> list[dict]:
    """What Tab leads to from the top of the page to its end."""
    found = []
    for _ in range(MOST):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUSED)
        if here is None:
            break
        found.append(here)
    return found


@pytest.mark.parametrize("path", PAGES)
def test_one_sees_where_the_focus_is(page, path):
    page.goto(path)

    found = stops(page)

    assert len(found) > 10
    assert [stop["html"] for stop in found if not (stop["marked"] and stop["inside"])] == []


def test_the_first_stop_skips_to_the_content(page):
    page.goto("/awards/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    in_main = "document.querySelector('main').contains(document.activeElement)"
    assert page.evaluate(in_main)


def test_a_search_is_made_and_followed(page):
    page.goto("/funds/")
    tab_to(page, page.get_by_role("searchbox", name="Search this site"))
    page.keyboard.type("knife crime walsall")
    page.keyboard.press("Enter")
    first = page.locator(".cr-result").first.get_by_role("link").first
    title = first.inner_text()
    tab_to(page, first)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_a_list_is_filtered_and_the_filter_taken_out_again(page):
    page.goto("/awards/")
    area = page.get_by_label("Area that benefits")
    tab_to(page, area)
    press(page, "ArrowDown", lambda: area.input_value() == "birmingham")
    tab_to(page, page.get_by_role("button", name="Apply filters"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("area=birmingham"))

    chip = page.get_by_role("link", name="Remove filter Area that benefits: Birmingham")
    tab_to(page, chip)
    page.keyboard.press("Enter")

    expect(chip).to_have_count(0)


def test_filters_are_unfolded_on_a_phone(phone_page):
    page = phone_page
    page.goto("/awards/")
    area = page.get_by_label("Area that benefits")
    expect(area).to_be_hidden()
    tab_to(page, page.locator("summary", has_text="Filter this list"))
    page.keyboard.press("Enter")

    expect(area).to_be_visible()


def test_the_contents_of_a_report_lead_to_its_sections(page):
    page.goto("/reports/2020-21/")
    contents = page.get_by_role("navigation", name="Contents").get_by_role("link")
    last = contents.last
    tab_to(page, last)
    page.keyboard.press("Enter")

    section = page.locator(f"[id='{last.get_attribute('href').removeprefix('#')}']")
    expect(section.get_by_role("heading").first).to_be_in_viewport()
    # The next stop is in the section or after it, not back at the top.
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["top"] >= section.bounding_box()["y"]


def test_a_wide_table_is_scrolled(phone_page):
    page = phone_page
    page.goto("/reports/2020-21/")
    wide = "it => it.scrollWidth > it.clientWidth"
    regions = page.get_by_role("main").locator(".cr-scroller").all()
    table = next(region for region in regions if region.evaluate(wide))
    table.focus()
    page.keyboard.press("ArrowRight")

    page.wait_for_function("it => it.scrollLeft > 0", arg=table.element_handle())
