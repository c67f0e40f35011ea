"""Days as they are told, and moments by the clock of the office."""

from datetime import date, datetime, time

from django.utils import timezone


def in_words(day: date | datetime) -> str:
    """ "31 March 2027"; of a moment, the day it was at the office."""
    if isinstance(day, datetime) and timezone.is_aware(day):
        day = timezone.localdate(day)
    return f"{day:%-d %B %Y}"


def start_of_day(day: date) -> datetime:
    """The first moment of the day on the office's clock."""
    return timezone.make_aware(datetime.combine(day, time.min))


def end_of_day(day: date) -> datetime:
    """The last moment of the day on the office's clock."""
    return timezone.make_aware(datetime.combine(day, time.max))


def at_clock(moment: datetime) -> str:
    """ "25 Oct 2026, 01:30 BST": a moment by the office’s clock.

    With its zone in the hour that comes twice, when the clocks go back.
    """
    local = timezone.localtime(moment)
    other = local.replace(fold=1 - local.fold)
    zone = f" {local:%Z}" if other.utcoffset() != local.utcoffset() else ""
    return f"{local:%-d %b %Y, %H:%M}{zone}"
