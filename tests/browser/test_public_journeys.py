"""What the public comes for, on the reference figures: at a desk, on a phone, without scripts."""

import csv
import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests.browser.reading import (
    count_of_list,
    is_on,
    open_filters,
    row,
    sees,
    sees_row,
    total_of_list,
)

pytestmark = pytest.mark.usefixtures("register")

SEVEN_AREAS = {
    "Birmingham": "£8,493,511.00",
    "Coventry": "£1,907,040.00",
    "Dudley": "£1,525,316.00",
    "Sandwell": "£1,746,569.00",
    "Solihull": "£964,372.00",
    "Walsall": "£1,722,072.00",
    "Wolverhampton": "£1,748,576.00",
}
VICTIMS_SERVICES = {
    "2016/17": "£3,319,355.00",
    "2017/18": "£3,321,557.00",
    "2018/19": "£3,329,807.00",
    "2019/20": "£3,346,608.00",
    "2020/21": "£4,485,802.00",
    "Sum of the 5 rows": "£17,803,129.00",
    "Total as printed": "£17,803,129.64",
}


def test_from_an_area_on_the_first_page_to_its_entries_and_its_source(any_page):
    page = any_page
    page.goto("/")
    sees_row(page, "All of these", "£18,107,456.00")
    sees_row(page, "Birmingham", "£8,493,511.00")

    page.get_by_role("link", name="£8,493,511.00", exact=True).click()
    is_on(page, "Allocations")
    sees(page, "1 allocation, £8,493,511.00 allocated")
    row(page, "£8,493,511.00").get_by_role("link", name="Birmingham").click()

    # Two clicks from the figure: the entries that it is the sum of, and where the money comes from.
    is_on(page, "Birmingham")
    sees(page, "Community Safety Budget, 2016/17 to 2021/22")
    expect(row(page, "1 April 2016", "£8,493,511.00")).to_have_count(1)
    page.get_by_role("link", name="Police Main Grant").click()
    is_on(page, "Police Main Grant")
    sees_row(page, "Community Safety Budget", "£18,107,456.00")


def test_every_area_of_the_community_safety_money_is_on_its_funds_page(any_page):
    page = any_page
    page.goto("/")
    page.get_by_role("link", name="Community Safety Budget", exact=True).click()

    is_on(page, "Community Safety Budget")
    sees(page, "7 allocations, £18,107,456.00 allocated")
    for area, amount in SEVEN_AREAS.items():
        sees_row(page, area, amount)


def choose(page, label: str, beginning: str) -> None:
    """Choose from a list whose options tell how many records each has."""
    choices = page.get_by_label(label)
    (value,) = [
        option.get_attribute("value")
        for option in choices.locator("option").all()
        if option.inner_text().startswith(beginning)
    ]
    choices.select_option(value)


def test_awards_are_found_by_area_and_theme(any_page):
    page = any_page
    page.goto("/awards/")
    open_filters(page)
    choose(page, "Area that benefits", "Birmingham")
    choose(page, "Theme", "Protecting from Harm")
    page.get_by_role("button", name="Apply filters").click()

    area = page.get_by_role("link", name="Remove filter Area that benefits: Birmingham")
    theme = page.get_by_role("link", name="Remove filter Theme: Protecting from Harm")
    expect(area).to_be_visible()
    assert 0 < count_of_list(page) < 10
    sees_row(page, "Arcadian safe space", "not published")
    expect(row(page, "MARAC team")).to_have_count(0)  # of the whole force area, not of Birmingham

    theme.click()

    expect(theme).to_have_count(0)
    expect(area).to_be_visible()
    sees(page, "10 awards")
    assert total_of_list(page) == 458_000


