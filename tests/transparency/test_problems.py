"""Anybody can say that something is wrong; the office puts it right, and says so on the page."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from commissioning import roles
from tests import builders as a
from tests import world
from tests.commissioning import staff
from transparency.models import Problem
from transparency.public import views

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_has_sent_anything():
    cache.clear()


def send(client, about="/awards/", text="The amount is wrong.", **more):
    return client.post("/problems/", {"about": about, "text": text, **more})


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
        ("/staff/", "Wrong.", "Only public pages can be written about."),
        ("/awards/", "Wrong\x00.", "cannot be printed"),
        ("/awards/", "x" * 3001, "at most 3000 characters"),
    ],
)
def test_what_cannot_be_kept_gets_a_sentence(client, about, text, sentence):
    answer = send(client, about, text)

    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert not Problem.objects.exists()


def test_a_program_that_fills_every_field_is_thanked_and_forgotten(client):
    assert send(client, website="http://spam.example").status_code == 303
    assert not Problem.objects.exists()


def test_one_address_cannot_flood_the_office(client):
    answers = [send(client).status_code for _ in range(views.MOST_AN_HOUR + 1)]

    assert answers == [303] * views.MOST_AN_HOUR + [429]
    assert Problem.objects.count() == views.MOST_AN_HOUR


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
