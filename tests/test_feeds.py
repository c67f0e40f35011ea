"""Feeds and the sitemap: what is new and what there is, for programs that fetch."""

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree

import feedparser
import pytest
from django.urls import reverse
from rfc3339_validator import validate_rfc3339

from commissioning.actions import records
from commissioning.models import Organisation
from config import feeds
from tests import builders as a
from tests import world
from tests.test_public_door import patterns

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def read(client, address: str) -> ElementTree.Element:
    answer = client.get(address)
    assert answer.status_code == 200
    assert "xml" in answer["Content-Type"]
    return ElementTree.fromstring(answer.content)  # noqa: S314 our own answer


def locations(client, address: str) -> list[str]:
    return [found.text for found in read(client, address).iter(f"{SITEMAP}loc")]


def test_the_feed_of_awards_has_the_newest_first(client):
    first, second = world.a_public_award("1"), world.a_public_award("2")

    feed = read(client, reverse("feed-awards"))

    links = [entry.find(f"{ATOM}link").get("href") for entry in feed.iter(f"{ATOM}entry")]
    assert links == [f"http://testserver{award.get_absolute_url()}" for award in (second, first)]


def test_an_entry_of_the_feed_says_how_much_went_to_whom_and_when_that_changed(client):
    paid = world.a_public_award("12000", title="Clubs", recipient=a.an_organisation("Good Charity"))
    unknown = a.a_draft(None, title="Research")
    type(unknown).objects.filter(pk=unknown.pk).update(
        status="approved", taken_on_from="Annual Report", is_published=True
    )
    type(paid).objects.update(published_at=datetime(2020, 1, 1, tzinfo=UTC))
    a.a_payment(500, paid)

    entries = list(read(client, reverse("feed-awards")).iter(f"{ATOM}entry"))

    assert {entry.find(f"{ATOM}title").text for entry in entries} == {
        "Clubs: £12,000 to Good Charity",
        f"Research: amount not published, to {unknown.public_recipient}",
    }
    (of_paid,) = [one for one in entries if one.find(f"{ATOM}title").text.startswith("Clubs")]
    assert of_paid.find(f"{ATOM}updated").text > of_paid.find(f"{ATOM}published").text


FEEDS = ["feed-awards", "feed-decisions"]


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_has_what_atom_asks_of_it(client, name):
    """RFC 4287: an author, an id, a title and a moment for the feed and each entry."""
    world.a_public_award("1", purpose="Fish & <b>chips</b>")
    a.a_decision(title="Open", summary="More than 3 < 5 & <i>less</i>")

    feed = read(client, reverse(name))

    assert feed.find(f"{ATOM}author/{ATOM}name").text
    for each in [feed, *feed.iter(f"{ATOM}entry")]:
        for needed in ("id", "title", "updated"):
            assert each.find(f"{ATOM}{needed}").text
        assert each.find(f"{ATOM}id").text.startswith("urn:uuid:")
    for summary in feed.iter(f"{ATOM}summary"):
        assert summary.get("type") != "html" or "<" not in (summary.text or "")


def test_ids_of_entries_do_not_follow_the_name_of_the_host(client):
    world.a_public_award("1")

    here = client.get(reverse("feed-awards")).content
    there = client.get(reverse("feed-awards"), headers={"host": "other.example"}).content
    posted = [re.findall(rb"<id>(.+?)</id>", content) for content in (here, there)]

    assert posted[0]
    assert posted[0] == posted[1]


@pytest.mark.parametrize("name", FEEDS)
@pytest.mark.parametrize("query", ["area=walsall", "nonsense=1"])
def test_a_filter_of_a_feed_is_refused_in_a_sentence(client, name, query):
    answer = client.get(f"{reverse(name)}?{query}")

    assert answer.status_code == 400
    assert "There is no such filter. This address takes none" in answer.content.decode()


def test_a_payment_under_an_old_award_brings_it_to_the_top(client, monkeypatch):
    monkeypatch.setattr("config.feeds.NEWEST", 1)
    old = world.a_public_award("12000", title="Old")
    new = world.a_public_award("1", title="New")
    type(old).objects.update(published_at=datetime(2020, 1, 1, tzinfo=UTC))
    a.a_payment(500, old)
    assert new.pk > old.pk

    (entry,) = read(client, reverse("feed-awards")).iter(f"{ATOM}entry")

    assert entry.find(f"{ATOM}title").text.startswith("Old")


@pytest.mark.parametrize("form", ["json", "csv"])
def test_a_page_of_the_api_says_where_the_next_one_is(client, form):
    for _ in range(3):
        world.a_public_award("1")

    first = client.get("/api/v1/awards/", {"format": form, "limit": 2})
    address = first["Link"].split(">")[0].strip("<")
    last = client.get(address)

    assert first["Link"].endswith('rel="next"')
    assert 'rel="next"' not in last["Link"]


