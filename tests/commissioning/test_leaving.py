"""Before an account is switched off, its page shows what is under way and who can go on."""

import re

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import reverse

from commissioning import roles
from commissioning.actions import awards
from commissioning.figures.under_way import found_for, kinds
from commissioning.models import HistoryEvent, User
from tests import builders as a
from tests.commissioning import staff
from victims.actions import returns

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]


def a_recommended_award(person):
    draft = a.a_draft(1_000)
    awards.recommend(draft, by=person)
    return draft


# How somebody comes to have one of each kind under way.
BEGIN = {
    "awards": a_recommended_award,
    "payments": lambda person: a.a_request(10, by=person),
    "variations": lambda person: a.a_proposed_variation(10, by=person),
    "overrides": lambda person: a.an_override(person=person),
    "interests": lambda person: a.an_interest(person=person),
    "batches": lambda person: a.a_batch(by=person),
    "accounts": lambda person: a.a_proposed_account(by=person),
    "carry-forwards": lambda person: a.a_carry_forward(by=person),
    "returns-submitted": lambda person: a.a_submitted_return(by=person),
    "returns-certified": lambda person: returns.certify(a.a_submitted_return(), by=person),
}


def everything(person: User) -> None:
    for begin in BEGIN.values():
        begin(person)


def leaver() -> User:
    """Somebody of many roles, who goes."""
    return a.a_user(superuser=True, first_name="Lee", last_name="Vere")


def deactivate(client, person):
    return staff.use(client, person, "deactivate", reason="Left on Friday.")


def test_every_kind_that_may_be_under_way_is_tried_here():
    assert {kind.key for kind in kinds()} == {*BEGIN}


def test_every_record_that_belongs_to_a_person_is_a_kind():
    ours = [model for app in settings.OUR_APPS for model in apps.get_app_config(app).get_models()]
    held = {
        model
        for model in ours
        for field in model._meta.concrete_fields
        # What somebody did is named for it: …_by. What is somebody's is not.
        if field.related_model is User and not re.fullmatch(r"(.+_)?by", field.name)
    }
    assert held <= {kind.model for kind in kinds()}


@pytest.mark.parametrize("key", BEGIN)
def test_the_page_lists_what_is_under_way_and_leads_to_exactly_it(client, superuser, key):
    person = leaver()
    BEGIN[key](a.a_user(superuser=True))
    BEGIN[key](person)
    kind = next(each for each in kinds() if each.key == key)

    page = client.get(staff.address(person, "deactivate"))

    link = re.search(r'<ul class="verb-tells">.*?<a href="([^"]+)"', page.content.decode(), re.S)
    listed = client.get(link[1].replace("&amp;", "&"))
    assert listed.status_code == 200
    assert set(listed.context["cl"].queryset) == set(kind.rows(person))
    assert kind.rows(person).count() == 1


def test_what_is_confirmed_names_everything_and_somebody_who_can_go_on(client, superuser):
    person = leaver()
    everything(person)
    approver = a.a_user(roles.APPROVER, first_name="Ann", last_name="Aaron")

    page = staff.ask(client, person, "deactivate", reason="Left.")
    said = staff.effect(page)

    assert len(found_for(person)) == len(BEGIN)
    for kind in kinds():
        assert kind.title.lower()[1:] in said.lower()
    assert f"{approver}" in said
    staff.confirm(client, person, "deactivate", page, reason="Left.")
    person.refresh_from_db()
    assert not person.is_active
    event = HistoryEvent.objects.filter(subject_type="user").latest("pk")
    assert (event.verb, event.reason) == ("switched off the account of", "Left.")


def test_work_begun_since_the_page_was_shown_is_asked_about_again(client, superuser):
    person = leaver()
    page = staff.ask(client, person, "deactivate", reason="Left.")
    a.a_request(10, by=person)

    again = staff.confirm(client, person, "deactivate", page, reason="Left.")

    assert "Something changed while you looked" in again.content.decode()
    assert User.objects.get(pk=person.pk).is_active


def test_nobody_else_is_said_where_nobody_else_can_go_on(client):
    keeper, person = a.a_user(roles.ADMINISTRATOR), a.an_officer()
    award = a.an_award(100)
    a.a_request(10, award, by=person)
    finance = User.objects.with_perm(
        "commissioning.release_payment", backend="django.contrib.auth.backends.ModelBackend"
    )
    User.objects.filter(pk__in=finance.values("pk")).update(is_active=False)
    client.force_login(keeper)

    said = staff.effect(staff.ask(client, person, "deactivate", reason="Left."))

    assert "Nobody else can release or refuse them: give a colleague a role" in said


def test_the_last_of_a_role_with_limits_is_said(client, superuser):
    person = a.a_chief_finance_officer()
    a.a_limit(1_000, role=roles.CHIEF_FINANCE)
    User.objects.filter(groups__name=roles.CHIEF_FINANCE).exclude(pk=person.pk).update(
        is_active=False
    )

    said = staff.effect(staff.ask(client, person, "deactivate", reason="Left."))

    assert "Nobody else has the role Chief finance officer" in said


@pytest.mark.parametrize("off", ["is_active", "is_staff"])
def test_the_form_switches_nobody_off_who_has_something_under_way(client, superuser, off):
    person = a.an_officer()
    a.a_request(10, by=person)
    page = client.get(staff.address(person))
    posted = {**staff.filled_in(page.context), "groups": [], "is_active": "on", "is_staff": "on"}
    posted.pop(off)

    answer = client.post(staff.address(person), posted)

    assert "still has work under way" in answer.content.decode()
    assert "Payments and recoveries that they requested" in page.content.decode()
    person.refresh_from_db()
    assert (person.is_active, person.is_staff) == (True, True)


def test_an_administrator_without_records_sees_what_is_under_way_without_links(client):
    person = leaver()
    officer = a.an_officer()
    a.a_request(10, by=officer)
    client.force_login(a.a_user(roles.ADMINISTRATOR))

    page = client.get(staff.address(officer, "deactivate")).content.decode()

    assert "requested and nobody has released: 1" in page
    assert "requested_by=" not in page
    assert client.get(staff.address(person, "deactivate")).status_code == 403


def test_nobody_switches_their_own_account_off(client, superuser):
    page = client.get(staff.address(superuser, "deactivate")).content.decode()

    assert "Ask another administrator" in page


@pytest.mark.parametrize("action", ["approve", "release"])
def test_whoever_goes_on_reads_that_the_other_has_left(client, superuser, action):
    person = leaver()
    if action == "approve":
        row, posted = a_recommended_award(person), {"decision": a.a_decision().pk}
        posted |= {"effective_on": "2026-06-01"}
    else:
        row, posted = a.a_request(10, by=person), {"paid_on": "2026-06-01"}
    deactivate(client, person)

    said = staff.effect(staff.ask(client, row, action, **posted))

    assert "Lee Vere, who re" in said
    assert "has left" in said


def test_a_leaver_cannot_do_anything_from_the_moment_on(client, superuser):
    person = leaver()
    other = type(client)()
    other.force_login(person)
    assert other.get(reverse("admin:index")).status_code == 200

    deactivate(client, person)

    assert other.get(reverse("admin:index")).status_code == 302
