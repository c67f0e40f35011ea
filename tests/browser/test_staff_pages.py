"""Staff's lists, forms, questions and answers are accessible, at a desk and on a phone."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, reverse
from playwright.sync_api import expect

from commissioning.actions import awards
from commissioning.models import Allocation, Award, Budget, Fund, Organisation, Payment
from tests import builders as a
from tests.browser.reading import in_any_colours
from tests.commissioning import staff

pytestmark = pytest.mark.django_db(transaction=True)

FULL_FORMS = [Allocation, Award, Budget, Fund, Organisation, Payment]


@pytest.fixture(params=["page", "phone_page"])
def staff_page(request, sign_in):
    """A page with a superuser signed in, and one of every record to look at."""
    page = request.getfixturevalue(request.param)
    staff.a_world()
    sign_in(page, a.a_user(superuser=True))
    return page


def look_at(page, axe, addresses) -> dict[str, list[str]]:
    wrong = {}
    for address in addresses:
        page.goto(address)
        # The colours of a page are the same on a phone.
        said = in_any_colours(page, axe) if page.viewport_size["width"] > 400 else axe(page)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            said.append("is wider than the window")
        if said:
            wrong[address] = said
    return wrong


def test_lists_are_accessible(staff_page, axe):
    lists = [staff.list_of(modeladmin.model) for modeladmin in staff.registered()]

    assert look_at(staff_page, axe, lists) == {}


def own_patterns() -> Iterator[URLPattern]:
    """The patterns of the staff site that are no noun's."""
    for each in admin.site.get_urls():
        if isinstance(each, URLPattern):
            yield each
        elif not str(each.pattern):
            yield from each.url_patterns


def pages_of_no_noun() -> list[str]:
    """Pages that show many nouns at once: the index, finance's pages, what is due."""
    client = Client()
    client.force_login(a.a_user(superuser=True))
    own = [each for each in own_patterns() if not each.pattern.regex.groups]
    addresses = [reverse(f"admin:{each.name}") for each in own]
    return [address for address in addresses if is_page(client.get(address))]


def is_page(response) -> bool:
    return response.status_code == 200 and response["Content-Type"].startswith("text/html")


def test_pages_of_no_noun_are_accessible(staff_page, axe):
    pages = pages_of_no_noun()
    year = reverse("admin:year_end", args=["2026-27"])

    assert {reverse("admin:monitoring"), reverse("admin:reconciliation")} <= {*pages}
    assert look_at(staff_page, axe, [*pages, year]) == {}


def test_forms_are_accessible(staff_page, axe):
    records = [model.objects.order_by("-pk").first() for model in FULL_FORMS]
    forms = [
        *[staff.address(record) for record in records],
        *[staff.list_of(model, "add") for model in (Award, Budget, Organisation)],
        staff.list_of(Award, "import"),
        staff.list_of(Award, "export"),
        staff.address(records[1], "history"),
    ]

    assert look_at(staff_page, axe, forms) == {}


def test_a_question_its_refusal_and_what_will_happen_are_accessible(staff_page, axe):
    page = staff_page
    award = a.a_draft(12_000)
    awards.recommend(award, by=a.an_officer())
    decision = a.a_decision()

    page.goto(staff.address(award, "approve"))
    assert axe(page) == []
    page.get_by_label("Award date").fill("soon")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".errornote")).to_be_visible()
    assert axe(page) == []

    page.get_by_label("Decision notice").select_option(value=str(decision.pk))
    page.get_by_label("Award date").fill("2026-05-01")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="What will happen")).to_be_visible()
    assert axe(page) == []

    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert axe(page) == []
