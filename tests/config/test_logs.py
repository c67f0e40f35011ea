"""Logs: one line of JSON for each event, tied to its request, and nobody's name in any of them."""

import io
import json
import logging
import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, transaction
from django.urls import reverse
from django.utils import timezone

from commissioning.actions.refusals import SAME_MOMENT
from commissioning.admin.action_pages import sentences
from commissioning.models import Area, HistoryEvent, Organisation
from commissioning.resources.base import load_rows
from commissioning.resources.organisations import OrganisationResource
from config import pages
from tests import builders as a
from tests.commissioning import sending, staff
from tests.sampling import sample
from victims.actions import clockwork, reminders

pytestmark = pytest.mark.django_db

# What nobody is to find in a log: a name, an address, words of a form, a question, a secret.
NAME, EMAIL = "Xqjanet Zedson", "xqjanet@provider.example"
WORDS, QUESTION, SECRET = "xqwordsofaform", "xqaskedfor", "xqsecretword"
MARKS = [NAME, "xqjanet", EMAIL, WORDS, QUESTION, SECRET]


@pytest.fixture
def lines():
    """The lines that production would write, as a function that reads them."""
    stream = io.StringIO()
    formatter = settings.LOGGING["formatters"]["json"]
    made = {key: value for key, value in formatter.items() if key != "()"}
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter["()"](**made))
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def found(lines) -> list[str]:
    text = json.dumps(lines(), ensure_ascii=False).lower()
    return [mark for mark in MARKS if mark.lower() in text]


def named(lines, event: str) -> list[dict]:
    return [line for line in lines() if line["event"] == event]


# --- Form -----------------------------------------------------------------------------------------


@pytest.fixture
def committing(monkeypatch):
    """What waits for the commit is done at once, as without a transaction around the test."""
    monkeypatch.setattr(transaction, "on_commit", lambda do, **kwargs: do())


def test_a_request_and_what_it_recorded_share_an_id(client, superuser, lines, committing):
    page = staff.address(a.an_area(name="Before"))
    sent = {**staff.filled_in(client.get(page).context), "name": "After"}
    answer = client.post(page, sent)
    assert answer.status_code == 302
    (recorded,) = [line for line in named(lines, "recorded") if "request_id" in line]
    request = named(lines, "request_finished")[-1]
    assert uuid.UUID(recorded["request_id"])
    assert recorded["request_id"] == request["request_id"]
    assert recorded["logger"] == "commissioning.history"
    assert (recorded["verb"], recorded["record"]) == ("changed", "area")
    assert recorded["by"] == superuser.pk == request["user_id"]
    assert request["request"] == "POST /staff/commissioning/area/<path:object_id>/change/"


