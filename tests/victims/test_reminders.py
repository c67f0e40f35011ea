"""Providers are reminded of what they owe; staff see what is overdue, the public sees nothing."""

import smtplib
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.mail.backends import locmem
from django.core.management import CommandError, call_command
from django.utils import timezone

from commissioning import roles
from commissioning.models import HistoryEvent
from tests import builders as a
from tests import test_public_door as door
from victims.actions import reminders
from victims.models import MonitoringReturn, ReturnCount

pytestmark = pytest.mark.django_db

DUE = date(2025, 7, 20)


def a_service(**fields):
    fields = {"contact_email": "data@provider.example", "days_until_due": 20, **fields}
    return a.a_victims_service("Helping Hand", ends_on=date(2025, 6, 30), **fields)


def remind(today: date):
    return reminders.remind(today, by=a.an_officer())


@pytest.mark.parametrize(
    ("today", "sent"),
    [
        (date(2025, 6, 30), 0),
        (DUE - timedelta(days=8), 0),
        (DUE - timedelta(days=7), 1),
        (DUE, 1),
        (DUE + timedelta(days=100), 1),
    ],
)
def test_a_provider_is_reminded_from_a_week_before_the_day(today, sent):
    a_service()

    assert remind(today).sent == len(mail.outbox) == sent


def test_the_message_says_which_return_and_holds_no_figure_of_it():
    service = a_service()
    made = a.a_return(service)
    ReturnCount.objects.create(
        monitoring_return=made,
        counted=service.indicator_set.counted.first(),
        place="x",
        value=73519,
    )

    remind(DUE + timedelta(days=1))

    message = mail.outbox[0]
    assert message.to == ["data@provider.example"]
    assert message.subject == "Monitoring return of Helping Hand"
    assert "- for 1 April 2025 to 30 June 2025: was due on 20 July 2025" in message.body
    assert "73519" not in message.body


def test_nobody_is_reminded_twice_in_a_week():
    a_service()

    sent = [remind(DUE + timedelta(days=day)).sent for day in (0, 1, 6, 7, 8)]

    assert sent == [1, 0, 0, 1, 0]


def test_more_time_puts_the_reminder_off():
    made = a.a_return(a_service())
    made.extended_to = DUE + timedelta(days=30)
    made.save()

    assert remind(DUE).sent == 0
    assert remind(DUE + timedelta(days=23)).sent == 1


def test_nothing_is_sent_for_what_was_submitted():
    a.a_submitted_return(a_service())

    assert remind(DUE).sent == 0


def test_a_service_without_address_is_named():
    service = a_service(contact_email="")

    assert remind(DUE).without_address == [service]
    assert mail.outbox == []


def test_history_does_not_hold_the_address():
    a_service()
    remind(DUE)

    event = HistoryEvent.objects.get(verb="reminded the provider of")
    assert "provider.example" not in f"{event.before}{event.after}{event.reason}"


def test_the_command_reminds_and_says_how_many(capsys):
    a_service()

    call_command("remind_providers", "--dry-run")
    assert mail.outbox == []
    call_command("remind_providers")

    assert len(mail.outbox) == 1
    assert "Providers reminded: 1." in capsys.readouterr().out


class RefusingGone(locmem.EmailBackend):
    """A mail server that knows nobody called “gone”."""

    def send_messages(self, messages):
        for message in messages:
            if message.to[0].startswith("gone"):
                raise smtplib.SMTPRecipientsRefused({message.to[0]: (550, b"No such user")})
        return super().send_messages(messages)


def test_a_refused_address_stops_nobody_else_and_is_named_at_the_end(settings, capsys):
    settings.EMAIL_BACKEND = f"{__name__}.RefusingGone"
    gone = a.a_victims_service("First", ends_on=date(2025, 6, 30), contact_email="gone@x.example")
    for name in ("Second", "Third"):
        a.a_victims_service(name, ends_on=date(2025, 6, 30), contact_email="here@x.example")

    for sent in (2, 0):
        with pytest.raises(CommandError, match=r"- First: .*No such user") as failed:
            call_command("remind_providers")
        assert f"Providers reminded: {sent}." in capsys.readouterr().out
        assert failed.value.returncode == 1

    assert [message.subject.split()[-1] for message in mail.outbox] == ["Second", "Third"]
    assert not gone.returns.filter(reminded_on__isnull=False).exists()
    assert HistoryEvent.objects.filter(verb="reminded the provider of").count() == 2


def test_without_a_mail_server_the_command_says_what_to_set(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = ""
    a_service()

    with pytest.raises(CommandError, match="Set EMAIL_HOST"):
        call_command("remind_providers")

    assert not MonitoringReturn.objects.filter(reminded_on__isnull=False).exists()


# --- Staff's first page ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "make", "title"),
    [
        (roles.OFFICER, a.a_return, "Returns overdue"),
        (roles.FINANCE, a.a_submitted_return, "Returns to certify"),
        (roles.APPROVER, a.a_certified_return, "Returns to accept"),
    ],
)
def test_what_waits_is_on_the_first_page_of_who_acts(client, role, make, title):
    made = make(a_service())
    client.force_login(a.a_user(role))

    page = client.get("/staff/")

    waiting = {each.title: each for each in page.context["waiting"]}
    assert [item.label for item in waiting[title].items] == [str(made)]


def test_a_return_is_overdue_the_day_after_the_last_day_that_was_given():
    made = a.a_return(a_service())
    made.extended_to = timezone.localdate()
    made.save()
    assert not MonitoringReturn.objects.owed_since(timezone.localdate()).exists()

    tomorrow = timezone.localdate() + timedelta(days=1)
    assert MonitoringReturn.objects.owed_since(tomorrow).get() == made


def test_the_list_of_returns_can_be_filtered_to_those_overdue(client):
    made = a.a_return(a_service())
    a.a_submitted_return()
    client.force_login(a.an_officer())

    page = client.get("/staff/victims/monitoringreturn/", {"overdue": "yes", "status": "due"})

    assert made in page.context["cl"].result_list
    assert all(row.status == "due" for row in page.context["cl"].result_list)


# --- The public -----------------------------------------------------------------------------------


def test_nothing_of_a_return_can_be_read_at_any_public_address(client):
    service = a_service(contact_email="xqsecretqx@provider.example")
    made = a.an_accepted_return(service, each=73519, comments="xqsecretqx")
    a.a_post(service=service, title="xqsecretqx")
    assert made.counts.filter(value=73519).exists()

    leaks = []
    for address in door.addresses():
        text = door.text_of(client.get(address)).replace(",", "")
        if "xqsecretqx" in text or "73519" in text:
            leaks.append(address)

    assert leaks == []
