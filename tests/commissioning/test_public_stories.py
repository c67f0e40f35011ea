"""The pages of areas, funds, organisations and themes tell what their figures come to."""

import csv
import re
from datetime import date
from decimal import Decimal
from html import unescape
from io import BytesIO, StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from commissioning.models import Award
from commissioning.money import NOTHING
from tests import builders as a
from tests import world
from tests.commissioning.test_public_pages import read
from tests.standing import for_the_module

pytestmark = pytest.mark.django_db

LATER = {"starts_on": date(2027, 4, 1), "ends_on": date(2028, 3, 31)}
LONGER = {"starts_on": date(2026, 4, 1), "ends_on": date(2029, 3, 31)}
WITHHELD = {"withhold": "name", "withhold_ground": "A refuge."}
PLACE_WITHHELD = {"withhold": "place", "withhold_ground": "A refuge."}
KINDS = ["area", "fund", "theme", "organisation"]


class Place:
    """Two areas, two funds, three periods, a theme and a recipient, with money for each."""

    def __init__(self):
        self.force = a.an_area("Force", kind="force")
        self.walsall = a.an_area("Walsall", parent=self.force, tile_row=1, tile_column=2)
        self.dudley = a.an_area("Dudley", parent=self.force, tile_row=2, tile_column=1)
        self.unit = a.an_area("Town unit", kind="neighbourhood_unit", parent=self.walsall)
        self.theme = world.a_theme("Knife crime")
        self.charity = a.an_organisation("Good Charity")
        self.fund = a.a_fund("Safety Fund")
        for period in ({}, LATER, LONGER):
            budget = a.a_budget(900_000, self.fund, **period)
            self.walsall_money = a.an_allocation(300_000, budget, self.walsall)
            for amount, allocation in (
                ("10000.10", self.walsall_money),
                ("2000.20", a.an_allocation(20_000, budget, self.unit)),
                ("30000.30", a.an_allocation(200_000, budget, self.dudley)),
            ):
                self.award(amount, allocation)

    def award(self, amount, allocation, recipient=None, **fields):
        recipient = recipient or self.charity
        award = world.a_public_award(amount, allocation, recipient=recipient, **fields)
        award.areas.add(allocation.area)
        award.themes.add(self.theme)
        return award

    def address(self, kind):
        record = {"organisation": self.charity}.get(kind) or getattr(
            self, {"area": "walsall"}.get(kind, kind)
        )
        return record.get_absolute_url()


def make_place():
    return Place()


place = for_the_module(make_place)


def page_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def amounts_with_lists(page):
    """(pounds, address of the list) of every amount that is a link, or heads its row with one."""
    found = re.findall(r'<a class="govuk-link" href="([^"]+)">£([\d,.]+)</a>', page)
    rows = re.findall(
        r'scope="row"><a class="govuk-link" href="(/(?:allocations|commitments)/\?[^"]+)">[^<]*</a>'
        r'</th>\s*<td[^>]*>\s*<span class="cr-figures">£([\d,.]+)',
        page,
    )
    return [
        (Decimal(amount.replace(",", "")), unescape(href))
        for href, amount in [*found, *rows]
        if "/?" in href
    ]


def total_of_file(client, href):
    """The sum of the first amounts of the list as a file."""
    answer = client.get(href.replace("/?", ".csv?"))
    assert answer.status_code == 200, href
    rows = csv.DictReader(StringIO(b"".join(answer.streaming_content).decode()))
    column = "Amount" if href.startswith("/allocations/") else "Committed"
    return sum((Decimal(row[column]) for row in rows), NOTHING)


# --- Sentences ------------------------------------------------------------------------------------


def test_an_area_begins_with_what_it_was_awarded_and_of_which_whole(client, place):
    text = read(client, place.walsall.get_absolute_url())

    assert re.search(
        r"£960,000 was allocated to Walsall \([^)]+\), of which \d+ awards, £[\d,.]+ "
        r"\([\d.]+%\), are itemised here\.",
        text,
    )
    assert (
        "Awards itemised here out of money for Walsall come to £12,000.30 from the money for "
        "2027/28, "
        "28.6% of the £42,000.60 awarded from it in all."
    ) in text


