"""What leaves the system is in history: who took out what, and how much."""

import pytest
from django.urls import reverse

from commissioning import roles
from commissioning.models import Award, HistoryEvent
from tests import builders as a
from tests.commissioning import staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    officer = a.a_user(roles.OFFICER)
    client.force_login(officer)
    return officer


def exports() -> list[HistoryEvent]:
    return list(HistoryEvent.objects.filter(verb="exported").order_by("pk"))


def test_an_export_of_a_list_is_kept_with_its_filters(client, officer):
    a.an_award()
    address = f"{staff.list_of(Award)}export/?status__exact=approved"
    assert exports() == []

    response = client.post(address, {"resource": "AwardResource", "format": "csv"})

    assert response["Content-Disposition"].startswith("attachment")
    (event,) = exports()
    assert (event.by_id, event.subject_type) == (officer.pk, "award")
    assert event.after["format"] == "csv"
    assert event.after["filters"] == "status__exact=approved"
    assert event.after["rows"] == 1


def test_the_page_that_offers_an_export_leaves_no_trace(client, officer):
    client.get(f"{staff.list_of(Award)}export/")

    assert exports() == []


def test_the_budget_position_as_a_workbook_is_kept(client):
    client.force_login(a.a_user(roles.FINANCE))
    a.a_budget()
    client.get(reverse("admin:position_download"))

    (event,) = exports()
    assert event.subject_label == "Budget position"


def test_the_history_list_leads_to_exports(client, officer):
    a.an_award()
    client.post(f"{staff.list_of(Award)}export/", {"resource": "AwardResource", "format": "xlsx"})
    (event,) = exports()

    page = client.get(f"{staff.list_of(HistoryEvent)}?what=exported").content.decode()
    assert event.subject_label in page
    assert "approved" not in page.split("<tbody>")[1].split("</tbody>")[0]

    page = client.get(staff.address(event)).content.decode()
    assert "xlsx" in page
