"""Which returns a service owes, and what becomes of them when its awards change."""

from datetime import date

import pytest
from django.core.management import call_command

from commissioning.actions import awards
from commissioning.models import Award, HistoryEvent
from tests import builders as a
from victims.actions import returns
from victims.models import MonitoringReturn

pytestmark = pytest.mark.django_db

Status = MonitoringReturn.Status


def spans(service, *states):
    rows = service.returns.filter(status__in=states or [Status.DUE]).order_by("starts_on", "pk")
    return [(row.starts_on, row.ends_on) for row in rows]


def extend(service, to: date):
    award = Award.objects.get(service=service.service)
    awards.vary(
        award,
        [],
        kind="extension",
        reason="More time.",
        decision=a.a_decision(),
        effective_on=date(2026, 5, 2),
        ends_on=to,
        by=a.an_approver(),
    )


@pytest.mark.parametrize(
    ("period", "count", "second"),
    [
        ("month", 12, (date(2025, 5, 1), date(2025, 5, 31))),
        ("quarter", 4, (date(2025, 7, 1), date(2025, 9, 30))),
        ("half_year", 2, (date(2025, 10, 1), date(2026, 3, 31))),
    ],
)
def test_approving_an_award_has_returns_due_for_its_days(period, count, second):
    service = a.a_victims_service(period=period, days_until_due=20)

    assert len(spans(service)) == count
    assert spans(service)[1] == second
    last = service.returns.order_by("-ends_on").first()
    assert last.due_on == date(2026, 4, 20)


def test_a_period_funded_in_part_is_owed_for_that_part():
    service = a.a_victims_service(starts_on=date(2025, 5, 10), ends_on=date(2025, 8, 20))

    assert spans(service) == [
        (date(2025, 5, 10), date(2025, 6, 30)),
        (date(2025, 7, 1), date(2025, 8, 20)),
    ]


def test_periods_before_the_service_reports_here_are_not_asked_for():
    service = a.a_victims_service(period="quarter", reports_from=date(2025, 10, 1))

    assert spans(service) == [
        (date(2025, 10, 1), date(2025, 12, 31)),
        (date(2026, 1, 1), date(2026, 3, 31)),
    ]


def test_two_awards_one_after_the_other_are_one_stretch():
    service = a.a_victims_service(ends_on=date(2025, 5, 15))
    a.an_award(service=service.service, starts_on=date(2025, 5, 16), ends_on=date(2025, 6, 30))

    assert spans(service) == [(date(2025, 4, 1), date(2025, 6, 30))]
    assert spans(service, Status.SUPERSEDED) == [(date(2025, 4, 1), date(2025, 5, 15))]


def test_scheduling_again_changes_nothing():
    service = a.a_victims_service()
    before = list(service.returns.values().order_by("pk"))
    events = HistoryEvent.objects.count()

    assert not returns.schedule(service, by=a.an_officer())

    assert list(service.returns.values().order_by("pk")) == before
    assert HistoryEvent.objects.count() == events


def test_an_extension_adds_returns_and_leaves_those_that_were_sent():
    service = a.a_victims_service(ends_on=date(2025, 11, 15))
    accepted, submitted = a.an_accepted_return(service), a.a_submitted_return(service)

    extend(service, date(2026, 3, 31))

    assert spans(service) == [
        (date(2025, 10, 1), date(2025, 12, 31)),
        (date(2026, 1, 1), date(2026, 3, 31)),
    ]
    assert spans(service, Status.SUPERSEDED) == [(date(2025, 10, 1), date(2025, 11, 15))]
    for row, status in [(accepted, Status.ACCEPTED), (submitted, Status.SUBMITTED)]:
        row.refresh_from_db()
        assert row.status == status


def test_days_that_were_returned_are_not_asked_for_again():
    service = a.a_victims_service(starts_on=date(2025, 4, 1), ends_on=date(2025, 5, 15))
    a.an_accepted_return(service)

    extend(service, date(2025, 6, 30))

    assert spans(service) == [(date(2025, 5, 16), date(2025, 6, 30))]


def test_an_award_that_is_ended_early_asks_for_no_more():
    service = a.a_victims_service()
    awards.terminate(
        Award.objects.get(service=service.service),
        reason="Closed.",
        decision=a.a_decision(decided_on=date(2025, 8, 1)),
        effective_on=date(2025, 8, 1),
        by=a.an_approver(),
    )

    assert spans(service) == [
        (date(2025, 4, 1), date(2025, 6, 30)),
        (date(2025, 7, 1), date(2025, 8, 1)),
    ]


def test_a_return_asked_for_once_more_is_due_again_and_not_there_twice():
    service = a.a_victims_service()
    service.period = "month"
    service.save()
    returns.schedule(service, by=a.an_officer())
    service.period = "quarter"
    service.save()

    returns.schedule(service, by=a.an_officer())

    assert len(spans(service)) == 4
    assert service.returns.count() == 16


def test_the_command_schedules_what_nobody_scheduled(capsys):
    service = a.a_victims_service(starts_on=None)
    award = a.an_award(starts_on=date(2025, 4, 1), ends_on=date(2025, 9, 30))
    Award.objects.filter(pk=award.pk).update(service=service.service)

    call_command("schedule_returns")
    call_command("schedule_returns")

    assert len(spans(service)) == 2
    assert capsys.readouterr().out.count("2 due") == 1


def test_an_award_without_its_last_day_asks_for_nothing():
    service = a.a_victims_service(ends_on=None)

    assert spans(service) == []
