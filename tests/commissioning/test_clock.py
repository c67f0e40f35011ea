"""Nothing is recorded by a clock that went wrong, and the hour that comes twice is told apart."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from commissioning import integrity_history, triggers
from commissioning.days import at_clock
from commissioning.models import Entry, HistoryEvent
from commissioning.rules import RuleBroken
from tests import builders as a
from tests.commissioning import staff

pytestmark = pytest.mark.django_db


def the_last_event_was(**ago) -> None:
    """Date the newest event of history this long before now, as a clock that was wrong did."""
    a.an_award(500)
    last = HistoryEvent.objects.latest("pk")
    triggers.remove(connection)
    HistoryEvent.objects.update(at=timezone.now() - timedelta(**ago))
    assert HistoryEvent.objects.get(pk=last.pk)
    triggers.install(connection)


@pytest.mark.parametrize("ago", [{"minutes": -2}, {"days": -365}, {"days": 93}])
def test_nothing_is_recorded_far_from_the_last_event(ago):
    the_last_event_was(**ago)
    entries = Entry.objects.count()

    with pytest.raises(RuleBroken, match="The clock of the database is more than a minute behind"):
        a.a_budget()

    assert Entry.objects.count() == entries


@pytest.mark.parametrize("ago", [{"seconds": -50}, {"days": 91}])
def test_it_is_recorded_near_the_last_event(ago):
    the_last_event_was(**ago)

    a.a_budget()


def test_a_page_says_it_in_a_sentence(client):
    request = a.a_request()
    the_last_event_was(days=-1)
    client.force_login(a.a_user(superuser=True))

    page = client.post(staff.address(request, "refuse"), {"asked": 1, "reason": "Not now."})

    assert "The clock of the database is more than a minute behind" in page.content.decode()


def test_an_entry_written_by_sql_is_refused_as_well():
    entry = Entry(budget=a.a_budget(), kind="funding", reason="revision", amount=a.pounds(1))
    entry.effective_on, entry.recorded_by = timezone.localdate(), a.a_finance_officer()
    the_last_event_was(days=-1)

    with pytest.raises(IntegrityError, match="clock_is_right"), transaction.atomic():
        Entry.objects.bulk_create([entry])


def test_recording_goes_on_when_somebody_accepts_the_time_under_their_name():
    the_last_event_was(days=-365)
    by = a.a_user(username="keeper")
    call_command("accept_clock", by="keeper", reason="A year ahead for an hour.", stdout=StringIO())

    a.a_budget()

    accepted = HistoryEvent.objects.get(reason="A year ahead for an hour.")
    assert (accepted.by_id, str(accepted)) == (by.pk, f"{by} accepted the time of the clock")
    assert list(integrity_history.clock_went_forward()) == []


def test_nobody_accepts_the_time_without_a_name():
    with pytest.raises(CommandError, match="Give the user name"):
        call_command("accept_clock", by="nobody", reason="Right.")


def test_events_out_of_order_are_found():
    a.an_award(500)
    before, last = HistoryEvent.objects.order_by("-pk")[1], HistoryEvent.objects.latest("pk")
    triggers.remove(connection)
    HistoryEvent.objects.filter(pk=last.pk).update(at=last.at - timedelta(minutes=2))

    assert list(integrity_history.clock_went_forward()) == [
        f"The clock was wrong: event {last.pk} of history is dated more than a minute before event "
        f"{before.pk}, or more than 92 days after it."
    ]


def test_the_hour_that_comes_twice_is_told_apart():
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    told = [at_clock(first + timedelta(hours=hours)) for hours in (-1, 0, 1, 2)]

    assert told == [
        "25 Oct 2026, 00:30",
        "25 Oct 2026, 01:30 BST",
        "25 Oct 2026, 01:30 GMT",
        "25 Oct 2026, 02:30",
    ]
