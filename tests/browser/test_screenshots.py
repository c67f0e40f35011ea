"""The pictures of docs/screenshots, taken by `make screenshots`.

Public pages show the reference figures. For the pages of staff, and of an award with payments, some
money and awards are made up, and say so.
"""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from commissioning import roles
from commissioning.actions import awards
from commissioning.models import Area, Award
from tests import builders as a

pytestmark = pytest.mark.screenshot

FOLDER = Path(settings.BASE_DIR) / "docs" / "screenshots"
MOST_BYTES = 250_000
# Fund, its budget, and what of an area's £60,000 is awarded and what of that is paid.
EXAMPLE_FUNDS = [
    (
        "Youth mentoring (example)",
        480_000,
        {"Walsall": (52_000, 39_000), "Dudley": (31_500, 8_000)},
    ),
    (
        "Safer high streets (example)",
        150_000,
        {"Coventry": (42_000, 42_000), "Sandwell": (9_000, 0)},
    ),
    ("Support for witnesses (example)", 240_000, {"Birmingham": (60_000, 20_000)}),
]


def take(page, name: str, address: str, height: int = 900):
    width = page.viewport_size["width"]
    page.set_viewport_size({"width": width, "height": height})
    page.goto(address)
    picture = page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")
    assert len(picture) < MOST_BYTES, f"{name}.png has {len(picture):,} bytes"


def make_examples() -> Award:
    """Money and awards in every state; the award that has the longest story."""
    officer = a.an_officer()
    source = a.a_source("Seized assets (example)")
    made = []
    for fund_name, amount, areas in EXAMPLE_FUNDS:
        fund = a.a_fund(fund_name)
        budget = a.a_budget(amount, fund, source)
        for area_name, (awarded, paid) in areas.items():
            area = Area.objects.get(name=area_name, kind=Area.Kind.LOCAL_AUTHORITY)
            allocation = a.an_allocation(60_000, budget, area)
            award = an_award(awarded, allocation, fund_name, area)
            if paid:
                a.a_payment(paid, award, reference=f"INV-{award.pk}")
            made.append((award, allocation))
    first, allocation = made[0]
    a.a_request(6_000, first, by=officer)
    vary(first, allocation)
    waiting = a.a_draft(7_500, made[1][1], title="Boxing club for girls (example)")
    awards.recommend(waiting, by=officer)
    a.a_draft(4_000, made[2][1], title="Street lighting survey (example)", by=officer)
    return first


def an_award(amount: int, allocation, fund_name: str, area: Area) -> Award:
    award = a.an_award(
        amount,
        allocation,
        published=True,
        title=f"{fund_name.removesuffix(' (example)')} in {area.name} (example)",
        recipient=a.an_organisation(f"{area.name} community trust (example)"),
        purpose="A mentor for forty young people, chosen with schools and youth offending teams.",
        reason="Young people with a mentor are less often drawn into crime and disorder.",
        starts_on=date(2026, 5, 1),
        ends_on=date(2027, 3, 31),
    )
    award.areas.add(area)
    return award


def vary(award: Award, allocation):
    awards.vary(
        award,
        [(allocation, a.pounds(4_000))],
        kind="increase",
        reason="Ten more young people.",
        decision=a.a_decision(title="Variation of mentoring in Walsall (example)"),
        effective_on=date(2026, 9, 1),
        by=a.an_approver(),
    )


def test_pictures(page, open_page, sign_in, register):
    phone = open_page(viewport={"width": 390, "height": 844}, device_scale_factor=1.5)
    take(page, "home", "/", height=1180)
    take(page, "fund", "/funds/community-safety-budget/", height=1180)
    take(page, "area", "/areas/walsall/", height=1180)
    take(page, "search", "/awards/?q=youth&sort=largest", height=1000)
    take(phone, "phone", "/", height=844)

    award = make_examples()

    take(page, "award", award.get_absolute_url(), height=1180)
    officer = a.a_user(roles.FINANCE, first_name="Finance", last_name="Officer")
    sign_in(page, officer)
    take(page, "staff", "/staff/?period=2026-27", height=1000)
    take(page, "position", "/staff/position/?by=fund", height=1000)
    take(page, "monitoring", "/staff/monitoring/?year=2026-27", height=900)
    take(page, "year-end", "/staff/year-end/2026-27/", height=1000)
