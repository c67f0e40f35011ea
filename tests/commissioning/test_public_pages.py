"""What a stranger reads on the pages of the public site."""

import html
import re
from datetime import date

import pytest
from django.db import connection

from commissioning import triggers
from commissioning.actions import funds
from commissioning.models import Allocation, Award, Budget
from tests import builders as a
from tests import world

pytestmark = pytest.mark.django_db


def read(client, address):
    """The words of a page, without its tags."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    page = re.sub(r"<(script|style|svg|title)\b.*?</\1>", " ", answer.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def test_a_fund_says_where_its_money_stands_and_leads_to_what_is_under_it(client):
    budget = a.a_budget(100_000, a.a_fund("Safety Fund"), a.a_source("Main grant"))
    allocation = a.an_allocation(40_000, budget, a.an_area("Walsall"))
    award = world.a_public_award("12000", allocation, title="Clubs")

    page = client.get("/funds/safety-fund/").content.decode()

    assert "£100,000.00" in page
    assert f'href="{allocation.get_absolute_url()}"' in page
    assert f'href="{award.get_absolute_url()}"' in page
    assert 'href="/sources/main-grant/"' in page
    assert f'href="/entries/?budget={budget.pk}"' in page


def test_an_implied_budget_is_not_published_rather_than_shown(client):
    fund = a.a_fund("Known by its awards")
    budget = Budget(fund=fund, source=a.a_source(), basis="implied")
    funds.open_budget(
        budget, a.pounds("777"), effective_on=date(2026, 4, 1), by=a.a_finance_officer()
    )
    allocation = Allocation(budget=budget, area=a.an_area(), basis="implied")
    funds.allocate(
        [(allocation, a.pounds("777"))], effective_on=date(2026, 4, 1), by=a.a_finance_officer()
    )

    text = read(client, fund.get_absolute_url())

    assert "budget not published" in text
    assert "Not every budget is published" in text
    assert client.get("/api/v1/funds/known-by-its-awards/").json()["budget"] is None
    assert client.get("/api/v1/budgets/").json()["results"][0]["amount"] is None
    assert "not published; inferred from awards" in read(client, "/allocations/")


def test_a_fund_without_money_is_not_said_to_have_nothing(client):
    a.a_fund("Quiet Fund")

    assert "That does not mean that there was no money" in read(client, "/funds/quiet-fund/")
    assert client.get("/api/v1/funds/quiet-fund/").json()["allocated"] is None


def test_reported_totals_stand_beside_the_itemised_awards(client):
    allocation = a.an_allocation()
    fund = allocation.budget.fund
    world.a_public_award("5000", allocation)
    world.a_reported_total(
        "2700000", fund=fund, kind="awards", count=589, count_of="projects", label="Since 2016"
    )

    text = read(client, fund.get_absolute_url())

    assert "Reported total £2,700,000 589 projects As printed in Annual Report" in text
    assert "Itemised in this register £5,000 1 award" in text
    assert "The two figures are not added together." in text


def test_an_awards_chain_is_told_from_source_to_payment(client):
    budget = a.a_budget(100_000, a.a_fund("Safety Fund"), a.a_source("Main grant"))
    allocation = a.an_allocation(40_000, budget, a.an_area("Walsall"))
    award = world.a_public_award("12000", allocation, recipient=a.an_organisation("Good Charity"))
    a.a_payment(5_000, award)

    text = read(client, award.get_absolute_url())

    assert (
        "£12,000.00 was awarded to Good Charity, out of £40,000.00 allocated to Walsall. It is "
        "paid from the £100,000.00 of Safety Fund, 2026/27. The money comes from Main grant."
    ) in text
    assert "It was paid to Good Charity £5,000" in text
    assert "To keep young people safe." in text
    assert "It cuts crime and disorder." in text
    assert "Section 9 crime and disorder reduction grant" in text


def test_a_varied_award_shows_what_it_was_and_what_it_is(client):
    allocation = a.an_allocation()
    award = world.a_public_award("12000", allocation)
    world.vary(award, allocation)

    text = read(client, award.get_absolute_url())

    assert "Awarded £12,500" in text
    assert "Original award £12,000" in text
    assert "Changed since by £500" in text
    assert "More young people came." in text


def test_an_award_taken_on_without_an_amount_says_so(client):
    award = a.a_draft(None)
    Award.objects.filter(pk=award.pk).update(
        status="approved", taken_on_from="Annual Report 2020/21, para 171", is_published=True
    )

    text = read(client, award.get_absolute_url())

    assert "Awarded Not published" in text
    assert "Taken on from Annual Report 2020/21, para 171." in text
    assert "none with a published amount" in read(client, "/awards/")


def test_a_confidential_decision_shows_one_line_and_its_ground(client):
    decision = a.a_decision(
        title="A sensitive matter",
        status="confidential",
        confidential_ground="It names a witness.",
        summary="All about the witness.",
        document_url="https://example.org/notice.pdf",
    )

    text = read(client, decision.get_absolute_url())

    assert "A sensitive matter" in text
    assert "It names a witness." in text
    assert "All about the witness" not in text
    assert "example.org" not in client.get(decision.get_absolute_url()).content.decode()


def test_a_series_shows_the_printed_total_beside_the_sum_of_its_rows(client):
    fund = a.a_fund(theme=world.a_theme("Supporting victims", code="T2"))
    years = {2019: "100.00", 2020: "200.00"}
    for year, amount in years.items():
        world.a_reported_total(
            amount, fund=fund, starts_on=date(year, 4, 1), ends_on=date(year + 1, 3, 31)
        )
    world.a_reported_total(
        "300.64", fund=fund, starts_on=date(2019, 4, 1), ends_on=date(2021, 3, 31)
    )

    for address in ("/victims/", fund.get_absolute_url()):
        text = read(client, address)
        assert "Sum of the 2 rows £300.00" in text
        assert "Total as printed £300.64" in text
        assert "The printed total is £0.64 more than its rows add up to." in text


def test_home_names_its_totals_by_scope_and_leads_to_their_records(client):
    budget = a.a_budget(100_000, starts_on=date(2016, 4, 1), ends_on=date(2022, 3, 31))
    a.an_allocation("60000.10", budget, a.an_area("North"))
    a.an_allocation("20000.20", budget, a.an_area("South"))

    assert "Allocated to local authority areas 2016/17 to 2021/22 £80,000.30" in read(client, "/")
    link = "/allocations/?basis=decided&amp;kind=local_authority"
    assert f'href="{link}"' in client.get("/").content.decode()
    assert "2 allocations , £80,000.30 allocated" in read(client, html.unescape(link))


def test_home_stands_on_an_empty_register(client):
    assert "No awards are published yet." in read(client, "/")
    assert client.get("/victims/").status_code == 404


def test_health_is_well_when_all_stands(client):
    answer = client.get("/health/")

    assert (answer.status_code, answer.json()["status"]) == (200, "well")
    assert answer["Cache-Control"].count("no-store") == 1


def test_health_is_not_well_without_the_triggers(client):
    triggers.remove(connection)

    answer = client.get("/health/")

    assert answer.status_code == 503
    assert answer.json() == {
        "status": "unwell",
        "database": True,
        "migrations": True,
        "triggers": False,
    }


def test_a_page_that_has_not_changed_is_not_sent_again(client):
    world.a_public_award()
    tag = client.get("/awards/")["ETag"]

    assert client.get("/awards/", headers={"If-None-Match": tag}).status_code == 304


PAGE_QUERIES = {
    "home": 48,
    "victims": 38,
    "data": 28,
    "fund": 61,
    "source": 29,
    "allocation": 11,
    "area": 63,
    "award": 26,
    "organisation": 45,
    "service": 22,
    "decision": 12,
    "theme": 59,
    "total": 5,
}


def pages_with(rows: int) -> dict[str, str]:
    """The address of one page of each kind, with so many rows in each of its tables."""
    n = next(a.numbers)
    theme = world.a_theme(code="T2" if rows == 1 else f"T2-{n}")
    area = a.an_area(f"Place {n}")
    source, fund = a.a_source(), a.a_fund(theme=theme)
    fund.sources.add(source)
    recipient, decision = a.an_organisation(), None
    service = a.a_service(theme=theme)
    for row in range(rows):
        budget = a.a_budget(
            10_000, fund, source, starts_on=date(2020 + row, 4, 1), ends_on=date(2021 + row, 3, 31)
        )
        allocation = a.an_allocation(5_000, budget, area)
        award = world.a_public_award("100", allocation, recipient=recipient, service=service)
        award.areas.add(area)
        award.themes.add(theme)
        a.a_payment(10, award)
        other = a.a_service(theme=theme)
        other.areas.add(area)
        other.providers.add(recipient)
        other.funds.add(fund)
        a.an_area(parent=area, kind="neighbourhood_unit")
        total = world.a_reported_total(
            fund=fund, area=area, service=service, organisation=recipient
        )
    decision = award.decision
    records = {
        "fund": fund,
        "source": source,
        "allocation": allocation,
        "area": area,
        "award": award,
        "organisation": recipient,
        "service": service,
        "decision": decision,
    }
    return {
        "home": "/",
        "victims": "/victims/",
        "data": "/data/",
        **{name: record.get_absolute_url() for name, record in records.items()},
        "theme": f"/themes/{theme.slug}/",
        "total": f"/reported-totals/{total.code}/",
    }


@pytest.mark.parametrize("kind", PAGE_QUERIES)
def test_a_page_takes_a_fixed_number_of_queries(client, django_assert_num_queries, kind):
    one = pages_with(1)
    with django_assert_num_queries(PAGE_QUERIES[kind]):
        client.get(one[kind])

    three = pages_with(3)
    with django_assert_num_queries(PAGE_QUERIES[kind]):
        client.get(three[kind])