def test_the_feed_names_no_withheld_recipient(client):
    refuge = a.an_organisation(
        "Hidden Refuge", withhold=Organisation.Withhold.NAME, withhold_ground="Safety."
    )
    world.a_public_award("1", recipient=refuge)

    posted = client.get(reverse("feed-awards")).content.decode()

    assert "Name withheld" in posted
    assert "Hidden Refuge" not in posted


def test_the_feed_of_decisions_keeps_a_confidential_summary(client):
    a.a_decision(title="Open", summary="What was decided.")
    a.a_decision(
        title="Closed", summary="The secret.", status="confidential", confidential_ground="Law."
    )

    posted = client.get(reverse("feed-decisions")).content.decode()

    assert "What was decided." in posted
    assert "Closed" in posted
    assert "The secret." not in posted


def test_an_award_that_is_not_published_is_in_no_feed(client):
    award = a.an_award()

    assert award.title not in client.get(reverse("feed-awards")).content.decode()


def test_every_address_of_the_sitemap_answers(client):
    world.a_public_award()
    world.a_theme(code="T2")

    sections = locations(client, "/sitemap.xml")
    pages = [page for section in sections for page in locations(client, section)]

    assert len(pages) > 20
    for page in pages:
        assert client.get(page.removeprefix("http://testserver")).status_code == 200, page


def test_searches_are_left_out_and_the_contracts_register_is_in_it(client):
    assert "Disallow: /search/" in client.get("/robots.txt").content.decode().splitlines()
    pages = locations(client, "/sitemap-pages.xml")
    assert any(page.endswith("/data/contracts/") for page in pages)
    assert not any("/search/" in page for page in pages)


def test_robots_are_told_of_the_sitemap(client):
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content.decode()


def test_robots_may_read_how_to_use_the_api(client):
    rules = client.get("/robots.txt").content.decode().splitlines()

    assert rules.index("Allow: /api/v1/docs/") < rules.index("Disallow: /api/")
    assert 'href="/api/v1/docs/">API</a>' in client.get("/").content.decode()


ALL_FEEDS = sorted(name for name, _ in patterns() if name.startswith("feed-"))


def parsed(client, name: str):
    return feedparser.parse(client.get(reverse(name)).content)


@pytest.mark.parametrize("name", ALL_FEEDS)
@pytest.mark.parametrize("is_empty", [True, False])
def test_a_reader_of_feeds_reads_every_feed(client, name, is_empty):
    """By an independent parser, and the rules of RFC 4287 that it does not ask about."""
    if not is_empty:
        for n in range(3):
            world.a_public_award("1", title=f"Fish & <b>chips</b> {n}", purpose="1 < 2 & <i>3</i>")
            a.a_decision(title=f"“Open” {n} & <shut>", summary="More than 3 < 5 & <i>less</i>")

    feed = parsed(client, name)

    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "atom10"
    assert is_empty == (not feed.entries)
    assert feed.feed.author
    assert feed.feed.rights == "Open Government Licence v3.0"
    assert {link.rel for link in feed.feed.links} == {"self", "alternate"}
    ids = [feed.feed.id, *(entry.id for entry in feed.entries)]
    assert len(set(ids)) == len(ids)
    for each in (feed.feed, *feed.entries):
        assert each.title
        assert validate_rfc3339(each.updated)
        assert "<" not in each.title.replace("<b>", "").replace("</b>", "").replace("<shut>", "")
    for entry in feed.entries:
        assert "published" not in entry or validate_rfc3339(entry.published)
        assert urlsplit(entry.link).scheme == "http"
    # A reader shows the marks that were typed, and makes nothing of them.
    typed = [entry for entry in feed.entries if "&" in entry.title]
    assert len(typed) == (0 if is_empty else 3)
    assert all("&lt;i&gt;" in entry.summary for entry in typed)


def edited(feed, change) -> bool:
    """Whether the one entry says that it was updated, once something was changed."""
    (before,) = feed.items()
    change()
    (after,) = feed.items()
    return after.updated_at > before.updated_at


def test_every_change_of_what_the_public_reads_of_an_award_updates_its_entry():
    award = world.a_public_award("1", recipient=a.an_organisation("Hope"))
    by = a.a_user(superuser=True)

    def change(row, **fields):
        def do():
            for field, value in fields.items():
                setattr(row, field, value)
            records.save(row, by=by)

        return do

    feed = feeds.AwardsFeed()
    assert edited(feed, change(award, procurement_notice="2026/S 1"))
    assert edited(feed, change(award.recipient, name="Hope Trust"))
    assert not edited(feed, change(award, note="Among ourselves"))
    assert not edited(feed, change(award.recipient, note="Among ourselves"))


def test_a_decision_that_is_edited_is_the_newest_again(client, monkeypatch):
    monkeypatch.setattr("config.feeds.NEWEST", 1)
    old = a.a_decision(title="Old", summary="£5,000")
    a.a_decision(title="New")
    assert parsed(client, "feed-decisions").entries[0].title.endswith("New")

    old.summary = "£50,000, not £5,000"
    records.save(old, by=a.a_user(superuser=True))

    (entry,) = parsed(client, "feed-decisions").entries
    assert "£50,000" in entry.summary
