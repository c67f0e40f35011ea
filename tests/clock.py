"""Another day than today, for what an office did on that day."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from unittest import mock

from django.utils import timezone

_real = timezone.localdate


@contextmanager
def on(day: date) -> Iterator[None]:
    """Today is this day; moments keep their own days."""

    def localdate(value=None, *args, **kwargs) -> date:
        return day if value is None else _real(value, *args, **kwargs)

    with mock.patch.object(timezone, "localdate", localdate):
        yield
