"""Reminding providers of returns that they owe, by e-mail."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from commissioning.actions import history, records
from commissioning.days import in_words
from commissioning.models import User
from commissioning.rules import free_of_interest
from victims.models import MonitoringReturn, VictimsService

log = structlog.get_logger(__name__)

# Reminded a week before the day, and every week after it.
WEEK = timedelta(days=7)


@dataclass
class Reminded:
    """How many providers were written to, and the services whose provider was not."""

    sent: int = 0
    without_address: list[VictimsService] = field(default_factory=list)
    # With what the mail server answered.
    refused: list[tuple[VictimsService, str]] = field(default_factory=list)


def remind(today: date, *, by: User) -> Reminded:
    """Write to each provider that owes a return soon or already; once a week at most.

    An address that the mail server refuses stops none of the others. What is to be sent is claimed
    in the database first, so that two runs at once write once.
    """
    reminded = Reminded()
    for service in dict.fromkeys(row.service for row in due_for_reminder(today)):
        if not service.contact_email:
            reminded.without_address.append(service)
            continue
        claimed = _claim(service, today, by)
        if not claimed:
            continue
        try:
            _message(service, claimed, today).send()
        except (OSError, ValueError) as error:
            _give_back(claimed)
            reminded.refused.append((service, str(error)))
            # The answer of a mail server quotes the address.
            log.warning("reminder_refused", service=service.pk, error=type(error).__name__)
        else:
            # Without the address: history is read by everybody on the staff.
            history.record_all(
                history.event("reminded the provider of", row, by) for row in claimed
            )
            reminded.sent += 1
            log.info("reminder_sent", service=service.pk, returns=len(claimed))
    return reminded


def due_for_reminder(today: date) -> list[MonitoringReturn]:
    """Returns owed within a week or longer ago, of which nobody was reminded for a week."""
    owed = MonitoringReturn.objects.owed_since(today + WEEK + timedelta(days=1))
    rows = owed.filter(ends_on__lt=today).select_related("service__service").order_by("ends_on")
    return [row for row in rows if row.reminded_on is None or row.reminded_on + WEEK <= today]


@transaction.atomic
def _claim(service: VictimsService, today: date, by: User) -> list[MonitoringReturn]:
    """Mark what the service owes as reminded of; only one of several runs gets it.

    A run that is killed before it sends leaves the provider without a reminder for a week, rather
    than with two.
    """
    free_of_interest(service, by)
    records.lock(service)
    rows = [row for row in due_for_reminder(today) if row.service_id == service.pk]
    MonitoringReturn.objects.filter(pk__in=[row.pk for row in rows]).update(reminded_on=today)
    return rows


@transaction.atomic
def _give_back(claimed: Iterable[MonitoringReturn]) -> None:
    """What was not sent is not marked as sent: the next run tries again."""
    for row in claimed:
        MonitoringReturn.objects.filter(pk=row.pk).update(reminded_on=row.reminded_on)


def _message(
    service: VictimsService, rows: Iterable[MonitoringReturn], today: date
) -> EmailMessage:
    """One message for all that the service owes."""
    office = settings.OFFICE
    return EmailMessage(
        # A name may hold a line break, which a header may not.
        subject=" ".join(f"Monitoring return of {service}".split()),
        body=_text(service, rows, today),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[service.contact_email],
        reply_to=[office["email"]] if office["email"] else None,
    )


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
