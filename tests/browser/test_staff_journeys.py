"""An award from the officer who records it to the public who reads of it, by keyboard and mouse."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from commissioning import roles
from commissioning.models import Award, Payment
from tests import builders as a

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "correct horse battery staple"
TITLE = "Mentoring in Bloxwich"


@pytest.fixture
def office():
    """Staff of three roles, money in Walsall, a recipient and a decision to stand on."""
    for role in (roles.OFFICER, roles.APPROVER, roles.FINANCE):
        a.a_user(role, username=role.lower(), password=PASSWORD)
    budget = a.a_budget(100_000, a.a_fund("Active Citizens Fund"), a.a_source("Seized assets"))
    a.an_allocation(40_000, budget, a.an_area("Walsall"))
    a.an_organisation("Bloxwich Youth Club")
    a.a_decision(reference="WMPCC-001-2026", title="Small grants of spring 2026")


def sign_in_as(page, role: str):
    """By the form and the keyboard alone, at the end of which is the first page."""
    page.goto("/staff/")
    name = page.get_by_label("User name")
    expect(name).to_be_focused()
    page.keyboard.type(role.lower())
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your work")


def sign_out(page):
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Signed out")


def look_up(page, label: str, words: str):
    """Choose what a search finds, by keyboard."""
    page.get_by_role("combobox", name=label).first.focus()
    page.keyboard.press("Enter")
    page.keyboard.type(words)
    expect(page.get_by_role("option", name=words)).to_be_visible()
    page.keyboard.press("Enter")


def use(page, verb: str, *effect: str):
    """Press the button, read what will happen, and confirm it."""
    for sentence in effect:
        expect(page.get_by_text(sentence).first).to_be_visible()
    page.get_by_role("button", name=verb, exact=True).press("Enter")
    expect(page.locator(".messagelist .success")).to_be_visible()


def record_and_recommend(page):
    page.get_by_role("link", name="New award").click()
    page.get_by_label("Title:").fill(TITLE)
    page.get_by_label("Kind:").select_option("grant")
    look_up(page, "Recipient", "Bloxwich Youth Club")
    look_up(page, "Fund", "Active Citizens Fund")
    page.get_by_label("Purpose:").fill("A mentor for forty young people.")
    page.get_by_label("Reason:").fill("It keeps them out of crime.")
    page.get_by_label("Legal power:").select_option("s9")
    look_up(page, "Allocation", "Walsall")
    page.get_by_role("textbox", name="Proposed").first.fill("12,000")
    page.get_by_role("button", name="Save and continue editing").click()
    page.get_by_role("link", name="Recommend for approval").click()
    use(
        page,
        "Recommend for approval",
        "will be put forward for £12,000.00 to Bloxwich Youth Club",
        "You cannot approve it yourself.",
    )


def approve(page):
    page.get_by_role("main").get_by_role("link", name=TITLE).first.click()
    page.get_by_role("link", name="Approve", exact=True).click()
    page.get_by_label("Decision notice").select_option(index=1)
    page.get_by_label("Award date").fill("2026-05-01")
    page.get_by_role("button", name="Continue").click()
    use(
        page,
        "Approve",
        "£12,000.00 of £40,000.00 left in Walsall 2026/27 (Active Citizens Fund) will be "
        "committed; £28,000.00 will be left.",
    )


def publish_and_request(page, address: str):
    page.goto(address)
    page.get_by_role("link", name="Publish", exact=True).click()
    use(page, "Publish", "It will be on the public site, in its downloads and in its API.")
    page.get_by_role("link", name="Request a payment").click()
    page.get_by_label("Amount in pounds").fill("5000")
    page.get_by_role("button", name="Continue").click()
    use(page, "Request a payment", "Nothing is paid yet: somebody else in finance releases it.")


def release(page):
    page.get_by_role("main").get_by_role("link", name=re.compile(r"^Payment \d+ of")).click()
    page.get_by_role("link", name="Release", exact=True).click()
    page.get_by_label("Paid on").fill("2026-06-01")
    page.get_by_role("button", name="Continue").click()
    use(page, "Release", "£5,000.00")


def test_an_award_from_its_record_to_the_public(page, open_page, office):
    sign_in_as(page, roles.OFFICER)
    record_and_recommend(page)
    officers_page = page.url
    sign_out(page)

    sign_in_as(page, roles.APPROVER)
    approve(page)
    sign_out(page)

    reader = open_page()
    award = Award.objects.get(title=TITLE)
    assert reader.request.get(award.get_absolute_url()).status == 404

    sign_in_as(page, roles.OFFICER)
    publish_and_request(page, officers_page)
    sign_out(page)
    sign_in_as(page, roles.FINANCE)
    release(page)

    reader.goto("/")
    reader.get_by_role("link", name=TITLE).click()
    chain = reader.get_by_role("list", name="Where the money comes from and goes")
    for words in ("Seized assets", "Walsall", "£40,000", "£12,000", "£5,000"):
        expect(chain.get_by_text(words).first).to_be_visible()
    decision = reader.get_by_role("link", name="Small grants of spring 2026")
    expect(decision).to_be_visible()
    payment = Payment.objects.get()
    assert (payment.amount, payment.paid_on) == (a.pounds(5_000), date(2026, 6, 1))


def test_the_officer_who_recommended_sees_why_another_must_approve(page, sign_in, office):
    user = a.a_user(superuser=True)
    award = a.a_draft(by=user)
    sign_in(page, user)
    page.goto(f"/staff/commissioning/award/{award.pk}/recommend/")
    use(page, "Recommend for approval")

    blocked = page.locator(".verb-blocked", has_text="Approve You")
    expect(blocked).to_contain_text("You recommended award")
    expect(page.get_by_role("link", name="Approve", exact=True)).to_have_count(0)


def test_a_penny_too_much_is_refused_before_anything_is_done(page, sign_in, office):
    award = a.an_award(4_000)
    sign_in(page, a.an_officer())
    page.goto(f"/staff/commissioning/award/{award.pk}/request-payment/")
    page.get_by_label("Amount in pounds").fill("4000.01")
    page.get_by_role("button", name="Continue").click()

    expect(page.get_by_text("Nothing has been changed yet.")).to_be_visible()
    expect(page.get_by_text("£4,000.01").first).to_be_visible()
    expect(page.get_by_label("Amount in pounds")).to_have_value("4000.01")
    assert not Payment.objects.exists()
