"""Every page of the staff site can be looked at, and lists cost the same however long they are."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning.models import HistoryEvent
from tests import builders as a
from tests.commissioning import staff
from tests.standing import for_the_module

pytestmark = pytest.mark.django_db

world = for_the_module(staff.a_world)


def test_every_page_opens(client, world, superuser):
    for modeladmin in staff.registered():
        model = modeladmin.model
        assert client.get(staff.list_of(model)).status_code == 200, model
        row = model._base_manager.first()
        assert client.get(staff.address(row)).status_code == 200, model
        assert client.get(staff.address(row, "history")).status_code == 200, model
        add = client.get(staff.list_of(model, "add"))
        assert add.status_code in (200, 403), model


def test_every_verb_can_be_looked_at_and_that_changes_nothing(client, world, superuser):
    before = staff.traces()
    for modeladmin, verb in staff.verbs():
        row = staff.row_for(modeladmin, verb)
        response = client.get(staff.address(row, verb.name))
        assert response.status_code == 200, verb
        assert verb.label in response.content.decode()
    assert staff.traces() == before


def test_a_list_of_three_worlds_takes_as_many_queries_as_one_of_one(client, world, superuser):
    for modeladmin in staff.registered():
        client.get(staff.list_of(modeladmin.model))  # what is remembered is read before
    few = {m.model: _queries(client, m.model) for m in staff.registered()}
    staff.a_world()
    staff.a_world()
    many = {m.model: _queries(client, m.model) for m in staff.registered()}

    assert few == many


def _queries(client, model) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(staff.list_of(model))
    assert response.status_code == 200
    return len(queries)


def test_every_search_finds_without_failing(client, world, superuser):
    for modeladmin in staff.registered():
        response = client.get(staff.list_of(modeladmin.model), {"q": "a"})
        assert response.status_code == 200, modeladmin


def test_every_filter_can_be_used(client, world, superuser):
    for modeladmin in staff.registered():
        page = client.get(staff.list_of(modeladmin.model))
        for spec in page.context["cl"].filter_specs:
            for choice in list(spec.choices(page.context["cl"]))[1:2]:
                address = staff.list_of(modeladmin.model) + choice.get("query_string", "")
                assert client.get(address).status_code == 200, (modeladmin, address)


def test_history_of_a_record_is_on_its_page(client, superuser):
    award = a.an_award(1_000)

    page = client.get(staff.address(award, "history")).content.decode()

    assert "recommended" in page
    assert "approved" in page
    assert HistoryEvent.objects.filter(subject_type="award").first().by_name in page