def test_an_area_without_money_is_not_said_to_have_nothing(client):
    a.an_area("Quiet")

    assert "That does not mean that there was none." in read(client, "/areas/quiet/")


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("fund", "Its awards come to £42,000.60 from the money for 2027/28 and £126,001.80 in all"),
        ("theme", "Awards that serve this theme come to £42,000.60 from the money for 2027/28"),
        ("organisation", "Awards to it come to £42,000.60 from the money for 2027/28 and"),
    ],
)
def test_other_pages_begin_with_what_was_awarded(client, place, kind, sentence):
    assert sentence in read(client, place.address(kind))


def test_a_fund_says_how_many_of_its_awards_state_an_amount(client, place):
    award = a.a_draft(None, fund=place.fund)
    Award.objects.filter(pk=award.pk).update(
        status="approved", taken_on_from="Annual Report", is_published=True
    )

    text = read(client, place.address("fund"))

    assert "The 9 of its 10 awards that state an amount come to £42,000.60 from the money" in text
    assert "Who was awarded the most, of what is itemised here" in text


def test_where_a_document_reports_more_awards_there_is_no_ranking_of_a_few(client, place):
    world.a_reported_total(
        2_700_000, kind="awards", count=589, count_of="projects", fund=place.fund
    )

    text = read(client, place.address("fund"))

    assert "£2,700,000 was awarded for 589 projects" in text
    assert "of which 9 awards, £126,001.80 (4.7%), are itemised here." in text
    assert "come to £42,000.60" not in text
    assert "Who was awarded the most" not in text
    # What was allocated by decision has its shares all the same.
    assert "61.5%" in text


def test_a_page_lists_what_is_on_it(client, place):
    page = page_of(client, place.walsall.get_absolute_url())
    listed = re.findall(r'<li><a class="govuk-link" href="#([-\w]+)">', page)

    assert {"by-year", "share", "recipients", "awards", "decisions"} <= set(listed)
    assert all(f'id="{key}"' in page for key in listed)


# --- Figures and the rows under them --------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_amount_leads_to_exactly_its_rows(client, place, kind):
    found = amounts_with_lists(page_of(client, place.address(kind)))
    lists = [(amount, href) for amount, href in found if re.match("/(all|comm)", href)]

    assert len(lists) >= 3
    for amount, href in lists:
        assert total_of_file(client, href) == amount, href


def test_money_of_a_fund_that_is_not_published_is_in_no_list_by_period(client, place):
    hidden = a.an_allocation(5_000, a.a_budget(9_000, a.a_fund("Hidden", published=False)))
    world.a_public_award("4000", hidden)
    address = "/commitments.csv?period=2026-04-01_2027-03-31"

    assert total_of_file(client, address.replace(".csv", "/")) == Decimal("42000.60")


@pytest.mark.parametrize("period", ["soon", "2026-04-01", "2026-04-01_2027-13-31", "_"])
def test_a_period_that_is_none_is_refused_with_a_sentence(client, period):
    answer = client.get(f"/commitments/?period={period}")

    assert answer.status_code == 400
    assert "Write a period by its first and last day" in answer.content.decode()


def test_a_chosen_period_is_named_in_words(client, place):
    text = read(client, "/allocations/?period=2026-04-01_2029-03-31")

    assert "2026/27 to 2028/29" in text


# --- Recipients -----------------------------------------------------------------------------------


def test_the_largest_recipients_come_first_and_the_rest_are_counted(client, place):
    for n in range(11):
        place.award(20_000 + n, place.walsall_money, a.an_organisation(f"Recipient {n:02}"))

    text = read(client, place.walsall.get_absolute_url())

    assert "Good Charity £36,000.90 Recipient 10 £20,010.00 Recipient 09 £20,009.00" in text
    assert "2 more recipients £40,001.00" in text


