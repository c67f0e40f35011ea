"""Reminding providers of returns that they owe, by e-mail."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from commissioning.actions import history
from commissioning.days import in_words
from commissioning.models import User
from victims.models import MonitoringReturn, VictimsService

# Reminded a week before the day, and every week after it.
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Reminded:
    """How many providers were written to, and the services that have no address to write to."""

    sent: int
    without_address: list[VictimsService]


def remind(today: date, *, by: User) -> Reminded:
    """Write to each provider that owes a return soon or already; once a week at most."""
    waiting: dict[VictimsService, list[MonitoringReturn]] = {}
    for row in due_for_reminder(today):
        waiting.setdefault(row.service, []).append(row)
    sent, without_address = 0, []
    for service, rows in waiting.items():
        if service.contact_email:
            _write_to(service, rows, today, by)
            sent += 1
        else:
            without_address.append(service)
    return Reminded(sent, without_address)


def due_for_reminder(today: date) -> list[MonitoringReturn]:
    """Returns owed within a week or longer ago, of which nobody was reminded for a week."""
    owed = MonitoringReturn.objects.owed_since(today + WEEK + timedelta(days=1))
    rows = owed.filter(ends_on__lt=today).select_related("service__service").order_by("ends_on")
    return [row for row in rows if row.reminded_on is None or row.reminded_on + WEEK <= today]


@transaction.atomic
def _write_to(
    service: VictimsService, rows: Iterable[MonitoringReturn], today: date, by: User
) -> None:
    """One message for all that the service owes. What is not sent is not marked as sent."""
    MonitoringReturn.objects.filter(pk__in=[row.pk for row in rows]).update(reminded_on=today)
    # Without the address: history is read by everybody on the staff.
    history.record_all(history.event("reminded the provider of", row, by) for row in rows)
    office = settings.OFFICE
    EmailMessage(
        # A name may hold a line break, which a header may not.
        subject=" ".join(f"Monitoring return of {service}".split()),
        body=_text(service, rows, today),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[service.contact_email],
        reply_to=[office["email"]] if office["email"] else None,
    ).send()


def _text(service: VictimsService, rows: Iterable[MonitoringReturn], today: date) -> str:
    """Which returns and by when; never what was counted."""
    lines = [f"This is a reminder of the monitoring return of {service}:", ""]
    for row in rows:
        due = in_words(row.wanted_on)
        if row.wanted_on < today:
            lines.append(f"- for {row.period}: was due on {due}")
        elif row.status == MonitoringReturn.Status.SENT_BACK:
            lines.append(f"- for {row.period}: sent back to be put right, due on {due}")
        else:
            lines.append(f"- for {row.period}: due on {due}")
    lines += [
        "",
        "Please fill in the form that the office sent you. It holds numbers only: do not write",
        "anything in it, or in your answer, from which a person could be recognised.",
        "",
        settings.OFFICE["name"],
    ]
    return "\n".join(lines)
