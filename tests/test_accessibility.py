"""The accessibility statement: in the model form, with its dates, and never quietly out of date."""

import re
from datetime import date

import pytest
from django.conf import settings as under_test
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.utils import timezone

from config import accessibility


@pytest.fixture
def on(monkeypatch):
    """Sets today's date."""
    return lambda day: monkeypatch.setattr(timezone, "localdate", lambda: day)


@pytest.fixture
def told(settings, tmp_path):
    """Changes the office's file: old text, new text."""

    def change(old: str, new: str) -> None:
        path = tmp_path / "statement.toml"
        text = under_test.ACCESSIBILITY_STATEMENT.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
        settings.ACCESSIBILITY_STATEMENT = path

    return change


def words(client) -> str:
    page = client.get("/accessibility/").content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


@pytest.mark.django_db
def test_it_has_every_part_of_the_model_statement(client):
    text = words(client)

    for part in (
        "How accessible this site is",
        "Feedback and contact information",
        "Reporting accessibility problems with this site",
        "Enforcement procedure",
        "Equality and Human Rights Commission (EHRC)",
        "Technical information about this site’s accessibility",
        "Compliance status",
        "Non-accessible content",
        "What we are doing to improve accessibility",
        "Preparation of this accessibility statement",
    ):
        assert part in text
    assert "partially compliant with the Web Content Accessibility Guidelines version 2.2" in text


@pytest.mark.django_db
def test_it_says_when_it_was_reviewed_and_leads_to_a_form(client, told):
    told("reviewed_on = 2026-11-23", "reviewed_on = 2026-02-03")

    assert "It was last reviewed on 3 February 2026" in words(client)
    page = client.get("/accessibility/").content.decode()
    (form,) = set(
        re.findall(
            r'href="([^"]*\?about=/accessibility/)"', page.split("<main")[1].split("<footer")[0]
        )
    )
    assert client.get(form).status_code == 200


@pytest.mark.parametrize(
    ("today", "said"),
    [(date(2027, 11, 23), []), (date(2027, 11, 24), ["config.W001"])],
)
def test_the_check_warns_when_it_is_more_than_twelve_months_old(on, told, today, said):
    told("answers_within = 10", "answers_within = 5")
    on(today)

    assert [problem.id for problem in accessibility.is_reviewed(None)] == said


def test_a_review_on_the_29th_of_february_lasts_until_the_1st_of_march(on, told):
    told("reviewed_on = 2026-11-23", "reviewed_on = 2028-02-29")
    on(date(2029, 3, 1))

    assert accessibility.is_reviewed(None) == []


@pytest.mark.django_db
def test_the_page_says_when_its_review_is_overdue(client, on, told):
    told("reviewed_on = 2026-11-23", "reviewed_on = 2025-01-01")

    assert "being reviewed" in words(client)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('compliance = "partially"', 'compliance = "wholly"', "“fully”, “partially” or “not”"),
        ("reviewed_on = 2026-11-23", 'reviewed_on = "last week"', "reviewed_on must be a day"),
        ("answers_within = 10", "", "answers_within is missing"),
        ("answers_within = 10", "answers_within = ", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_used_is_an_error_in_a_sentence(told, old, new, sentence):
    told(old, new)

    (problem,) = accessibility.is_reviewed(None)

    assert problem.id == "config.E001"
    assert sentence in problem.msg


def test_manage_check_asks_it(told):
    told('compliance = "partially"', 'compliance = "wholly"')

    with pytest.raises(SystemCheckError, match="must be “fully”"):
        call_command("check")
