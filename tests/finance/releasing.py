"""Releases a batch in a process of its own, and waits at one point to be killed there.

    python -m tests.finance.releasing BATCH OFFICER POINT

It says “here” once it has come to the point, and does nothing more until its input ends. The
database is the one that DATABASE_URL names.
"""

import os
import sys
from collections.abc import Callable
from functools import wraps

import django


def stop_here() -> None:
    print("here", flush=True)
    sys.stdin.read()


def stopping_after(times: int, do: Callable) -> Callable:
    """The function, which stops after it was called so many times."""
    called = 0

    @wraps(do)
    def stopping(*args, **kwargs):
        nonlocal called
        done = do(*args, **kwargs)
        called += 1
        if called == times:
            stop_here()
        return done

    return stopping


def main(batch: str, officer: str, point: str) -> None:
    from commissioning.actions import journal, records
    from commissioning.models import User
    from finance.actions import batches
    from finance.models import PaymentBatch

    if point == "after the file":
        batches.sealing.seal = stopping_after(1, batches.sealing.seal)
    if point == "after one payment":
        # The batch itself is saved first, then each payment.
        records.save_checked = stopping_after(2, records.save_checked)
    if point == "after the journal":
        journal.pay = stopping_after(1, journal.pay)
    batches.release(PaymentBatch.objects.get(pk=batch), by=User.objects.get(pk=officer))
    if point == "after the commit":
        stop_here()


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    main(*sys.argv[1:])
