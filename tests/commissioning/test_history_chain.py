"""The chain over history: whoever removes or rewrites an event is found out."""

import pytest
from django.core.management import call_command
from django.db import connection

from commissioning import integrity, integrity_history, triggers
from commissioning.actions import records
from commissioning.models import HistoryEvent, HistoryLink, Organisation
from commissioning.triggers import history_chain
from search import index
from tests import builders as a
from tests.racing import WRITERS, database_in_a_file, race

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]


def behind_its_back(query: str, *values) -> None:
    """Change the tables as somebody would who took the triggers away first."""
    # What was written is linked first, as it would be at the end of its transaction.
    assert is_linked()
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(query, values)
    triggers.install(connection)


def is_linked() -> bool:
    """Every event has its link: those of this very transaction too."""
    return list(history_chain.unlinked(connection)) == []


def an_event() -> HistoryEvent:
    """An event with others before and after it."""
    a.an_award()
    event = HistoryEvent.objects.latest("pk")
    a.an_award()
    return event


def test_every_event_gets_its_link():
    a.an_award()

    assert list(integrity_history.history_is_whole()) == []
    assert HistoryLink.objects.count() == HistoryEvent.objects.count() > 5


def test_an_event_that_is_removed_shows():
    event = an_event()
    behind_its_back("DELETE FROM commissioning_historyevent WHERE id = %s", event.pk)

    assert any("History is broken at link" in said for said in integrity.breaches())


@pytest.mark.parametrize("column", ["by_name", "verb", "reason", "subject_label"])
def test_an_event_that_is_rewritten_shows(column):
    event = an_event()
    said = f"UPDATE commissioning_historyevent SET {column} = 'other' WHERE id = %s"  # noqa: S608
    behind_its_back(said, event.pk)

    assert any("History is broken at link" in said for said in integrity.breaches())


def test_an_event_that_is_removed_with_its_link_shows():
    event = an_event()
    assert is_linked()
    link = HistoryLink.objects.get(event_id=event.pk)
    behind_its_back("DELETE FROM commissioning_historylink WHERE number = %s", link.number)
    triggers.remove(connection)
    HistoryEvent.objects.filter(pk=event.pk)._raw_delete("default")
    triggers.install(connection)

    assert any(f"at link {link.number + 1}" in said for said in integrity.breaches())


def test_an_event_written_past_the_chain_shows():
    an_event()
    assert is_linked()
    triggers.remove(connection)
    forged = HistoryEvent(by_name="X", verb="approved", subject_type="award", subject_id="1")
    forged.save(force_insert=True)
    triggers.install(connection)

    assert any("outside its chain" in said for said in integrity.breaches())


def test_a_database_from_before_the_chain_gets_one():
    triggers.remove(connection)
    a.an_award()
    triggers.install(connection)

    assert list(integrity_history.history_is_whole()) == []
    assert HistoryLink.objects.count() == HistoryEvent.objects.count()


def test_check_records_says_the_last_link(capsys):
    a.an_award()
    assert is_linked()
    index.rebuild()
    call_command("check_records")

    number, sha256 = history_chain.last(connection)
    assert f"History: {number:,} links, the last {sha256}." in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_make_one_chain(tmp_path):
    with database_in_a_file(tmp_path):
        people = [a.an_officer() for _ in range(WRITERS)]

        def write(person):
            def racer():
                code = f"o{person.pk}"
                row = Organisation(code=code, slug=code, name="One", kind="charity")
                records.save(row, by=person)

            return racer

        results = race([write(person) for person in people])

        assert results == [None] * WRITERS
        assert list(integrity_history.history_is_whole()) == []
        assert HistoryLink.objects.count() == HistoryEvent.objects.count()
