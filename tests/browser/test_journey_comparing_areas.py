"""Two areas are chosen and set beside one another, and a figure is followed to its records."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests import spreadsheets
from tests.browser.reading import is_on, total_of_list

pytestmark = pytest.mark.usefixtures("register")

ALLOCATED = {"Walsall": "£1,722,072.00", "Dudley": "£1,525,316.00"}
# Of Walsall's, what came to it as to the other areas.
OF_SIX_YEARS = "£1,722,072.00"


def test_two_areas_are_compared(any_page, tmp_path):
    page = any_page
    page.goto("/areas/")
    page.get_by_label("First area").select_option(label="Walsall")
    page.get_by_label("Second area").select_option(label="Dudley")
    page.get_by_role("button", name="Compare").click()

    is_on(page, "Walsall and Dudley")
    table = page.get_by_role("table", name="Allocated, by year")
    headers = table.get_by_role("columnheader").all_inner_texts()
    assert [header for header in headers if header] == list(ALLOCATED)
    total = table.get_by_role("row", name="In all").get_by_role("cell").all_inner_texts()
    assert total == list(ALLOCATED.values())

    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("^CSV")).click()
    download.value.save_as(tmp_path / "areas.csv")
    rows = spreadsheets.from_csv((tmp_path / "areas.csv").read_bytes())
    (row,) = [row for row in rows if (row["Figure"], row["Of"]) == ("Allocated, by year", "In all")]
    for area, pounds in ALLOCATED.items():
        assert f"£{Decimal(row[area]):,.2f}" == pounds

    table.get_by_role("link", name=OF_SIX_YEARS).click()

    is_on(page, "Allocations")
    assert f"£{total_of_list(page):,.2f}" == OF_SIX_YEARS


def test_an_area_is_not_compared_with_itself(page, expected_errors):
    expected_errors.append("status of 400")
    page.goto("/compare/?area=walsall&other=walsall")

    expect(page.get_by_role("main")).to_contain_text("Choose two different areas.")
