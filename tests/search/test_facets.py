"""Choices of a filter say how many records they would leave; long lists are read by cursor."""

import re
from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning.models import Award
from commissioning.public import keyset, listing
from commissioning.public.views import lists
from search import index
from tests import builders as a
from tests import world
from tests.standing import for_the_module

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]

FACETS = ["fund", "area", "scope", "year", "theme", "kind", "status", "recipient_kind", "band"]
FACETS += ["power"]


def make_awards():
    """Awards that differ in everything that is counted, one recipient's name withheld."""
    force = a.an_area("Midshire", kind="force")
    towns = [a.an_area(name, parent=force) for name in ("Oakton", "Farville")]
    estate = a.an_area("Elm Estate", kind="neighbourhood_unit", parent=towns[0])
    themes = [world.a_theme(name) for name in ("Young people", "Victims")]
    secret = a.an_organisation("Haven", withhold="name", withhold_ground="A refuge.")
    council = a.an_organisation("Council", kind="local_authority")
    funds = [a.a_fund(name) for name in ("Alpha Fund", "Beta Fund")]
    for number, amount in enumerate(["500", "5000", "50000", "500000", "1000000"]):
        allocation = a.an_allocation(amount, a.a_budget(amount, funds[number % 2]), towns[0])
        award = world.a_public_award(
            amount,
            allocation,
            title=f"Knife scheme {number}",
            kind=["grant", "contract"][number % 2],
            recipient=[secret, council][number] if number < 2 else a.an_organisation(),
        )
        Award.objects.filter(pk=award.pk).update(
            awarded_on=date(2025 + number % 2, 3 + number % 2, 31 - number % 2),
            scope=["local", "force_wide"][number % 2],
        )
        award.areas.add([force, towns[0], towns[1], estate, estate][number])
        award.areas.add(towns[1])
        award.themes.add(themes[number % 2])
    index.rebuild()


awards = for_the_module(make_awards)


def choices(page: str, name: str) -> dict[str, int]:
    select = re.search(rf'<select[^>]*name="{name}".*?</select>', page, re.DOTALL)[0]
    found = re.findall(r'<option value="([^"]+)"[^>]*>[^<]*\((\d+)\)\s*</option>', select)
    return {unescape(value): int(count) for value, count in found}


def count_of(page: str) -> int:
    return int(re.search(r"<strong>([\d,]+) awards?</strong>", page)[1].replace(",", ""))


@pytest.mark.parametrize(
    "others", ["", "q=knife", "kind=grant", "area=oakton", "area=elm-estate", "band=1000-10000"]
)
def test_following_a_choice_leaves_as_many_as_it_says(client, awards, others):
    page = client.get(f"/awards/?{others}").content.decode()
    followed = 0

    for name in FACETS:
        if others.startswith(f"{name}="):
            continue
        for value, count in choices(page, name).items():
            address = f"/awards/?{others}&{name}={value}"
            assert count_of(client.get(address).content.decode()) == count, address
            followed += 1

    assert followed >= 8


def test_the_choices_of_a_filter_in_use_are_counted_without_it(client, awards):
    assert choices(client.get("/awards/?kind=grant").content.decode(), "kind") == {
        "grant": 3,
        "contract": 2,
    }


def test_the_kind_of_a_recipient_whose_name_is_withheld_is_not_told(client, awards):
    page = client.get("/awards/").content.decode()

    assert sum(choices(page, "recipient_kind").values()) == 4


def test_counting_takes_as_many_queries_for_many_awards_as_for_few(client, awards):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/awards/?q=knife")
        return len(asked)

    few = queries()
    for _ in range(5):
        world.a_public_award(title="Knife scheme")
    index.rebuild()

    assert queries() == few


@pytest.mark.parametrize("door", ["/awards.json?q={}", "/api/v1/awards/?q={}"])
def test_words_find_the_same_on_the_page_in_files_and_in_the_api(client, awards, door):
    for words in ("knife", "knives oakton", "alpha fund", "haven", "zebra"):
        page = client.get(f"/awards/?q={words}").content.decode()
        answer = client.get(door.format(words)).getvalue().decode()
        assert int(re.search(r'"count": ?(\d+)', answer)[1]) == count_of(page), words


class TestLongLists:
    @pytest.fixture(autouse=True)
    def two_on_a_page(self, monkeypatch):
        monkeypatch.setattr(listing, "NUMBERED_UP_TO", 2)
        monkeypatch.setattr(lists, "PER_PAGE", 2)

    def walk(self, client, address, between=lambda: None) -> list[str]:
        """The references on each page behind the last, as a reader follows “Next”."""
        seen = []
        while address:
            page = client.get(address).content.decode()
            seen += re.findall(r'<th[^>]*scope="row"><a[^>]*href="/awards/([^/"]+)/"', page)
            following = re.search(r'href="([^"]*)" rel="next"', page)
            address = f"/awards/{unescape(following[1])}" if following else None
            between()
        return seen

    @pytest.mark.parametrize("sort", ["latest", "largest", "title", "recipient", "best&q=knife"])
    def test_every_record_is_read_once_in_every_order(self, client, awards, sort):
        Award.objects.filter(title="Knife scheme 3").update(awarded_on=None)
        seen = self.walk(client, f"/awards/?sort={sort}")

        assert len(seen) == len(set(seen)) == 5

    def test_a_record_that_is_added_meanwhile_pushes_none_over_the_edge(self, client, awards):
        first = set(Award.objects.values_list("reference", flat=True))

        seen = self.walk(client, "/awards/", between=lambda: world.a_public_award())

        assert first <= set(seen)
        assert len(seen) == len(set(seen))

    @pytest.mark.parametrize(
        "cursor", ["x", "W10", "WzFd", "bnVsbA", "W251bGwsOTk5OTk5OTk5OTk5OTk5OTk5OTk5XQ"]
    )
    def test_a_cursor_that_is_not_ours_is_not_there(self, client, awards, cursor):
        assert client.get("/awards/", {"cursor": cursor}).status_code == 404


def test_short_lists_keep_numbered_pages():
    assert keyset.NUMBERED_UP_TO > lists.PER_PAGE
