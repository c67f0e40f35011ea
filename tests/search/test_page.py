"""The search page: what it finds, in which order, and what it says when it finds nothing."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from search import index, spelling
from search import sensitive as sensitive_words
from search.queries import Question
from tests import builders as a
from tests import world

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]

HOSTILE = [
    "",
    " ",
    "\x00",
    "a\x00b",
    '"',
    '"""',
    "“knife",
    "'; DROP TABLE search_document; --",
    "knife' & !crime:*",
    "a & b | !c <-> (d",
    "NEAR(a b) AND NOT title:x ^",
    "title : knife",
    "* - + ( ) { } [ ] : ^ ~ \\ / %",
    "the of and",
    "🔪🔪🔪",
    "١٢٣ 中文 ещё ﬁ ½ ß İ",
    "e\u0301 \u200b \ud7ff",
    "x" * 10_000,
    "knife " * 2_000,
    "1e5 0x1f -5 3.14 1/2",
    "%s %(a)s {} {{ x }} <script>alert(1)</script>",
]


def titles(page: str) -> list[str]:
    links = re.findall(r'cr-result__title"><a[^>]*>(.*?)</a>', page)
    return [re.sub("<.*?>", "", link) for link in links]


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("address", ["/search/", "/awards/", "/api/v1/awards/", "/services.csv"])
def test_whatever_is_typed_gets_an_answer(client, address, words):
    world.a_public_award(title="Knife bins")
    index.rebuild()

    response = client.get(address, {"q": words})

    assert response.status_code == 200 if address == "/search/" else response.status_code < 500
    assert b"<script>alert" not in response.getvalue()


def test_all_words_must_be_found_in_any_of_their_forms_and_places(searched):
    world.a_public_award(title="Knife bins", purpose="Cutting crimes in parks.")
    world.a_public_award(title="Bicycle marking", purpose="Against theft.")

    assert titles(searched("knives crime")) == ["Knife bins"]
    assert titles(searched("the CRIME of a kNiFe")) == ["Knife bins"]


def test_words_in_quotation_marks_stand_side_by_side(searched):
    world.a_public_award(title="Victim support")
    world.a_public_award(title="Support for every victim")

    assert titles(searched('"victim support"')) == ["Victim support"]
    assert len(titles(searched("victim support"))) == 2


def test_accents_hyphens_and_apostrophes_make_no_difference(searched):
    world.a_public_award(title="Café for young people’s anti-social hours")

    for words in ("cafe", "CAFÉ", "people's", "antisocial", "anti-social", "anti social"):
        assert len(titles(searched(words))) == 1, words


def test_a_title_counts_for_more_than_a_purpose_and_a_short_one_for_more_than_a_long(searched):
    world.a_public_award(title="Parks", purpose="Mentoring.")
    world.a_public_award(title="Mentoring for young people at risk")
    world.a_public_award(title="Mentoring")

    assert titles(searched("mentoring")) == [
        "Mentoring",
        "Mentoring for young people at risk",
        "Parks",
    ]


def test_a_place_finds_what_is_for_its_parts_and_for_the_whole_force_area(searched):
    force = a.an_area("Midshire", kind="force")
    town = a.an_area("Oakton", parent=force)
    unit = a.an_area("Elm Estate", kind="neighbourhood_unit", parent=town)
    a.an_area("Farville", parent=force)
    for title, area in (("Everywhere", force), ("In town", town), ("On the estate", unit)):
        world.a_public_award(title=title).areas.add(area)

    found = titles(searched("oakton", kind="awards"))

    assert set(found) == {"Everywhere", "In town", "On the estate"}
    assert found[0] == "In town"
    assert titles(searched("farville", kind="awards")) == ["Everywhere"]


def test_where_nothing_has_all_words_those_with_most_of_them_are_shown(searched):
    world.a_public_award(title="Knife bins in parks")
    world.a_public_award(title="Parks")

    page = searched("knife parks zebra")

    assert "Nothing has all of these words" in page
    assert titles(page) == ["Knife bins in parks"]


@pytest.mark.parametrize(
    "words",
    [
        "who in Oakton got money for knife crime",
        "How much was spent on knife crime in Oakton?",
        "did the money for knife crime in Oakton work",
        "funding knife crime oakton",
    ],
)
def test_a_question_finds_what_it_is_about(searched, words):
    world.a_public_award(title="Knife crime in Oakton")

    page = searched(words)

    assert titles(page) == ["Knife crime in Oakton"]
    assert "Nothing has all of these words" not in page