def test_withheld_names_are_told_together(client, place):
    for n in (1, 2):
        refuge = a.an_organisation(f"{world.SECRET} {n}", **WITHHELD)
        place.award(1_000 * n, place.walsall_money, refuge)

    for kind in ("area", "fund", "theme"):
        page = page_of(client, place.address(kind))
        assert world.SECRET not in page
        assert "Name withheld 2 awards £3,000.00" in read(client, place.address(kind))


def test_a_withheld_place_is_in_no_figure_of_a_small_area(client, place):
    refuge = a.an_organisation("Refuge", **PLACE_WITHHELD)
    allocation = a.an_allocation(9_000, place.walsall_money.budget, place.unit, purpose="Refuges")
    award = place.award("777.77", allocation, refuge)
    of_unit, of_walsall = (page_of(client, f"/areas/{slug}/") for slug in ("town-unit", "walsall"))

    assert "777.77" not in of_unit
    assert "Refuge<" not in of_unit
    assert f"/decisions/{award.decision.reference}/" not in of_unit
    assert "777.77" in of_walsall
    assert "Town unit" not in page_of(client, refuge.get_absolute_url())
    compared = read(client, "/compare/?area=town-unit&other=walsall")
    assert "In all £6,000.60 £36,778.67" in compared
    assert "777.77" not in compared


def test_decisions_are_found_by_what_their_awards_are_for(client, place):
    other = a.an_award(500, a.an_allocation(1_000), published=True)

    decision = place.charity.awards.filter(areas=place.walsall).first().decision
    for query in ("area=walsall", f"theme={place.theme.slug}", "recipient=good-charity"):
        page = page_of(client, f"/decisions/?{query}")
        assert other.decision.reference not in page, query
        assert decision.reference in page, query


# --- Shares and the tile map ----------------------------------------------------------------------


def test_without_a_population_nothing_is_said_of_people(client, place):
    for address in ("/areas/", "/areas/walsall/", "/funds/safety-fund/"):
        text = read(client, address)
        assert "61.5%" in text, address
        assert "people" not in text.split("Filter this list")[0].lower(), address


def test_shares_stand_beside_the_share_of_people_with_their_source(client, place):
    a.a_weighting(
        {place.walsall: 300, place.dudley: 100},
        kind="population",
        name="Mid-2025 estimates",
        source_ref="Office for National Statistics",
        released_on=date(2026, 6, 1),
    )

    text = read(client, "/areas/")

    assert "Walsall £960,000.00 61.5% 75.0%" in text
    assert "Mid-2025 estimates, released 1 June 2026 (Office for National Statistics)" in text
    assert "It has 75.0% of the people" in read(client, "/areas/walsall/")


@pytest.mark.parametrize("address", ["/", "/areas/", "/areas/walsall/", "/funds/safety-fund/"])
def test_the_tile_map_has_a_link_with_name_and_amount_for_each_area(client, place, address):
    page = page_of(client, address)
    tiles = re.findall(r'<a class="cr-tile[^>]* href="([^"]+)"[^>]*>(.*?)</a>', page, flags=re.S)
    words = [" ".join(re.sub("<[^>]+>", " ", tile).split()) for _, tile in tiles]

    # Row by row, as they lie.
    assert [word.split()[0] for word in words] == ["Walsall", "Dudley"]
    assert all("£" in word for word in words)
    for href, _ in tiles:
        assert client.get(unescape(href)).status_code == 200
    assert "style=" not in page


def test_without_tiles_there_is_a_table_and_no_map(client):
    a.an_allocation(1_000, area=a.an_area("Walsall"))
    page = page_of(client, "/areas/")

    assert "cr-tiles" not in page
    assert "Money by area" in page


# --- Two areas compared ---------------------------------------------------------------------------

COMPARED = "/compare/?area=walsall&other=dudley"


