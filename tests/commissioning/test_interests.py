"""Declared interests: whoever has one stands aside, until somebody else says that it ended."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from commissioning import roles
from commissioning.actions import awards, interests, payments, proposals
from commissioning.models import Interest
from commissioning.rules import RuleBroken
from tests import builders as a
from tests.chain import JUNE, MAY, reinstate, terminate
from tests.commissioning import staff

pytestmark = pytest.mark.django_db


def approve(award, by):
    awards.approve(award, decision=a.a_decision(), effective_on=MAY, by=by)


def steps(award, person):
    """What somebody with an interest might do for the award, in the order of its life."""
    decided = {"decision": a.a_decision(), "effective_on": JUNE}
    yield lambda: awards.recommend(award, by=person)
    awards.recommend(award, by=a.an_officer())
    yield lambda: approve(award, person)
    yield lambda: awards.reject(award, reason="No.", by=person)
    approve(award, a.an_approver())
    yield lambda: a.a_proposed_variation(10, award, by=person)
    proposal = a.a_proposed_variation(10, award)
    yield lambda: proposals.approve(proposal, by=person, **decided)
    yield lambda: proposals.refuse(proposal, reason="No.", by=person)
    yield lambda: a.a_request(100, award, by=person)
    request = a.a_request(100, award)
    yield lambda: payments.release(request, paid_on=JUNE, by=person)
    yield lambda: terminate(award, person)
    terminate(award)
    yield lambda: reinstate(award, person)


@pytest.mark.parametrize("superuser", [False, True])
@pytest.mark.parametrize("near", ["itself", "parent", "grandparent", "part", "part of a part"])
def test_nobody_takes_any_step_for_an_organisation_that_they_have_an_interest_in(near, superuser):
    recipient = a.an_organisation(parent=a.an_organisation(parent=a.an_organisation()))
    part = a.an_organisation(parent=recipient)
    declared = {
        "itself": recipient,
        "parent": recipient.parent,
        "grandparent": recipient.parent.parent,
        "part": part,
        "part of a part": a.an_organisation(parent=part),
    }[near]
    person = a.a_user(superuser=superuser)
    a.an_interest(person, declared)
    refused = 0

    for step in steps(a.a_draft(1_000, recipient=recipient), person):
        with pytest.raises(RuleBroken, match=f"You declared an interest in {declared} on"):
            step()
        refused += 1

    assert refused == 10


@pytest.mark.parametrize("days", [-365 * 90, 400])
def test_an_interest_is_declared_on_a_day_that_can_be_right(days):
    with pytest.raises(RuleBroken, match="An interest cannot be declared on"):
        a.an_interest(declared_on=timezone.localdate() + timedelta(days=days))


def test_an_interest_that_begins_next_month_counts_at_once():
    person, recipient = a.an_officer(), a.an_organisation()
    a.an_interest(person, recipient, declared_on=timezone.localdate() + timedelta(days=30))

    with pytest.raises(RuleBroken, match="You declared an interest"):
        awards.recommend(a.a_draft(1_000, recipient=recipient), by=person)


def test_nobody_ends_a_colleague_s_interest_in_what_they_have_an_interest_in_themselves():
    organisation, manager = a.an_organisation(), a.a_user(roles.MANAGER)
    colleague_s = a.an_interest(organisation=organisation)
    a.an_interest(manager, a.an_organisation(parent=organisation))

    with pytest.raises(RuleBroken, match="You declared an interest"):
        interests.end(colleague_s, reason="They left.", by=manager)


def test_nobody_writes_their_interest_out_of_a_record(client):
    """By changing the recipient, the parent or the providers away from the organisation."""
    person, organisation = a.a_user(superuser=True), a.an_organisation()
    draft = a.a_draft(1_000, recipient=organisation)
    service = a.a_service()
    service.providers.add(organisation)
    a.an_interest(person, organisation)
    client.force_login(person)
    draft.recipient = a.an_organisation()
    with pytest.raises(RuleBroken, match="You declared an interest"):
        awards.draft(draft, by=person)

    page = client.get(staff.address(service))
    told = {**staff.filled_in(page.context), "providers": [], "seen": page.context["seen"]}
    answer = client.post(staff.address(service), told)

    assert "You declared an interest" in answer.content.decode()
    assert list(service.providers.all()) == [organisation]


def test_a_neighbour_s_or_somebody_else_s_interest_stands_in_nobody_s_way():
    parent, person = a.an_organisation(), a.an_officer()
    a.an_interest(person, a.an_organisation(parent=parent))
    recipient = a.an_organisation(parent=parent)
    a.an_interest(organisation=recipient)

    awards.recommend(a.a_draft(1_000, recipient=recipient), by=person)


def test_an_interest_that_somebody_else_ended_no_longer_counts():
    person, recipient = a.an_officer(), a.an_organisation()
    interest = a.an_interest(person, recipient)
    draft = a.a_draft(1_000, recipient=recipient)

    with pytest.raises(RuleBroken, match="This is your own interest"):
        interests.end(interest, reason="I left.", by=person)
    interests.end(interest, reason="They left the board.", by=a.a_chief_finance_officer())

    awards.recommend(draft, by=person)
    with pytest.raises(RuleBroken, match="ended already"):
        interests.end(interest, reason="Again.", by=a.a_chief_finance_officer())


@pytest.mark.parametrize("role", [roles.OFFICER, roles.APPROVER, roles.FINANCE, roles.PUBLISHER])
def test_everybody_declares_their_own_and_nobody_else_s(client, role):
    person, other, organisation = a.a_user(role), a.an_approver(), a.an_organisation()
    client.force_login(person)
    told = {
        "person": other.pk,
        "organisation": organisation.pk,
        "nature": "My partner works there",
        "declared_on": "2026-06-01",
    }

    client.post(reverse("admin:commissioning_interest_add"), told)
    again = client.post(reverse("admin:commissioning_interest_add"), told)

    interest = Interest.objects.get()
    assert interest.person == person
    assert "This interest is already declared" in again.content.decode()
    assert client.post(staff.address(interest), told).status_code == 403
    assert client.get(staff.address(interest, "end")).status_code == 403


def test_a_manager_ends_the_interest_of_a_colleague_and_not_their_own(client):
    manager = a.a_user(roles.MANAGER)
    client.force_login(manager)
    own, other = a.an_interest(manager), a.an_interest()

    assert "This is your own interest" in client.get(staff.address(own, "end")).content.decode()
    staff.use(client, other, "end", reason="The trusteeship is over.")

    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.ended_by, other.ended_by) == (None, manager)


def test_the_award_s_page_says_why_somebody_stands_aside(client):
    officer = a.an_officer()
    draft = a.a_draft(1_000)
    a.an_interest(officer, draft.recipient)
    client.force_login(officer)

    page = client.get(staff.address(draft)).content.decode()
    answer = client.get(staff.address(draft, "recommend")).content.decode()

    for shown in (page, answer):
        assert f"You declared an interest in {draft.recipient}" in shown
