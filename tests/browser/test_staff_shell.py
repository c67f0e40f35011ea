"""The staff site in a browser: accessible, and nothing that its Content-Security-Policy refuses."""

import pytest

from commissioning.actions import awards
from tests import builders as a

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def money():
    award = a.an_award(4_000)
    a.a_payment(1_000, award)
    awards.recommend(a.a_draft(), by=a.an_officer())
    return award


PAGES = [
    "",
    "attention/unpublished/",
    "position/?by=budget",
    "position/?by=area&as_at=2026-06-01",
    "position/entries/?by=budget&figure=committed",
    "position/entries/?by=budget&figure=available",
    "commissioning/",
]


@pytest.mark.parametrize("width", ["page", "phone_page"])
def test_staff_pages_are_accessible(request, width, sign_in, axe, money):
    page = request.getfixturevalue(width)
    page.goto("/staff/login/")
    assert axe(page) == []
    sign_in(page, a.a_user(superuser=True))
    for path in PAGES:
        page.goto(f"/staff/{path}")
        assert axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


def test_boxes_that_look_records_up_have_names(page, sign_in, money):
    sign_in(page, a.a_user(superuser=True))

    page.goto(f"/staff/commissioning/award/{a.a_draft().pk}/change/")

    recipient = page.get_by_role("combobox", name="Recipient")
    assert recipient.first.is_visible()


def test_a_figure_is_followed_to_its_entry_without_scripts(no_js_page, sign_in, money):
    sign_in(no_js_page, a.a_finance_officer())
    no_js_page.goto("/staff/position/")
    no_js_page.get_by_label("One row for each").select_option("allocation")
    no_js_page.get_by_role("button", name="Show").click()

    no_js_page.get_by_role("link", name="£4,000.00").first.click()

    assert no_js_page.get_by_role("heading", level=1).inner_text().startswith("Committed: ")
    assert no_js_page.get_by_role("link", name=str(money)).is_visible()