@pytest.mark.parametrize("words", ["money", "what money?", '"money laundering"', "youth work"])
def test_words_that_tell_nothing_in_a_question_are_found_where_they_are_what_is_asked(
    searched, words
):
    world.a_public_award(title="Youth work against money laundering")
    world.a_public_award(title="Laundering for youth")

    assert titles(searched(words)) == ["Youth work against money laundering"]


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("knfe", "knife"),
        ("knief", "knife"),
        ("mentorng scheme", "mentoring scheme"),
        ("knive binz walsal", "knife bins walsall"),
        ("hilton walsal knive", "walsall knife"),
    ],
)
def test_a_slip_of_the_keyboard_is_put_right(searched, slip, meant):
    world.a_public_award(title="Knife bins").areas.add(a.an_area("Walsall"))
    world.a_public_award(title="Mentoring scheme")

    assert re.search(rf"Did you mean <a [^>]*>{meant}</a>", searched(slip))


def test_a_place_is_proposed_before_another_word_that_is_as_near(searched):
    for title in ("Portom", "Portom for all"):
        world.a_public_award(title=title)
    world.a_public_award(title="Bins").areas.add(a.an_area("Porton"))

    assert re.search(r"Did you mean <a [^>]*>porton</a>", searched("portov"))


@pytest.mark.parametrize("words", ["walsall stabbing", "walsall binds", "walsall nife"])
def test_no_word_is_proposed_that_means_another_thing(searched, words):
    """Found words stay. Two slips in a short word, or another first letter, make another word."""
    world.a_public_award(title="Standing for binds and knife")
    world.a_public_award(title="Standing in Walsall, blinds").areas.add(a.an_area("Walsall"))

    assert "Did you mean" not in searched(words)


def test_nothing_is_proposed_that_finds_nothing(searched):
    draft = a.an_award(title="Unpublished zebras")
    assert not draft.is_published

    page = searched("zebra zebrs")

    assert "Did you mean" not in page
    assert "Nothing was found" in page
    assert 'href="/awards/"' in page  # ways on


def test_kinds_are_counted_and_lead_to_their_own_results(client, searched):
    world.a_public_award(title="Mentoring")
    a.a_service("Mentoring service")
    a.an_organisation("Mentoring trust")

    page = searched("mentoring")
    tabs = dict(re.findall(r'href="(/search/[^"]*)"[^>]*>[A-Z][^<]*<span[^>]*>(\d+)', page))

    for href, count in tabs.items():
        answer = client.get(href.replace("&amp;", "&")).content.decode()
        assert len(titles(answer)) == int(count), href
    assert sorted(tabs.values()) == ["1", "1", "1", "3"]


def test_a_kind_that_there_is_none_of_is_refused(client):
    assert client.get("/search/", {"q": "a", "kind": "zebras"}).status_code == 400


def test_words_found_are_marked_and_the_text_stays_text(searched):
    world.a_public_award(title="Bins & <b>knives</b>", purpose="A <script>knife</script> in a bin.")

    page = searched("knife")

    assert "&lt;b&gt;<mark>knives</mark>&lt;/b&gt;" in page
    assert "<script>knife" not in page
    assert "&lt;script&gt;<mark>knife</mark>" in page


def test_a_result_says_who_how_much_and_where_without_opening_it(searched):
    award = world.a_public_award(
        "1234.50", title="Knife bins", recipient=a.an_organisation("Safe Streets")
    )
    award.areas.add(a.an_area("Oakton"))

    page = searched("knife")

    for posted in ("Safe Streets", "£1,234.50", "Oakton"):
        assert posted in page


def links(page: str) -> dict[str, str]:
    """The ways on from a result, by their label."""
    found = re.findall(
        r'<li><a class="govuk-link" href="([^"]*)">([^<]*)<span class="govuk-v', page
    )
    return {label: href for href, label in found}


def a_result(service=None, value=5, **fields):
    measure = a.a_measure(service=service, **fields)
    a.an_observation(value, measure)
    a.a_release(measure)
    return measure


def test_an_award_leads_to_what_its_own_service_achieved(client, searched):
    service = a.a_service()
    award = world.a_public_award(title="Mentoring", service=service)
    measure = a_result(service)

    href = links(searched("mentoring", kind="awards"))["Did it work? Results of the service"]

    assert href == f"{award.get_absolute_url()}#results-1"
    page = client.get(href).content.decode()
    assert 'id="results-1"' in page
    assert measure.name in page


