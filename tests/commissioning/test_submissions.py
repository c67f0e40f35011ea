"""What a form says that is sent again; tests/every_post/ sends every one of them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from commissioning import submissions
from commissioning.models import Organisation, Submission
from commissioning.submissions import FIELD
from finance.models import LedgerExplanation
from tests import builders as a
from tests.commissioning import sending, staff
from transparency.models import Problem

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def boss(client):
    user = a.a_user(superuser=True)
    client.force_login(user)
    return user


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


def test_a_form_that_was_refused_on_another_page_can_be_sent_again(client):
    """Such as from the page of a month, which says why, and “Back”."""
    line = a.a_ledger_line(71)
    page = client.get(reverse("admin:reconciliation") + "?month=2026-06&list=lines")
    (sent,) = [sent for to, sent in sending.forms(page) if "explain" in to]
    posted = {**sent, "rows": [str(line.pk)], "cause": ""}
    refused = client.post(reverse("admin:reconciliation_explain"), posted, follow=True)
    assert "Nothing has been changed." in refused.content.decode()

    posted["cause"] = "not_ours"
    done = client.post(reverse("admin:reconciliation_explain"), posted, follow=True)

    assert "Explained: 1" in done.content.decode()
    assert LedgerExplanation.objects.filter(line=line).exists()


def test_a_record_added_in_a_window_is_added_once(client):
    (to, sent), *_ = sending.forms(client.get(staff.list_of(Organisation, "add") + "?_popup=1"))
    form = {FIELD: sent[FIELD], **staff.an_organisation_form(name="Boxing Club"), "_popup": "1"}

    answered = [client.post(to, form).status_code for _ in range(3)]

    assert answered == [200, 302, 302]
    assert Organisation.objects.filter(name="Boxing Club").count() == 1


def test_a_problem_that_the_public_reports_is_kept_once(client):
    client.logout()
    (to, sent), *_ = sending.forms(client.get(reverse("transparency:problem")))
    posted = {**sent, "about": "/", "text": ["The amount is wrong."], "website": "", "reach": ""}

    answered = [client.post(to, posted) for _ in range(3)]

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
