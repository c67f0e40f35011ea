"""A table of the annual report is found, read and followed to the figures under it."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("register")

REFERRALS = {
    "Birmingham": 341,
    "Coventry": 48,
    "Dudley": 169,
    "Sandwell": 296,
    "Solihull": 70,
    "Walsall": 81,
    "Wolverhampton": 156,
}


def cells(table) -> dict[str, str]:
    """What stands beside each heading of a row."""
    rows = table.locator("tbody").get_by_role("row").all()
    return {
        row.get_by_role("rowheader").inner_text(): row.get_by_role("cell").first.inner_text()
        for row in rows
    }


def test_a_table_of_the_annual_report_is_read_and_followed(any_page):
    page = any_page
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Annual reports", exact=True).click()
    page.get_by_role("main").get_by_role("link", name="2020/21").first.click()
    contents = page.get_by_role("navigation", name="Contents")
    contents.get_by_role("link", name="My Time: where people came from").click()

    heading = page.get_by_role("heading", name="My Time: where people came from")
    expect(heading).to_be_in_viewport()
    table = page.get_by_role("table", name="My Time referrals by local authority area")
    found = cells(table)
    assert {area: int(found[area]) for area in REFERRALS} == REFERRALS
    assert "1,161" in found.values()

    table.get_by_role("link", name="296").click()

    main = page.get_by_role("main")
    expect(main).to_contain_text("Sandwell")
    expect(main).to_contain_text("296")
    expect(main).to_contain_text("Table in para 54")