def test_an_award_is_not_answered_with_what_another_service_did(client, searched):
    own, other = a.a_service("Walsall treatment"), a.a_service("Birmingham treatment")
    programme = a.a_programme("Treatment", services=[own, other])
    award = world.a_public_award(title="Mentoring", service=own)
    foreign = a_result(other, programme=programme)
    a.a_measure("Not counted yet", service=own)

    found, page = searched("mentoring", kind="awards"), client.get(award.get_absolute_url())

    for posted in (found, page.content.decode()):
        assert "No result has been published." in posted
        assert foreign.name not in posted
    assert list(links(found)) == ["Why, and where the money comes from"]

    whole = a_result(programme=programme)
    href = links(searched("mentoring", kind="awards"))["Did it work? Results of the programme"]
    page = client.get(href).content.decode()
    assert whole.name in page
    assert foreign.name not in page


def test_a_way_to_awards_is_shown_only_where_there_are_awards(client, searched):
    area, theme = a.an_area("Harbour town"), world.a_theme("Harbour theme")
    council, service = a.an_organisation("Harbour council"), a.a_service("Harbour service")
    allocation = a.an_allocation(1_000, a.a_budget(1_000, a.a_fund("Harbour fund")))
    draft = a.an_award("10", allocation, recipient=council, service=service)
    draft.areas.add(area)
    draft.themes.add(theme)

    assert [label for label in links(searched("harbour")) if "ward" in label] == []

    award = world.a_public_award("10", allocation, recipient=council, service=service)
    unit = a.an_area("Quay", kind="neighbourhood_unit", parent=area)
    award.areas.add(unit)
    award.themes.add(theme)
    ways = {label: href for label, href in links(searched("harbour")).items() if "ward" in label}
    assert len(ways) == 5
    for href in ways.values():
        assert f"/awards/{award.reference}/" in client.get(href).content.decode(), href


def test_results_take_the_same_number_of_queries_however_many(client, searched):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/search/", {"q": "mentoring"}).status_code == 200
        return len(asked)

    def more() -> None:
        service = a.a_service(f"Mentoring service {next(a.numbers)}")
        a.a_programme(services=[service])
        world.a_public_award(title="Mentoring", service=service)
        a.an_organisation(f"Mentoring trust {next(a.numbers)}")

    more()
    searched("mentoring")
    one = queries()
    for _ in range(5):
        more()
    searched("mentoring")

    assert queries() == one


def test_every_page_has_a_search_box_and_says_so_to_browsers(client):
    for address in ("/funds/", "/nowhere/", "/", "/search/"):
        page = client.get(address).content.decode()
        assert page.count('role="search"') == 1, address
        assert 'href="/opensearch.xml"' in page
    answer = client.get("/opensearch.xml")
    assert answer["Content-Type"] == "application/opensearchdescription+xml"
    assert "/search/?q={searchTerms}" in answer.content.decode()
    # At most 16 characters, and whole words.
    assert "<ShortName>Commissioning</ShortName>" in answer.content.decode()


def test_no_word_is_proposed_for_a_sensitive_one(searched):
    """“rape” is not “rate”. The world holds a word one slip away from each."""
    slips = {word: f"{word[:2]}q{word[3:]}" for word in sensitive_words.WORDS}
    text = " ".join(sorted(slips.values()))
    world.a_public_award(title="Rate", purpose=text[:1_900])
    world.a_public_award(title="More", purpose=text[1_900:])
    searched("")
    proposed = {word: spelling.better(Question.of(word)) for word in slips}

    assert not {word: better for word, better in proposed.items() if better}
    for words in ("rape", "raped", "Rape victim"):
        assert "Did you mean" not in searched(words)


@pytest.mark.parametrize(
    "words", ["Simon Foster", "simon foster", "patel", "older people", "taser", "Tostan"]
)
def test_no_word_is_proposed_for_a_name_or_plain_english(searched, words):
    world.a_public_award(title="Faster orders, panel, taster, toast, testan, people, simply")

    assert "Did you mean" not in searched(words)


def test_a_slip_in_the_name_of_a_place_or_organisation_is_put_right(searched):
    a.an_organisation("Cranstoun")

    assert re.search(r"Did you mean <a [^>]*>cranstoun</a>", searched("Cranston trust"))