def test_a_failure_names_its_request_to_whoever_meets_it(client, lines, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr(pages.Home, "get_context_data", _fails)
    answer = client.get("/", {"utm_source": QUESTION})
    assert answer.status_code == 500
    (line,) = named(lines, "request_failed")
    assert line["request_id"] == answer["X-Request-ID"]
    assert line["exception"] == "builtins.ValueError"
    assert "_fails" in line["at"][-1]
    assert found(lines) == []


def _fails(*args, **kwargs):
    raise ValueError(f"{NAME} <{EMAIL}> is not a number")


@pytest.mark.parametrize("app", settings.OUR_APPS)
def test_every_app_has_its_own_logger_at_the_chosen_level(app):
    assert settings.LOGGING["loggers"][app]["level"] == "INFO"
    assert logging.getLogger(app).isEnabledFor(logging.INFO)
    assert not logging.getLogger("a_library").isEnabledFor(logging.INFO)


# --- Nobody in them -------------------------------------------------------------------------------


def marked(sent: dict) -> dict:
    """What a form sends, with words of the test in every box that takes words."""
    words = {"So it was agreed."}
    return {key: WORDS if {*value} & words else value for key, value in sent.items()}


def adding() -> list:
    return [modeladmin for modeladmin in staff.registered() if modeladmin.model is not HistoryEvent]


@pytest.mark.parametrize("modeladmin", sample(adding(), 12), ids=lambda one: one.opts.model_name)
def test_what_staff_type_is_in_no_line(client, superuser, lines, committing, modeladmin):
    a.an_area(name=NAME)
    page = client.get(staff.list_of(modeladmin.model, "add"))
    if page.status_code == 200:
        for address, sent in sending.forms(page):
            client.post(address, marked(sent))
    client.get(staff.list_of(modeladmin.model), {"q": QUESTION})
    assert lines()
    assert found(lines) == []


def test_whoever_signs_in_or_fails_to_is_in_no_line(client, lines):
    a.a_user(username="xqjanet", email=EMAIL)
    for _ in range(7):
        client.post(reverse("admin:login"), {"username": "xqjanet", "password": SECRET})
    assert named(lines, "request_finished")
    assert found(lines) == []
    assert "127.0.0.1" not in json.dumps(lines())


def test_what_the_public_writes_or_asks_is_in_no_line(client, lines):
    client.post("/problems/", {"about": "/awards/", "text": WORDS, "email": EMAIL})
    client.get("/search/", {"q": QUESTION})
    client.get(f"/organisations/{QUESTION}/", headers={"user-agent": NAME})
    client.get(f"/{QUESTION}/")
    client.get("/", headers={"host": f"{QUESTION}:not-a-port"})
    assert len(named(lines, "request_finished")) >= 5
    assert found(lines) == []


def test_a_reminder_is_logged_without_its_address(lines, monkeypatch):
    service = a.a_victims_service(contact_email=EMAIL)
    a.a_return(service)
    monkeypatch.setattr(mail.EmailMessage, "send", _refuses)
    refused = reminders.remind(timezone.localdate() + timedelta(days=400), by=clockwork.account())
    assert refused.refused
    (line,) = named(lines, "reminder_refused")
    assert line["service"] == service.pk
    assert line["logger"] == "victims.actions.reminders"
    assert found(lines) == []


def _refuses(message):
    raise OSError(f"550 {message.to[0]}: no such mailbox")


# --- What the database refuses --------------------------------------------------------------------


def refused(do) -> Exception:
    with pytest.raises((IntegrityError, OperationalError)) as refusal, transaction.atomic():
        do()
    return refusal.value


@pytest.mark.dialect
def test_an_unforeseen_refusal_is_logged_by_its_constraint_and_blames_nobody(lines):
    """A column that must be filled, left empty behind all rules."""
    a.an_area(name=NAME)
    error = refused(lambda: Area.objects.filter(name=NAME).update(name=None))
    (sentence,) = sentences(error)
    assert "somebody else" not in sentence.lower()
    (line,) = named(lines, "database_refused")
    assert line["level"] == "error"
    assert line["logger"] == "commissioning.actions.refusals"
    assert "commissioning_area" in {line.get("table"), line["constraint"].rpartition(".")[0]}
    assert found(lines) == []


@pytest.mark.dialect
def test_a_rule_that_no_action_foresaw_says_its_own_sentence(lines):
    area = a.an_area(name=NAME)
    error = refused(lambda: Area.objects.filter(pk=area.pk).update(parent=area))
    (rule,) = [c for c in Area._meta.constraints if c.name == "area_is_not_its_own_parent"]
    assert sentences(error) == [rule.violation_error_message]
    assert named(lines, "database_refused")[0]["is_rule"] is True
    assert found(lines) == []


@pytest.mark.dialect
def test_the_same_value_twice_is_somebody_else_s_doing(lines):
    first, second = a.an_area(slug=WORDS), a.an_area()
    error = refused(lambda: Area.objects.filter(pk=second.pk).update(slug=first.slug))
    assert sentences(error) == [SAME_MOMENT]
    assert named(lines, "database_refused")[0]["level"] == "info"
    assert found(lines) == []


def test_of_an_import_an_unforeseen_refusal_is_told_the_same(lines, monkeypatch):
    def behind_all_rules(self, record, *others, **options):
        Organisation.objects.create(name=None)

    row = {"code": WORDS, "name": NAME, "kind": "charity"}
    monkeypatch.setattr(OrganisationResource, "store", behind_all_rules)
    with pytest.raises(ValidationError) as refusal:
        load_rows(OrganisationResource, [row], a.a_user(superuser=True))
    assert "somebody else" not in str(refusal.value).lower()
    assert named(lines, "database_refused"), refusal.value
    assert found(lines) == []
