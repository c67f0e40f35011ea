"""Many people at the same moment: no return is there twice, and no figure."""

from datetime import date

import pytest
from django.core import mail
from django.db import connection

from commissioning import triggers
from commissioning.rules import RuleBroken
from programmes.models import Measure, Observation
from tests import builders as a
from tests.racing import database_in_a_file, race
from victims.actions import reminders, returns

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.dialect]

AT_ONCE = 4


@pytest.fixture(autouse=True)
def own_connections(transactional_db, tmp_path):
    with database_in_a_file(tmp_path):
        yield


def test_many_who_schedule_at_once_make_each_return_once():
    service = a.a_victims_service(starts_on=None)
    a.an_award(service=service.service, starts_on=date(2025, 4, 1), ends_on=date(2026, 3, 31))
    # Behind the guard: a return is never removed.
    triggers.remove(connection)
    service.returns.all().delete()
    triggers.install(connection)
    officer = a.an_officer()
    racers = [type(service).objects.get(pk=service.pk) for _ in range(AT_ONCE)]

    results = race([lambda row=row: returns.schedule(row, by=officer) for row in racers])

    assert [each for each in results if isinstance(each, Exception)] == []
    assert sorted(each.added for each in results) == [0, 0, 0, 4]
    assert service.returns.count() == 4


def test_a_return_is_accepted_once_and_two_of_one_service_share_its_measures():
    service = a.a_victims_service()
    rows = [a.a_certified_return(service) for _ in range(2)] * 2
    approver = a.an_approver()
    racers = [type(row).objects.get(pk=row.pk) for row in rows]

    results = race([lambda row=row: returns.accept(row, by=approver) for row in racers])

    assert [type(each) for each in results].count(RuleBroken) == 2
    assert [type(each).__name__ for each in results].count("Posted") == 2
    assert Measure.objects.filter(form="number").count() == 6
    places = Observation.objects.values_list("measure", "place")
    assert len(set(places)) == Observation.objects.count()


def test_two_runs_of_reminders_at_once_write_to_each_provider_once():
    for _ in range(3):
        a.a_victims_service(ends_on=date(2025, 6, 30), contact_email="data@provider.example")
    officer, today = a.an_officer(), date(2025, 7, 20)

    results = race([lambda: reminders.remind(today, by=officer) for _ in range(AT_ONCE)])

    assert [each for each in results if isinstance(each, Exception)] == []
    assert sum(each.sent for each in results) == len(mail.outbox) == 3