def test_the_file_of_a_filtered_list_adds_up_to_the_total_of_its_page(any_page, tmp_path):
    page = any_page
    page.goto("/awards/?area=birmingham")

    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    download.value.save_as(tmp_path / "awards.csv")

    with (tmp_path / "awards.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == count_of_list(page) == 10
    amounts = [Decimal(row["Amount"]) for row in rows if row["Amount"]]
    assert sum(amounts) == total_of_list(page) == 458_000


def test_an_award_tells_the_chain_of_its_money(any_page):
    page = any_page
    page.goto("/")
    page.get_by_role("searchbox", name="Search everything").fill("MARAC 2020/21")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="MARAC team 2020/21", exact=True).click()

    is_on(page, "MARAC team 2020/21")
    chain = page.get_by_role("list", name="Where the money comes from and goes")
    steps = [step.split("\n")[0] for step in chain.get_by_role("listitem").all_inner_texts()]
    assert steps == [
        "The money comes from",
        "It was budgeted for",
        "Inferred from awards: a part for",
        "It was awarded to",
        "It was paid to",
    ]
    expect(chain.get_by_text("£313,765")).to_have_count(2)
    expect(chain.get_by_text("budget not published")).to_be_visible()
    # Not £0.00: the document says nothing of payments.
    expect(chain.get_by_text("no payment recorded here")).to_be_visible()
    page.get_by_role("link", name="Every entry of this award").click()
    is_on(page, "Entries")
    sees_row(page, "£313,765.00")


def test_victims_services_by_year_stand_beside_the_printed_total(any_page):
    page = any_page
    page.goto("/")
    page.get_by_role("link", name=re.compile("See the years.*Spent", re.DOTALL)).click()

    is_on(page, "Victims’ services")
    for label, amount in VICTIMS_SERVICES.items():
        sees_row(page, label, amount)
    sees(page, "The printed total is £0.64 more than its rows add up to")
    page.get_by_role("link", name="2018/19", exact=True).click()
    sees(page, "Table 2")


@pytest.mark.parametrize(
    ("fund", "reported", "count", "itemised", "awards"),
    [
        ("active-citizens-fund", "£2,700,000", "589 projects", "£13,000", 2),
        ("community-initiatives-fund", "£466,584", "146 organisations", "not published", 1),
    ],
)
def test_what_is_reported_stands_beside_what_is_itemised(
    page, fund, reported, count, itemised, awards
):
    page.goto(f"/funds/{fund}/")

    stated = page.locator(".cr-compare__side", has_text="Reported total")
    here = page.locator(".cr-compare__side", has_text="Itemised in this register")
    expect(stated.get_by_text(reported)).to_be_visible()
    expect(stated.get_by_text(count)).to_be_visible()
    expect(here.get_by_text(itemised)).to_be_visible()
    here.get_by_role("link", name="See the records").click()
    is_on(page, "Awards")
    assert count_of_list(page) == awards


# The words of a table's cells that stand on more than one line.
BROKEN_WORDS = r"""() => {
  const broken = [], range = document.createRange();
  for (const cell of document.querySelectorAll("main th, main td")) {
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode()); )
      for (const word of node.data.matchAll(/[\p{L}\d]+/gu)) {
        range.setStart(node, word.index);
        range.setEnd(node, word.index + word[0].length);
        if (new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1)
          broken.push(word[0]);
      }
  }
  return broken;
}"""


def test_on_paper_no_word_is_broken_and_the_page_names_its_address(page):
    page.set_viewport_size({"width": 688, "height": 1000})  # A4 between its margins
    page.emulate_media(media="print")
    page.goto("/awards/?sort=largest")

    assert page.evaluate(BROKEN_WORDS) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 688
    expect(page.get_by_text("Printed from http")).to_contain_text("/awards/?sort=largest")
    link = page.get_by_role("link", name="Latest first")
    assert link.evaluate("a => getComputedStyle(a, '::after').content") == "none"


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone_shows_the_amount_beside_the_name(page, width):
    page.set_viewport_size({"width": width, "height": 844})
    for address, table in [
        ("/awards/", "Awards"),
        ("/allocations/", "Allocations"),
        ("/", "Largest awards"),
        ("/areas/walsall/", "Awards that benefit it"),
    ]:
        page.goto(address)
        head = page.get_by_role("table", name=table).get_by_role("columnheader").nth(1)
        box = head.bounding_box()
        assert box["x"] + box["width"] <= width, address
