"""Signing in: guessing is slowed down, and the session stays the browser's own."""

import importlib

import pytest
from django.conf import settings

from config import settings as deployed
from tests import builders as a

pytestmark = pytest.mark.django_db

LOGIN = "/staff/login/"
RIGHT = "a right good password"


@pytest.fixture
def someone():
    return a.a_user(username="someone", password=RIGHT)


def sign_in(client, username, password):
    return client.post(LOGIN, {"username": username, "password": password, "next": "/staff/"})


def test_the_right_password_opens_the_staff_site(client, someone):
    response = sign_in(client, "someone", RIGHT)

    assert (response.status_code, response.url) == (302, "/staff/")


def test_a_wrong_password_is_told_in_plain_words(client, someone):
    page = sign_in(client, "someone", "wrong")

    assert page.status_code == 200
    assert "The name or the password is not right" in page.content.decode()


def test_five_wrong_passwords_close_sign_in_even_to_the_right_one(client, someone):
    for _ in range(4):
        assert sign_in(client, "someone", "wrong").status_code == 200
    assert sign_in(client, "someone", "wrong").status_code == 429

    page = sign_in(client, "someone", RIGHT)

    assert page.status_code == 429
    assert "Sign-in is closed for now" in page.content.decode()
    assert "Try again in 60 minutes" in page.content.decode()
    assert client.get("/staff/").status_code == 302


def test_another_name_from_the_same_address_is_not_closed(client, someone):
    a.a_user(username="colleague", password=RIGHT)
    for _ in range(6):
        sign_in(client, "someone", "wrong")

    assert sign_in(client, "colleague", RIGHT).status_code == 302


def test_four_wrong_passwords_are_forgiven_after_the_right_one(client, someone):
    for _ in range(2):
        for _ in range(4):
            sign_in(client, "someone", "wrong")
        assert sign_in(client, "someone", RIGHT).status_code == 302


def test_a_name_is_written_into_the_page_as_text(client):
    for _ in range(6):
        page = sign_in(client, "<script>alert(1)</script>", "wrong")

    assert page.status_code == 429
    assert "<script>alert" not in page.content.decode()


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(client, someone):
    cookie = sign_in(client, "someone", RIGHT).cookies[settings.SESSION_COOKIE_NAME]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    # It ends with the browser.
    assert not cookie["max-age"]


def test_behind_tls_cookies_are_sent_over_tls_only(monkeypatch):
    monkeypatch.setenv("HTTPS", "true")
    behind_tls = importlib.reload(deployed)
    try:
        assert behind_tls.SESSION_COOKIE_SECURE
        assert behind_tls.CSRF_COOKIE_SECURE
        assert behind_tls.SECURE_HSTS_SECONDS
    finally:
        monkeypatch.delenv("HTTPS")
        importlib.reload(deployed)


def test_somebody_who_is_not_staff_is_turned_away(client):
    a.a_user(username="outsider", password=RIGHT).__class__.objects.update(is_staff=False)

    assert sign_in(client, "outsider", RIGHT).status_code == 200
    assert client.get("/staff/").status_code == 302


def test_signing_out_takes_a_post(client, someone):
    sign_in(client, "someone", RIGHT)

    assert client.get("/staff/logout/").status_code == 405
    assert client.post("/staff/logout/").status_code == 200
    assert client.get("/staff/").status_code == 302


@pytest.mark.parametrize("place", ["login/", "", "position/"])
def test_staff_pages_carry_the_strict_content_security_policy(client, place):
    client.force_login(a.a_finance_officer())

    policy = client.get(f"/staff/{place}", follow=True)["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_behind_the_proxy_a_guesser_locks_out_only_their_own_address(client, settings, someone):
    settings.HTTPS = True
    for _ in range(6):
        client.post(
            LOGIN,
            {"username": "someone", "password": "wrong"},
            headers={"x-forwarded-for": "198.51.100.7, 203.0.113.9"},
        )

    page = client.post(
        LOGIN,
        {"username": "someone", "password": RIGHT, "next": "/staff/"},
        headers={"x-forwarded-for": "203.0.113.9, 192.0.2.1"},
    )

    assert page.status_code == 302
