"""What somebody with an account tries: forms tampered with, names of others, roles not given."""

from datetime import date

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from commissioning import roles
from commissioning.actions import awards, funds
from commissioning.models import Award, Entry, Organisation, Payment, User
from commissioning.years import FinancialYear
from tests import builders as a
from tests.commissioning import staff

pytestmark = pytest.mark.django_db

RIGHT = "a right good password"


def test_fields_that_a_form_does_not_show_are_not_taken_from_it(client, superuser):
    other = a.an_approver()
    fund, recipient = a.a_fund(), a.an_organisation()
    told = {
        "title": "Forged",
        "kind": "grant",
        "scope": "local",
        "qualifier": "exact",
        "recipient": recipient.pk,
        "fund": fund.pk,
        **staff.inlines("commitments", "conditions"),
        # What follows stands on no form.
        "status": "approved",
        "amount": "1000000",
        "paid": "1000000",
        "recommended_by": other.pk,
        "approved_by": superuser.pk,
        "decision": a.a_decision().pk,
        "taken_on_from": "Forged",
        "is_published": "on",
    }

    client.post(reverse("admin:commissioning_award_add"), told)

    award = Award.objects.get()
    assert award.status == "draft"
    assert (award.amount, award.paid) == (None, 0)
    assert award.recommended_by is award.approved_by is award.decision is None
    assert (award.taken_on_from, award.is_published) == ("", False)


def test_a_request_cannot_be_made_or_edited_in_somebody_else_s_name(client, superuser):
    award, other = a.an_award(10_000), a.a_finance_officer()
    told = {
        "commitment": award.commitments.get().pk,
        "kind": "payment",
        "amount": "100",
        "requested_by": other.pk,
        "status": "released",
        "released_by": superuser.pk,
        "paid_on": "2026-06-01",
    }

    client.post(reverse("admin:commissioning_payment_add"), told)
    payment = Payment.objects.get()
    client.post(staff.address(payment), {**told, "amount": "9000", "note": "x"})
    client.post(staff.address(payment), {**told, "amount": "200", "_saveasnew": "1"})

    # Saving as new is asking anew, and nothing else.
    first, second = Payment.objects.order_by("pk")
    assert (first.amount, second.amount) == (100, 200)
    for payment in (first, second):
        assert (payment.requested_by, payment.status) == (superuser, "requested")
        assert payment.released_by is None


def test_a_draft_s_form_cannot_reach_the_lines_of_another_award(client, superuser):
    theirs = a.an_award(10_000).commitments.get()
    mine = a.a_draft(None)
    told = {
        "title": mine.title,
        "kind": "grant",
        "scope": "local",
        "qualifier": "exact",
        **staff.inlines("commitments", "conditions"),
        "commitments-TOTAL_FORMS": "1",
        "commitments-INITIAL_FORMS": "1",
        "commitments-0-id": theirs.pk,
        "commitments-0-award": mine.pk,
        "commitments-0-allocation": theirs.allocation_id,
        "commitments-0-proposed": "1",
        "commitments-0-DELETE": "on",
    }

    client.post(staff.address(mine), told)

    theirs.refresh_from_db()
    assert theirs.award != mine
    assert theirs.proposed == 10_000


def test_sending_back_does_not_let_somebody_approve_what_they_recommended_again(client, superuser):
    award = a.a_draft(1_000)
    awards.recommend(award, by=superuser)
    staff.use(client, award, "send-back", reason="To try it.")
    staff.use(client, award, "recommend")
    told = {"decision": a.a_decision().pk, "effective_on": "2026-05-01"}

    for address in (staff.address(award, "approve"), staff.list_of(Award, "approve_many")):
        client.post(address, {**told, "rows": award.pk, "asked": "yes", "confirmed": "forged"})

    award.refresh_from_db()
    assert award.status == "recommended"
    assert not Entry.objects.filter(kind="commitment").exists()


def test_a_verb_is_not_done_without_the_token_of_the_page(superuser):
    client = Client(enforce_csrf_checks=True)
    client.force_login(superuser)
    organisation = a.an_organisation(published=False)

    answer = client.post(staff.address(organisation, "publish"), {"asked": "y", "confirmed": "y"})

    assert answer.status_code == 403
    assert not Organisation.objects.get().is_published


@pytest.mark.parametrize("active", [True, False])
def test_who_keeps_accounts_cannot_become_somebody_who_may_do_more(client, active):
    keeper = a.a_user()
    keeper.user_permissions.set(
        Permission.objects.filter(codename__in=["add_user", "change_user", "view_user"])
    )
    finance = a.a_user(roles.FINANCE, is_active=active)
    newcomer = a.a_user()
    client.force_login(keeper)
    told = {"password1": RIGHT, "password2": RIGHT, "usable_password": "true"}

    def set_password(user):
        address = reverse("admin:auth_user_password_change", args=[user.pk])
        return client.post(address, told).status_code

    assert set_password(finance) == 403
    assert (
        client.post(staff.address(finance), {"username": "x", "is_active": "on"}).status_code == 403
    )
    assert set_password(newcomer) == 302
    assert not User.objects.get(pk=finance.pk).check_password(RIGHT)


def test_who_looks_at_accounts_sees_no_password(client):
    viewer = a.a_user(password=RIGHT)
    viewer.user_permissions.set(Permission.objects.filter(codename="view_user"))
    client.force_login(viewer)

    page = client.get(staff.address(viewer)).content.decode()
    answer = client.get(staff.list_of(User) + "?password__startswith=md5")

    assert viewer.password not in page
    assert viewer.password.split("$")[-1] not in page
    assert answer.status_code in (302, 400)


def test_a_filter_of_a_list_cannot_ask_for_passwords(client):
    client.force_login(a.a_user(roles.AUDITOR))
    a.a_request(100)

    for path in ("requested_by__password__startswith", "requested_by__email__contains"):
        assert client.get(f"{staff.list_of(Payment)}?{path}=md5").status_code == 400


def test_nobody_s_day_of_payment_reaches_into_a_closed_year(client, superuser):
    payment = a.a_request(100)
    funds.close_year(FinancialYear.containing(date(2026, 6, 1)), by=a.a_finance_officer())

    client.post(
        staff.address(payment, "release"),
        {"paid_on": "2026-06-01", "asked": "yes", "confirmed": "forged"},
    )

    payment.refresh_from_db()
    assert payment.status == "requested"
