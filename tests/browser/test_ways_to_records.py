"""From any figure on a public page to the records under it in at most two clicks."""

import re
from decimal import Decimal
from urllib.parse import urlsplit

import pytest

from tests import world

OF_THE_REGISTER = [
    "/",
    "/victims/",
    "/funds/community-safety-budget/",
    "/funds/active-citizens-fund/",
    "/funds/victims-fund-2021-22/",
    "/areas/birmingham/",
    "/areas/west-midlands/",
    "/awards/AW-016/",
    "/sources/police-main-grant/",
    "/organisations/multi-agency-risk-assessment-conference-team/",
]
# Lists of records that hold pounds, and the one page of a total that has no records under it.
RECORDS = re.compile(
    r"/(entries|payments|commitments|allocations|awards|budgets|figures)/(\?.*)?$"
    r"|/reported-totals/.+/$"
)
AMOUNT = re.compile(r"£[\d,]+(?:\.\d\d)?")

# Every amount on the page, with the links beside it: those of its card, row or sentence, else those
# of its section; none that explain a word. The sentence at the head says what its sections say.
AMOUNTS = """() => {
  const whole = link => new URL(link.getAttribute("href"), location).href;
  const ways = "a[href]:not([href^='/glossary/'])";
  const main = document.querySelector("main");
  const reader = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  const found = [];
  while (reader.nextNode()) {
    const text = reader.currentNode.data.trim();
    const holder = reader.currentNode.parentElement;
    if (!/£[0-9]/.test(text) || holder.closest("svg, form, .cr-definitions")) continue;
    const sections = `.cr-figure ${ways}, section ${ways}`;
    const under = holder.closest(".cr-lead, .govuk-body-l") && main.querySelectorAll(sections);
    const around = [".cr-figure, .cr-compare__side, .cr-chain__step, tr", "p", "li", "section"]
      .map(kind => holder.closest(kind))
      .find(element => element?.querySelector(ways));
    const links = [...(under ?? around?.querySelectorAll(ways) ?? [])].map(whole);
    found.push({text, links});
  }
  return found;
}"""
# Links in a picture have no address as text but in their attribute.
LINKS = """() => [...document.querySelectorAll("main a[href]")]
  .map(link => new URL(link.getAttribute("href"), location).href)"""
# Each card with the address under it.
CARDS = """() => [...document.querySelectorAll("main .cr-figure")].map(card => ({
  label: card.querySelector(".cr-figure__label").innerText,
  amount: card.querySelector(".cr-figure__amount").innerText,
  href: card.querySelector("a[href]:not([href^='/glossary/'])")?.href,
}))"""
SECTION = "xpath=(ancestor-or-self::section | ancestor-or-self::main)[last()]"


class Ways:
    """Which addresses lead to records, each page opened once."""

    def __init__(self, page):
        self.page, self.onward = page, {}

    def lead_on(self, address: str, clicks: int) -> bool:
        """Whether the link shows records, or with one click less leads to a page that does."""
        if RECORDS.search(address.partition("#")[0]):
            return True
        return clicks > 1 and any(self.lead_on(link, clicks - 1) for link in self.links(address))

    def links(self, address: str) -> list[str]:
        path = urlsplit(address).path
        if path not in self.onward:
            self.page.goto(path)
            self.onward[path] = self.page.evaluate(LINKS)
        return self.onward[path]


def pounds(text: str) -> Decimal:
    return Decimal(AMOUNT.search(text)[0].lstrip("£").replace(",", ""))


def dead_ends(page, paths) -> list[tuple[str, str]]:
    """Amounts from which no records are reached in two clicks."""
    ways, found = Ways(page), []
    for path in paths:
        page.goto(path)
        amounts = page.evaluate(AMOUNTS)
        assert amounts, path
        found += [
            (path, amount["text"])
            for amount in amounts
            if not any(ways.lead_on(link, clicks=2) for link in amount["links"])
        ]
    return found


def total_is(page, card: dict) -> bool:
    """Whether the link led to a list that says its sum, which then is the card's."""
    piece = urlsplit(card["href"]).fragment
    # The address of a heading is that of the section under it.
    place = page.locator(f"[id='{piece}']" if piece else "main")
    shown = place.locator(SECTION).inner_text()
    summary = page.locator(".cr-results").all_inner_texts()
    if summary and AMOUNT.search(summary[0]):
        assert pounds(summary[0]) == pounds(card["amount"]), card
        return True
    # No list, or one of entries of several kinds: the records themselves are there.
    assert AMOUNT.search(shown), card
    return False


def check_cards(page, paths) -> int:
    """The pounds of every card are those of what its link shows; the number of lists compared."""
    compared = 0
    for path in paths:
        page.goto(path)
        for card in page.evaluate(CARDS):
            if not AMOUNT.search(card["amount"]):
                continue
            assert card["href"], f"{path}: {card['label']} has no link"
            page.goto(card["href"])
            compared += total_is(page, card)
    return compared


def test_every_amount_leads_to_records(page, register):
    assert dead_ends(page, OF_THE_REGISTER) == []


def test_the_records_under_a_card_add_up_to_it(page, register):
    assert check_cards(page, ["/", "/victims/", "/areas/birmingham/", "/areas/west-midlands/"]) >= 6


@pytest.mark.django_db(transaction=True)
def test_payments_and_variations_lead_to_records_too(page):
    built = world.build()
    records = [built.award, built.fund, built.district, built.allocation, built.source]
    paths = ["/", *(record.get_absolute_url() for record in records)]

    assert dead_ends(page, paths) == []
    assert check_cards(page, paths) >= 5
