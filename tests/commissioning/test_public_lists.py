"""Lists of the public site: filters, order, pages, and a fixed number of queries."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commissioning.models import Organisation, OrganisationName
from commissioning.public import listings
from search import index
from tests import builders as a
from tests import world
from tests.standing import for_the_module

pytestmark = pytest.mark.django_db


def titles(client, query=""):
    """The titles of the awards on a page, in their order."""
    page = client.get(f"/awards/?{query}").content.decode()
    return re.findall(r'<a class="govuk-link" href="/awards/[^"]+">([^<]+)</a>', page)


def make_awards():
    north = a.an_area("North")
    allocation = a.an_allocation(50_000, area=north)
    theme = world.a_theme()
    charity = a.an_organisation("Hope Charity")
    OrganisationName.objects.create(organisation=charity, name="Hope Trust", is_former=True)
    small = world.a_public_award(
        "100", allocation, title="Apples", recipient=charity, purpose="Fruit for clubs"
    )
    small.areas.add(north)
    small.themes.add(theme)
    world.a_public_award(
        "900",
        a.an_allocation(1_000, a.a_budget(5_000, **world.NEXT_YEAR)),
        title="Bananas",
        kind="contract",
        effective_on=date(2027, 4, 2),
        purpose="Peel",
    )
    world.a_public_award("500", title="Cherries", effective_on=date(2026, 6, 1), purpose="Stones")
    index.rebuild()
    return {"small": small, "theme": theme, "charity": charity, "fund": allocation.budget.fund}


awards = for_the_module(make_awards)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Bananas", "Cherries", "Apples"]),
        ("sort=largest", ["Bananas", "Cherries", "Apples"]),
        ("sort=title", ["Apples", "Bananas", "Cherries"]),
        ("q=apples", ["Apples"]),
        ("q=fruit+hope", ["Apples"]),
        ("q=trust", ["Apples"]),
        ("q=fruit+peel", []),
        ("kind=contract", ["Bananas"]),
        ("min=500", ["Bananas", "Cherries"]),
        ("min=%C2%A3100.00&max=499.99", ["Apples"]),
        ("area=north", ["Apples"]),
        ("year=2026-27", ["Cherries", "Apples"]),
        ("year=2027/28", ["Bananas"]),
        ("year=2031-32", []),
        ("recipient=hope-charity", ["Apples"]),
        ("status=closed", []),
    ],
)
def test_filters_and_order(client, awards, query, found):
    assert titles(client, query) == found


def test_filters_by_fund_theme_and_decision(client, awards):
    decision = awards["small"].decision.reference

    assert titles(client, f"fund={awards['fund'].slug}") == ["Apples"]
    assert titles(client, f"theme={awards['theme'].slug}") == ["Apples"]
    assert titles(client, f"decision={decision}") == ["Apples"]


def test_a_filter_in_use_can_be_taken_out_and_the_order_is_kept(client, awards):
    page = client.get("/awards/?kind=grant&area=north&sort=largest").content.decode()

    assert "Remove filter </span>Kind: <strong>grant</strong>" in page
    assert 'href="/awards/?area=north&amp;sort=largest"' in page
    assert '<input type="hidden" name="sort" value="largest">' in page
    assert 'href="/awards.csv?kind=grant&amp;area=north&amp;sort=largest"' in page


def test_a_filter_that_only_links_lead_to_shows_while_it_is_used(client, awards):
    assert 'name="recipient"' not in client.get("/awards/").content.decode()
    page = client.get("/awards/?recipient=hope-charity").content.decode()
    assert 'name="recipient"' in page
    assert "Remove filter </span>Recipient: <strong>Hope Charity</strong>" in page


def test_an_area_includes_the_places_in_it(client):
    district = a.an_area("District")
    unit = a.an_area("Unit", kind="neighbourhood_unit", parent=district)
    award = world.a_public_award(title="In the unit")
    award.areas.add(unit)

    assert titles(client, "area=district") == ["In the unit"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("fund=nowhere", "There is no published record “nowhere”."),
        ("fund=%00", "There is no published record"),
        ("area=" + "x" * 5000, "There is no published record"),
        ("min=abc", "“abc” is not an amount of money."),
        ("min=1.005", "parts of a penny"),
        ("max=9e99999", "is not an amount of money"),
        ("max=1e999999999999", "is not an amount of money"),
        ("max=nan", "is not an amount of money"),
        ("max=99999999999999999", "more than this system can hold"),
        ("min=10&max=5", "The smallest amount is more than the largest."),
        ("year=2020", "“2020” is not a financial year. Write it like 2020/21."),
        ("year=2020-22", "is not a financial year"),
        ("kind=nonsense", "Select a valid choice."),
        ("q=" + "x" * 500, "Ensure this value has at most 200 characters"),
        ("q=a%00b", "Null characters are not allowed."),
    ],
)
def test_a_filter_that_cannot_be_used_gets_a_sentence_and_lists_nothing(client, query, sentence):
    world.a_public_award(title="Listed")

    page = client.get(f"/awards/?{query}")
    file = client.get(f"/awards.csv?{query}")
    answer = client.get(f"/api/v1/awards/?{query}")

    assert page.status_code == file.status_code == answer.status_code == 400
    assert sentence in page.content.decode().replace("&#x27;", "'")
    assert "Listed" not in page.content.decode()
    assert sentence in file.content.decode()
    assert sentence in answer.content.decode()


def test_what_is_wrong_with_a_filter_is_said_first_on_the_page(client):
    page = client.get("/awards/?min=abc").content.decode()

    main = page.split('<main id="main-content">')[1]
    assert main.index("There is a problem") < main.index("<h1") < main.index("<form")
    assert '<a href="#id_min">Amount from, £: “abc” is not an amount of money.' in main
    assert 'id="id_min"' in main
    for address in ("/awards/?min=abc", "/awards/?min=10&max=5", "/compare/?area=x&other=x"):
        assert "<title>Error: " in client.get(address).content.decode()
    assert "<title>Awards" in client.get("/awards/").content.decode()


FILES = ["/awards.csv", "/awards.xlsx", "/awards.json", "/data/awards.360giving.json"]


@pytest.mark.parametrize("door", ["/awards/", *FILES[:3], "/data/contracts.csv"])
def test_an_order_that_there_is_none_of_is_refused(client, awards, door):
    answer = client.get(f"{door}?sort=nonsense")

    assert answer.status_code == 400
    assert "There is no such order. There are: " in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "page=1",
        "sort=title",
        "sort=",
        "sort=best",
        "utm_source=a&fbclid=1",
        "area=north&area=north",
    ],
)
def test_what_is_no_mistake_is_answered(client, awards, query):
    assert client.get(f"/awards/?{query}").status_code == 200
    if "page" not in query:
        assert client.get(f"/awards.csv?{query}").status_code == 200


@pytest.mark.parametrize("query", ["min=5&max=5", "min=5", "max=5", "min=&max=5"])
def test_amounts_that_fit_one_another_are_no_error(client, query):
    assert client.get(f"/awards/?{query}").status_code == 200


@pytest.mark.parametrize("page", ["0", "-1", "2", "abc", "9" * 40, "1.5", "%00"])
def test_a_page_that_is_not_there_is_the_nearest_one(client, page):
    world.a_public_award(title="Only")

    assert titles(client, f"page={page}") == ["Only"]


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 30])
def test_a_number_that_no_record_has_is_not_found(client, pk):
    assert client.get(f"/allocations/{pk}/").status_code == 404
    assert client.get(f"/api/v1/allocations/{pk}/").status_code == 404
    assert client.get(f"/entries/?allocation={pk}").status_code == 400


@pytest.mark.parametrize(
    "address", ["/awards/none/", "/reported-totals/a%00b/", "/funds/none/", "/areas/none/"]
)
def test_an_unknown_record_is_not_found_in_our_look(client, address):
    answer = client.get(address)

    assert answer.status_code == 404
    assert "There is no published page at this address" in answer.content.decode()


def test_pages_of_a_list_neither_repeat_nor_leave_out(client):
    allocation = a.an_allocation()
    for n in range(51):
        world.a_public_award("1", allocation, title=f"Award {n:03}")

    first, second = titles(client), titles(client, "page=2")

    assert (len(first), len(second)) == (50, 1)
    assert len({*first, *second}) == 51


def test_a_long_select_of_recipients_is_not_sent(client):
    Organisation.objects.bulk_create(
        Organisation(code=f"o{n}", slug=f"o{n}", name=f"Org {n}", kind="charity", is_published=True)
        for n in range(300)
    )

    assert "Org 299" not in client.get("/awards/?recipient=o1").content.decode()


@pytest.mark.parametrize(
    "address",
    [f"/{listing.name}/?sort={sort}" for listing in listings.ALL for sort in listing.sorts],
)
def test_every_order_that_is_offered_is_kept(client, counted, address):
    assert client.get(address).status_code == 200


# --- What is for the whole force area -------------------------------------------------------------


def make_far_and_near():
    """Two awards against knives for the whole force area, one of which names a town in it; one
    award for that town against burglary.
    """
    force = a.an_area("Midshire", kind="force")
    town = a.an_area("Oakton", parent=force)
    for title, scope, areas in (
        ("Knives everywhere", "force_wide", [force]),
        ("Knives in every town", "force_wide", [town]),
        ("Locks", "local", [town]),
    ):
        world.a_public_award("10", title=title, scope=scope).areas.add(*areas)
    index.rebuild()


far_and_near = for_the_module(make_far_and_near)


@pytest.mark.parametrize(
    ("query", "sentence", "link"),
    [
        ("area=oakton&q=everywhere", "1 more award for", "q=everywhere&amp;scope=force_wide"),
        ("area=oakton&q=knives", "1 more award for", "q=knives&amp;scope=force_wide"),
        ("area=oakton&q=&page=1", "1 more award for", "scope=force_wide"),
    ],
)
def test_a_list_for_an_area_says_how_much_more_is_for_the_whole_force_area(
    client, far_and_near, query, sentence, link
):
    page = client.get(f"/awards/?{query}").content.decode()
    posted = int(re.search(r"See (\d+) awards? for the whole force area", page)[1])

    assert f"{sentence} the whole force area." in page
    assert f'href="/awards/?{link}"' in page
    assert len(titles(client, link.replace("&amp;", "&"))) == posted


@pytest.mark.parametrize(
    "query", ["", "area=oakton&q=locks", "area=midshire", "area=oakton&scope=local", "area=nowhere"]
)
def test_nothing_is_said_of_the_whole_force_area_where_there_is_no_more(
    client, far_and_near, query
):
    page = client.get(f"/awards/?{query}").content.decode()

    assert "for the whole force area." not in page


def test_how_far_an_award_reaches_is_a_filter_like_the_others(client, far_and_near):
    page = client.get("/awards/?scope=local").content.decode()

    assert titles(client, "scope=local") == ["Locks"]
    assert "How far it reaches: <strong>one or more local authority areas</strong>" in page
    assert b"Locks" in client.get("/awards.csv?scope=local").getvalue()
    assert client.get("/api/v1/awards/?scope=local").json()["count"] == 1


def test_what_is_for_the_whole_force_area_takes_as_many_queries_for_many_awards(
    client, django_assert_num_queries, far_and_near
):
    with django_assert_num_queries(19):
        client.get("/awards/?area=oakton")

    for _ in range(3):
        world.a_public_award("10", scope="force_wide")
    with django_assert_num_queries(19):
        client.get("/awards/?area=oakton")


# --- Queries --------------------------------------------------------------------------------------


def a_row_of_everything():
    """One more record for every list, with all that its columns read."""
    force = a.an_area(kind="force")
    unit = a.an_area(kind="neighbourhood_unit", parent=a.an_area(parent=force))
    theme = world.a_theme()
    fund = a.a_fund(theme=theme, lead=a.an_organisation())
    fund.sources.add(a.a_source(provider=a.an_organisation()))
    service = a.a_service(theme=theme)
    recipient = a.an_organisation(parent=a.an_organisation())
    recipient.areas.add(unit)
    service.providers.add(recipient)
    service.areas.add(unit)
    service.funds.add(fund)
    service.sources.add(a.a_source())
    allocation = a.an_allocation(budget=a.a_budget(fund=fund), area=unit)
    award = world.a_public_award(
        "10", allocation, recipient=recipient, service=service, source=a.a_source()
    )
    award.areas.add(unit)
    award.themes.add(theme)
    a.a_payment(1, award)
    award.conditions.create(text="Report.")
    world.a_reported_total(fund=fund, service=service, area=unit, organisation=recipient)


PAGE_QUERIES = {
    "awards": 17,
    "funds": 15,
    "sources": 9,
    "budgets": 9,
    "allocations": 9,
    "commitments": 9,
    "payments": 7,
    "entries": 8,
    "areas": 15,
    "themes": 4,
    "organisations": 10,
    "services": 11,
    "decisions": 10,
    "conditions": 5,
    "reported-totals": 6,
}


FILES_AND_API = ["/{}.csv", "/{}.json", "/{}.xlsx", "/api/v1/{}/"]


def queries_of_each() -> dict[str, int]:
    """How many queries each list takes, by the address of its page, file or API."""
    client, taken = Client(), {}
    for address in ["/{}/", *FILES_AND_API]:
        for name in listings.BY_NAME:
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(address.format(name))
                assert answer.status_code == 200
                assert b"".join(answer.streaming_content) if answer.streaming else answer.content
            taken[address.format(name)] = len(queries)
    return taken


def count_for_one_row_and_for_three() -> tuple[dict[str, int], dict[str, int]]:
    a_row_of_everything()
    of_one = queries_of_each()
    a_row_of_everything()
    a_row_of_everything()
    return of_one, queries_of_each()


counted = for_the_module(count_for_one_row_and_for_three)


@pytest.mark.parametrize("name", listings.BY_NAME)
def test_a_list_takes_as_many_queries_for_three_rows_as_for_one(counted, name):
    of_one, of_three = counted

    assert of_one[f"/{name}/"] == of_three[f"/{name}/"] == PAGE_QUERIES[name]


@pytest.mark.parametrize("name", listings.BY_NAME)
@pytest.mark.parametrize("door", FILES_AND_API)
def test_files_and_the_api_take_no_more_queries_for_more_rows(counted, name, door):
    of_one, of_three = counted

    assert of_three[door.format(name)] == of_one[door.format(name)] <= 14


def test_pounds_stand_beside_the_name_on_pages_and_where_they_stood_in_files(client):
    world.a_public_award("12000", title="Clubs")

    page = client.get("/awards/").content.decode()
    heads = re.findall(r'scope="col">([^<]+)<', page)
    assert heads[:3] == ["Award", "Amount", "Recipient"]
    file = b"".join(client.get("/awards.csv").streaming_content).decode("utf-8-sig")
    columns = file.splitlines()[0].split(",")
    assert columns.index("Recipient") < columns.index("Amount")
