"""Lists of the staff site: added up at the foot, and leading down to what is under a figure."""

import pytest
from django.contrib import admin
from django.urls import reverse

from commissioning import roles
from commissioning.models import (
    Allocation,
    Area,
    Award,
    Budget,
    DecisionNotice,
    Entry,
    Fund,
)
from tests import builders as a
from tests.commissioning import staff

pytestmark = pytest.mark.django_db


def test_columns_of_pounds_are_added_up_over_what_the_filters_leave(client, superuser):
    budget = a.a_budget(100_000)
    walsall = a.an_area("Walsall")
    for area in (walsall, a.an_area("Dudley")):
        a.an_award(1_000, a.an_allocation("20000.10", budget, area))

    everything = client.get(staff.list_of(Allocation))
    assert everything.context["cl"].foot["label"] == "Total of 2"
    assert "£40,000.20" in everything.context["cl"].foot["cells"]
    assert "£38,000.20" in everything.context["cl"].foot["cells"]
    assert "£40,000.20" in everything.content.decode()

    walsall_only = client.get(staff.list_of(Allocation), {"for_area": walsall.pk})
    assert "£20,000.10" in walsall_only.context["cl"].foot["cells"]


def test_drafts_come_first_and_say_what_they_ask_for(client, superuser):
    a.an_award(1_000)
    draft = a.a_draft("1500.50")

    page = client.get(staff.list_of(Award))

    assert next(iter(page.context["cl"].result_list)) == draft
    assert page.context["cl"].foot["cells"][0] == "£1,500.50"


def test_boxes_that_look_up_allocations_tell_what_is_left_and_of_which_source(client, superuser):
    allocation = a.an_allocation(40_000, area=a.an_area("Walsall"))
    a.an_allocation(40_000, area=a.an_area("Dudley"))
    asked = {"app_label": "commissioning", "model_name": "commitment", "field_name": "allocation"}

    found = client.get("/staff/autocomplete/", {**asked, "term": "walsall 2026"}).json()["results"]

    assert [each["text"] for each in found] == [
        f"{allocation} ({allocation.budget.source}): £40,000.00 left"
    ]


def test_the_journal_is_added_up_by_kind(client):
    client.force_login(a.a_user(roles.AUDITOR))
    award = a.an_award(12_000)
    a.a_payment(5_000, award)

    foot = client.get(staff.list_of(Entry)).context["cl"].foot

    assert foot["cells"][:4] == ["£100,000.00", "£40,000.00", "£12,000.00", "£5,000.00"]


def test_a_foot_stands_under_every_page_of_a_long_list(client, superuser):
    budget = a.a_budget(100_000)
    for _ in range(51):
        a.an_allocation(1, budget)

    page = client.get(staff.list_of(Allocation), {"p": 2})

    assert "£51.00" in page.content.decode()


def test_lists_lead_down_to_the_entries_under_a_figure(client, superuser):
    award = a.an_award(12_000)
    a.an_award(1_000)

    for label, address in client.get(staff.address(award)).context["next_steps"]:
        if label == "Journal":
            page = client.get(address)

    assert page.context["cl"].result_count == 1


@pytest.mark.parametrize("model", [Fund, Budget, Award, DecisionNotice, Area])
def test_garbage_in_a_list_address_is_no_error(client, superuser, model):
    for query in ("year=x", "for_area=x", "for_fund=1e9", "p=-1", "o=99", "q=%00", "status=%00"):
        assert client.get(f"{staff.list_of(model)}?{query}").status_code in (200, 302), query


@pytest.mark.parametrize("role", [roles.FINANCE, roles.AUDITOR])
def test_a_list_that_nobody_adds_to_leads_to_where_its_records_are_written(client, role):
    client.force_login(a.a_user(role))
    led = []
    for model, model_admin in admin.site._registry.items():
        if getattr(model_admin, "written_on", None):
            there = reverse(model_admin.written_on[1])
            assert f'<a href="{there}">' in client.get(staff.list_of(model)).content.decode()
            assert client.get(there).status_code == 200
            led.append(model)

    assert led
