"""The page of an award: its versions, what it achieved, what is like it, and linked data."""

import html
import json
import re
from datetime import date

import pytest

from commissioning.actions import awards
from tests import builders as a
from tests import world

pytestmark = pytest.mark.django_db

SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.S)


def page_of(client, award) -> str:
    answer = client.get(award.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


def words_of(page: str) -> str:
    page = re.sub(r"<(script|style|svg|title)\b.*?</\1>", " ", page, flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def linked_data(client, award) -> dict | None:
    found = SCRIPT.findall(page_of(client, award))
    return json.loads(found[0]) if found else None


def extend(award, until: date) -> None:
    awards.vary(
        award,
        [],
        kind="extension",
        reason="A late start.",
        decision=a.a_decision(),
        effective_on=date(2026, 6, 1),
        ends_on=until,
        by=a.an_approver(),
    )


# --- Versions -------------------------------------------------------------------------------------


def test_the_original_award_and_todays_stand_side_by_side(client):
    allocation = a.an_allocation(budget=a.a_budget(ends_on=date(2028, 3, 31)))
    award = world.a_public_award(
        "12000", allocation, starts_on=date(2026, 4, 1), ends_on=date(2027, 3, 31)
    )
    world.vary(award, allocation)
    extend(award, date(2027, 6, 30))

    text = words_of(page_of(client, award))

    assert "Amount £12,000.00 £12,500.00" in text
    assert "Last day 31 March 2027 30 June 2027" in text
    assert "Increase More young people came." in text
    assert "+£500.00" in text
    assert "Extension without money: from 31 March 2027 to 30 June 2027 A late start." in text


def test_an_award_that_never_changed_has_no_versions(client):
    assert 'id="versions"' not in page_of(client, world.a_public_award())


def test_pounds_moved_between_allocations_are_shown_by_allocation(client):
    budget = a.a_budget(100_000, a.a_fund("Safety Fund"))
    first = a.an_allocation(20_000, budget, a.an_area("Walsall"))
    second = a.an_allocation(20_000, budget, a.an_area("Dudley"))
    award = world.a_public_award("10000", first)
    awards.vary(
        award,
        [(first, a.pounds("-4000")), (second, a.pounds("4000"))],
        kind="reprofile",
        reason="The work moved.",
        decision=a.a_decision(),
        effective_on=date(2026, 6, 1),
        by=a.an_approver(),
    )

    text = words_of(page_of(client, award))

    assert "of it from Safety Fund, 2026/27, Walsall £10,000.00 £6,000.00" in text
    assert "of it from Safety Fund, 2026/27, Dudley £0.00 £4,000.00" in text


# --- Around it ------------------------------------------------------------------------------------


def test_every_part_of_the_page_can_be_gone_to_from_its_head(client):
    found = world.build()

    page = page_of(client, found.award)

    parts = set(re.findall(r'<h2 [^>]*id="([^"]+)"', page)) - {"contents"}
    linked = set(re.findall(r'<li><a class="govuk-link" href="#([^"]+)"', page))
    assert parts == linked
    assert {"purpose", "reason", "conditions", "chain", "versions", "payments", "cite"} <= parts


def test_related_awards_are_few_never_itself_and_lead_to_them_all(client):
    recipient, theme = a.an_organisation("Good Charity"), world.a_theme("Safer streets")
    area = a.an_area("Walsall")
    made = [world.a_public_award(title=f"Club {n}", recipient=recipient) for n in range(5)]
    near = world.a_public_award(title="Near by")
    for award in (made[0], near):
        award.areas.add(area)
        award.themes.add(theme)
    a.an_award(title="Not published", recipient=recipient)

    page = page_of(client, made[0])

    related = page[page.index('id="related"') : page.index('id="cite"')]
    assert related.count(">Club ") == 3
    assert ">Club 0<" not in related
    assert related.count("Near by") == 1
    assert "Not published" not in related
    assert 'href="/awards/?recipient=good-charity"' in related
    assert f'href="/awards/?area={area.slug}&amp;theme={theme.slug}"' in related
    # As in every list, the amount stands beside the name: on a phone it is seen first.
    assert related.index(">Amount<") < related.index(">Recipient<")


def test_of_a_withheld_name_no_other_award_is_told(client):
    hidden = a.an_organisation("Refuge", withhold="name", withhold_ground="A refuge.")
    award = world.a_public_award(recipient=hidden)
    world.a_public_award(title="Its other award", recipient=hidden)

    assert "Its other award" not in page_of(client, award)


def test_what_the_service_achieved_is_told_once_it_is_released(client):
    service = a.a_service("Mentoring")
    award = world.a_public_award(service=service)
    measure = a.a_measure("Young people helped", service=service)
    a.an_observation(4321, measure)

    assert "4,321" not in page_of(client, award)

    a.a_release(measure)
    text = words_of(page_of(client, award))
    assert "What “Mentoring” achieved" in text
    assert "4,321" in text
    assert "for which other awards may have paid too" in text


def test_without_a_service_the_programme_of_its_fund_says_what_was_achieved(client):
    fund = a.a_fund("Youth Fund")
    allocation = a.an_allocation(20_000, a.a_budget(50_000, fund))
    award = world.a_public_award("5000", allocation)
    programme = a.a_programme("Safer youth", funds=[fund])
    measure = a.a_measure("Clubs run", programme=programme)
    a.an_observation(77, measure)
    a.a_release(measure)

    assert "What “Safer youth” achieved" in words_of(page_of(client, award))


def test_it_says_its_permanent_address_and_how_to_cite_it(client):
    award = world.a_public_award(title="Clubs")

    text = words_of(page_of(client, award))

    address = f"http://testserver/awards/{award.reference}/"
    assert f"This address stays: {address}" in text
    assert f"“Clubs”, award {award.reference}, Commissioning Register, as on" in text


# --- Linked data ----------------------------------------------------------------------------------


def test_a_grant_is_told_as_linked_data(client):
    award = world.a_public_award(
        "12000.50", title="Clubs", recipient=a.an_organisation("Good Charity")
    )
    award.areas.add(a.an_area("Walsall"))

    told = linked_data(client, award)

    assert (told["@context"], told["@type"]) == ("https://schema.org", "MonetaryGrant")
    assert told["url"] == f"http://testserver/awards/{award.reference}/"
    assert told["amount"] == {"@type": "MonetaryAmount", "currency": "GBP", "value": 12000.5}
    assert told["identifier"]["value"] == f"360G-opccwm-{award.reference}"
    assert told["funder"]["name"] == "Office of the Police and Crime Commissioner West Midlands"
    recipient, project = told["fundedItem"]
    assert recipient["name"] == "Good Charity"
    assert recipient["url"] == "http://testserver/organisations/good-charity/"
    assert project["areaServed"] == [{"@type": "AdministrativeArea", "name": "Walsall"}]


def test_a_contract_is_no_grant(client):
    assert linked_data(client, world.a_public_award(kind="contract")) is None


def test_no_text_gets_out_of_the_linked_data(client):
    hostile = '</script><script>alert("1")</script><!--&'
    award = world.a_public_award(title=hostile, purpose=hostile)

    page = page_of(client, award)

    (script,) = SCRIPT.findall(page)
    assert not set("<>&") & set(script)
    assert json.loads(script)["name"] == hostile
    assert "<script>alert" not in page


def test_linked_data_names_neither_a_withheld_recipient_nor_a_small_place(client):
    hidden = a.an_organisation("Refuge House", withhold="name", withhold_ground="A refuge.")
    district = a.an_area("Walsall")
    award = world.a_public_award(recipient=hidden)
    award.areas.add(a.an_area("Back Lane", kind="neighbourhood_unit", parent=district))

    told = json.dumps(linked_data(client, award))

    assert "Refuge House" not in told
    assert "/organisations/" not in told
    assert "Back Lane" not in told
    assert "Walsall" in told


def test_an_amount_that_is_not_published_is_left_out(client):
    award = a.a_draft(None)
    type(award).objects.filter(pk=award.pk).update(
        status="approved", taken_on_from="Annual Report", is_published=True
    )

    assert "amount" not in linked_data(client, award)


def test_the_policy_of_the_page_allows_no_inline_script(client):
    answer = client.get(world.a_public_award().get_absolute_url())

    assert "unsafe" not in answer["Content-Security-Policy"]
