"""Answers of the reports, remembered so that they can be asked for again later."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from time import monotonic

from django.utils import timezone

from commissioning import figures
from commissioning.figures import Slice
from commissioning.models import ClosedYear, Entry
from finance.figures.monitoring import monitoring
from tests.ties import MONITORED, REPORTS

DAYS = [date(2026, 6, 30), date(2027, 3, 31), date(2027, 12, 31)]


def answers(as_at: date, known_at: datetime) -> dict:
    """What every report says as at a day, as known at a moment."""
    asked = {"as_at": as_at, "known_at": known_at}
    told: dict = {"whole": figures.position(Slice(**asked))}
    for by in REPORTS:
        told[f"positions by {by}"] = figures.positions(by, Slice(**asked))
    for by in MONITORED:
        told[f"monitoring by {by}"] = monitoring(by, Slice(**asked))
    return told


@dataclass(frozen=True)
class Remembered:
    """What the reports said once."""

    as_at: date
    known_at: datetime
    told: dict

    @classmethod
    def now(cls, as_at: date) -> "Remembered":
        known_at = timezone.now()
        told = cls(as_at, known_at, answers(as_at, known_at))
        # SQLite stamps rows to the millisecond: what comes next is recorded in a later one.
        began = monotonic()
        while monotonic() - began < 0.002:
            pass
        return told

    def differences(self) -> dict:
        """What the reports say otherwise today when they are asked the same."""
        today = answers(self.as_at, self.known_at)
        return {
            name: (told, today[name]) for name, told in self.told.items() if told != today[name]
        }


def of_closed_years() -> dict[int, tuple[int, Decimal]]:
    """How many entries lie in each year that is closed, and the pounds of them all, by closing."""
    found = {}
    for closed in ClosedYear.objects.filter(reopened_at=None):
        within = Entry.objects.filter(effective_on__range=(closed.first_day, closed.last_day))
        amounts = list(within.values_list("amount", flat=True))
        found[closed.pk] = (len(amounts), sum(amounts))
    return found
