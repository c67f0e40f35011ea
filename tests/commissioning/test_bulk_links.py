"""A bulk link leads to exactly the list that it stands under, ticked, and back to it as it was."""

import re

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from commissioning import roles
from commissioning.actions import awards
from commissioning.admin.attention import work_lists
from commissioning.models import Award, Instalment, Payment
from tests import builders as a
from tests.commissioning import staff

pytestmark = pytest.mark.django_db

BULK = [work for work in work_lists() if work.in_one_go]


def ticked(page) -> set[int]:
    """The records that are ticked on a list as it opens."""
    boxes = re.findall(r"<input [^>]*action-select[^>]*>", page.content.decode())
    return {int(re.search(r'value="(\d+)"', box)[1]) for box in boxes if " checked" in box}


def everybody():
    """Somebody who has every role, and did none of what waits."""
    user = a.a_user()
    user.groups.set(Group.objects.all())
    return user


def test_every_bulk_link_leads_to_the_records_it_stands_under_ticked_for_its_action(client):
    staff.a_world()
    # Others of each kind, which no work list holds.
    later = a.an_award_by_milestones(1_000)
    a.a_written_schedule(later, a.a_milestone(later, 1_000, a.YEAR["ends_on"]))
    user = everybody()
    client.force_login(user)
    first = client.get(reverse("admin:index")).content.decode()
    assert len(BULK) >= 8

    for work in BULK:
        rows = {row.pk for row in work.rows(user)}
        page = client.get(work.bulk_link.href)
        assert {row.pk for row in page.context["cl"].result_list} == rows, work.key
        assert ticked(page) == rows, work.key
        assert page.context["action_form"]["action"].value() == work.in_one_go.action, work.key
        actions = [name for name, _ in page.context["action_form"].fields["action"].choices]
        assert work.in_one_go.action in actions, work.key
        assert len(rows) < 2 or work.bulk_link.href.replace("&", "&amp;") in first, work.key


def choose(client, work, action=None):
    """Press Go on the list that a bulk link leads to, as it stands."""
    page = client.get(work.bulk_link.href)
    address = work.bulk_link.href.partition("&")[0]
    posted = {"action": action or work.in_one_go.action, "_selected_action": [*ticked(page)]}
    return client.post(address, posted)


def work(key):
    return next(each for each in work_lists() if each.key == key)


def test_filters_and_ticks_are_there_again_on_going_back(client):
    drafts = [a.a_draft(100), a.a_draft(200)]
    a.a_draft(None)
    client.force_login(a.an_officer())

    asked = choose(client, work("ready"))
    back = client.get(asked.context["back_address"])

    assert {row.pk for row in back.context["cl"].result_list} == {each.pk for each in drafts}
    assert ticked(back) == {each.pk for each in drafts}
    posted = {"rows": asked.context["keys"], "came_from": asked.context["came_from"]}
    posted |= {"asked": "yes", "confirmed": asked.context["effect"].fingerprint}
    posted |= {"as_of": asked.context["as_of"]}
    done = client.post(staff.list_of(Award, "recommend_many"), posted)
    assert done.url.endswith("?worklist=ready")


def test_one_tick_taken_off_stays_off_on_going_back(client):
    first, second = a.a_draft(100), a.a_draft(200)
    client.force_login(a.an_officer())
    posted = {"action": "recommend", "_selected_action": [first.pk]}

    asked = client.post(staff.list_of(Award) + "?worklist=ready&status__exact=draft", posted)
    back = client.get(asked.context["back_address"])

    assert ticked(back) == {first.pk}
    assert {row.pk for row in back.context["cl"].result_list} == {first.pk, second.pk}


def test_what_is_not_ready_is_left_out_and_says_why(client):
    ready, incomplete = a.a_draft(100), a.a_draft(None)
    client.force_login(a.an_officer())
    posted = {"action": "recommend", "_selected_action": [ready.pk, incomplete.pk]}

    asked = client.post(staff.list_of(Award), posted)
    page = asked.content.decode()

    assert "Left out: 1" in page
    assert f"Award {incomplete.reference} is not complete yet. It lacks" in page
    posted = {"rows": asked.context["keys"], "asked": "yes", "as_of": asked.context["as_of"]}
    posted["confirmed"] = asked.context["effect"].fingerprint
    client.post(staff.list_of(Award, "recommend_many"), posted)
    assert [*Award.objects.filter(status="recommended")] == [ready]


def test_instalments_that_are_held_or_wait_for_a_condition_are_left_out(client):
    held, waiting, fine = (a.an_award_by_milestones(1_000) for _ in range(3))
    rows = []
    for award in (held, waiting, fine):
        extra = {"condition": a.a_condition(award)} if award == waiting else {}
        a.a_written_schedule(award, a.a_milestone(award, 1_000, staff.DAY, **extra))
        rows += a.instalments_of(award)
    a.a_hold(held)
    client.force_login(a.an_officer())
    posted = {"action": "request", "_selected_action": [row.pk for row in rows]}

    page = client.post(staff.list_of(Instalment), posted)

    assert [why for _, why in page.context["left_out"]] == [
        f"Payments under award {held.reference} are held by {held.holds.get().placed_by}: The "
        "accounts are late.",
        f"The instalment of award {rows[1]} waits for the condition “{rows[1].condition}”, which "
        "is still to be met.",
    ]
    assert page.context["count"] == 1
    assert not Payment.objects.exists()


def test_a_record_with_an_interest_is_left_out_whatever_the_action(client):
    near, far = a.an_award(100), a.an_award(200)
    publisher = a.a_user(roles.PUBLISHER)
    a.an_interest(person=publisher, organisation=near.recipient)
    client.force_login(publisher)
    posted = {"action": "publish", "_selected_action": [near.pk, far.pk]}

    page = client.post(staff.list_of(Award), posted)

    [(_, why)] = page.context["left_out"]
    assert why.startswith("You declared an interest in")
    assert page.context["count"] == 1


def test_a_work_list_of_somebody_else_shows_nothing(client):
    draft = a.a_draft(100)
    awards.recommend(draft, by=a.an_officer())
    client.force_login(a.an_officer())

    page = client.get(staff.list_of(Award) + "?worklist=approve")

    assert not page.context["cl"].result_list
