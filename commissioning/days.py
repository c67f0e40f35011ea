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
