"""Whatever is asked of a list, a search or the data: an answer or a sentence, and never a failure.

`make fuzz` asks many more questions than `make test`.
"""

import os
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from commissioning.public.downloads import FORMS
from config import lists
from tests import world
from tests.standing import for_the_module

pytestmark = pytest.mark.django_db

FUZZ = int(os.environ.get("FUZZ", "500"))
PAGING = ["q", "sort", "page", "cursor", "limit", "fields", "format", "kind", "about", "x"]
# What people, programs and attackers write where something else is asked for.
AWKWARD = [
    b"",
    b"0",
    b"-1",
    b"1e400",
    b"NaN",
    b"99999999999999999999",
    b"\x00",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"'; DROP TABLE awards --",
    b'"',
    b'"" ""',
    b"%",
    b"*",
    b"a AND OR NOT (",
    b"NEAR/2",
    b":*",
    b"2026-02-30",
    b"2020-21",
    b"1999/2001",
    b"district",
    b"mentoring",
    b"grant",
    b"latest",
    b"best",
    b"csv",
    b"../../etc/passwd",
    b"<script>",
    "’‘\u202e\U0001f600".encode(),
    b"a" * 3_000,
    b"a " * 300,
]
values = st.sampled_from(AWKWARD) | st.binary(max_size=12)
quietly = {
    "deadline": None,
    "phases": [Phase.explicit, Phase.generate],
    # No question changes the world that they are asked of.
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
}


def doors() -> dict[str, list[str]]:
    """Each address that takes questions, with the names of what can be asked there."""
    found = {"/search/": [], "/data/": [], "/compare/": ["area", "other"], "/problems/": []}
    for listing in lists.ALL:
        names = list(listing.filters.base_filters)
        for address in (
            listing.address,
            *(listing.file(form) for form in FORMS),
            f"/api/v1/{listing.name}/",
        ):
            found[address] = names
    return found


DOORS = doors()


@st.composite
def questions(draw) -> str:
    """An address with one to four things asked, some of them twice."""
    address = draw(st.sampled_from(sorted(DOORS)))
    names = st.sampled_from([*DOORS[address], *PAGING])
    asked = draw(st.lists(st.tuples(names, values), min_size=1, max_size=4))
    return f"{address}?" + "&".join(f"{name}={quote_from_bytes(value)}" for name, value in asked)


def is_a_sentence(response) -> bool:
    """Whether a refusal says in words what is wrong with the question."""
    said = response.content.decode()
    if response["Content-Type"].startswith("text/html"):
        return "<h1" in said and (
            "could not be" in said or "There is no" in said or "Choose" in said
        )
    return " " in said and "." in said


def ask(client, question: str) -> None:
    response = client.get(question)
    if response.status_code == 200:
        assert b"".join(response.streaming_content) if response.streaming else response.content
    else:
        assert response.status_code in (400, 404, 406), question
        assert is_a_sentence(response), (question, response.content[:300])


@settings(max_examples=300, derandomize=True, **quietly)
@given(questions())
def test_every_question_is_answered(client, everything, question):
    ask(client, question)


def test_each_filter_of_each_list_takes_what_it_cannot_use(client, everything):
    for listing in lists.ALL:
        for name in listing.filters.base_filters:
            for value in (b"\x00", b"99999999999999999999"):
                ask(client, f"{listing.address}?{name}={quote_from_bytes(value)}")


@pytest.mark.fuzz
@settings(max_examples=20 * FUZZ, derandomize=False, **quietly)
@given(questions())
def test_a_great_many_questions_are_answered(client, everything, question):
    ask(client, question)


def make_everything():
    return world.whole()


everything = for_the_module(make_everything)
