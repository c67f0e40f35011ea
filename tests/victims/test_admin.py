"""Victims' services in the staff site: where a return stands, and what waits for whom."""

import pytest
from django.urls import reverse

from programmes.models import Measure
from tests import builders as a
from tests.commissioning.staff import address, ask, effect, use
from victims.actions import returns
from victims.grids import grids_of
from victims.models import MonitoringReturn

pytestmark = pytest.mark.django_db

REASON = "One area is counted twice."


@pytest.fixture
def officer(client):
    user = a.an_officer()
    client.force_login(user)
    return user


def reopened(client) -> tuple[MonitoringReturn, MonitoringReturn]:
    """An accepted return and the version of it that is open."""
    accepted = a.an_accepted_return()
    client.force_login(a.an_approver())
    use(client, accepted, "reopen", reason=REASON)
    return accepted, MonitoringReturn.objects.get(service=accepted.service_id, version=2)


def test_a_return_leads_to_its_other_versions(client):
    accepted, later = reopened(client)

    assert f'href="{address(later)}"' in client.get(address(accepted)).content.decode()
    assert f'href="{address(accepted)}"' in client.get(address(later)).content.decode()


def test_a_return_that_is_reopened_says_so_instead_of_offering_it_again(client):
    accepted, _ = reopened(client)

    page = client.get(address(accepted)).content.decode()

    assert "is reopened already" in page
    assert f'href="{address(accepted, "reopen")}"' not in page


def test_a_return_to_be_put_right_is_on_the_officers_first_page_before_it_is_late(client):
    _, later = reopened(client)
    client.force_login(a.an_officer())

    page = client.get(reverse("admin:index")).content.decode()

    assert "Returns with the provider to be put right" in page
    assert REASON in page
    assert f'href="{address(later)}"' in page


def test_the_page_of_a_service_leads_to_its_measures(client, officer):
    service = a.an_accepted_return().service
    a.a_measure("Of something else")

    page = client.get(
        reverse("admin:programmes_measure_changelist"), {"service__id__exact": service.service_id}
    )

    listed = set(page.context["cl"].queryset)
    assert listed == set(Measure.objects.filter(service=service.service_id))
    assert (
        f"service__id__exact={service.service_id}" in client.get(address(service)).content.decode()
    )


def test_one_number_that_is_corrected_is_told_as_one(client):
    _, later = reopened(client)
    values = a.counts_of(later)
    alone = next(grid for grid in grids_of(later.service) if len(grid.spots) == 1)
    values[alone.columns[-1], alone.spots[0]] = 1
    returns.submit(later, values, by=a.an_officer())
    returns.certify(later, by=a.a_finance_officer())

    assert "1 number will be corrected:" in effect(ask(client, later, "accept"))
