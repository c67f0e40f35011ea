"""Every form is good for one submission: sent again, it leads to what it made."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from commissioning import submissions
from commissioning.models import (
    Budget,
    Condition,
    DecisionNotice,
    Organisation,
    Payment,
    ReportedTotal,
    Submission,
    Theme,
)
from commissioning.submissions import FIELD
from finance.models import BankAccount, LedgerLine
from tests import builders as a
from tests.commissioning import answers, sending, staff
from tests.standing import for_the_module
from transparency.models import Problem

pytestmark = pytest.mark.django_db

world = for_the_module(answers.world)

# How many forms do something as they are filled in here; others are refused three times.
MOST_OF_THEM = {"add": 30, "change": 29, "delete": 1}


@pytest.fixture(autouse=True)
def boss(client, world):
    client.force_login(world)
    return world


@pytest.mark.parametrize("page", MOST_OF_THEM)
def test_every_form_of_a_record_has_one_effect(client, page):
    """Actions are tried by test_confirmed.py."""
    tried, effects = 0, 0
    for _noun, name, _row, address in staff.pages():
        if name != page:
            continue
        shown = client.get(address)
        if shown.status_code != 200:
            continue
        for to, sent in sending.forms(shown, fill=page == "delete"):
            tried += 1
            with transaction.atomic():
                effects += sending.three_times(client, to, {**sent, **written(shown)})
                transaction.set_rollback(True)
    assert effects >= MOST_OF_THEM[page], f"only {effects} of {tried} had an effect to repeat"


def written(page) -> dict:
    """What somebody writes on a record's form: whatever it asks for, and another note or name."""
    if "adminform" not in (page.context or {}):
        return {}
    form = page.context["adminform"].form
    told = {
        name: answers.of_field(form, name, field)
        for name, field in form.fields.items()
        if field.required and form[name].value() in (None, "", [])
    }
    words = [name for name in ("note", "name", "title", "text", "reason") if name in form.fields]
    if words:
        told[words[0]] = "As agreed."
    special = SPECIAL.get(form._meta.model)
    return {**told, **(special() if special and not form.instance.pk else {})}


# What the fields of an add form do not ask for, and a rule does.
SPECIAL = {
    Budget: lambda: {
        "starts_on": "2031-04-01",
        "ends_on": "2032-03-31",
        "effective_on": "2031-04-01",
    },
    Condition: lambda: {"applies_to": "All grants of the year."},
    DecisionNotice: lambda: {"slug": "as-agreed"},
    Payment: lambda: {"commitment": a.an_award(1_000).commitments.get().pk},
    BankAccount: lambda: {"sort_code": "12-34-56", "account_number": "12345678"},
    Theme: lambda: {"sequence": "7"},
    ReportedTotal: lambda: {"amount": "1"},
}


def other_pages() -> list[str]:
    """Pages of the staff site with forms that belong to no one record."""
    line = LedgerLine.objects.filter(matches=None, explanations=None).first()
    return [
        reverse("admin:accruals") + "?as_at=2026-03-31",
        reverse("admin:reconciliation"),
        reverse("admin:reconciliation_line", args=[line.pk]),
        reverse("admin:year_close", args=["2010-11"]),
        reverse("admin:transparency_due"),
        reverse("admin:password_change"),
    ]


def test_every_other_form_has_one_effect(client, world):
    effects = {}
    for address in other_pages():
        for to, sent in sending.forms(client.get(address)):
            effects[to.split("?")[0]] = sending.three_times(client, to, sent)
    assert effects[reverse("admin:year_close", args=["2010-11"])]
    assert len(effects) >= 4


def test_a_form_sent_again_after_going_back_says_so_and_leads_to_what_it_made(client):
    (to, sent), *_ = sending.forms(client.get(staff.list_of(Organisation, "add")))
    form = {FIELD: sent[FIELD], **staff.an_organisation_form(name="Boxing Club")}
    made = client.post(to, form)

    again = client.post(to, {**form, "name": "Another name"}, follow=True)

    assert again.redirect_chain == [(made["Location"], 302)]
    assert "You sent this form already" in again.content.decode()
    assert Organisation.objects.filter(name__in=["Boxing Club", "Another name"]).count() == 1


def test_a_form_that_was_refused_can_be_sent_again(client):
    (to, sent), *_ = sending.forms(client.get(staff.list_of(Organisation, "add")))
    form = {FIELD: sent[FIELD], **staff.an_organisation_form(name="")}
    assert client.post(to, form).status_code == 200

    assert client.post(to, {**form, "name": "Boxing Club"}).status_code == 302
    assert Organisation.objects.filter(name="Boxing Club").exists()


def test_a_record_added_in_a_window_is_added_once(client):
    (to, sent), *_ = sending.forms(client.get(staff.list_of(Organisation, "add") + "?_popup=1"))
    form = {FIELD: sent[FIELD], **staff.an_organisation_form(name="Boxing Club"), "_popup": "1"}

    answered = [client.post(to, form).status_code for _ in range(3)]

    assert answered == [200, 302, 302]
    assert Organisation.objects.filter(name="Boxing Club").count() == 1


def test_a_problem_that_the_public_reports_is_kept_once(client):
    client.logout()
    (to, sent), *_ = sending.forms(client.get(reverse("transparency:problem")))
    told = {**sent, "about": "/", "text": ["The amount is wrong."], "website": "", "reach": ""}

    answered = [client.post(to, told) for _ in range(3)]

    assert {(each.status_code, each["Location"]) for each in answered[1:]} == {
        (302, answered[0]["Location"])
    }
    assert Problem.objects.filter(text="The amount is wrong.").count() == 1


def test_the_page_for_reports_is_kept_by_nobody_else(client):
    client.logout()
    page = client.get(reverse("transparency:problem"))
    assert {"private", "no-cache"} <= set(page["Cache-Control"].split(", "))
    assert "ETag" not in page or page["ETag"] != client.get(reverse("transparency:problem"))["ETag"]


def test_keys_of_forms_sent_long_ago_are_removed_every_night(client):
    (to, sent), *_ = sending.forms(client.get(staff.list_of(Organisation, "add")))
    client.post(to, {FIELD: sent[FIELD], **staff.an_organisation_form(name="Boxing Club")})
    old = timezone.now() - submissions.KEPT - timedelta(days=1)

    assert submissions.forget() == 0
    Submission.objects.update(at=old)
    assert submissions.forget() == 1
