"""Anybody can say that something is wrong; the office puts it right, and says so on the page."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse

from commissioning import roles
from commissioning.models import HistoryEvent
from tests import builders as a
from tests import world
from tests.commissioning import staff
from transparency.actions import problems
from transparency.models import Problem
from transparency.public import views
from transparency.public.forms import ProblemForm

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_has_sent_anything():
    cache.clear()


def send(client, about="/awards/", text="The amount is wrong.", by="127.0.0.1", **more):
    return client.post("/problems/", {"about": about, "text": text, **more}, REMOTE_ADDR=by)


def test_a_message_is_kept_without_a_cookie_or_a_sender(client):
    award = world.a_public_award()
    page = client.get(award.get_absolute_url()).content.decode()
    assert f"/problems/?about={award.get_absolute_url()}" in page

    answer = send(client, award.get_absolute_url())

    assert (answer.status_code, answer.url) == (303, "/problems/thanks/")
    assert not answer.cookies
    problem = Problem.objects.get()
    assert (problem.about, problem.text) == (award.get_absolute_url(), "The amount is wrong.")
    assert client.get(answer.url).status_code == 200


@pytest.mark.parametrize(
    ("about", "text", "sentence"),
    [
        ("/awards/", "", "Say what is wrong."),
        ("/nowhere/at/all/", "Wrong.", "This is not the address of a page here."),
        ("https://example.org/", "Wrong.", "This is not the address of a page here."),
        ("https://example.org/awards/", "Wrong.", "This is not the address of a page here."),
        ("//testserver.example.org/", "Wrong.", "This is not the address of a page here."),
        ("ftp://testserver/awards/", "Wrong.", "This is not the address of a page here."),
        ("http://[/", "Wrong.", "This is not the address of a page here."),
        ("/awards/NOPE/", "Wrong.", "There is no published page at this address."),
        ("http://testserver/awards/NOPE/", "Wrong.", "There is no published page at this address."),
        ("/reported-totals/a%00b/", "Wrong.", "There is no published page at this address."),
        ("/reports/1999/", "Wrong.", "There is no published page at this address."),
        ("/transparency/runs/nothing/", "Wrong.", "There is no published page at this address."),
        ("/staff/", "Wrong.", "Only public pages can be written about."),
        ("http://testserver/staff/", "Wrong.", "Only public pages can be written about."),
        ("/awards/", "Wrong\x00.", "cannot be printed"),
        ("/awards/", "x" * 3001, "at most 3000 characters"),
    ],
)
def test_what_cannot_be_kept_gets_a_sentence(client, about, text, sentence):
    answer = send(client, about, text)

    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert not Problem.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["http://testserver{}", "https://TESTSERVER{}?year=2026-27#chain", "{}?x=1", "{}#chain"],
)
def test_a_whole_address_is_taken_as_the_page_that_it_is_of(client, address):
    page = world.a_public_award().get_absolute_url()

    assert send(client, address.format(page)).status_code == 303
    assert Problem.objects.get().about == page


def test_every_kind_of_page_can_be_written_about(client):
    made = world.build()
    pages = [row.get_absolute_url() for row in vars(made).values() if is_shown(client, row)]

    for page in [*pages, "/", "/funds/", "/compare/", "/awards.csv", "/data/contracts/"]:
        assert ProblemForm({"about": page, "text": "Wrong."}).is_valid(), page
    assert len(pages) > 8


def is_shown(client, row) -> bool:
    return hasattr(row, "get_absolute_url") and (
        client.get(row.get_absolute_url()).status_code == 200
    )


def test_an_unpublished_record_is_answered_as_one_that_does_not_exist(
    client, django_assert_num_queries
):
    draft = a.an_award(reference="DRAFT")
    answers = []
    for page in (draft.get_absolute_url(), "/awards/NOPE/"):
        with django_assert_num_queries(2):
            answers.append(send(client, page))

    assert [answer.status_code for answer in answers] == [400, 400]
    # But for the single-use key of each form.
    one, other = (
        re.sub(r'name="form_key" value="[^"]*"', "", answer.content.decode()) for answer in answers
    )
    assert one.replace(draft.get_absolute_url(), "/awards/NOPE/") == other


def test_whoever_wants_an_answer_can_say_how_to_reach_them(client):
    assert "erased when your message is closed" in client.get("/problems/").content.decode()

    send(client, reach=" jo@example.org ")

    problem = Problem.objects.get()
    assert problem.reach == "jo@example.org"
    assert "jo@example.org" not in client.get("/awards/").content.decode()
    assert "jo@example.org" not in client.get("/data/").content.decode()


@pytest.mark.parametrize("reach", ["jo", "@" * 201, "jo@example.org\x00"])
def test_what_nobody_can_be_reached_by_is_refused(client, reach):
    assert send(client, reach=reach).status_code == 400
    assert not Problem.objects.exists()


@pytest.mark.parametrize("role", roles.ROLES)
def test_only_who_may_answer_sees_how_to_reach_somebody(client, role):
    problem = a.a_problem(reach="jo@example.org")
    user = a.a_user(role)
    client.force_login(user)

    pages = [client.get(staff.address(problem)), client.get(staff.list_of(Problem))]

    seen = ["jo@example.org" in page.content.decode() for page in pages]
    assert seen == [user.has_perm("transparency.answer_problem"), False]


@pytest.mark.parametrize("verb", ["answer", "set-aside"])
def test_how_to_reach_somebody_is_erased_when_the_message_is_closed(client, verb):
    problem = a.a_problem(reach="jo@example.org")
    client.force_login(a.a_user(roles.PUBLISHER))
    given = {"answer": {"change_note": "Put right.", "answer": ""}, "set-aside": {"reason": "No."}}

    asked = staff.ask(client, problem, verb, **given[verb])
    assert "Write to them first" in asked.content.decode()
    staff.use(client, problem, verb, **given[verb])

    problem.refresh_from_db()
    assert (problem.status != "open", problem.reach) == (True, "")
    told = "".join(str(vars(event)) for event in HistoryEvent.objects.all())
    assert "jo@example.org" not in told


def test_a_program_that_fills_every_field_is_thanked_and_forgotten(client):
    assert send(client, website="http://spam.example").status_code == 303
    assert not Problem.objects.exists()


def test_one_address_cannot_flood_the_office(client):
    answers = [send(client).status_code for _ in range(views.MOST_AN_HOUR + 1)]

    assert answers == [303] * views.MOST_AN_HOUR + [429]
    assert Problem.objects.count() == views.MOST_AN_HOUR


def test_a_host_with_many_addresses_is_one_sender(client):
    one = [f"2001:db8:0:1::{number:x}" for number in range(views.MOST_AN_HOUR + 1)]

    answers = [send(client, by=address).status_code for address in one]

    assert answers == [303] * views.MOST_AN_HOUR + [429]
    assert send(client, by="2001:db8:0:2::1").status_code == 303
    assert send(client, by="192.0.2.7").status_code == 303


@pytest.mark.parametrize("email", ["office@example.org", ""])
def test_whoever_is_refused_is_told_another_way(client, settings, monkeypatch, email):
    settings.OFFICE = {**settings.OFFICE, "email": email}
    monkeypatch.setattr(problems, "MOST_OPEN", 0)

    refused = send(client).content.decode()

    assert f"Please write to {email or 'the office'} instead." in refused
    monkeypatch.setattr(views, "MOST_AN_HOUR", 0)
    assert f"or write to {email or 'the office'} instead." in send(client).content.decode()


def test_what_people_wrote_is_on_no_public_page(client):
    award = world.a_public_award()
    a.a_problem(award.get_absolute_url(), "A SECRET MESSAGE")

    assert "A SECRET MESSAGE" not in client.get(award.get_absolute_url()).content.decode()


def test_an_answer_stands_on_the_page(client):
    award = world.a_public_award()
    problem = a.a_problem(award.get_absolute_url())
    client.force_login(a.a_user(roles.PUBLISHER))
    note = {"change_note": "The amount was £5,000.", "answer": "Looked at the notice."}

    staff.use(client, problem, "answer", **note)

    page = client.get(award.get_absolute_url()).content.decode()
    assert "Corrections to this page" in page
    assert "The amount was £5,000." in page
    assert "Looked at the notice." not in page
    assert "Corrections" not in client.get("/awards/").content.decode()


def test_an_answer_without_a_word_is_refused(client):
    problem = a.a_problem()
    client.force_login(a.a_user(roles.PUBLISHER))

    page = staff.ask(client, problem, "answer", change_note="", answer="")

    assert "Write a public note" in staff.problems(page)
    problem.refresh_from_db()
    assert problem.status == "open"


def test_messages_wait_on_the_first_page(client):
    a.a_problem(text="The map is wrong.")
    client.force_login(a.a_user(roles.PUBLISHER))

    assert "The map is wrong." in client.get(reverse("admin:index")).content.decode()
