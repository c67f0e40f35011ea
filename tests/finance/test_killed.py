"""A process that is killed while it releases a batch: nothing doubled, lost or half done.

Real processes and SIGKILL, on the database that they share. Nothing waits for time to pass: the
process says when it has come to the point, and the database itself gives back what it had locked.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection

from commissioning import integrity
from commissioning.models import Entry, HistoryEvent, Payment
from commissioning.rules import RuleBroken
from finance.actions import batches
from finance.models import BatchLine, PaymentBatch, PaymentFile
from tests import builders as a
from tests.racing import database_in_a_file

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.dialect]

ROOT = Path(__file__).resolve().parents[2]
BEFORE_THE_COMMIT = ["after the file", "after one payment", "after the journal"]


@pytest.fixture(autouse=True)
def shared_database(transactional_db, tmp_path):
    with database_in_a_file(tmp_path):
        yield


def address() -> str:
    """The test database, as another process is told of it."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"


def releasing(batch: PaymentBatch, officer, point: str) -> subprocess.Popen:
    """Another process that releases the batch and waits at the point."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.finance.releasing", str(batch.pk), str(officer.pk), point],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": address(),
            "DATA_DIR": str(django_settings.DATA_DIR),
            "BANK_KEY": django_settings.BANK_KEY,
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def kill_at(point: str, batch: PaymentBatch, officer) -> None:
    """Have the batch released by another process, and kill that at the point."""
    process = releasing(batch, officer, point)
    try:
        assert process.stdout.readline() == "here\n"
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == -signal.SIGKILL


def state() -> list:
    models = (Payment, Entry, PaymentBatch, BatchLine, PaymentFile, HistoryEvent)
    return [list(model.objects.order_by("pk").values()) for model in models]


def a_batch_of_three() -> PaymentBatch:
    return a.a_batch(*(a.a_payable_request(amount) for amount in (100, 200, 300)))


@pytest.mark.parametrize("point", BEFORE_THE_COMMIT)
def test_a_release_killed_in_the_middle_has_done_nothing_and_can_be_done_again(point):
    batch, officer = a_batch_of_three(), a.a_finance_officer()
    before = state()

    kill_at(point, batch, officer)

    assert state() == before
    assert list(integrity.breaches()) == []
    batches.release(batch, by=officer)
    assert sum(entry.amount for entry in Entry.objects.filter(kind="payment")) == a.pounds(600)
    assert PaymentFile.objects.count() == 1
    assert list(integrity.breaches()) == []


def test_a_release_killed_before_it_could_answer_is_done_and_not_done_twice():
    batch, officer = a_batch_of_three(), a.a_finance_officer()

    kill_at("after the commit", batch, officer)

    after = state()
    with pytest.raises(RuleBroken, match="already released"):
        batches.release(PaymentBatch.objects.get(pk=batch.pk), by=a.a_finance_officer())
    assert state() == after
    assert Entry.objects.filter(kind="payment").count() == 3
    assert list(integrity.breaches()) == []


@pytest.mark.parametrize("point", BEFORE_THE_COMMIT)
def test_the_same_process_pays_when_it_is_left_alone(point):
    batch, officer = a_batch_of_three(), a.a_finance_officer()

    process = releasing(batch, officer, point)
    process.communicate()

    batch.refresh_from_db()
    assert process.returncode == 0
    assert (batch.status, Entry.objects.filter(kind="payment").count()) == ("released", 3)
