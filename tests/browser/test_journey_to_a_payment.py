"""From the total on the first page to one payment, and to where its money came from, in clicks."""

import pytest
from playwright.sync_api import expect

from tests import builders as a
from tests import world
from tests.browser.reading import is_on

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def award():
    """£5,000 of a grant of the ministry, paid; and £20 of another award's money."""
    source = a.a_source("Victims’ services grant")
    fund = a.a_fund("Safe Places Fund")
    fund.sources.add(source)
    budget = a.a_budget(50_000, fund, source)
    allocation = a.an_allocation(30_000, budget, a.an_area("Oakton"))
    award = world.a_public_award("12000", allocation, title="Night shelter")
    a.a_payment(20, world.a_public_award("500", allocation, title="Posters"))
    a.a_payment(5_000, award)
    return award


def test_from_the_total_to_a_payment_and_its_source(any_page, award):
    page, main = any_page, any_page.get_by_role("main")
    page.goto("/")
    paid = main.locator(".cr-figure", has_text="Paid under published awards")
    expect(paid).to_contain_text("£5,020")
    paid.get_by_role("link").click()

    is_on(page, "Payments")
    expect(page.locator(".cr-results")).to_contain_text("2 payments, £5,020.00")
    row = main.get_by_role("row").filter(has_text="£5,000.00")
    expect(row).to_contain_text("Night shelter")
    row.get_by_role("link", name=award.reference).click()

    is_on(page, "Night shelter")
    chain = page.get_by_role("list", name="Where the money comes from and goes")
    expect(chain).to_contain_text("£5,000")
    chain.get_by_role("link", name="Victims’ services grant").click()

    is_on(page, "Victims’ services grant")
    expect(main).to_contain_text("Safe Places Fund")