def test_two_areas_are_compared_line_by_line(client, place):
    text = read(client, COMPARED)

    assert "Allocated, by year Walsall Dudley 2027/28 £320,000.00 £200,000.00" in text
    assert "In all £36,000.90 £90,000.90" in text
    assert "Safety Fund £36,000.90 £90,000.90" in text
    assert "Knife crime (Police and Crime Plan) £36,000.90 £90,000.90" in text
    assert "For each person" not in text


def test_pounds_for_each_person_need_the_people_of_both(client, place):
    people = {"kind": "population", "released_on": date(2026, 6, 1)}
    a.a_weighting({place.walsall: 300, place.dudley: 100}, **people)

    assert "Awarded, for each person £120.00 £900.01" in read(client, COMPARED)


def test_every_amount_compared_leads_to_exactly_its_rows(client, place):
    lists = amounts_with_lists(page_of(client, COMPARED))

    assert len(lists) == 16
    for amount, href in lists:
        assert total_of_file(client, href) == amount, href


def test_a_comparison_is_the_same_as_a_file(client, place):
    text = client.get(COMPARED.replace("/?", ".csv?")).content.decode()
    of_csv = [line[:2] + line[3:] for line in csv.reader(StringIO(text))][1:]
    data = client.get(COMPARED.replace("/?", ".json?")).json()
    of_json = [[r["figure"], r["of"], str(r["walsall"]), str(r["dudley"])] for r in data["results"]]
    book = load_workbook(BytesIO(client.get(COMPARED.replace("/?", ".xlsx?")).content))
    of_xlsx = [row for row in book.active.iter_rows(values_only=True) if row[2] == "pounds"]

    assert of_csv == of_json
    assert ["Awarded, by year", "In all", "36000.90", "90000.90"] in of_csv
    assert len(of_xlsx) == sum(line[0] != "Published records" for line in of_csv)


def test_one_area_alone_asks_for_the_other(client, place):
    page = page_of(client, "/compare/?area=walsall")

    assert '<option value="walsall" selected>' in page
    assert "govuk-error" not in page


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("area=walsall&other=walsall", "Choose two different areas."),
        ("area=walsall&other=", "Choose an area."),
        ("area=walsall&other=atlantis", "There is no published record “atlantis”."),
        ("area=walsall&other=%00", "There is no published record"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_a_sentence(client, place, query, sentence):
    page, file = client.get(f"/compare/?{query}"), client.get(f"/compare.csv?{query}")

    assert (page.status_code, file.status_code) == (400, 400)
    assert sentence in unescape(page.content.decode())
    assert sentence in file.content.decode()


def test_a_comparison_tells_no_secret(client):
    world.build()

    for door in ("/compare/?", "/compare.csv?", "/compare.json?"):
        answer = client.get(f"{door}area=district&other=unit")
        assert answer.status_code == 200
        assert world.SECRET not in answer.content.decode(), door


# --- Size -----------------------------------------------------------------------------------------


ALL_KINDS = [*KINDS, "compare", "areas"]


def queries_and_size(place: Place) -> dict[str, tuple[int, int]]:
    """How many queries the page of each kind takes, and how many bytes it has."""
    client, found = Client(), {}
    for kind in ALL_KINDS:
        address = {"compare": COMPARED, "areas": "/areas/"}.get(kind) or place.address(kind)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            page = page_of(client, address)
        found[kind] = len(queries), len(page.encode())
    return found


def look_at_few_and_at_many():
    place = Place()
    few = queries_and_size(place)
    for n in range(15):
        place.award(10 + n, place.walsall_money, a.an_organisation() if n % 2 else None)
    return few, queries_and_size(place)


looked_at = for_the_module(look_at_few_and_at_many)


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_page_takes_as_many_queries_for_many_records_as_for_few(looked_at, kind):
    (of_few, _), (of_many, size) = (each[kind] for each in looked_at)

    assert of_many == of_few
    assert size < 100_000
