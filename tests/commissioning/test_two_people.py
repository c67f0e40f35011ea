"""No one person, whatever they may do, recommends, approves, requests and releases one award."""

from itertools import combinations

import pytest
from django.contrib.auth.models import Group

from commissioning import roles
from commissioning.actions import awards
from commissioning.models import Award, Payment
from tests import builders as a
from tests.chain import MAY
from tests.commissioning import staff

pytestmark = pytest.mark.django_db

SUPERUSER = "superuser"
EVERYTHING = (*roles.ROLES, SUPERUSER)
PEOPLE = [*combinations(roles.ROLES, 2), tuple(roles.ROLES), EVERYTHING]
DAY = "2026-06-01"


@pytest.fixture(params=PEOPLE, ids=lambda held: " and ".join(held[-2:]))
def person(request, client):
    """Somebody who holds all of these roles, signed in."""
    person = a.a_user(superuser=SUPERUSER in request.param)
    person.groups.set(Group.objects.filter(name__in=request.param))
    client.force_login(person)
    return person


def press(client, row, verb: str, **told) -> None:
    """Use a verb as far as the pages let this person."""
    page = staff.ask(client, row, verb, **told)
    if page.status_code == 200 and "effect" in page.context:
        staff.confirm(client, row, verb, page, **told)


def recommended(client, award, tries: bool) -> bool:
    if tries:
        press(client, award, "recommend")
    award.refresh_from_db()
    if award.status == Award.Status.DRAFT:
        awards.recommend(award, by=a.an_officer())
        return False
    return True


def approved(client, award) -> bool:
    press(client, award, "approve", decision=a.a_decision().pk, effective_on=DAY)
    award.refresh_from_db()
    if award.status == Award.Status.RECOMMENDED:
        awards.approve(award, decision=a.a_decision(), effective_on=MAY, by=a.an_approver())
        return False
    return True


def requested(client, award, tries: bool) -> bool:
    if tries:
        line = award.commitments.get().pk
        press(client, award, "request-payment", commitment=line, amount="100")
    if Payment.objects.filter(commitment__award=award).exists():
        return True
    a.a_request(100, award)
    return False


def released(client, award) -> bool:
    payment = Payment.objects.get(commitment__award=award)
    press(client, payment, "release", paid_on=DAY)
    payment.refresh_from_db()
    return payment.status == Payment.Status.RELEASED


@pytest.mark.parametrize("begins", [True, False])
def test_whoever_takes_the_first_step_does_not_take_the_second(client, person, begins):
    award = a.a_draft(1_000)

    steps = {
        "recommend": recommended(client, award, begins),
        "approve": approved(client, award),
        "request": requested(client, award, begins),
        "release": released(client, award),
    }

    assert not (steps["recommend"] and steps["approve"]), steps
    assert not (steps["request"] and steps["release"]), steps
    if person.is_superuser:
        # The pages do let somebody do half of it.
        assert steps["recommend"] == steps["request"] == begins
        assert steps["approve"] == steps["release"] == (not begins)
